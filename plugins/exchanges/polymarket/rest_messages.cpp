#include "rest_messages.hpp"

#include "bytes.hpp"

#include <algorithm>

namespace tradectl::polymarket {

namespace {

Expected<std::vector<std::string>> texts_of(const JsonView& json, std::string_view key) {
    std::vector<std::string> out;
    if (!json.has(key)) return out;
    const Status done = json.at(key)->each([&](const JsonView& item) -> Status {
        const auto text = item.as_text();
        if (!text)
            return fail(ErrorCode::InvalidArgument,
                        "field \"" + std::string(key) + "\": " + text.error().message);
        out.emplace_back(*text);
        return {};
    });
    if (!done) return fail(done.error());
    return out;
}

Expected<std::vector<PriceLevel>> levels_of(const JsonView& json, std::string_view key) {
    std::vector<PriceLevel> out;
    if (!json.has(key)) return out;
    const Status done = json.at(key)->each([&](const JsonView& item) -> Status {
        const auto price = item.decimal("price");
        const auto size = item.decimal("size");
        if (!price || !size)
            return fail(
                ErrorCode::InvalidArgument,
                "field \"" + std::string(key) + "\": " + (price ? size : price).error().message);
        out.push_back({*price, *size});
        return {};
    });
    if (!done) return fail(done.error());
    return out;
}

/// Of a text with a point whole units, else units of 10^-6.
Expected<Decimal> money_of(std::string_view text) {
    if (text.empty()) return Decimal{};
    if (text.find('.') != std::string_view::npos) return Decimal::parse(text, Rounding::Down);
    const auto word = parse_decimal_word(text);
    if (!word) return fail(ErrorCode::InvalidArgument, "not an amount");
    // An allowance without limit is larger than a Decimal.
    return to_decimal(*word, 6).value_or(Decimal::max());
}

}  // namespace

Expected<PostAnswer> decode_post(const JsonView& json) {
    if (!json.is_object())
        return fail(ErrorCode::InvalidArgument, "order answer: expected an object");
    PostAnswer out;
    out.success = json.boolean_or("success", false);
    out.error = json.text_or("errorMsg", json.text_or("error", ""));
    out.order_id = json.text_or("orderID", "");
    out.status = to_lower(json.text_or("status", ""));
    out.making = json.decimal_or("makingAmount", {});
    out.taking = json.decimal_or("takingAmount", {});
    auto trades = texts_of(json, "tradeIDs");
    if (!trades) return fail(trades.error());
    out.trade_ids = std::move(*trades);
    return out;
}

Expected<CancelAnswer> decode_cancel(const JsonView& json) {
    if (!json.is_object() || (!json.has("canceled") && !json.has("not_canceled")))
        return fail(ErrorCode::InvalidArgument, "field \"canceled\": missing");
    CancelAnswer out;
    auto canceled = texts_of(json, "canceled");
    if (!canceled) return fail(canceled.error());
    out.canceled = std::move(*canceled);
    if (!json.has("not_canceled")) return out;
    const Status done =
        json.at("not_canceled")->each_member([&](std::string_view id, const JsonView& reason) {
            const auto text = reason.as_text();
            out.not_canceled.emplace_back(id, text ? std::string(*text) : "no reason given");
            return Status{};
        });
    if (!done) return fail(done.error());
    return out;
}

Expected<std::string> decode_page(const JsonView& json,
                                  const std::function<Status(JsonView)>& visit) {
    const bool is_bare = json.is_array();
    const auto rows = is_bare ? Expected<JsonView>(json) : json.at("data");
    if (!rows) return fail(rows.error());
    if (!rows->is_array() && !rows->is_null())
        return fail(ErrorCode::InvalidArgument, "field \"data\": expected an array");
    if (Status done = rows->each(visit); !done) return fail(done.error());
    const std::string_view next = is_bare ? "" : json.text_or("next_cursor", "");
    return next == kEndCursor ? std::string() : std::string(next);
}

Expected<BookSnapshot> decode_book(const JsonView& json) {
    BookSnapshot out;
    const auto asset = json.text("asset_id");
    if (!asset) return fail(asset.error());
    out.asset_id = *asset;
    out.market = json.text_or("market", "");
    out.time = json.time_or("timestamp", Timestamp::none());
    auto bids = levels_of(json, "bids");
    if (!bids) return fail(bids.error());
    auto asks = levels_of(json, "asks");
    if (!asks) return fail(asks.error());
    out.bids = std::move(*bids);
    out.asks = std::move(*asks);
    std::stable_sort(out.bids.begin(), out.bids.end(), [](const auto& a, const auto& b) {
        return a.price > b.price;
    });
    std::stable_sort(out.asks.begin(), out.asks.end(), [](const auto& a, const auto& b) {
        return a.price < b.price;
    });
    out.tick = json.decimal_or("tick_size", Decimal::null());
    out.quantity_min = json.decimal_or("min_order_size", Decimal::null());
    out.has_neg_risk = json.has("neg_risk");
    out.neg_risk = json.boolean_or("neg_risk", false);
    return out;
}

Expected<ClobMarket> decode_clob_market(const JsonView& json) {
    ClobMarket out;
    const auto condition = json.text("c");
    if (!condition) return fail(condition.error());
    out.condition = *condition;
    const auto tick = json.decimal("mts");
    if (!tick) return fail(tick.error());
    out.tick = *tick;
    out.quantity_min = json.decimal_or("mos", Decimal::null());
    out.neg_risk = json.boolean_or("nr", false);
    out.accepting_orders = json.boolean_or("ao", true);
    out.delay_s = json.integer_or("sd", 0);
    if (json.has("fd")) {
        const auto fee = json.at("fd");
        const auto rate = fee->decimal("r");
        if (!rate) return fail(ErrorCode::InvalidArgument, "field \"fd\": " + rate.error().message);
        out.fee_rate = *rate;
        out.fee_exponent =
            static_cast<int>(std::clamp<std::int64_t>(fee->integer_or("e", 1), 0, 8));
    }
    if (!json.has("t")) return out;
    const Status tokens = json.at("t")->each([&](const JsonView& item) -> Status {
        const auto id = item.text("t");
        if (!id) return fail(ErrorCode::InvalidArgument, "field \"t\": " + id.error().message);
        out.tokens.emplace_back(*id, item.text_or("o", ""));
        return {};
    });
    if (!tokens) return fail(tokens.error());
    return out;
}

Expected<BalanceAllowance> decode_balance(const JsonView& json) {
    BalanceAllowance out;
    const auto text = json.text("balance");
    if (!text) return fail(text.error());
    const auto balance = money_of(*text);
    if (!balance)
        return fail(ErrorCode::InvalidArgument, "field \"balance\": " + balance.error().message);
    out.balance = *balance;
    const auto add = [&](std::string_view spender, const JsonView& value) -> Status {
        const auto amount = value.as_text();
        const auto allowance =
            amount ? money_of(*amount)
                   : Expected<Decimal>(fail(ErrorCode::InvalidArgument, "expected a text"));
        if (!allowance)
            return fail(ErrorCode::InvalidArgument,
                        "field \"allowances\": " + allowance.error().message);
        out.allowances.emplace_back(spender, *allowance);
        return {};
    };
    Status done;
    if (json.has("allowances"))
        done = json.at("allowances")->each_member(add);
    else if (json.has("allowance"))
        done = add("", *json.at("allowance"));
    if (!done) return fail(done.error());
    return out;
}

std::string error_text(JsonDocument& document, std::string_view body) {
    if (const auto json = document.parse(body)) {
        for (const std::string_view key : {"error", "errorMsg", "error_msg", "message"}) {
            const std::string_view text = json->text_or(key, "");
            if (!text.empty()) return std::string(text.substr(0, 500));
        }
    }
    return std::string(body.substr(0, 200));
}

}  // namespace tradectl::polymarket
