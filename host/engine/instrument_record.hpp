/// How an instrument that appeared while running is kept: a value of the log, JSON with a version.
#pragma once

#include "host/market/instruments.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <string_view>

namespace tradectl::engine {

/// Under which instance name the log keeps the instruments of an exchange; the key is the
/// instrument's name. No strategy can have that name.
[[nodiscard]] inline std::string instruments_owner(std::string_view exchange) {
    return "instruments:" + std::string(exchange);
}

/// Every field of the spec; decimals as text, times in nanoseconds. `resolved_price` is what one
/// unit paid when it resolved; null: not known.
[[nodiscard]] std::string instrument_text(const market::InstrumentSpec& spec,
                                          Decimal resolved_price = Decimal::null());

struct KeptInstrument {
    market::InstrumentSpec spec;
    Decimal resolved_price = Decimal::null();
};

/// Back from `instrument_text`. Corrupt when it is no such text; Unsupported when its version is
/// newer than this program. Whether the spec is sound is not looked at.
Expected<KeptInstrument> parse_instrument(std::string_view text);

}  // namespace tradectl::engine
