/// Turns market events of the host into what the venue matches against.
#pragma once

#include "directory.hpp"
#include "venue.hpp"

#include <tradectl/abi/events.h>

#include <cstdint>
#include <vector>

namespace tradectl::paper {

/// Drops what cannot be a market: a price or quantity that is null, zero or negative where one is
/// due. [engine]
class Feed {
  public:
    /// Both must outlive the feed.
    Feed(Venue& venue, const Directory& directory) : venue_(venue), directory_(directory) {}

    void on_event(const tradectl_event& event, Timestamp now) {
        const MarketIndex market = directory_.market(event.instrument);
        if (event.type == TRADECTL_EVENT_STATUS && event.size >= sizeof(tradectl_status_event))
            return on_status(market, reinterpret_cast<const tradectl_status_event&>(event));
        if (market == kNoIndex) return;
        if (event.type == TRADECTL_EVENT_TRADE && event.size >= sizeof(tradectl_trade_event))
            return on_trade(market, reinterpret_cast<const tradectl_trade_event&>(event), now);
        if (event.type == TRADECTL_EVENT_QUOTE && event.size >= sizeof(tradectl_quote_event))
            return on_quote(market, reinterpret_cast<const tradectl_quote_event&>(event), now);
        on_other(market, event, now);
    }

  private:
    void on_trade(MarketIndex market, const tradectl_trade_event& trade, Timestamp now) {
        const Decimal price = Decimal::from_abi(trade.price);
        const Decimal quantity = Decimal::from_abi(trade.quantity);
        if (!price.is_positive() || !quantity.is_positive()) return;
        venue_.on_trade(market, price, quantity, trade.aggressor, now);
    }
    void on_quote(MarketIndex market, const tradectl_quote_event& quote, Timestamp now);
    void on_other(MarketIndex market, const tradectl_event& event, Timestamp now);
    void on_bar(MarketIndex market, const tradectl_bar_event& bar, Timestamp now);
    void on_book(MarketIndex market, const tradectl_book_event& book, Timestamp now);
    void on_instrument(MarketIndex market, const tradectl_instrument_event& news, Timestamp now);
    /// `market` kNoIndex: of the whole feed, or of what is not traded here.
    void on_status(MarketIndex market, const tradectl_status_event& status);
    void note_source(MarketIndex market, std::uint32_t source) {
        if (sources_.size() <= market) sources_.resize(market + 1, kNoIndex);
        sources_[market] = source;
    }

    Venue& venue_;
    const Directory& directory_;
    std::vector<std::uint32_t> sources_;  ///< by market: the feed that showed its book last
};

}  // namespace tradectl::paper
