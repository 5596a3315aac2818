/// Orders and trades of our own account, as the user channel and the REST API tell them.
#pragma once

#include "json.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/enums.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::polymarket {

enum class OrderState {
    Live,
    Matched,
    Delayed,
    Unmatched,
    Invalid,
    Canceled,
    CanceledResolved,
    Unknown,
};

/// The longest known prefix decides: a reason may follow behind an underscore.
[[nodiscard]] OrderState order_state_of(std::string_view status);

enum class OrderNews { None, Placement, Update, Cancellation };

struct VenueOrder {
    std::string id;
    std::string owner;
    std::string market;
    std::string asset_id;
    Side side = Side::None;
    Decimal price;
    Decimal original_size;
    Decimal size_matched;  ///< cumulative
    OrderState state = OrderState::Unknown;
    std::string status_text;
    OrderNews news = OrderNews::None;
    std::string order_type;
    std::vector<std::string> trades;
    Timestamp created = Timestamp::none();
    Timestamp expiration = Timestamp::none();
    Timestamp updated = Timestamp::none();
};

/// A TRADECTL_SETTLEMENT_ number, or 0 for a text that is not known.
[[nodiscard]] std::uint8_t settlement_of(std::string_view status);

struct MakerFill {
    std::string order_id;
    std::string owner;
    std::string maker_address;
    std::string asset_id;
    Side side = Side::None;  ///< None when it is not told
    Decimal quantity;
    Decimal price;
};

struct VenueTrade {
    std::string id;
    std::string taker_order_id;
    std::string owner;
    std::string market;
    std::string asset_id;
    Side side = Side::None;  ///< of the taker
    Decimal quantity;
    Decimal price;
    std::uint8_t settlement = 0;
    Timestamp match_time = Timestamp::none();
    Timestamp updated = Timestamp::none();
    bool we_are_taker = true;
    std::string transaction;
    std::vector<MakerFill> makers;
};

/// InvalidArgument names the field.
[[nodiscard]] Expected<VenueOrder> decode_order(const JsonView& json);
[[nodiscard]] Expected<VenueTrade> decode_trade(const JsonView& json);

struct UserFrame {
    std::vector<VenueOrder> orders;
    std::vector<VenueTrade> trades;
    std::vector<std::string> problems;  ///< one for each message that could not be read
};

/// One text frame: an object, an array of them, or plain words. Unknown events are skipped.
[[nodiscard]] UserFrame decode_user_frame(JsonDocument& document, std::string_view text);

}  // namespace tradectl::polymarket
