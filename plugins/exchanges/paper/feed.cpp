#include "feed.hpp"

#include <tradectl/records.hpp>

namespace tradectl::paper {

namespace {
/// One side of a quote; a side that makes no sense is empty.
Level level_of(tradectl_decimal price, tradectl_decimal quantity) {
    const Level level{Decimal::from_abi(price), Decimal::from_abi(quantity)};
    if (!level.price.is_positive() || level.quantity.is_negative())
        return {Decimal::null(), Decimal{}};
    return level;
}
}  // namespace

void Feed::on_quote(MarketIndex market, const tradectl_quote_event& quote, Timestamp now) {
    note_source(market, quote.header.source);
    venue_.on_quote(market,
                    level_of(quote.bid_price, quote.bid_quantity),
                    level_of(quote.ask_price, quote.ask_quantity),
                    now);
}

void Feed::on_other(MarketIndex market, const tradectl_event& event, Timestamp now) {
    if (event.type == TRADECTL_EVENT_BAR && event.size >= sizeof(tradectl_bar_event))
        return on_bar(market, reinterpret_cast<const tradectl_bar_event&>(event), now);
    if (event.type == TRADECTL_EVENT_INSTRUMENT && event.size >= sizeof(tradectl_instrument_event))
        return on_instrument(
            market, reinterpret_cast<const tradectl_instrument_event&>(event), now);
    const auto book = event_as<tradectl::Book>(event);
    if (book && book->is_well_formed()) on_book(market, book->raw(), now);
}

void Feed::on_bar(MarketIndex market, const tradectl_bar_event& raw, Timestamp now) {
    const Bar bar{Decimal::from_abi(raw.open),
                  Decimal::from_abi(raw.high),
                  Decimal::from_abi(raw.low),
                  Decimal::from_abi(raw.close),
                  Decimal::from_abi(raw.volume)};
    for (const Decimal price : {bar.open, bar.high, bar.low, bar.close})
        if (!price.is_positive()) return;
    if (!bar.volume.is_negative() && !bar.volume.is_null()) venue_.on_bar(market, bar, now);
}

void Feed::on_book(MarketIndex market, const tradectl_book_event& book, Timestamp now) {
    MarketView& view = venue_.view(market);
    note_source(market, book.header.source);
    if (book.header.type == TRADECTL_EVENT_BOOK_SNAPSHOT) view.clear_book();
    if (!view.has_book()) return;  // a change of nothing
    const auto* at = reinterpret_cast<const std::uint8_t*>(&book) + book.levels_offset;
    for (std::uint32_t i = 0; i < book.bid_count + book.ask_count; ++i, at += book.level_stride) {
        const auto& raw = *reinterpret_cast<const tradectl_level*>(at);
        const Level level = level_of(raw.price, raw.quantity);
        if (level.price.is_null() || level.quantity.is_null()) continue;
        view.set_level(i < book.bid_count ? Side::Buy : Side::Sell, level.price, level.quantity);
    }
    venue_.on_book(market, now);
}

void Feed::on_instrument(MarketIndex market, const tradectl_instrument_event& news, Timestamp now) {
    const Decimal pays = Decimal::from_abi(news.resolved_price);
    if (news.instrument.status != TRADECTL_INSTRUMENT_RESOLVED) return;
    if (!pays.is_null() && !pays.is_negative()) venue_.pay_out(market, pays, now);
}

/// A feed that is gone takes all that it showed with it; of a gap or a silence its instrument is
/// told.
void Feed::on_status(MarketIndex market, const tradectl_status_event& status) {
    const bool is_gone = status.status == TRADECTL_STATUS_DISCONNECTED;
    const bool is_lost =
        is_gone || status.status == TRADECTL_STATUS_GAP || status.status == TRADECTL_STATUS_STALE;
    if (!is_lost) return;
    if (market != kNoIndex) return venue_.view(market).lose();
    if (!is_gone || status.header.instrument != TRADECTL_HANDLE_NONE) return;
    for (MarketIndex each = 0; each < sources_.size(); ++each)
        if (sources_[each] == status.header.source) venue_.view(each).lose();
}

}  // namespace tradectl::paper
