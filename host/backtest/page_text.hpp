/// How the page writes text, numbers and times. [any]
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::backtest::page {

/// Text for HTML content and for attributes in quotes; control characters become U+FFFD.
[[nodiscard]] std::string escape_html(std::string_view text);

/// The text between the quotes of a JSON string inside a script element: nothing in it can end
/// the element.
[[nodiscard]] std::string escape_script_json(std::string_view text);

/// A number as people read it: thousands apart, a real minus sign. `text` is plain: "-1234.5".
[[nodiscard]] std::string typeset(std::string_view text);

/// Rounded half-even to `decimals`, zeros at the end dropped, typeset; an en dash for null.
[[nodiscard]] std::string show(Decimal value, int decimals = 8);

/// The same with all `decimals` digits after the point.
[[nodiscard]] std::string show_fixed(Decimal value, int decimals);

/// 0.0123 with two decimals is "1.23 %"; an en dash when it is not finite.
[[nodiscard]] std::string show_percent(double fraction, int decimals = 2);

/// "2026-01-02 03:04:05", with milliseconds when there are any; an en dash for none.
[[nodiscard]] std::string show_time(Timestamp time);

/// The two largest units: "2 d 3 h", "4 m 5 s", "1.234 s".
[[nodiscard]] std::string show_duration(std::int64_t ns);

/// Shortest text that keeps `digits` significant ones, as JSON reads it; "null" when it is not
/// finite.
[[nodiscard]] std::string plain_number(double value, int digits);

/// Not a number for null, so that nothing is drawn.
[[nodiscard]] double drawn(Decimal value);

}  // namespace tradectl::backtest::page
