/// Rows of the public data API, of its first and its second version.
#pragma once

#include "json.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/enums.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tradectl::polymarket {

struct PositionRow {
    std::string token_id;
    Decimal quantity;
    Decimal average_price = Decimal::null();
};
[[nodiscard]] Expected<PositionRow> decode_position(const JsonView& json);

struct ActivityRow {
    std::string wallet;
    std::string type;  ///< TRADE, REDEEM, SPLIT ...
    std::string token_id;
    std::string transaction;
    Side side = Side::None;
    Decimal quantity;
    Decimal price;
    Timestamp time = Timestamp::none();
};
[[nodiscard]] Expected<ActivityRow> decode_activity(const JsonView& json);

/// Names fills: several of one transaction share its hash, so that hash, a digest of wallet, token,
/// side, price and size, and a count among equals make the key. It is the same in whatever order
/// the rows come and wherever a read begins, as long as it begins between transactions.
class ActivityNames {
  public:
    [[nodiscard]] std::string name(const ActivityRow& row);

  private:
    std::map<std::string, int> counts_;
};

/// Rows of either version; gives the cursor of the next page of version 2, empty at the end.
[[nodiscard]] Expected<std::string> decode_data_page(const JsonView& json,
                                                     const std::function<Status(JsonView)>& visit);

}  // namespace tradectl::polymarket
