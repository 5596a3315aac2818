/// Keeps the venue's durable store and tells its users what happened.
#pragma once

#include "directory.hpp"
#include "history.hpp"
#include "outbox.hpp"
#include "venue.hpp"

#include <tradectl/exchange_host.hpp>

#include <optional>
#include <set>
#include <string>

namespace tradectl::paper {

/// Listens to the venue. Closed orders and fills are put at once; open orders, balances and
/// counters once at the end of a call into the plugin (`flush`), however often they changed.
/// [engine]
class Recorder final : public Journal {
  public:
    /// Both must outlive the recorder. `history`: how many closed orders and fills are kept.
    Recorder(ExchangeHost& host, Outbox& outbox, std::uint64_t history)
        : host_(host), outbox_(outbox), history_(host, history) {}
    /// Before the first call; both must outlive the recorder.
    void attach(Venue& venue, const Directory& directory) {
        venue_ = &venue;
        directory_ = &directory;
    }

    /// Reads the store into the venue. Instruments that it knows are added to the directory.
    /// Corrupt, with the record's name.
    [[nodiscard]] Status load(Directory& directory);
    /// Stores anew what those of the markets trade that the store knows.
    void update_stored(const std::vector<MarketIndex>& markets);
    /// Whether the account has been opened in an earlier run.
    [[nodiscard]] bool has_account(std::string_view name) const;
    void store_account(std::string_view name, Timestamp now);

    /// The next new order with this id answers that request.
    void expect(RequestId request, std::string_view client_order_id) {
        expected_ = Expectation{request, std::string(client_order_id)};
    }
    /// Whether the expected order did not come.
    [[nodiscard]] bool take_expectation() {
        const bool waiting = expected_.has_value();
        expected_.reset();
        return waiting;
    }

    [[nodiscard]] bool has_changes() const { return changed_; }
    /// Publishes anew, as replayed, what the venue did by itself in earlier runs as far as it is
    /// kept. Of what the config does not have any more nothing is told.
    [[nodiscard]] Status tell_own_fills();
    void flush(Timestamp now);
    /// Stores all open orders, and with them where they stand.
    void store_open_orders(Timestamp now);
    [[nodiscard]] const History& history() const { return history_; }

    /// Nothing when there is none; a damaged record is logged and counts as none.
    [[nodiscard]] std::optional<Order> find_closed(std::string_view client_order_id) const;
    [[nodiscard]] std::optional<Fill> find_fill(std::uint64_t number) const;
    /// The client order id of a venue order id, or empty.
    [[nodiscard]] std::string client_id_of(std::string_view venue_order_id) const;

    /// Whether there was such a closed order whose record was dropped; either id may be empty.
    [[nodiscard]] bool is_forgotten(std::string_view client_order_id,
                                    std::string_view venue_order_id) const;

    void on_order(const Order& order) override;
    void on_trigger(const Order& order) override;
    void on_fill(const Fill& fill) override;
    void on_bankruptcy(AccountIndex account, AssetIndex asset, Decimal loss) override;
    [[nodiscard]] bool was_closed(std::string_view client_order_id) const override;

  private:
    struct Expectation {
        RequestId request;
        std::string client_order_id;
    };

    void put(std::string_view key, std::string_view value);
    /// Stores what the market trades, before the first record that names it.
    void store_market(MarketIndex market);
    void put_market(MarketIndex market);
    void store_closed(const Order& order);
    [[nodiscard]] Status load_orders();
    [[nodiscard]] Status load_balances();
    [[nodiscard]] Status load_positions();
    [[nodiscard]] Status check_holds() const;

    ExchangeHost& host_;
    Outbox& outbox_;
    History history_;
    Venue* venue_ = nullptr;
    const Directory* directory_ = nullptr;
    std::optional<Expectation> expected_;
    std::set<std::uint64_t> unsaved_;       ///< numbers of open orders
    std::set<MarketIndex> stored_markets_;  ///< that the store knows
    Counters saved_;
    bool changed_ = false;
};

}  // namespace tradectl::paper
