// The candle exits that another engine documents (reference results, section 5, candle cases):
// reasons, candles, sides and tags of all trades, and the sum of their profits.
#include "host/base/json.hpp"
#include "tests/host/execution/candle_desk.hpp"

#include <cmath>
#include <fstream>
#include <sstream>

namespace tradectl::execution {
namespace {

std::string read_cases() {
    std::ifstream file(TRADECTL_SOURCE_DIR "/../shared/data/reference/candle-exit-cases.json");
    std::ostringstream text;
    text << file.rdbuf();
    return file ? text.str() : std::string();
}

Decimal number(const Json& value) {
    return Decimal::parse(value.dump()).value();
}
Decimal number_or(const Json& object, const char* key, Decimal fallback) {
    const Json* value = object.find(key);
    return value == nullptr || value->is_null() ? fallback : number(*value);
}
bool flag(const Json& object, const char* key) {
    const Json* value = object.find(key);
    return value != nullptr && value->as_boolean().value_or(false);
}

void add_trailing(const Json& one, Decimal stop, Decimal leverage, ExitRules& rules) {
    const bool follows = flag(one, "use_custom_stoploss");
    if (!flag(one, "trailing_stop") && !follows) return;
    rules.rules |= TRADECTL_EXIT_TRAILING | TRADECTL_EXIT_TRAILING_OF_BEST;
    const Decimal by = number_or(one, "trailing_stop_positive", Decimal::null());
    const Decimal from = number_or(one, "trailing_stop_positive_offset", 0_d);
    rules.trailing_offset = stop;
    if (!flag(one, "trailing_stop")) return;
    const bool late = flag(one, "trailing_only_offset_is_reached");
    if (!by.is_null())
        rules.trailing_offset = checked_div(by, leverage, Rounding::HalfEven).value();
    if ((late || !by.is_null()) && from.is_positive())
        rules.trailing_activation = checked_div(from, leverage, Rounding::HalfEven).value();
    if (!rules.trailing_activation.is_null() && (!late || follows)) rules.trailing_before = stop;
}

DeskRules rules_of(const Json& one, Decimal leverage) {
    DeskRules rules;
    const auto share = [&](Decimal value) {
        return checked_div(value, leverage, Rounding::HalfEven).value();
    };
    const Decimal stop = share(-number(*one.find("stop_loss")));
    rules.exits.rules = TRADECTL_EXIT_STOP;
    rules.exits.stop_offset = stop;
    for (const auto& [minutes, ratio] : *one.find("roi")->as_object()) {
        rules.exits.rules |= TRADECTL_EXIT_TARGET;
        rules.exits.steps[rules.exits.step_count++] = {std::stoll(minutes) * kNsPerMinute,
                                                       share(number(ratio))};
    }
    add_trailing(one, stop, leverage, rules.exits);
    rules.leave_by_signal = flag(one, "use_exit_signal");
    rules.entry_price = number_or(one, "custom_entry_price", Decimal::null());
    rules.exit_price = number_or(one, "custom_exit_price", Decimal::null());
    rules.adjusted_entry = number_or(one, "adjust_entry_price", Decimal::null());
    return rules;
}

std::vector<Candle> candles_of(const Json& one) {
    std::vector<Candle> candles;
    for (const Json& row : *one.find("data")->as_array()) {
        const auto& field = *row.as_array();
        const auto is = [&](std::size_t i) { return field[i].as_integer().value() != 0; };
        Candle candle{number(field[1]), number(field[2]), number(field[3]), number(field[4])};
        candle.enter = is(6) ? 1 : is(8) ? -1 : 0;
        candle.leave = is(7) || is(9);
        if (field.size() > 10 && field[10].as_text() != nullptr) candle.tag = *field[10].as_text();
        candles.push_back(candle);
    }
    return candles;
}

void check_case(const Json& one) {
    SCOPED_TRACE(std::string(one.find_text("id").value()));
    const Decimal leverage = number_or(one, "leverage", 1_d);
    const auto trades = CandleDesk(rules_of(one, leverage)).run(candles_of(one));
    const auto& expected = *one.find("trades")->as_array();
    ASSERT_EQ(trades.size(), expected.size());
    double profit = 0;
    for (std::size_t i = 0; i < trades.size(); ++i) {
        EXPECT_EQ(trades[i].reason, expected[i].find_text("exit_reason"));
        EXPECT_EQ(trades[i].opened, expected[i].find("open_tick")->as_integer());
        EXPECT_EQ(trades[i].closed, expected[i].find("close_tick")->as_integer());
        EXPECT_EQ(!trades[i].is_long, flag(expected[i], "is_short"));
        EXPECT_EQ(trades[i].tag, expected[i].find_text("enter_tag").value_or(""));
        profit += trades[i].profit_ratio() * leverage.to_double();
    }
    EXPECT_EQ(std::round(profit * 1000) / 1000, one.find("profit_perc")->as_real());
}

TEST(CandleExits, EveryStoredCaseComesOutAsDocumented) {
    const std::string text = read_cases();
    if (text.empty()) GTEST_SKIP() << "skipped: no ../shared";
    const auto document = parse_json(text);
    ASSERT_TRUE(document);
    const auto& cases = *document->find("cases")->as_array();
    EXPECT_EQ(cases.size(), 27u);
    for (const Json& one : cases)
        check_case(one);
}

}  // namespace
}  // namespace tradectl::execution
