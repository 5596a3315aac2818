/// What became of an unfinished operation: a pure function of what the log says, what the venue
/// answered, and what an operator allowed.
///
/// 1. An intent that was not released to be sent was never sent.
/// 2. What the venue shows decides, when its numbers add up.
/// 3. NEVER ARRIVED is concluded only when the fence has passed on venue time, the query by id said
///    "not found" twice after that, `kLooksApartNs` or more apart, and complete lists of open
///    orders and of fills, read after the fence too, do not know the id.
/// 4. What arrived ENDED at the venue when the query by id said "not found" twice, `kEndedApartNs`
///    or more apart, and lists read that long after the first of them are complete: open orders
///    without it, and fills that sum to what is booked.
/// 5. A transaction's end is what its chain tells as final: done, reverted, or (by two looks,
///    `kLooksApartNs` or more apart) never done, since another one took its nonce.
/// 6. Who lost what it knew of the time of the order can say neither.
/// 7. Anything less stays unresolved. Nothing is ever sent again from here.
#pragma once

#include "host/recovery/operation.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::recovery {

/// Least time between two looks that count, by the venue's clock.
inline constexpr std::int64_t kLooksApartNs = 2 * kNsPerSecond;
/// The same for an order that was there: a venue may show its last fill only seconds later.
inline constexpr std::int64_t kEndedApartNs = 4 * kNsPerSecond;

/// One answer to the query by id.
struct Look {
    enum class Answer : std::uint8_t {
        Found,
        Absent,  ///< "no such order", and the venue says that it would know
        Silent,  ///< no answer, or one that proves nothing
    };
    Answer answer = Answer::Silent;
    Timestamp venue_time = Timestamp::none();  ///< up to which it holds; none: not told
};

/// The order as the venue shows it.
struct VenueOrder {
    std::uint8_t status = 0;  ///< TRADECTL_ORDER_STATUS_...
    std::uint8_t side = 0;
    Decimal order_qty = Decimal::null();  ///< null: not told
    Decimal filled_qty;
    std::string client_order_id;
};

/// What a list that should hold the order said.
struct Listing {
    enum class Answer : std::uint8_t {
        NotAsked,
        Listed,
        Absent,      ///< the list is complete, and does not have it
        Incomplete,  ///< no answer, or a part only
    };
    Answer answer = Answer::NotAsked;
    Timestamp venue_time = Timestamp::none();
};

/// What the venue was asked, and what it said. Times are the venue's.
struct Evidence {
    std::vector<Look> looks;          ///< in the order of asking
    std::optional<VenueOrder> order;  ///< of the last look that found it
    Listing open_orders;
    Listing fills;             ///< since a day before the intent
    Decimal fills_qty;         ///< sum of the listed fills of this id
    bool fills_whole = false;  ///< no other fill can be of this id
    std::string problem;       ///< the venue's words instead of an answer; for people
    /// What answers for the venue knows nothing of before, by our clock; none: no such limit.
    Timestamp knows_since = Timestamp::none();
    /// Height or nonce that the venue told last, for fences that are not times.
    std::optional<std::int64_t> fence_reading;
};

/// What an operator decided or allowed beforehand.
struct Policy {
    /// For venues without a fence: an order that is nowhere to be seen counts as never arrived this
    /// long after its intent. The operator wrote it into the config.
    std::optional<std::int64_t> never_arrived_after_ns;
};

enum class Outcome : std::uint8_t {
    Completed,   ///< at its end at the venue: filled, canceled, expired; a cancel that worked
    Open,        ///< rests at the venue, and the numbers add up
    Failed,      ///< refused by the venue, or failed before and its compensation is due
    RolledBack,  ///< never sent, or never arrived
    Unresolved,  ///< nobody can tell yet
};
/// "completed", "open", "failed", "rolled_back", "unresolved".
[[nodiscard]] std::string_view to_string(Outcome outcome);

struct Verdict {
    Outcome outcome = Outcome::Unresolved;
    std::string why;    ///< on what it rests, or what is missing
    std::string needs;  ///< Unresolved: what would settle it
    /// Unresolved: venue time from which asking again may settle it; none: asking does not help.
    Timestamp ask_again = Timestamp::none();
    /// Whose rule decided: "host", or "policy" when it took what the config allows.
    std::string approver = "host";
};

/// Whether `decide` needs evidence at all: false for what was never sent or only needs its
/// compensation.
[[nodiscard]] bool needs_venue(const Unfinished& operation);

/// Whether it is a step on a chain: known by its transaction, not by an order.
[[nodiscard]] bool is_transaction(const Unfinished& operation);

[[nodiscard]] Verdict decide(const Unfinished& operation,
                             const Evidence& evidence,
                             const Policy& policy);

}  // namespace tradectl::recovery
