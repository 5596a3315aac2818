/// What a comparison of our books with a venue's found, and what it could not find out.
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::recovery {

/// How ours and theirs differ.
enum class FindingKind : std::uint8_t {
    MissingFill,      ///< a fill that one side alone knows
    OrphanOrder,      ///< open at the venue, not in our books
    GhostOrder,       ///< open in our books, not at the venue
    OrphanPosition,   ///< at the venue, flat in our books
    GhostPosition,    ///< in our books, flat at the venue
    QuantityDiffers,  ///< of an order, a fill or a position that both know
    AveragePriceDiffers,
    BalanceDrift,
    UnsettledTooLong,   ///< a fill that is not final, longer than allowed
    UnknownInstrument,  ///< an order, fill or position in what the config does not name
    ResolvedNotRedeemed,
    UnprotectedPosition,  ///< no exit and no order that would close it
};
inline constexpr std::size_t kFindingKinds = 12;

/// "missing_fill", "orphan_order" ...: the words of the config and of `--json`.
[[nodiscard]] std::string_view to_string(FindingKind kind);
[[nodiscard]] std::optional<FindingKind> finding_kind_of(std::string_view word);

/// How much an answer covers.
enum class Completeness : std::uint8_t {
    Silent,  ///< no answer
    Unknown,
    Partial,
    Complete,
};
/// "none", "unknown", "partial", "complete".
[[nodiscard]] std::string_view to_string(Completeness completeness);

/// What evidence a listing is.
struct Coverage {
    Completeness completeness = Completeness::Silent;
    Timestamp as_of = Timestamp::none();  ///< venue time up to which it holds; none: not told
    std::string problem;                  ///< why it proves less than it should; for people
};

/// Which thing a finding or a gap is about. Empty: does not apply.
struct Topic {
    std::string venue;
    std::string account;
    std::string instrument;
    std::string key;  ///< client or venue order id, trade id, asset
};

/// One difference. Amounts that do not apply are null.
struct Finding {
    FindingKind kind{};
    Topic topic;
    std::string id;  ///< see `stable_id`
    Decimal ours = Decimal::null();
    Decimal theirs = Decimal::null();
    Decimal delta = Decimal::null();  ///< theirs less ours
    Decimal tolerance = Decimal::null();
    std::string text;   ///< what is wrong, for people
    Coverage evidence;  ///< of the venue's answer that it rests on
    // Of an order at the venue; empty: the venue did not tell it.
    std::string client_order_id;
    std::string venue_order_id;
};

/// Something that nobody can tell now.
struct Gap {
    Topic topic;
    std::string
        what;  ///< "open_orders", "fills", "positions", "balances", "order", "store", "venue"
    std::string id;
    std::string why;
    Coverage evidence;
};

struct Comparison {
    std::vector<Finding> findings;
    std::vector<Gap> gaps;
    std::size_t answers = 0;  ///< that venues gave
};

/// The first 48 bits, in hexadecimal, of SHA-256 over `what` and the topic's four words, a newline
/// behind each. Amounts are not in it: the same trouble keeps its id while its size changes.
[[nodiscard]] std::string stable_id(std::string_view what, const Topic& topic);

[[nodiscard]] Finding make_finding(FindingKind kind, Topic topic);
[[nodiscard]] Gap make_gap(std::string what, Topic topic, std::string why, Coverage evidence);

}  // namespace tradectl::recovery
