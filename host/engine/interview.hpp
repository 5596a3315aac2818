/// Asks venues what became of unfinished orders: the evidence that recovery decides on.
#pragma once

#include "host/exchange/completion.hpp"
#include "host/exchange/runtime.hpp"
#include "host/recovery/decide.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::engine {

/// Puts one question to an exchange and waits for its answer, see VenueDesk::ask. Unavailable when
/// there is none; any other error ends the interview.
using Question = std::function<std::uint64_t(exchange::ExchangeRuntime&)>;
using Ask =
    std::function<Expected<exchange::Completion>(std::uint32_t exchange, const Question& question)>;

/// One unfinished operation, and all that was heard of its order.
struct Hearing {
    recovery::Unfinished operation;
    std::optional<std::uint32_t> exchange;  ///< nothing: the config does not have its venue
    tradectl_account_handle account = TRADECTL_HANDLE_NONE;
    tradectl_instrument_handle instrument = TRADECTL_HANDLE_NONE;
    recovery::Evidence evidence;
    std::optional<tradectl_order_report> report;  ///< of the last look that found it
    std::vector<tradectl_fill_report> fills;      ///< listed under its id
    std::vector<tradectl_order_report> moved;     ///< a transaction: what it moved, by asset
    recovery::Verdict verdict;
};

/// A list as far as the venue gave it.
template <typename Item>
struct VenueList {
    bool complete = false;
    bool offered = true;                  ///< false: it has no such list
    Timestamp as_of = Timestamp::none();  ///< venue time of its first page
    std::string problem;                  ///< not complete: why
    std::vector<Item> items;
};
using OrderList = VenueList<tradectl_order_report>;
using FillList = VenueList<tradectl_fill_report>;

/// Whether a fill that names no client order id is one of an order that the books know.
using IsKnownFill =
    std::function<Expected<bool>(const Hearing& hearing, const tradectl_fill_report& fill)>;

/// [engine] Sends queries alone.
class Interview {
  public:
    Interview(Ask ask, IsKnownFill is_known_fill)
        : ask_(std::move(ask)), is_known_fill_(std::move(is_known_fill)) {}

    /// One more look at each, by its id; then, where that is not the whole answer, the lists of
    /// fills and of open orders, once for each exchange. Venues that do not answer leave their
    /// mark in the evidence. Errors are of our own side: a plugin that faulted, a store that
    /// failed.
    Status look(const std::vector<Hearing*>& hearings);

    /// Open orders of an exchange, all accounts. Read once.
    Expected<OrderList> open_orders(std::uint32_t exchange);
    /// Its fills since then, all accounts.
    Expected<FillList> fills(std::uint32_t exchange, Timestamp since);

    /// The latest venue time that any answer of the exchange held for; none when none told.
    [[nodiscard]] Timestamp venue_time(std::uint32_t exchange) const;
    /// Exchanges that did not answer at all, and what was said instead.
    [[nodiscard]] const std::map<std::uint32_t, Error>& unanswered() const { return unanswered_; }
    [[nodiscard]] bool answered(std::uint32_t exchange) const { return times_.contains(exchange); }

  private:
    Expected<std::optional<exchange::Completion>> ask(std::uint32_t exchange,
                                                      const Question& question);
    Status look_at(Hearing& hearing);
    template <typename Item, typename Request>
    Expected<VenueList<Item>> list(std::uint32_t exchange,
                                   Timestamp since,
                                   Request request,
                                   std::vector<Item> exchange::Completion::*items);
    Expected<OrderList> list_orders(std::uint32_t exchange);
    Status read_lists(std::uint32_t exchange, const std::vector<Hearing*>& hearings);
    static void hear_orders(Hearing& hearing, const OrderList& list);
    Status hear_fills(Hearing& hearing, const FillList& list);
    /// Whether the list holds a fill that may be this order's and may be another's.
    Expected<bool> has_nameless(const Hearing& hearing, const FillList& list);

    Ask ask_;
    IsKnownFill is_known_fill_;
    std::map<std::uint32_t, Timestamp> times_;
    std::map<std::uint32_t, Error> unanswered_;
    std::map<std::uint32_t, OrderList> orders_;  // the last list of each exchange
};

/// The event of a fill that a venue was asked for; its texts are the report's. [any]
[[nodiscard]] tradectl_fill_event replayed_fill(const tradectl_fill_report& report);

}  // namespace tradectl::engine
