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

/// The number stands in front, with leading zeros, so that keys come in the order heard.
std::string parked_key(std::uint64_t number) {
    const std::string digits = std::to_string(number);
    return "parked/" + std::string(20 - digits.size(), '0') + digits;
}

/// Up to the next tab; the rest stays.
std::string_view next_field(std::string_view& text) {
    const std::size_t tab = std::min(text.find('\t'), text.size());
    const std::string_view field = text.substr(0, tab);
    text.remove_prefix(std::min(tab + 1, text.size()));
    return field;
}

}  // namespace

/// A purchase that is not too old yet, in a market without a book; and what comes behind such a
/// one in the same market.
bool CopyTrader::must_wait(const Activity& fill) const {
    if (parked_.size() >= kParkedMax || !host().instrument(fill.instrument())) return false;
    const bool behind = std::any_of(parked_.begin(), parked_.end(), [&](const auto& each) {
        return each.event.header.instrument == fill.instrument();
    });
    return behind ||
           (fill.side() == Side::Buy && !refuse_age(fill) && !is_known(top(fill.instrument())));
}

/// Kept until it is decided on: after a long stop nobody tells it again.
void CopyTrader::park(const Activity& fill) {
    for (const Parked& each : parked_) {
        const Activity known{each.event};
        if (known.activity_id() == fill.activity_id() && known.wallet() == fill.wallet()) return;
    }
    const std::uint64_t number = parked_.empty() ? 1 : parked_.back().number + 1;
    if (!keep(parked_key(number), parked_text(fill))) return skip(fill, {"could not be kept"});
    parked_.push_back({number, fill.raw()});
    parked_.back().event.header.size = sizeof(tradectl_activity_event);
    wait_for_books();
}

void CopyTrader::wait_for_books() {
    const Status timed = set_timer(kOwnTimerFirst, now().plus_ns(kNsPerSecond), kNsPerSecond);
    if (!timed) log(LogLevel::Warning, "no timer for what waits: " + timed.error().message);
}

/// Wallet, identity, instrument, side, price, quantity, time.
std::string CopyTrader::parked_text(const Activity& fill) const {
    return std::string(fill.wallet()) + "\t" + std::string(fill.activity_id()) + "\t" +
           name_of(fill.instrument()) + "\t" + std::to_string(static_cast<int>(fill.side())) +
           "\t" + fill.price().to_string() + "\t" + fill.quantity().to_string() + "\t" +
           std::to_string(fill.event_time().ns());
}

/// Nothing when it is no such text, or its instrument or its wallet is not ours any more.
std::optional<tradectl_activity_event> CopyTrader::parse_parked(std::string_view text) {
    auto event = make_event<tradectl_activity_event>();
    event.activity = TRADECTL_ACTIVITY_TRADE;
    event.wallet = to_id(next_field(text));
    event.activity_id = to_id(next_field(text));
    const auto instrument = host().find_instrument(next_field(text));
    const auto side = parse_number<std::uint32_t>(next_field(text));
    const auto price = Decimal::parse(next_field(text));
    const auto quantity = Decimal::parse(next_field(text));
    const auto time = parse_number<std::int64_t>(next_field(text));
    if (!instrument || !side || !price || !quantity || !time) return std::nullopt;
    if (find_leader(view(event.wallet)) == nullptr) return std::nullopt;
    event.header.instrument = *instrument;
    event.header.event_time = *time;
    event.side = *side;
    event.price = price->to_abi();
    event.quantity = quantity->to_abi();
    return event;
}

Status CopyTrader::restore_parked() {
    std::vector<std::string> lost;
    const Status read = kv_each("parked/", [&](std::string_view key, Bytes value) {
        const auto number = parse_number<std::uint64_t>(key.substr(7));
        const auto event = parse_parked(as_text(value));
        if (number && event)
            parked_.push_back({*number, *event});
        else
            lost.emplace_back(key);
    });
    for (const std::string& key : lost) {
        log(LogLevel::Warning, "what waited for a book is not followed any more: " + key);
        keep(key, {});
    }
    if (!parked_.empty()) wait_for_books();
    return read;
}

void CopyTrader::decide_parked() {
    for (std::size_t i = 0; i < parked_.size();) {
        const Activity fill{parked_[i].event};
        if (!is_known(top(fill.instrument())) && !refuse_age(fill)) {
            ++i;
            continue;
        }
        // All of its market, in their order.
        const InstrumentHandle market = fill.instrument();
        std::vector<Parked> due;
        for (const Parked& each : parked_)
            if (each.event.header.instrument == market) due.push_back(each);
        std::erase_if(parked_,
                      [&](const Parked& each) { return each.event.header.instrument == market; });
        for (const Parked& each : due) {
            keep(parked_key(each.number), {});
            if (Leader* leader = find_leader(Activity{each.event}.wallet()))
                decide_on(*leader, Activity{each.event});
        }
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
