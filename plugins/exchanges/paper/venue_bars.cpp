// The part of Venue that plays bars: four prices, each a trade or a display.
#include "venue.hpp"

#include <array>
#include <utility>

namespace tradectl::paper {

namespace {
std::array<Decimal, 4> path_of(const Bar& bar, BarPath path) {
    const bool low_first =
        path == BarPath::OpenLowHighClose || (path == BarPath::FarFirst && bar.close >= bar.open);
    return {bar.open, low_first ? bar.low : bar.high, low_first ? bar.high : bar.low, bar.close};
}

/// The price with half of the spread, rounded down to ticks, below it, and the rest above; a bid
/// that is not above zero is empty.
std::pair<Level, Level> display_of(Decimal price, const BarRules& rules, Decimal tick) {
    const auto away = [&](std::int64_t ticks) {
        return checked_mul(tick, Decimal::from_int(ticks), Rounding::HalfEven).value_or(Decimal{});
    };
    const std::int64_t below = rules.spread_ticks / 2;
    Level bid{checked_sub(price, away(below)).value_or(Decimal{}), rules.depth};
    const Level ask{checked_add(price, away(rules.spread_ticks - below)).value_or(Decimal::null()),
                    rules.depth};
    if (!bid.price.is_positive()) bid.price = Decimal::null();
    return {bid, ask};
}
}  // namespace

void Venue::on_bar(MarketIndex market, const Bar& bar, Timestamp now) {
    Market& m = markets_[market];
    const bool empty = !bar.volume.is_positive();
    if (empty && rules_.bars.zero_volume == ZeroVolume::Skip) return;
    const Decimal quarter =
        empty ? kUnlimited
              : checked_div(bar.volume, Decimal::from_int(4), Rounding::Down).value_or(Decimal{});
    if (!empty && quarter.is_zero()) return;
    const auto share = [&](Decimal volume) {
        return share_of(empty ? kUnlimited : volume, rules_, m.listing.lot);
    };
    m.last_bar = {bar, now, share(bar.volume)};
    Decimal left_at_close = share(quarter);
    if (!m.view.is_fed()) {
        play_bar(m, bar_points(m, bar, quarter), now);
        if (rules_.bars.play == BarPlay::Quotes)
            left_at_close = rules_.bars.depth;
        else if (left_at_close != kUnlimited)
            left_at_close =
                left_at_close > m.view.taken() ? left_at_close - m.view.taken() : Decimal{};
    }
    m.view.set_close({bar.close, whole_lots(left_at_close, m.listing.lot)});
    if (m.open_positions != 0) check_margins(m, now);
    if (!closed_.empty()) sweep();
}

std::vector<Venue::BarPoint> Venue::bar_points(const Market& m,
                                               const Bar& bar,
                                               Decimal quarter) const {
    std::vector<BarPoint> points;
    for (const Decimal price : path_of(bar, rules_.bars.path)) {
        const auto [bid, ask] = display_of(price, rules_.bars, m.listing.tick);
        const Moment moment = points.empty() ? Moment::Open : Moment::Inside;
        points.push_back({moment, price, quarter, Decimal{}, bid, ask});
    }
    return points;
}

/// With a priority the bar is gone through twice; what the first round took is not there for the
/// second.
void Venue::play_bar(Market& m, std::vector<BarPoint> points, Timestamp now) {
    const auto play = [&](Pass pass) {
        for (BarPoint& point : points)
            play_point(m, point, pass, now);
    };
    switch (rules_.bars.priority) {
        case BarPriority::Path: play(Pass::All); break;
        case BarPriority::StopFirst: play(Pass::Stops), play(Pass::Limits); break;
        case BarPriority::LimitFirst: play(Pass::Limits), play(Pass::Stops); break;
    }
}

void Venue::play_point(Market& m, BarPoint& point, Pass pass, Timestamp now) {
    const bool quotes = rules_.bars.play == BarPlay::Quotes;
    if (quotes) {
        m.view.set_quote(point.bid, point.ask);
    } else {
        m.view.set_trade(point.price, point.quantity);
        m.view.set_taken(point.taken);
    }
    m.moment = point.moment;
    if (!m.book.empty()) {
        if (point.moment == Moment::Open) release_opening(m, now);
        if (pass != Pass::Stops && quotes) {
            cross(m, Side::Buy, now);
            cross(m, Side::Sell, now);
            update_queue(m, Side::Buy);
            update_queue(m, Side::Sell);
        } else if (pass != Pass::Stops) {
            trade_with_resting(m, TRADECTL_SIDE_NONE, now);
        }
        if (pass != Pass::Limits) trigger_stops(m, now);
    }
    m.moment = Moment::NoBar;
    point.taken = m.view.taken();
    const auto shown = [&](Side side) {
        const Ladder levels = m.view.levels(side);
        return levels.empty() ? Level{Decimal::null(), Decimal{}} : levels.front();
    };
    if (quotes) point.bid = shown(Side::Buy), point.ask = shown(Side::Sell);
    if (m.open_positions != 0) check_margins(m, now);
}

}  // namespace tradectl::paper
