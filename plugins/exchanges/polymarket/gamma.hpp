/// Markets as the metadata service lists them.
#pragma once

#include "json.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tradectl::polymarket {

struct GammaOutcome {
    std::string token_id;
    std::string name;
    Decimal price = Decimal::null();  ///< as listed; exact after the resolution
};

struct GammaMarket {
    std::string condition;
    std::string slug;
    std::vector<GammaOutcome> outcomes;
    Decimal tick = Decimal::null();
    Decimal quantity_min = Decimal::null();
    bool neg_risk = false;
    bool is_protocol_v2 = false;
    bool enable_order_book = false;
    bool accepting_orders = false;
    bool closed = false;
    bool archived = false;
    bool resolved = false;               ///< and its outcomes' prices are what they pay
    Decimal fee_rate = Decimal::null();  ///< null: the row does not say
    int fee_exponent = 1;
    Timestamp end = Timestamp::none();
    Timestamp closed_time = Timestamp::none();
    [[nodiscard]] bool can_trade() const {
        return enable_order_book && accepting_orders && !closed && !archived;
    }
    /// A TRADECTL_INSTRUMENT_ status.
    [[nodiscard]] std::uint32_t status() const {
        if (resolved) return TRADECTL_INSTRUMENT_RESOLVED;
        if (closed || archived) return TRADECTL_INSTRUMENT_CLOSED;
        return can_trade() ? TRADECTL_INSTRUMENT_OPEN : TRADECTL_INSTRUMENT_CLOSING;
    }
};

/// InvalidArgument names the field. A market without token ids, as a new one may be, has no
/// outcomes.
[[nodiscard]] Expected<GammaMarket> decode_gamma_market(const JsonView& json,
                                                        JsonDocument& scratch);

/// The name of an instrument: `<slug>-<outcome>.<instance>`, in lower-case letters, digits and
/// hyphens; the marked name where that is too long, or where one part has none of these.
[[nodiscard]] std::string instrument_name(const GammaMarket& market,
                                          const GammaOutcome& outcome,
                                          std::string_view instance);
/// The same with a part of the token id, which no other has: `<slug>-<part>-<outcome>.<instance>`,
/// cut in the slug to at most 95 bytes.
[[nodiscard]] std::string marked_instrument_name(const GammaMarket& market,
                                                 const GammaOutcome& outcome,
                                                 std::string_view instance);

/// The name of an outcome token as an asset: "ctf-" and the last 16 digits of its id, which are as
/// good as random.
[[nodiscard]] std::string outcome_asset(std::string_view token_id);

}  // namespace tradectl::polymarket
