#include "gamma.hpp"

#include "bytes.hpp"

#include <algorithm>

namespace tradectl::polymarket {

namespace {

/// A list that stands as JSON inside of a text, or as itself.
Expected<std::vector<std::string>> list_of(const JsonView& json,
                                           std::string_view key,
                                           JsonDocument& scratch) {
    std::vector<std::string> out;
    if (!json.has(key)) return out;
    const auto member = json.at(key);
    const auto add = [&](const JsonView& item) -> Status {
        const auto text = item.as_text();
        if (!text)
            return fail(ErrorCode::InvalidArgument,
                        "field \"" + std::string(key) + "\": " + text.error().message);
        out.emplace_back(*text);
        return {};
    };
    Status done;
    if (const auto text = member->as_text()) {
        if (text->empty()) return out;
        const auto inner = scratch.parse(*text);
        if (!inner || !inner->is_array())
            return fail(ErrorCode::InvalidArgument,
                        "field \"" + std::string(key) + "\": no list in its text");
        done = inner->each(add);
    } else {
        done = member->each(add);
    }
    if (!done) return fail(done.error());
    return out;
}

/// What a settled market pays is whole: one outcome all, or two the half each. Other prices are
/// those of the last trades still.
bool pays_exactly(const std::vector<GammaOutcome>& outcomes) {
    Decimal sum;
    for (const GammaOutcome& outcome : outcomes) {
        if (outcome.price != 0_d && outcome.price != 0.5_d && outcome.price != 1_d) return false;
        sum = checked_add(sum, outcome.price).value_or(sum);
    }
    return sum == 1_d;
}

std::string slug_of(std::string_view text) {
    std::string out;
    for (const char c : to_lower(text)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain)
            out += c;
        else if (!out.empty() && out.back() != '-')
            out += '-';
    }
    while (!out.empty() && out.back() == '-')
        out.pop_back();
    return out;
}

/// Of a market without a name: a part of its condition.
std::string market_slug(const GammaMarket& market) {
    return slug_of(market.slug.empty() ? market.condition.substr(0, 18) : market.slug);
}

}  // namespace

Expected<GammaMarket> decode_gamma_market(const JsonView& json, JsonDocument& scratch) {
    GammaMarket out;
    const auto condition = json.text("conditionId");
    if (!condition) return fail(condition.error());
    out.condition = *condition;
    out.slug = json.text_or("slug", "");
    out.tick = json.decimal_or("orderPriceMinTickSize", Decimal::null());
    out.quantity_min = json.decimal_or("orderMinSize", Decimal::null());
    out.neg_risk = json.boolean_or("negRisk", false);
    out.is_protocol_v2 = json.text_or("version", "v1") == "v2";
    out.enable_order_book = json.boolean_or("enableOrderBook", false);
    out.accepting_orders = json.boolean_or("acceptingOrders", false);
    out.closed = json.boolean_or("closed", false);
    out.archived = json.boolean_or("archived", false);
    const std::string_view resolution = json.text_or("umaResolutionStatus", "");
    out.resolved = resolution == "resolved" || resolution == "settled";
    out.end = json.time_or("endDate", Timestamp::none());
    out.closed_time = json.time_or("closedTime", Timestamp::none());
    if (json.has("feeSchedule")) {
        const auto fee = json.at("feeSchedule");
        out.fee_rate = fee->decimal_or("rate", Decimal::null());
        out.fee_exponent =
            static_cast<int>(std::clamp<std::int64_t>(fee->integer_or("exponent", 1), 0, 8));
    }
    if (out.fee_rate.is_null() && !json.boolean_or("feesEnabled", true)) out.fee_rate = {};
    const bool has_positions = out.is_protocol_v2 && json.has("positionIds");
    const auto tokens = list_of(json, has_positions ? "positionIds" : "clobTokenIds", scratch);
    if (!tokens) return fail(tokens.error());
    const auto names = list_of(json, "outcomes", scratch);
    if (!names) return fail(names.error());
    const auto prices = list_of(json, "outcomePrices", scratch);
    if (!prices) return fail(prices.error());
    for (std::size_t i = 0; i < tokens->size(); ++i) {
        if (!parse_decimal_word((*tokens)[i]))
            return fail(ErrorCode::InvalidArgument,
                        "field \"clobTokenIds\": a token id that is no uint256");
        GammaOutcome outcome{(*tokens)[i], i < names->size() ? (*names)[i] : std::to_string(i), {}};
        const auto price = i < prices->size() ? Decimal::parse((*prices)[i], Rounding::HalfEven)
                                              : Expected<Decimal>(Decimal::null());
        outcome.price = price ? *price : Decimal::null();
        out.outcomes.push_back(std::move(outcome));
    }
    out.resolved = out.resolved && pays_exactly(out.outcomes);
    return out;
}

std::string instrument_name(const GammaMarket& market,
                            const GammaOutcome& outcome,
                            std::string_view instance) {
    const std::string slug = market_slug(market);
    const std::string side = slug_of(outcome.name);
    const std::string name = slug + "-" + side + "." + std::string(instance);
    const bool is_whole = !slug.empty() && !side.empty() && name.size() <= TRADECTL_ID_BYTES_MAX;
    return is_whole ? name : marked_instrument_name(market, outcome, instance);
}

std::string marked_instrument_name(const GammaMarket& market,
                                   const GammaOutcome& outcome,
                                   std::string_view instance) {
    constexpr std::size_t kMarkBytes = 8;
    std::string slug = market_slug(market);
    const std::string side = slug_of(outcome.name);
    const std::string mark = outcome.token_id.substr(outcome.token_id.size() -
                                                     std::min(kMarkBytes, outcome.token_id.size()));
    std::string end = mark + (side.empty() ? "" : "-" + side) + "." + std::string(instance);
    if (end.size() >= TRADECTL_ID_BYTES_MAX) end = mark + "." + std::string(instance).substr(0, 60);
    slug.resize(std::min(slug.size(), TRADECTL_ID_BYTES_MAX - end.size() - 1));
    return slug.empty() ? end : slug + "-" + end;
}

std::string outcome_asset(std::string_view token_id) {
    constexpr std::size_t kDigits = 16;
    return "ctf-" +
           std::string(token_id.substr(token_id.size() - std::min(kDigits, token_id.size())));
}

}  // namespace tradectl::polymarket
