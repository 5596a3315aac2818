/// A plugin's answer, copied out of the call that gave it.
#pragma once

#include <tradectl/abi/exchange.h>
#include <tradectl/decimal.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::exchange {

/// What `prepare` found, owned. See tradectl_prepared.
struct Prepared {
    std::uint32_t identity_class = 0;
    std::uint32_t fence = TRADECTL_FENCE_NONE;
    std::int64_t fence_value = 0;
    std::uint32_t sign_count = 0;  ///< signatures that it wants and nobody makes
    std::string identity;
    std::vector<std::byte> request;
    std::vector<std::byte> rebuild;
};

/// See tradectl_completion. Lists are filled for the request kinds that list.
struct Completion {
    std::uint64_t request_id = 0;
    std::uint32_t request_kind = 0;  ///< TRADECTL_REQUEST_...
    tradectl_status status = TRADECTL_OK;
    std::uint32_t completeness = TRADECTL_COMPLETENESS_UNKNOWN;
    std::uint32_t reason = TRADECTL_REASON_NONE;
    tradectl_time as_of = TRADECTL_TIME_NONE;
    std::string text;
    std::string cursor;
    std::string venue_order_id;
    Prepared prepared;
    std::vector<tradectl_order_report> orders;
    std::vector<tradectl_fill_report> fills;
    std::vector<tradectl_position_report> positions;
    std::vector<tradectl_balance_report> balances;
    std::vector<tradectl_instrument> instruments;
    Decimal quote_price = Decimal::null();
    Decimal quote_quantity = Decimal::null();
};

}  // namespace tradectl::exchange
