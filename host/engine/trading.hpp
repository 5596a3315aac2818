/// All trading state of a session: one thread owns it, and nobody else sees it.
#pragma once

#include "host/base/clock.hpp"
#include "host/base/event_buffer.hpp"
#include "host/config/config.hpp"
#include "host/engine/balances.hpp"
#include "host/engine/halts.hpp"
#include "host/engine/journal.hpp"
#include "host/engine/margin.hpp"
#include "host/engine/order_table.hpp"
#include "host/engine/scheduler.hpp"
#include "host/engine/strategy_runner.hpp"
#include "host/exchange/runtime.hpp"
#include "host/market/book.hpp"
#include "host/market/instruments.hpp"
#include "host/wal/identity.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::ops {
class Alerts;
}

namespace tradectl::engine {

/// What happened so far in this session, for the summary and the live view.
struct Counters {
    std::uint64_t market_events = 0;
    std::uint64_t orders = 0;
    std::uint64_t fills = 0;
    std::uint64_t denied = 0;
    std::uint64_t rejected = 0;
    std::uint64_t canceled = 0;
    std::uint64_t unresolved = 0;
};

/// Listens to what a user wants to see at once. Called on the engine thread; must be quick.
class Observer {
  public:
    virtual ~Observer() = default;
    virtual void on_fill(const OrderEntry& /*entry*/,
                         const tradectl_fill_event& /*fill*/,
                         const tradectl_position_state& /*after*/) {}
    virtual void on_denied(const std::string& /*instance*/, const tradectl_order_event& /*event*/) {
    }
    /// An order that was made, or whose state changed; its fills are told before.
    virtual void on_order(const OrderEntry& /*entry*/) {}
    virtual void on_message(std::string_view /*text*/) {}
};

/// The last thing that went wrong.
struct Trouble {
    config::AlertKind kind{};
    std::string subject;
    std::string text;
    Timestamp time = Timestamp::none();
};

/// A fill that the ledger has.
struct BookedFill {
    std::uint8_t settlement = 0;  ///< TRADECTL_SETTLEMENT_...; 0: final
    Decimal quantity;
};

/// [engine]
struct Trading {
    explicit Trading(const config::Config& c, const Clock& k) : config(c), clock(k) {}

    const config::Config& config;
    const Clock& clock;
    market::InstrumentTable table;
    std::unique_ptr<market::BookTable> books;
    std::unique_ptr<Balances> balances;
    /// Market events that exchanges told and nobody has heard yet.
    EventBuffer venue_market;
    /// Which exchange an instrument's market comes from, by handle; nothing: from the config's
    /// data.
    std::vector<std::optional<std::uint32_t>> feeds;
    /// By handle: the same instrument at the exchange that mirrors its own, or HANDLE_NONE. Its
    /// market goes there.
    std::vector<tradectl_instrument_handle> mirrors;
    /// What one unit of an instrument pays that resolved, in quote.
    std::map<tradectl_instrument_handle, Decimal> resolved;
    /// Of one instrument; null: not known.
    [[nodiscard]] Decimal resolved_price(tradectl_instrument_handle instrument) const;
    /// Takes it for the instrument and for its mirror; a null price changes nothing.
    void resolve(tradectl_instrument_handle instrument, Decimal price);
    std::vector<bool> networked;  ///< by exchange: whether its plugin reaches a venue
    [[nodiscard]] bool reaches_venue(std::uint32_t exchange) const {
        return exchange < networked.size() && networked[exchange];
    }
    /// Makes place, wherever something is kept by instrument, for what the table has.
    void grow();
    /// The same ahead of time: `grow` moves nothing until there are so many.
    void reserve(std::uint32_t instruments);
    /// For exchanges that make instruments known; null: this host takes none.
    std::function<tradectl_status(
        std::uint32_t exchange, const tradectl_instrument& record, tradectl_instrument_handle& out)>
        add_instrument;
    Scheduler scheduler;
    std::unique_ptr<Journal> journal;
    Halts halts;
    OrderTable orders;
    MarginBook margin;
    std::vector<std::unique_ptr<exchange::ExchangeRuntime>> exchanges;
    std::vector<std::unique_ptr<StrategyRunner>> runners;
    wal::Identity identity;
    Counters counters;
    Observer* observer = nullptr;
    ops::Alerts* alerts = nullptr;  ///< nothing: nobody is told
    std::optional<Trouble> trouble;
    std::set<std::string> orphans_told;  ///< ids of orders
    std::set<OpId> unresolved_told;
    std::uint64_t next_op = 1;
    std::uint64_t event_seq = 0;
    /// What the ledger has of a fill; nothing when it has none. For news of orders that are not in
    /// memory any more; null: nobody can say.
    std::function<std::optional<BookedFill>(std::string_view venue,
                                            const tradectl_fill_event& fill)>
        booked;
    bool shutting_down = false;
    /// Accounts whose first balances this session booked, and as of when.
    std::map<tradectl_account_handle, Timestamp> opening;

    /// Tells people of what costs money, and keeps it as the last trouble unless it is a halt.
    void alert(config::AlertKind kind, std::string_view subject, std::string_view text);
    /// The same of a venue's order that our books do not have; once for each. An empty id is told
    /// each time.
    void alert_orphan(const std::string& order_id, std::string_view subject, std::string_view text);
    /// And of an operation whose end nobody knows; once for each.
    void alert_unresolved(OpId op_id, std::string_view subject, std::string_view text);
    [[nodiscard]] OpId take_op() { return OpId{next_op++}; }
    /// Best guess of a price now: what it resolved to, else the middle of bid and ask, else the
    /// last trade; null without any.
    [[nodiscard]] Decimal mark(tradectl_instrument_handle instrument) const;
    /// What a position of the instrument is worth at `mark`, in quote, or else at `without_mark`;
    /// nothing without a price.
    [[nodiscard]] std::optional<Decimal> value_of(tradectl_instrument_handle instrument,
                                                  Decimal quantity,
                                                  Decimal without_mark = Decimal::null()) const;
    [[nodiscard]] std::string_view instrument_name(tradectl_instrument_handle instrument) const;
    [[nodiscard]] std::string_view account_name(tradectl_account_handle account) const;
    /// Assets of the account that fills move which are not final at the venue.
    [[nodiscard]] std::set<std::string> unsettled_assets(tradectl_account_handle account) const;
};

}  // namespace tradectl::engine
