/// One running exchange: the C++ face of `tradectl_exchange_api`.
#pragma once

#include "host/plugin/instance_options.hpp"

#include <tradectl/abi/exchange.h>
#include <tradectl/expected.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tradectl::plugin {

class ExchangeServices;
class Library;

/// Calls into the plugin and keeps the host safe from it. Not movable; all calls come from one
/// thread at a time. [engine]
///
/// `create`, `configure`, `start` and `stop` must answer OK, or the instance is faulted. A request
/// (the methods that return `tradectl_status`) may be refused by any code: such a request never
/// completes, and the instance lives on. A function that the plugin leaves null, or whose place its
/// table is too short for, answers UNSUPPORTED. An exception or a call over its budget faults the
/// instance; then every call answers BAD_STATE (OUTCOME_UNKNOWN from a `submit_prepared` that
/// faults while it runs), and no call but destroy goes into the plugin.
class ExchangeInstance {
  public:
    /// `host` must outlive it. Errors as StrategyInstance::create.
    static Expected<std::unique_ptr<ExchangeInstance>> create(std::shared_ptr<Library> library,
                                                              std::string name,
                                                              ExchangeServices& host,
                                                              InstanceOptions options = {});
    ~ExchangeInstance();
    ExchangeInstance(const ExchangeInstance&) = delete;
    ExchangeInstance& operator=(const ExchangeInstance&) = delete;

    Status configure(std::string_view settings_json);
    Status start();
    Status stop();

    tradectl_status connect(std::uint64_t request_id);
    tradectl_status disconnect(std::uint64_t request_id);
    tradectl_status load_instruments(std::uint64_t request_id);
    tradectl_status discover(std::uint64_t request_id, const tradectl_discover& request);
    tradectl_status subscribe(std::uint64_t request_id,
                              std::span<const tradectl_subscription> items);
    /// Whether the plugin wants other sources' market events at all.
    [[nodiscard]] bool takes_market_data() const;
    tradectl_status on_market_data(const std::uint8_t* events,
                                   std::uint64_t bytes,
                                   std::uint32_t count);
    tradectl_status prepare(std::uint64_t first_request_id,
                            std::span<const tradectl_operation> operations);
    /// `prepare_ids` and `signatures` have the same length.
    tradectl_status submit_prepared(std::uint64_t first_request_id,
                                    std::span<const std::uint64_t> prepare_ids,
                                    std::span<const tradectl_signature* const> signatures);
    void discard_prepared(std::uint64_t prepare_id);
    tradectl_status quote(std::uint64_t request_id, const tradectl_quote_request& request);
    tradectl_status query_order(std::uint64_t request_id, const tradectl_order_query& query);
    tradectl_status open_orders(std::uint64_t request_id, const tradectl_scope& scope);
    tradectl_status positions(std::uint64_t request_id, const tradectl_scope& scope);
    tradectl_status balances(std::uint64_t request_id, const tradectl_scope& scope);
    tradectl_status fills_since(std::uint64_t request_id, const tradectl_scope& scope);
    tradectl_status activity(std::uint64_t request_id, const tradectl_scope& scope);
    tradectl_status server_time(std::uint64_t request_id);
    tradectl_status on_timer(std::uint64_t timer_id, tradectl_time due);
    tradectl_status on_http(const tradectl_http_response& response);
    tradectl_status on_ws(const tradectl_ws_event& event);
    tradectl_status on_signed(std::uint64_t sign_id, const tradectl_signature& signature);
    tradectl_status on_wake();

    [[nodiscard]] bool faulted() const;
    /// Why, as one line; empty while not faulted.
    [[nodiscard]] const std::string& fault_reason() const;
    [[nodiscard]] const std::string& name() const;

  private:
    struct State;
    explicit ExchangeInstance(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace tradectl::plugin
