#include "host/market/bars.hpp"

#include <algorithm>
#include <optional>

namespace tradectl::market {
namespace {

constexpr std::int64_t kIntervalMin = kNsPerMillisecond;
constexpr std::int64_t kIntervalMax = 366 * kNsPerDay;

bool above(const tradectl_decimal& a, const tradectl_decimal& b) {
    return Decimal::from_abi(a) > Decimal::from_abi(b);
}

bool is_positive(const tradectl_decimal& value) {
    return Decimal::from_abi(value).is_positive();
}

/// The quote's price by the rule, if it has one.
std::optional<Decimal> price_of(const tradectl_quote_event& quote, BarPrice rule) {
    const Decimal bid = Decimal::from_abi(quote.bid_price);
    const Decimal ask = Decimal::from_abi(quote.ask_price);
    const bool has_bid = bid.is_positive();
    const bool has_ask = ask.is_positive();
    if (rule == BarPrice::Bid && has_bid) return bid;
    if (rule == BarPrice::Ask && has_ask) return ask;
    if (rule != BarPrice::Mid || !has_bid || !has_ask) return std::nullopt;
    const auto sum = checked_add(bid, ask);
    if (!sum) return std::nullopt;
    return checked_div(*sum, Decimal::from_int(2), Rounding::HalfEven);
}

Unexpected refuse(tradectl_time time, const std::string& what) {
    return fail(ErrorCode::InvalidArgument, "bar at " + Timestamp{time}.to_string() + ": " + what);
}

}  // namespace

Timestamp bar_start(Timestamp time, std::int64_t interval_ns) {
    const std::int64_t rest = time.ns() % interval_ns;
    return Timestamp{time.ns() - (rest < 0 ? rest + interval_ns : rest)};
}

Expected<BarBuilder> BarBuilder::create(tradectl_instrument_handle instrument, BarOptions options) {
    if (options.interval_ns < kIntervalMin || options.interval_ns > kIntervalMax)
        return fail(ErrorCode::InvalidArgument,
                    "bar interval is " + std::to_string(options.interval_ns) +
                        " ns, must be 1 ms to 366 days");
    return BarBuilder(instrument, options);
}

BarBuilder::BarBuilder(tradectl_instrument_handle instrument, BarOptions options)
    : options_(options) {
    bar_.header.size = sizeof(bar_);
    bar_.header.type = TRADECTL_EVENT_BAR;
    bar_.header.instrument = instrument;
    bar_.interval_ns = options.interval_ns;
}

/// Start of the interval that holds `time`.
Timestamp BarBuilder::interval_of(Timestamp time) const {
    const bool ends_inside = options_.rule.closed == BarClosed::Right;
    return bar_start(ends_inside ? time.plus_ns(-1) : time, options_.interval_ns);
}

Status BarBuilder::take_price(tradectl_event header,
                              const tradectl_decimal& price,
                              const tradectl_decimal& volume,
                              std::uint64_t trade_count,
                              EventBuffer& out) {
    tradectl_bar_event part = bar_;
    part.header.event_time = header.event_time;
    part.header.source = header.source;
    part.open = part.high = part.low = part.close = price;
    part.volume = volume;
    part.trade_count = trade_count;
    return take(interval_of(Timestamp{header.event_time}), part, out);
}

Status BarBuilder::add(const tradectl_trade_event& trade, EventBuffer& out) {
    if (options_.rule.price != BarPrice::Last) return {};
    if (!is_positive(trade.price) || !is_positive(trade.quantity))
        return refuse(trade.header.event_time, "a trade without a price or a quantity");
    return take_price(trade.header, trade.price, trade.quantity, 1, out);
}

Status BarBuilder::add(const tradectl_quote_event& quote, EventBuffer& out) {
    const auto price = price_of(quote, options_.rule.price);
    if (!price) return {};
    return take_price(quote.header, price->to_abi(), {}, 0, out);
}

Status BarBuilder::add(const tradectl_bar_event& bar, EventBuffer& out) {
    const tradectl_time time = bar.header.event_time;
    if (bar.interval_ns <= 0 || options_.interval_ns % bar.interval_ns != 0)
        return refuse(time,
                      "interval " + std::to_string(bar.interval_ns) + " ns does not divide " +
                          std::to_string(options_.interval_ns) + " ns");
    for (const tradectl_decimal& price : {bar.open, bar.high, bar.low, bar.close})
        if (!is_positive(price)) return refuse(time, "a price that is not above 0");
    if (Decimal::from_abi(bar.volume).is_null() || Decimal::from_abi(bar.volume).is_negative())
        return refuse(time, "a volume that is negative or null");
    // Its event time is its end. All of it lies in one interval, whichever end belongs to that.
    const Timestamp start = bar_start(Timestamp{time - bar.interval_ns}, options_.interval_ns);
    Status taken = take(start, bar, out);
    if (taken && bar_.header.event_time == time) emit(out);
    return taken;
}

Status BarBuilder::take(Timestamp start, const tradectl_bar_event& part, EventBuffer& out) {
    if (!start_.is_none() && start < start_)
        return refuse(part.header.event_time,
                      "older than the open interval, which begins at " + start_.to_string());
    const bool joins = open_ && start == start_;
    const auto volume =
        joins ? checked_add(Decimal::from_abi(bar_.volume), Decimal::from_abi(part.volume))
              : Decimal::from_abi(part.volume);
    if (!volume)
        return fail(ErrorCode::Overflow,
                    "bar at " + start.to_string() + ": the volume does not fit");
    if (!joins) {
        emit_flat_until(start, out);
        start_ = start;
        open_ = true;
        flat_bars_ = 0;
        bar_.header.event_time = start.plus_ns(options_.interval_ns).ns();
        bar_.open = part.open;
        bar_.high = part.high;
        bar_.low = part.low;
        bar_.trade_count = 0;
    }
    if (above(part.high, bar_.high)) bar_.high = part.high;
    if (above(bar_.low, part.low)) bar_.low = part.low;
    bar_.header.source = part.header.source;
    bar_.close = part.close;
    bar_.volume = volume->to_abi();
    bar_.trade_count += part.trade_count;
    return {};
}

void BarBuilder::advance(Timestamp now, EventBuffer& out) {
    if (start_.is_none()) return;
    const Timestamp start = bar_start(now, options_.interval_ns);
    if (start <= start_) return;
    emit_flat_until(start, out);
    start_ = start;
}

void BarBuilder::finish(EventBuffer& out) {
    if (open_) emit(out);
}

void BarBuilder::emit(EventBuffer& out) {
    ++bar_.header.seq;
    bar_.header.host_time = bar_.header.event_time;
    out.emplace<tradectl_bar_event>(TRADECTL_EVENT_BAR) = bar_;
    open_ = false;
    start_ = start_.plus_ns(options_.interval_ns);
}

/// Closes the open bar and, when asked for, fills the intervals before `start`.
void BarBuilder::emit_flat_until(Timestamp start, EventBuffer& out) {
    if (open_) emit(out);
    if (options_.rule.gap == BarGap::Skip || start_.is_none()) return;
    const std::int64_t missing = start.minus(start_) / options_.interval_ns;
    if (missing > static_cast<std::int64_t>(options_.flat_bars_max) - flat_bars_) return;
    bar_.open = bar_.high = bar_.low = bar_.close;
    bar_.volume = {};
    bar_.trade_count = 0;
    while (start_ < start) {
        bar_.header.event_time = start_.plus_ns(options_.interval_ns).ns();
        ++flat_bars_;
        emit(out);
    }
}

Timestamp BarBuilder::next_end() const {
    const bool fills = options_.rule.gap == BarGap::Flat && !start_.is_none() &&
                       flat_bars_ < options_.flat_bars_max;
    if (!open_ && !fills) return Timestamp::none();
    return start_.plus_ns(options_.interval_ns);
}

}  // namespace tradectl::market
