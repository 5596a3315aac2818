#include "host/wal/client_order_id.hpp"

#include "host/base/assert.hpp"
#include "host/base/hash.hpp"

#include <string>

namespace tradectl::wal {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kMacFrom = 10;
using IdBytes = std::array<std::byte, kIdBytes>;

// Most significant byte first.
void put(IdBytes& bytes, std::size_t at, std::size_t count, std::uint64_t value) {
    for (std::size_t i = count; i-- > 0; value >>= 8)
        bytes[at + i] = static_cast<std::byte>(value & 0xff);
}

std::uint64_t get(const IdBytes& bytes, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
    return value;
}

IdBytes to_bytes(const ClientOrderId& id) {
    IdBytes bytes;
    put(bytes, 0, 2, id.install_id);
    put(bytes, 2, 6, id.op_id.value);
    put(bytes, 8, 2, id.epoch);
    put(bytes, kMacFrom, 6, id.mac);
    return bytes;
}

std::uint64_t mac_of(const ClientOrderId& id, const InstallKey& key) {
    IdBytes bytes = to_bytes(id);
    const Sha256Digest digest = hmac_sha256(key, std::span(bytes).first<kMacFrom>());
    for (std::size_t i = 0; i < kIdBytes - kMacFrom; ++i)
        bytes[kMacFrom + i] = digest[i];
    return get(bytes, kMacFrom, 6);
}

int digit_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

}  // namespace

ClientOrderId make_client_order_id(std::uint16_t install_id,
                                   OpId op_id,
                                   std::uint16_t epoch,
                                   const InstallKey& key) {
    TRADECTL_ASSERT(op_id.value <= kOpIdMax);
    ClientOrderId id{.install_id = install_id, .op_id = op_id, .epoch = epoch, .mac = 0};
    id.mac = mac_of(id, key);
    return id;
}

ClientOrderIdText to_text(const ClientOrderId& id) {
    static constexpr char kDigits[] = "0123456789abcdef";
    const IdBytes bytes = to_bytes(id);
    ClientOrderIdText text;
    for (std::size_t i = 0; i < kIdBytes; ++i) {
        const auto byte = std::to_integer<unsigned>(bytes[i]);
        text[2 * i] = kDigits[byte >> 4];
        text[2 * i + 1] = kDigits[byte & 15];
    }
    return text;
}

Expected<ClientOrderId> parse_client_order_id(std::string_view text) {
    IdBytes bytes{};
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool uuid_dash = text.size() == kClientOrderIdChars + 4 && text[i] == '-' &&
                               (i == 8 || i == 13 || i == 18 || i == 23);
        if (uuid_dash) continue;
        const int value = digit_value(text[i]);
        if (value < 0 || digits == kClientOrderIdChars) {
            digits = 0;
            break;
        }
        bytes[digits / 2] = bytes[digits / 2] << 4 | static_cast<std::byte>(value);
        ++digits;
    }
    if (digits != kClientOrderIdChars) {
        return fail(ErrorCode::InvalidArgument,
                    "client order id: not " + std::to_string(kClientOrderIdChars) +
                        " lower-case hexadecimal digits");
    }
    return ClientOrderId{.install_id = static_cast<std::uint16_t>(get(bytes, 0, 2)),
                         .op_id = {get(bytes, 2, 6)},
                         .epoch = static_cast<std::uint16_t>(get(bytes, 8, 2)),
                         .mac = get(bytes, kMacFrom, 6)};
}

bool is_authentic(const ClientOrderId& id, const InstallKey& key) {
    return (mac_of(id, key) ^ id.mac) == 0;
}

}  // namespace tradectl::wal
