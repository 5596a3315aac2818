#include "tests/venues/polymarket/world.hpp"

#include <algorithm>
#include <chrono>

namespace polysim {

std::string Request::header(std::string_view name) const {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    for (const auto& [key, value] : headers) {
        if (std::equal(key.begin(), key.end(), name.begin(), name.end(), [&](char a, char b) {
                return lower(a) == lower(b);
            })) {
            return value;
        }
    }
    return "";
}

std::int64_t steady_ms() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

std::int64_t steady_us() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

std::int64_t World::now_ms() const {
    if (frozen_ms) return *frozen_ms;
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count() + skew_ms;
}

std::string World::random_hex(std::size_t bytes) {
    Bytes raw(bytes);
    for (auto& byte : raw)
        byte = static_cast<std::uint8_t>(random() & 0xFF);
    return hex(raw);
}

std::string World::uuid() {
    const std::string digits = random_hex(16).substr(2);
    return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-4" + digits.substr(13, 3) + "-a" +
           digits.substr(17, 3) + "-" + digits.substr(20, 12);
}

Token* World::token(const std::string& id) {
    const auto found = tokens.find(id);
    return found == tokens.end() ? nullptr : &found->second;
}

Market* World::market_of(const std::string& id) {
    const Token* found = token(id);
    return found == nullptr ? nullptr : &markets.at(found->condition);
}

Contracts Contracts::of(std::uint64_t chain_id) {
    const auto address = [&](const char* polygon, const char* amoy) {
        return *address_from(chain_id == 80002 ? amoy : polygon);
    };
    constexpr const char* kSame = "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB";
    return {
        .collateral = address(kSame, kSame),
        .usdc_e = address("0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174",
                          "0x9c4e1703476e875070ee25b56a58b008cfb8fa78"),
        .usdc = address("0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359",
                        "0x0000000000000000000000000000000000000000"),
        .outcomes = address("0x4D97DCd97eC945f40cF65F87097ACe5EA0476045",
                            "0x69308FB512518e39F9b16112fA8d994F4e2Bf8bB"),
        .position_manager = *address_from("0x006F54F7f9A22e0000CC2AB60031000000ae9fEF"),
        .chain_id = chain_id,
    };
}

Address Contracts::exchange(int version, bool neg_risk) const {
    const bool amoy = chain_id == 80002;
    const char* found = "0xE111180000d2663C0091e4f400237545B87B996B";
    if (version == 3) {
        found = amoy ? "0x9fE6e61422AdB6F610d8597F9684b16912D50C3D"
                     : "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa";
    } else if (version == 2 && neg_risk) {
        found = "0xe2222d279d744050d28e00520010520000310F59";
    } else if (version == 1 && neg_risk) {
        found = "0xC5d563A36AE78145C45a50134d48A1215220f80a";
    } else if (version == 1) {
        found = amoy ? "0xdFE02Eb6733538f8Ea35D585af8DE5958AD99E40"
                     : "0x4bFb41d5B3570DeFd03C39a9A4D8dE6Bd8B8982E";
    }
    return *address_from(found);
}

}  // namespace polysim
