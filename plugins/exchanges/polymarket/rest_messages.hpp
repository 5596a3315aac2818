/// Answers of the venue's REST API. Every decoder is total: InvalidArgument names the field.
#pragma once

#include "amounts.hpp"
#include "json.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::polymarket {

/// Of one posted order.
struct PostAnswer {
    bool success = false;
    std::string error;
    std::string order_id;
    std::string status;
    Decimal making;
    Decimal taking;
    std::vector<std::string> trade_ids;
    /// The venue's rule: all four have to be right.
    [[nodiscard]] bool is_accepted() const {
        return success && error.empty() && !order_id.empty() &&
               (status == "live" || status == "matched" || status == "delayed");
    }
};
[[nodiscard]] Expected<PostAnswer> decode_post(const JsonView& json);

struct CancelAnswer {
    std::vector<std::string> canceled;
    std::vector<std::pair<std::string, std::string>> not_canceled;  ///< order id and reason
};
[[nodiscard]] Expected<CancelAnswer> decode_cancel(const JsonView& json);

inline constexpr std::string_view kFirstCursor = "MA==";
inline constexpr std::string_view kEndCursor = "LTE=";
/// Visits the rows of one page; gives the cursor of the next, empty at the end.
[[nodiscard]] Expected<std::string> decode_page(const JsonView& json,
                                                const std::function<Status(JsonView)>& visit);

struct BookSnapshot {
    std::string market;  ///< condition id
    std::string asset_id;
    Timestamp time = Timestamp::none();
    std::vector<PriceLevel> bids;  ///< best first
    std::vector<PriceLevel> asks;
    Decimal tick = Decimal::null();  ///< null when it is not told
    Decimal quantity_min = Decimal::null();
    bool has_neg_risk = false;
    bool neg_risk = false;
};
[[nodiscard]] Expected<BookSnapshot> decode_book(const JsonView& json);

/// `GET /clob-markets/{condition}`.
struct ClobMarket {
    std::string condition;
    std::vector<std::pair<std::string, std::string>> tokens;  ///< id and outcome
    Decimal tick = Decimal::null();
    Decimal quantity_min = Decimal::null();
    bool neg_risk = false;
    bool accepting_orders = true;
    Decimal fee_rate;  ///< of takers; a market that tells none takes none
    int fee_exponent = 1;
    std::int64_t delay_s = 0;
};
[[nodiscard]] Expected<ClobMarket> decode_clob_market(const JsonView& json);

struct BalanceAllowance {
    Decimal balance;  ///< in whole units
    std::vector<std::pair<std::string, Decimal>> allowances;
};
/// The venue tells base units of 10^-6; a text with a point is taken as whole units.
[[nodiscard]] Expected<BalanceAllowance> decode_balance(const JsonView& json);

/// The venue's own words for a failure, or the first 200 bytes of what came.
[[nodiscard]] std::string error_text(JsonDocument& document, std::string_view body);

}  // namespace tradectl::polymarket
