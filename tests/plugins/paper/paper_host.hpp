/// A host for the paper plugin: drives it through its C table, keeps what it says, and can kill and
/// restart it on what it stored.
#pragma once

#include <tradectl/abi/entry.h>
#include <tradectl/abi/exchange.h>
#include <tradectl/decimal.hpp>
#include <tradectl/enums.hpp>
#include <tradectl/records.hpp>
#include <tradectl/text.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::paper {

/// One answer, with the texts and lists that belong to it.
struct Answer {
    tradectl_completion record{};
    std::string text;
    std::string cursor;
    std::string identity;
    std::int64_t fence = 0;
    std::vector<tradectl_order_report> orders;
    std::vector<tradectl_fill_report> fills;
    std::vector<tradectl_position_report> positions;
    std::vector<tradectl_balance_report> balances;
    std::vector<tradectl_instrument> instruments;
};

struct OrderSpec {
    std::string id;
    Side side = Side::Buy;
    Decimal quantity = Decimal::from_int(1);
    Decimal price = Decimal::null();  ///< null: a market order
    std::uint32_t account = 0;
    std::int64_t expires = TRADECTL_TIME_NONE;
};

class PaperHost {
  public:
    /// Settings are one JSON object.
    explicit PaperHost(std::string settings);
    ~PaperHost() { kill(); }
    PaperHost(const PaperHost&) = delete;
    PaperHost& operator=(const PaperHost&) = delete;

    /// Before `start`: the instrument is traded on margin, leverage 10, and settles in the quote.
    void use_margin();
    /// Makes, configures and starts an instance on the store as it is.
    tradectl_status start();
    /// Ends the instance without a word, as a crash would.
    void kill();
    tradectl_status restart() {
        kill();
        return start();
    }

    /// Moves the clock, firing timers on the way.
    void advance_to(std::int64_t time);

    // Requests: each returns its request id.
    std::uint64_t prepare(const OrderSpec& spec);
    std::uint64_t prepare_cancel(const std::string& target, std::uint32_t account = 0);
    std::uint64_t submit_prepared(std::uint64_t prepare_id);
    std::uint64_t submit(const OrderSpec& spec) { return submit_prepared(prepare(spec)); }
    std::uint64_t cancel(const std::string& target) {
        return submit_prepared(prepare_cancel(target));
    }
    const Answer& query(const std::string& client_order_id);
    const Answer& fills_since(std::int64_t since, const std::string& cursor, std::uint32_t limit);
    using Query = tradectl_status (*)(tradectl_exchange*, std::uint64_t, const tradectl_scope*);
    const Answer& ask(Query query);
    const Answer& ask(tradectl_status (*request)(tradectl_exchange*, std::uint64_t));

    /// Has the instance say goodbye, then ends it.
    void stop();
    void quote(Decimal bid, Decimal ask, Decimal quantity);
    void trade(Decimal price, Decimal quantity, std::int64_t time = 0);
    /// A status of the feed; `instrument` TRADECTL_HANDLE_NONE: of all that it tells.
    void feed_status(std::uint32_t status, tradectl_instrument_handle instrument = 0);
    /// The instrument has resolved; null: nobody knows yet what it pays.
    void resolve(Decimal pays);
    tradectl_status market_data(const std::vector<std::uint8_t>& events, std::uint32_t count);

    [[nodiscard]] bool has_answer(std::uint64_t id) const { return answers.count(id) != 0; }
    /// Balances, positions, open orders and fills as text: what must survive a restart.
    [[nodiscard]] std::string state();

    const tradectl_exchange_api* api;
    tradectl_exchange* instance = nullptr;
    std::int64_t now = 1'000'000;
    std::map<std::string, std::string> kv;
    std::map<std::uint64_t, std::int64_t> timers;
    std::map<std::uint64_t, Answer> answers;
    std::vector<std::string> said;  ///< answers and events in order, in short
    std::vector<tradectl_order_event> order_events;
    std::vector<tradectl_fill_event> fill_events;
    std::vector<tradectl_balance_event> balance_events;
    std::vector<tradectl_position_event> position_events;
    std::uint64_t randoms = 0;  ///< numbers drawn; they count up through the whole range
    std::size_t puts = 0;
    std::string error;
    std::string last_log;
    tradectl_status last_status = TRADECTL_OK;

  private:
    friend struct PaperHostCalls;
    std::uint64_t prepare_operation(tradectl_operation operation);
    const Answer& answer_of(std::uint64_t id);

    std::string settings_;
    tradectl_host base_{};
    tradectl_exchange_host table_{};
    tradectl_instrument instrument_{};
    std::uint64_t next_id_ = 1;
    std::uint64_t next_op_ = 1;
};

}  // namespace tradectl::paper
