#include "host/market/bar_path_source.hpp"

#include <array>
#include <string>
#include <utility>

namespace tradectl::market {
namespace {

constexpr int kSteps = 4;

/// The bar's prices in the order of the path.
std::array<tradectl_decimal, kSteps> prices_of(const tradectl_bar_event& bar, BarPath path) {
    const bool rises = Decimal::from_abi(bar.close) >= Decimal::from_abi(bar.open);
    const bool low_first =
        path == BarPath::OpenLowHighClose || (path == BarPath::FarFirst && rises);
    return {bar.open, low_first ? bar.low : bar.high, low_first ? bar.high : bar.low, bar.close};
}

std::string bar_name(const tradectl_bar_event& bar) {
    return "bar at " + Timestamp{bar.header.event_time}.to_string();
}

}  // namespace

BarPathSource::BarPathSource(std::unique_ptr<Source> bars, BarPathOptions options)
    : bars_(std::move(bars)), options_(options) {}

BarPathSource::~BarPathSource() = default;

/// Makes sure that an event is ready; a bar may become nothing. False at the end and on failure.
bool BarPathSource::refill() {
    while (!failure_ && ready_at_ >= ready_.bytes()) {
        ready_.clear();
        ready_at_ = 0;
        EventBuffer one;
        const auto given = bars_->read(Timestamp{INT64_MAX}, 1, one);
        if (!given) {
            failure_ = given.error();
            return false;
        }
        if (*given == 0) return false;
        one.each([&](const tradectl_event& event) {
            if (event.type != TRADECTL_EVENT_BAR) return ready_.append(event);
            const auto played = play(reinterpret_cast<const tradectl_bar_event&>(event));
            if (!played) failure_ = played.error();
        });
    }
    return !failure_;
}

Status BarPathSource::play(const tradectl_bar_event& bar) {
    std::int64_t spacing = options_.spacing_ns;
    if (spacing == 0) spacing = bar.interval_ns / kSteps;
    if (spacing <= 0 || (bar.interval_ns - 1) / spacing < kSteps - 1)
        return fail(ErrorCode::InvalidArgument,
                    bar_name(bar) + ": an interval of " + std::to_string(bar.interval_ns) +
                        " ns has no room for 3 spacings of " + std::to_string(spacing) + " ns");
    auto quantity = std::optional(options_.quantity);
    if (options_.play == BarPlay::Trades && options_.quantity.is_null())
        quantity =
            checked_div(Decimal::from_abi(bar.volume), Decimal::from_int(kSteps), Rounding::Down);
    if (!quantity) return fail(ErrorCode::Overflow, bar_name(bar) + ": the volume does not divide");
    if (options_.play == BarPlay::Trades && !quantity->is_positive()) return {};
    const auto prices = prices_of(bar, options_.path);
    Timestamp time = Timestamp{bar.header.event_time}.plus_ns(-spacing * (kSteps - 1));
    if (time < last_)
        return fail(ErrorCode::Corrupt, bar_name(bar) + ": begins before the end of the last one");
    for (const tradectl_decimal& price : prices) {
        if (auto put_one = put(bar, time, Decimal::from_abi(price), *quantity); !put_one)
            return put_one;
        last_ = time;
        time = time.plus_ns(spacing);
    }
    return {};
}

Status BarPathSource::put(const tradectl_bar_event& bar,
                          Timestamp time,
                          Decimal price,
                          Decimal quantity) {
    const auto stamp = [&](tradectl_event& header) {
        header.event_time = header.host_time = time.ns();
        header.instrument = bar.header.instrument;
        header.source = bar.header.source;
    };
    if (options_.play == BarPlay::Trades) {
        auto& trade = ready_.emplace<tradectl_trade_event>(TRADECTL_EVENT_TRADE);
        stamp(trade.header);
        trade.price = price.to_abi();
        trade.quantity = quantity.to_abi();
        return {};
    }
    const std::uint32_t below = options_.spread_ticks / 2;
    const auto half = checked_mul(options_.tick, Decimal::from_int(below), Rounding::HalfEven);
    const auto rest = checked_mul(
        options_.tick, Decimal::from_int(options_.spread_ticks - below), Rounding::HalfEven);
    const auto bid = half ? checked_sub(price, *half) : std::nullopt;
    const auto ask = rest ? checked_add(price, *rest) : std::nullopt;
    if (!bid || !ask) return fail(ErrorCode::Overflow, bar_name(bar) + ": the spread does not fit");
    auto& quote = ready_.emplace<tradectl_quote_event>(TRADECTL_EVENT_QUOTE);
    stamp(quote.header);
    const bool has_bid = bid->is_positive();
    quote.bid_price = (has_bid ? *bid : Decimal::null()).to_abi();
    quote.bid_quantity = (has_bid ? quantity : Decimal{}).to_abi();
    quote.ask_price = ask->to_abi();
    quote.ask_quantity = quantity.to_abi();
    return {};
}

std::optional<Timestamp> BarPathSource::next_time() {
    if (!refill()) return std::nullopt;
    const auto& next = *reinterpret_cast<const tradectl_event*>(ready_.data() + ready_at_);
    return Timestamp{next.event_time};
}

Expected<std::size_t> BarPathSource::read(Timestamp limit,
                                          std::size_t events_max,
                                          EventBuffer& out) {
    std::size_t given = 0;
    while (given < events_max && refill()) {
        auto& next = *reinterpret_cast<tradectl_event*>(const_cast<std::uint8_t*>(ready_.data()) +
                                                        ready_at_);
        if (Timestamp{next.event_time} > limit) break;
        next.seq = ++sequence_;
        if (next.type == TRADECTL_EVENT_TRADE)
            reinterpret_cast<tradectl_trade_event&>(next).trade_id = sequence_;
        out.append(next);
        ready_at_ += next.size;
        ++given;
    }
    if (failure_ && given == 0) return fail(*failure_);
    return given;
}

}  // namespace tradectl::market
