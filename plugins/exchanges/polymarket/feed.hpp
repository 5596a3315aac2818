/// Turns what the market channel says into event records of the host.
#pragma once

#include "json.hpp"
#include "local_book.hpp"
#include "market_messages.hpp"
#include "markets.hpp"
#include "rest_messages.hpp"

#include <tradectl/exchange_host.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::polymarket {

/// Keeps what the stream said of a market's end: a list that is late must not open it again after a
/// restart.
void keep_end(ExchangeHost& host, std::string_view token, const Market& market);
/// What `keep_end` kept; what is older than 30 days no list can contradict any more, and goes.
void recall_ends(ExchangeHost& host, JsonDocument& document, Markets& markets);

/// [engine] Borrows the host and the markets.
class MarketFeed final : public MarketSink {
  public:
    MarketFeed(ExchangeHost& host, Markets& markets) : host_(host), markets_(markets) {}

    /// Called behind a tick change, a resolution and a problem; may be empty.
    std::function<void(tradectl_instrument_handle)> on_book_lost;
    std::function<void(std::string_view)> on_new_market_told;
    /// A market ended: its book is nobody's any more.
    std::function<void(tradectl_instrument_handle)> on_ended;
    /// A market ended, and what it pays was not told.
    std::function<void()> on_end_unclear;
    /// The first book behind a cut.
    std::function<void(tradectl_instrument_handle)> on_book_back;

    /// TRADECTL_STREAM_ bits that the host wants of the instrument; 0 forgets it.
    void want(tradectl_instrument_handle instrument, std::uint32_t streams);
    [[nodiscard]] std::uint32_t wanted(tradectl_instrument_handle instrument) const;
    /// Null when there is none, or none that is valid.
    [[nodiscard]] const LocalBook* book(tradectl_instrument_handle instrument) const;
    /// No change means anything until the next snapshot, which is told by `on_book_back`.
    void cut(tradectl_instrument_handle instrument);
    /// A book that was asked for, and what the stream told since. False when it is too old for
    /// that.
    [[nodiscard]] bool take_read(tradectl_instrument_handle instrument, const BookSnapshot& book);
    /// What an answer of the order book says of the tick. False when it is older than the last word
    /// of it, and not the same.
    [[nodiscard]] bool learn_tick(tradectl_instrument_handle instrument,
                                  Timestamp time,
                                  Decimal tick);
    /// Tells the host; the book waits for a fresh one.
    void change_tick(tradectl_instrument_handle instrument, Timestamp time, Decimal tick);

    void on_book(std::string_view asset,
                 Timestamp time,
                 std::span<const PriceLevel> bids,
                 std::span<const PriceLevel> asks) override;
    void on_changes(Timestamp time, std::span<const LevelChange> changes) override;
    void on_trade(std::string_view asset,
                  Timestamp time,
                  Side aggressor,
                  Decimal price,
                  Decimal quantity) override;
    void on_tick(std::string_view asset, Timestamp time, Decimal tick) override;
    void on_new_market(std::string_view condition, Timestamp time) override;
    void on_resolved(std::string_view winner,
                     Timestamp time,
                     std::span<const std::string_view> assets) override;
    void on_problem(std::string_view what) override;

    /// An instrument event: `record` is what is true from now on.
    void tell_instrument(std::uint32_t change,
                         const tradectl_instrument& record,
                         Timestamp time,
                         Decimal resolved_price = Decimal::null());

  private:
    struct Waiting {
        Timestamp time;
        Side side;
        PriceLevel level;
    };
    struct Line {
        LocalBook book;
        std::uint32_t streams = 0;
        bool was_cut = false;
        std::vector<Waiting> waiting;          ///< changes that came while there was no book
        Timestamp missed = Timestamp::none();  ///< the last of those that were too many to keep
        PriceLevel bid{Decimal::null(), Decimal::null()};  ///< as last told
        PriceLevel ask{Decimal::null(), Decimal::null()};
    };

    [[nodiscard]] Line* line(std::string_view asset, tradectl_instrument_handle& instrument);
    void tell_book(std::uint16_t type,
                   tradectl_instrument_handle instrument,
                   Timestamp time,
                   std::span<const PriceLevel> bids,
                   std::span<const PriceLevel> asks);
    void tell_quote(tradectl_instrument_handle instrument, Line& line, Timestamp time);
    static void keep_waiting(Line& line, Timestamp time, std::span<const LevelChange> changes);
    void apply_run(Timestamp time, std::span<const LevelChange> changes);

    ExchangeHost& host_;
    Markets& markets_;
    std::map<tradectl_instrument_handle, Line> lines_;
    std::vector<std::uint64_t> record_;  // of the book event that is being built
    std::vector<PriceLevel> changed_bids_;
    std::vector<PriceLevel> changed_asks_;
    std::uint64_t trade_count_ = 0;
};

}  // namespace tradectl::polymarket
