/// Exits that the host runs for a position: a strategy only declares them.
///
/// Order of evaluation, first hit wins and is the one recorded reason: market close, signal, stop
/// loss, trailing stop, profit target, time. (What must happen at any price comes first, then what
/// protects, then what takes profit.)
#pragma once

#include <tradectl/abi/commands.h>
#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::execution {

/// What an offset is measured in: a fraction of the average entry price (0.01 is 1 %), or a price
/// step, as for binary markets.
enum class OffsetKind : std::uint8_t { Fraction, Absolute };

/// A target that is in force from `after_ns` after the entry on.
struct TargetStep {
    std::int64_t after_ns = 0;
    Decimal offset;  ///< may be zero or negative
};

/// One declaration, as in tradectl_exits_command.
struct ExitRules {
    std::uint32_t rules = 0;  ///< TRADECTL_EXIT_TARGET ..., or-ed
    OffsetKind offset_kind = OffsetKind::Fraction;
    Decimal target_offset = Decimal::null();
    Decimal stop_offset = Decimal::null();
    Decimal trailing_offset = Decimal::null();
    Decimal trailing_activation = Decimal::null();  ///< gain that arms it; null: armed at once
    Decimal quantity_fraction = Decimal::null();    ///< of the position; null: all
    std::int64_t hold_ns_max = 0;
    Decimal trailing_before{};  ///< trails by this until the activation; zero: does not
    Decimal fee_rate{};         ///< targets are net of this share at entry and exit
    std::array<TargetStep, TRADECTL_EXIT_STEPS_MAX> steps{};
    std::uint32_t step_count = 0;  ///< above 0: the steps replace `target_offset`
};

/// InvalidArgument when a named rule lacks its offset or time, an offset is not above zero, the
/// fraction is not in (0, 1], the fee rate not in [0, 1), steps do not start at or after 0 and
/// rise, or a flag is not known. A stop fraction must be below 1.
[[nodiscard]] Status check_rules(const ExitRules& rules);

/// What has to be remembered between two looks at the market.
struct ExitState {
    Timestamp entered = Timestamp::none();  ///< of the position; none: the first look sets it
    Decimal best_price = Decimal::null();   ///< since trailing was armed; null before
    std::uint32_t fired = 0;                ///< TRADECTL_EXIT_... rules that have sold their part
    std::uint16_t in_flight = 0;            ///< reason of the exit order that is out; 0: none
};

/// The exits of one position: everything that must survive a restart.
struct Exits {
    ExitRules rules;
    ExitState state;
};

/// Where a target or a stop trades that a bar has passed.
enum class HitPrice : std::uint8_t {
    /// At its level, kept within the bar: a stop that the whole bar lies beyond at the open, a
    /// target at a better open when it came into force there.
    InBar,
    Level,  ///< at its level, whatever the bar
};

/// A bar that has just ended: the only prices known of its time.
struct ExitBar {
    Decimal open;
    Decimal high;
    Decimal low;
    Decimal close;
    Timestamp start;
    bool entry = false;  ///< the position was entered during this bar
    HitPrice hits = HitPrice::InBar;
};

/// The position to be closed and the market it would be closed in.
struct ExitView {
    Decimal quantity;  ///< signed; zero: nothing to do
    Decimal average_price = Decimal::null();
    Decimal lot = Decimal::null();  ///< quantity grid for partial exits; null: none
    Decimal bid_price = Decimal::null();
    Decimal ask_price = Decimal::null();
    Decimal last_price = Decimal::null();
    Timestamp now;
    Timestamp close_by = Timestamp::none();  ///< be out by then (market close); none: never
    const ExitBar* bar = nullptr;            ///< given: prices are those of the bar, see below
};

/// What to do now. With reason TRADECTL_REASON_NONE: nothing.
struct ExitDecision {
    std::uint16_t reason = TRADECTL_REASON_NONE;  ///< TRADECTL_REASON_EXIT_...
    std::uint8_t side = TRADECTL_SIDE_NONE;       ///< of the exit order
    Decimal quantity;                             ///< above zero, at most the position
    Decimal price = Decimal::null();              ///< that was seen; null when none was needed
    Decimal level = Decimal::null();              ///< that it reached
    ExitState state;                              ///< to be kept, in any case
};

/// Looks at the market once. A long is judged by the bid, a short by the ask, either by the last
/// price when that side is not known; without any price only market close, signal and time can hit.
/// Levels are reached when touched; they are rounded half-even at the 18th decimal.
///
/// While an exit order is out (`in_flight`) nothing is decided, but the best price is still kept. A
/// decision marks itself in flight; the caller ends that by `finish_exit`. Partial exits round down
/// to the lot, or take the whole position when that leaves nothing; each rule sells its part once.
/// Market close takes everything.
///
/// With a bar, levels count as reached anywhere between its low and its high, and `price` is what
/// the exit is assumed to trade at (`level` is the same):
/// - The trailing stop moves to the bar's best price before the same bar's worst is tested, but
///   only when the worst price had not reached the stop as it was. The stop is the better one of
///   stop loss and trailing stop; when the trailing one, that is the reason.
/// - A stop trades at its price, at the open when the whole bar lies beyond it. A trailing stop hit
///   in the entry bar trades at entry * (1 + activation - offset) when trailing starts with an
///   activation, else at entry * (1 - offset), not beyond the bar.
/// - Then the target: at its level, kept within the bar; at the open when that is better and a step
///   begins exactly with the bar; beyond its level, not at it, counts as reached. In the entry bar
///   not at all when the bar went against the position, the entry was better than the open, and
///   the level is better than the close. A trailing stop gives way to a target of the same bar.
/// - With HitPrice::Level a stop and a target trade at their level in all these cases, but for a
///   trailing stop hit in the entry bar.
/// - Time counts at the bar's start.
///
/// Overflow when a level does not fit.
[[nodiscard]] Expected<ExitDecision> evaluate(const Exits& exits, const ExitView& view);

/// The state after the exit order was closed. A rule that took its part (a fraction below 1
/// is declared and something was filled) is done; otherwise it may hit again, until the position is
/// flat.
[[nodiscard]] ExitState finish_exit(const Exits& exits, Decimal filled_qty);

/// One line of text, and back: "2" (the format), then the fields of rules and state in order of
/// declaration, parted by blanks; "1" is what 0.1 wrote, without the rules that came later. Corrupt
/// when the text is not of that form.
[[nodiscard]] std::string to_text(const Exits& exits);
[[nodiscard]] Expected<Exits> exits_from_text(std::string_view text);

}  // namespace tradectl::execution
