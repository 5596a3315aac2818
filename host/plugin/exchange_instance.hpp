/// One exchange plugin behind the C ABI.
#pragma once

#include "host/plugin/host_services.hpp"

#include <tradectl/abi/exchange.h>
#include <tradectl/expected.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tradectl::plugin {

class Library;

/// What an exchange instance may ask beyond HostServices; implemented by the exchange runtime.
/// Engine thread only.
class ExchangeServices : public HostServices {
  public:
    virtual tradectl_status complete(const tradectl_completion& completion) = 0;
    virtual tradectl_status publish(const tradectl_event& event) = 0;
    virtual tradectl_status timer(std::uint64_t timer_id, Timestamp due) = 0;
    virtual tradectl_status kv_put(std::string_view key, std::span<const std::byte> value) = 0;
    virtual tradectl_status http_send(const tradectl_http_request& request) = 0;
    virtual tradectl_status ws_open(std::uint64_t ws_id, const tradectl_http_request& request) = 0;
    virtual tradectl_status ws_send(std::uint64_t ws_id,
                                    std::uint64_t op_id,
                                    std::uint32_t kind,
                                    std::span<const std::byte> payload) = 0;
    virtual tradectl_status ws_close(std::uint64_t ws_id) = 0;
    virtual tradectl_status sign(std::uint64_t sign_id, const tradectl_sign_request& request) = 0;
    virtual tradectl_status hash(std::uint32_t algorithm,
                                 std::span<const std::byte> input,
                                 std::byte* out) = 0;
};

/// Guarded calls over tradectl_exchange_api. A function that the plugin leaves out, or that its
/// table is too short for, answers TRADECTL_UNSUPPORTED. An exception that crosses the border or a
/// call over budget faults the instance: from then on every call but destruction answers
/// TRADECTL_BAD_STATE. A negative answer to a request is an answer, not a fault. [engine]
class ExchangeInstance {
  public:
    struct Options {
        std::int64_t turn_budget_ns = 50'000'000;
    };

    static Expected<std::unique_ptr<ExchangeInstance>> create(std::shared_ptr<Library> library,
                                                              std::string name,
                                                              ExchangeServices& services,
                                                              Options options);
    ~ExchangeInstance();
    ExchangeInstance(const ExchangeInstance&) = delete;
    ExchangeInstance& operator=(const ExchangeInstance&) = delete;

    Status configure(std::string_view settings_json);
    Status start();
    Status stop();

    tradectl_status connect(std::uint64_t request_id);
    tradectl_status disconnect(std::uint64_t request_id);
    tradectl_status load_instruments(std::uint64_t request_id);
    tradectl_status subscribe(std::uint64_t request_id,
                              std::span<const tradectl_subscription> items);
    /// Whether the plugin implements on_market_data.
    [[nodiscard]] bool wants_market_data() const;
    tradectl_status on_market_data(const std::uint8_t* events,
                                   std::uint64_t bytes,
                                   std::uint32_t count);
    tradectl_status prepare(std::uint64_t first_request_id,
                            std::span<const tradectl_operation> operations);
    tradectl_status submit_prepared(std::uint64_t first_request_id,
                                    std::span<const std::uint64_t> prepare_ids,
                                    const tradectl_signature* const* signatures);
    void discard_prepared(std::uint64_t prepare_id);
    tradectl_status query_order(std::uint64_t request_id, const tradectl_order_query& query);
    tradectl_status open_orders(std::uint64_t request_id, const tradectl_scope& scope);
    tradectl_status positions(std::uint64_t request_id, const tradectl_scope& scope);
    tradectl_status balances(std::uint64_t request_id, const tradectl_scope& scope);
    tradectl_status fills_since(std::uint64_t request_id, const tradectl_scope& scope);
    tradectl_status server_time(std::uint64_t request_id);
    tradectl_status on_timer(std::uint64_t timer_id, Timestamp due);
    tradectl_status on_wake();

    [[nodiscard]] bool faulted() const;
    [[nodiscard]] const std::string& fault_reason() const;

  private:
    struct State;
    explicit ExchangeInstance(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace tradectl::plugin
