#include "hot_merge.hpp"

#include <algorithm>

namespace tradectl::polymarket {

namespace {
/// How far one stream may lag behind the other.
constexpr std::int64_t kLagNs = kNsPerMinute;
}  // namespace

HotMerge::Line& HotMerge::line(std::string_view asset) {
    const auto found = lines_.find(asset);
    return found != lines_.end() ? found->second : lines_[std::string(asset)];
}

/// What is older than the lag was told by the other one.
bool HotMerge::is_news(Line& line, const Key& key) {
    const std::int64_t time = std::get<0>(key);
    if (time == TRADECTL_TIME_NONE) return true;
    if (time < line.newest - kLagNs) return false;
    line.newest = std::max(line.newest, time);
    const Key oldest{line.newest - kLagNs, Kind::Book, Side::None, Decimal::min(), Decimal::min()};
    line.recent.erase(line.recent.begin(), line.recent.lower_bound(oldest));
    Count& count = line.recent[key];
    if (++count.said[copy_] <= count.told) return false;
    count.told = count.said[copy_];
    return true;
}

/// Whether the other stream told something newer, or this very book: what a late one lacks was
/// told, and will not be told again. One stream's own order is the venue's.
bool HotMerge::is_overtaken(Line& line, std::int64_t time) {
    const std::size_t other = 1 - copy_;
    if (time != line.book_time) return time < line.spoken[other];
    return ++line.books[copy_] <= line.books[other] || time < line.spoken[other];
}

void HotMerge::on_book(std::string_view asset,
                       Timestamp time,
                       std::span<const PriceLevel> bids,
                       std::span<const PriceLevel> asks) {
    Line& known = line(asset);
    if (!time.is_none()) {
        if (is_overtaken(known, time.ns()) && has_book_(asset)) return;
        if (known.book_time != time.ns()) {
            known.book_time = time.ns();
            known.books = {};
            known.books[copy_] = 1;
        }
        known.spoken[copy_] = std::max(known.spoken[copy_], time.ns());
        // Changes of this instant that come behind it are told again.
        const auto first = known.recent.lower_bound(
            {time.ns(), Kind::Change, Side::None, Decimal::min(), Decimal::min()});
        const auto last = known.recent.lower_bound(
            {time.ns(), Kind::Trade, Side::None, Decimal::min(), Decimal::min()});
        known.recent.erase(first, last);
    }
    out_.on_book(asset, time, bids, asks);
}

void HotMerge::on_changes(Timestamp time, std::span<const LevelChange> changes) {
    news_.clear();
    for (const LevelChange& change : changes) {
        Line& known = line(change.asset);
        const bool is_behind = known.books[copy_] < known.books[1 - copy_];
        const bool is_in_book =
            time.ns() < known.book_time || (time.ns() == known.book_time && is_behind);
        if (!time.is_none() && is_in_book) continue;
        known.spoken[copy_] = std::max(known.spoken[copy_], time.ns());
        const Key key{time.ns(), Kind::Change, change.side, change.price, change.quantity};
        if (is_news(known, key)) news_.push_back(change);
    }
    if (!news_.empty()) out_.on_changes(time, news_);
}

void HotMerge::on_trade(
    std::string_view asset, Timestamp time, Side aggressor, Decimal price, Decimal quantity) {
    if (is_news(line(asset), {time.ns(), Kind::Trade, aggressor, price, quantity}))
        out_.on_trade(asset, time, aggressor, price, quantity);
}

void HotMerge::on_tick(std::string_view asset, Timestamp time, Decimal tick) {
    if (is_news(line(asset), {time.ns(), Kind::Tick, Side::None, tick, Decimal{}}))
        out_.on_tick(asset, time, tick);
}

void HotMerge::on_resolved(std::string_view winner,
                           Timestamp time,
                           std::span<const std::string_view> assets) {
    if (assets.empty()) return;
    if (is_news(line(assets[0]), {time.ns(), Kind::End, Side::None, Decimal{}, Decimal{}}))
        out_.on_resolved(winner, time, assets);
}

}  // namespace tradectl::polymarket
