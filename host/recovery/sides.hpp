/// Facts of one venue's accounts, as our books or the venue's answers have them.
#pragma once

#include "host/recovery/finding.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/ids.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tradectl::recovery {

/// An instrument that the config does not name is empty in every fact of the venue.
struct OrderFact {
    std::string account;
    std::string instrument;
    std::string client_order_id;
    std::string venue_order_id;
    std::uint8_t status = 0;  ///< TRADECTL_ORDER_STATUS_...
    Decimal quantity = Decimal::null();
    Decimal filled;
    Timestamp updated = Timestamp::none();  ///< ours: by our clock; theirs: by the venue's
    Timestamp created = Timestamp::none();  ///< ours: of the intent
    bool reduce_only = false;               ///< ours: venues do not tell it
};

struct FillFact {
    std::string account;
    std::string instrument;
    std::string trade_id;
    std::string venue_order_id;
    std::string client_order_id;
    std::uint8_t side = 0;
    std::uint8_t settlement = 0;  ///< TRADECTL_SETTLEMENT_...
    Decimal price;
    Decimal quantity;
    Timestamp time = Timestamp::none();    ///< by the venue's clock
    Timestamp booked = Timestamp::none();  ///< ours: of the record
    WalSequence sequence;                  ///< ours
};

/// Net, of one account. `asset` is set in cash accounting: what is owned of it is the position.
struct PositionFact {
    std::string account;
    std::string instrument;
    std::string asset;
    Decimal quantity;
    Decimal average_price = Decimal::null();  ///< null: not known as one figure
    bool has_exit = false;                    ///< ours: the host watches an exit of it
};

struct BalanceFact {
    std::string account;
    std::string asset;
    Decimal total;
    bool is_unsettled = false;  ///< ours: fills that move it are not final at the venue
};

/// Our books of one venue.
struct OurSide {
    std::string venue;
    std::vector<OrderFact> orders;        ///< open, of any stage
    std::vector<PositionFact> positions;  ///< flat ones may be left out
    std::vector<BalanceFact> balances;
    std::set<std::string> accounts;  ///< whose opening balances are booked
};

/// What the venue says of one order by its id.
struct OrderAnswer {
    enum class Kind : std::uint8_t { Found, Absent, Silent };
    Kind kind = Kind::Silent;
    std::uint8_t status = 0;
    Decimal filled = Decimal::null();
};

/// What a venue answered.
struct TheirSide {
    Coverage orders_coverage;
    std::vector<OrderFact> orders;
    Coverage positions_coverage;
    std::vector<PositionFact> positions;
    Coverage balances_coverage;
    std::vector<BalanceFact> balances;
    std::map<std::string, OrderAnswer> by_id;  ///< orders that were asked for, by our id
    std::set<std::string> resolved;            ///< instruments that pay out and are not redeemed
    /// What answers for the venue knows nothing of before, by our clock; none: no such limit.
    Timestamp knows_since = Timestamp::none();
};

enum class Protection : std::uint8_t { Off, Required };

/// What is not yet a finding.
struct Tolerances {
    std::map<std::string, Decimal> balance;  ///< by asset; without an entry: 0
    Decimal quantity;                        ///< of positions
    Decimal average_price;                   ///< as a fraction of ours
    std::int64_t grace_ns = 0;               ///< younger news are in flight
    std::int64_t unsettled_ns_max = 0;
    std::int64_t age_ns_max = 0;  ///< older answers prove nothing
    Protection protection = Protection::Off;
};

}  // namespace tradectl::recovery
