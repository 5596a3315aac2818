#include "data_messages.hpp"

#include "bytes.hpp"

#include <cstdint>

namespace tradectl::polymarket {

namespace {

/// The member under either of its names.
std::string_view named(const JsonView& json, std::string_view first, std::string_view second) {
    return json.has(first) ? first : second;
}

}  // namespace

Expected<PositionRow> decode_position(const JsonView& json) {
    PositionRow out;
    const auto token = json.text(named(json, "asset", "token_id"));
    if (!token) return fail(token.error());
    out.token_id = *token;
    const auto quantity = json.decimal(named(json, "size", "current_size"));
    if (!quantity) return fail(quantity.error());
    out.quantity = *quantity;
    out.average_price = json.decimal_or(named(json, "avgPrice", "avg_price"), Decimal::null());
    return out;
}

Expected<ActivityRow> decode_activity(const JsonView& json) {
    ActivityRow out;
    out.type = json.text_or("type", "TRADE");
    out.wallet = json.text_or(named(json, "proxyWallet", "proxy_wallet"), "");
    out.token_id = json.text_or(named(json, "asset", "token_id"), "");
    out.transaction = json.text_or(named(json, "transactionHash", "transaction_hash"), "");
    const std::string_view side = json.text_or("side", "");
    out.side = side == "BUY" ? Side::Buy : side == "SELL" ? Side::Sell : Side::None;
    const auto time = json.time("timestamp");
    if (!time) return fail(time.error());
    if (time->is_none())
        return fail(ErrorCode::InvalidArgument, "field \"timestamp\": not a time of this clock");
    out.time = *time;
    if (out.type != "TRADE") {
        out.quantity = json.decimal_or("size", {});
        out.price = json.decimal_or("price", Decimal::null());
        return out;
    }
    const auto quantity = json.decimal("size");
    if (!quantity) return fail(quantity.error());
    const auto price = json.decimal("price");
    if (!price) return fail(price.error());
    if (out.side == Side::None)
        return fail(ErrorCode::InvalidArgument, "field \"side\": neither BUY nor SELL");
    if (out.token_id.empty()) return fail(ErrorCode::InvalidArgument, "field \"asset\": missing");
    out.quantity = *quantity;
    out.price = *price;
    return out;
}

std::string ActivityNames::name(const ActivityRow& row) {
    // An id has 95 bytes: the hash whole, the rest by its digest (FNV-1a, 64 bits).
    std::uint64_t digest = 0xcbf29ce484222325U;
    const auto add = [&digest](std::string_view text) {
        for (const char c : text)
            digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        digest = (digest ^ 0xffU) * 0x100000001b3U;
    };
    add(to_lower(row.wallet));
    add(row.type);
    add(row.token_id);
    add(row.side == Side::Buy ? "b" : row.side == Side::Sell ? "s" : "");
    add(row.price.to_string());
    add(row.quantity.to_string());
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string digits;
    for (int shift = 60; shift >= 0; shift -= 4)
        digits += kHex[(digest >> shift) & 15U];
    const std::string key = to_lower(row.transaction).substr(0, 66) + ":" + digits;
    return key + ":" + std::to_string(counts_[key]++);
}

Expected<std::string> decode_data_page(const JsonView& json,
                                       const std::function<Status(JsonView)>& visit) {
    if (json.is_array()) {
        if (Status done = json.each(visit); !done) return fail(done.error());
        return std::string();
    }
    const auto rows = json.at("data");
    if (!rows) return fail(rows.error());
    if (!rows->is_array() && !rows->is_null())
        return fail(ErrorCode::InvalidArgument, "field \"data\": expected an array");
    if (Status done = rows->each(visit); !done) return fail(done.error());
    if (!json.has("pagination")) return std::string();
    const auto pages = json.at("pagination");
    if (!pages->boolean_or("has_more", false)) return std::string();
    return std::string(pages->text_or("next_cursor", ""));
}

}  // namespace tradectl::polymarket
