#include "venue_errors.hpp"

#include <tradectl/abi/commands.h>

#include <algorithm>
#include <array>

namespace tradectl::polymarket {

namespace {

struct Known {
    std::string_view part;
    Reason reason;
};

// Longer and more special texts first: the first that occurs wins.
constexpr std::array<Known, 27> kKnown{{
    {"order crosses book", TRADECTL_REASON_POST_ONLY_WOULD_TAKE},
    {"breaks minimum tick size rule", TRADECTL_REASON_PRICE_NOT_ON_TICK},
    {"invalid price", TRADECTL_REASON_PRICE_OUT_OF_BOUNDS},
    {"for a marketable BUY order", TRADECTL_REASON_NOTIONAL_BELOW_MIN},
    {"min size: $", TRADECTL_REASON_NOTIONAL_BELOW_MIN},
    {"lower than the minimum", TRADECTL_REASON_QUANTITY_BELOW_MIN},
    {"Duplicated", TRADECTL_REASON_DUPLICATE_INTENT},
    {"not enough balance / allowance", TRADECTL_REASON_INSUFFICIENT_BALANCE},
    {"not enough balance", TRADECTL_REASON_INSUFFICIENT_BALANCE},
    {"Insufficient balance", TRADECTL_REASON_INSUFFICIENT_BALANCE},
    {"FOK orders are fully filled or killed", TRADECTL_REASON_FOK_NOT_FILLED},
    {"no orders found to match with FAK order", TRADECTL_REASON_NO_LIQUIDITY},
    {"no match", TRADECTL_REASON_NO_LIQUIDITY},
    {"invalid expiration", TRADECTL_REASON_BAD_FIELD},
    {"invalid nonce", TRADECTL_REASON_BAD_FIELD},
    {"Invalid order payload", TRADECTL_REASON_BAD_FIELD},
    {"not yet ready to process new orders", TRADECTL_REASON_INSTRUMENT_NOT_OPEN},
    {"No orderbook exists", TRADECTL_REASON_INSTRUMENT_NOT_OPEN},
    {"market not found", TRADECTL_REASON_UNKNOWN_INSTRUMENT},
    {"closed only mode", TRADECTL_REASON_REDUCE_ONLY},
    {"Trading is currently disabled", TRADECTL_REASON_HALTED},
    {"cancel-only", TRADECTL_REASON_HALTED},
    {"post-only mode", TRADECTL_REASON_HALTED},
    {"canceled in the CTF exchange contract", TRADECTL_REASON_UNKNOWN_ORDER},
    {"already canceled or matched", TRADECTL_REASON_UNKNOWN_ORDER},
    {"order not found", TRADECTL_REASON_UNKNOWN_ORDER},
    {"address banned", TRADECTL_REASON_VENUE_REJECTED},
}};

// What goes with status 500 when an order is posted alone.
constexpr std::array<std::string_view, 4> kUnclear{"Internal server error",
                                                   "order timed out",
                                                   "the trade contains rounding issues",
                                                   "there are no matching orders"};

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

Refused refusal_of(std::string_view text) {
    Refused out{.code = ErrorCode::Rejected,
                .reason = TRADECTL_REASON_VENUE_REJECTED,
                .version_mismatch = contains(text, "order_version_mismatch")};
    for (const Known& known : kKnown) {
        if (!contains(text, known.part)) continue;
        out.reason = known.reason;
        // It was sent before: the order stands there, or has stood.
        if (known.reason == TRADECTL_REASON_DUPLICATE_INTENT) out.code = ErrorCode::OutcomeUnknown;
        break;
    }
    return out;
}

bool is_unclear(std::string_view text) {
    return std::any_of(kUnclear.begin(), kUnclear.end(), [&](std::string_view part) {
        return contains(text, part);
    });
}

Refused classify(std::uint32_t http_status, std::string_view text) {
    Refused out = refusal_of(text);
    switch (http_status) {
        case 401:
        case 403: out.code = ErrorCode::Authentication; return out;
        case 425: out.code = ErrorCode::Maintenance; return out;
        case 429:
            out.code = ErrorCode::RateLimited;
            out.reason = TRADECTL_REASON_RATE_LIMIT;
            return out;
        case 503:
            // A mode of the venue is a refusal; a gateway that fails is not.
            out.code = out.reason == TRADECTL_REASON_HALTED ? ErrorCode::Maintenance
                                                            : ErrorCode::OutcomeUnknown;
            return out;
        default: break;
    }
    // A request that the venue's own gateway gave up on may still have arrived.
    if (http_status == 408 || http_status < 200 || http_status >= 500)
        out.code = ErrorCode::OutcomeUnknown;
    return out;
}

}  // namespace tradectl::polymarket
