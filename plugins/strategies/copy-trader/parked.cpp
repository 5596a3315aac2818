// The part of CopyTrader that waits for the first book of a market: a wallet may trade in one that
// was listed a moment ago.
#include "copy_trader.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::copy_trader {

namespace {

constexpr std::size_t kParkedMax = 1000;

bool is_known(const BookTop& book) {
    return book.ask_price().is_positive() || book.bid_price().is_positive();
}

}  // namespace

/// A purchase that is not too old yet, in a market without a book; and what comes behind such a
/// one in the same market.
bool CopyTrader::must_wait(const Activity& fill) const {
    if (parked_.size() >= kParkedMax || !host().instrument(fill.instrument())) return false;
    const bool behind = std::any_of(parked_.begin(), parked_.end(), [&](const auto& each) {
        return each.header.instrument == fill.instrument();
    });
    return behind ||
           (fill.side() == Side::Buy && !refuse_age(fill) && !is_known(top(fill.instrument())));
}

/// Nothing is kept of it: after a restart it is told again.
void CopyTrader::park(const Activity& fill) {
    for (const tradectl_activity_event& each : parked_) {
        const Activity known{each};
        if (known.activity_id() == fill.activity_id() && known.wallet() == fill.wallet()) return;
    }
    parked_.push_back(fill.raw());
    parked_.back().header.size = sizeof(tradectl_activity_event);
    const Status timed = set_timer(kOwnTimerFirst, now().plus_ns(kNsPerSecond), kNsPerSecond);
    if (!timed) log(LogLevel::Warning, "no timer for what waits: " + timed.error().message);
}

void CopyTrader::decide_parked() {
    for (std::size_t i = 0; i < parked_.size();) {
        const Activity fill{parked_[i]};
        if (!is_known(top(fill.instrument())) && !refuse_age(fill)) {
            ++i;
            continue;
        }
        // All of its market, in their order.
        const InstrumentHandle market = fill.instrument();
        std::vector<tradectl_activity_event> due;
        for (const tradectl_activity_event& each : parked_)
            if (each.header.instrument == market) due.push_back(each);
        std::erase_if(parked_, [&](const auto& each) { return each.header.instrument == market; });
        for (const tradectl_activity_event& each : due)
            if (Leader* leader = find_leader(Activity{each}.wallet()))
                decide_on(*leader, Activity{each});
        i = 0;
    }
}

void CopyTrader::on_timer(const Timer& timer) {
    CappedStrategy::on_timer(timer);
    if (timer.timer_id() != kOwnTimerFirst) return;
    decide_parked();
    if (parked_.empty()) static_cast<void>(set_timer(kOwnTimerFirst, Timestamp::none()));
}

void CopyTrader::on_turn_end() {
    if (!parked_.empty()) decide_parked();
    CappedStrategy::on_turn_end();
}

}  // namespace tradectl::copy_trader
