/// The host's side of one exchange plugin: requests with ids, answers exactly once, nothing let out
/// before what the plugin stored is durable.
#pragma once

#include "host/base/event_buffer.hpp"
#include "host/exchange/completion.hpp"
#include "host/exchange/kv_store.hpp"
#include "host/exchange/wire.hpp"
#include "host/plugin/exchange_instance.hpp"
#include "host/plugin/host_services.hpp"
#include "host/plugin/instance_options.hpp"

#include <tradectl/abi/exchange.h>
#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace tradectl::exchange {

class CommitWorker;

/// Takes what an exchange says, in its order, on the engine thread, never from inside a call into
/// the plugin.
class ExchangeSink {
  public:
    virtual ~ExchangeSink() = default;
    virtual void on_completion(std::uint32_t exchange, Completion&& completion) = 0;
    /// The record ends with the call.
    virtual void on_exchange_event(std::uint32_t exchange, const tradectl_event& event) = 0;
};

/// What becomes of an instrument that the plugin makes known, with the codes of
/// abi/instruments.h.
using AddInstrument = std::function<tradectl_status(const tradectl_instrument& record,
                                                    tradectl_instrument_handle& out)>;

struct RuntimeOptions {
    std::uint32_t index = 0;  ///< of the exchange in the session
    std::string name;
    plugin::InstanceOptions instance;
    /// Called from the commit worker's thread when a commit ended: have `deliver` called soon.
    /// Empty: commits are made inside of the call that caused them (simulated clock).
    std::function<void()> on_commit;
    /// Nothing: the instance reaches no network and signs nothing.
    std::unique_ptr<Wire> wire;
    AddInstrument add_instrument;  ///< empty: the host takes none
};

/// Where the signatures of a prepared operation are.
enum class SignState : std::uint8_t {
    Signed,  ///< all of them are there, or none was asked for
    Awaited,
    Refused,  ///< see `refusal`
};

/// Runs one exchange plugin instance. [engine]
///
/// All puts of one call into the plugin are one commit. Completions and events wait in one queue,
/// in order; those of a call that put something leave when its commit is durable, and so do the
/// ones behind them.
class ExchangeRuntime final : private plugin::ExchangeServices, private WireSink {
  public:
    /// Timers that the plugin asks for: (exchange index, timer id, due or none).
    using SetTimer = std::function<void(std::uint32_t, std::uint64_t, Timestamp)>;

    /// `host` answers for clock, log, wake, instruments and randomness and must outlive the
    /// runtime.
    static Expected<std::unique_ptr<ExchangeRuntime>> create(
        std::shared_ptr<plugin::Library> library,
        plugin::HostServices& host,
        std::unique_ptr<KvStore> store,
        SetTimer set_timer,
        RuntimeOptions options);
    ~ExchangeRuntime() override;

    Status configure(std::string_view settings_json);
    Status start();
    Status stop();

    [[nodiscard]] const std::string& name() const { return options_.name; }
    /// Since when the plugin can know anything: what it does not show of before proves nothing.
    /// None: no such limit. It is the time its store was made, unless its manifest names the
    /// capability "store-is-cache": then a lost store loses nothing that the venue does not tell
    /// again.
    [[nodiscard]] Timestamp knows_since() const { return knows_since_; }
    [[nodiscard]] bool wants_market_data() const { return wants_market_data_; }
    [[nodiscard]] bool faulted() const;
    [[nodiscard]] std::string fault_reason() const;

    /// Market events, before any strategy sees them.
    void on_market_data(const EventBuffer& events);
    void on_timer(std::uint64_t timer_id, Timestamp due);
    void on_wake();

    // Each returns the request's id, answered later by `on_completion`; a call that the plugin
    // refuses at once is answered with its code, so that every request is answered exactly once.
    std::uint64_t connect();
    std::uint64_t load_instruments();
    std::uint64_t subscribe(std::span<const tradectl_subscription> items);
    /// Ids are consecutive, one for each operation.
    std::uint64_t prepare(std::span<const tradectl_operation> operations);
    /// The step is durable: the plugin may act for it from now on.
    void allow_step(OpId step);
    /// All of them durable, allowed and signed.
    std::uint64_t submit_prepared(std::span<const std::uint64_t> prepare_ids);
    [[nodiscard]] SignState sign_state(std::uint64_t prepare_id) const;
    /// Why an operation was not signed.
    [[nodiscard]] std::string refusal(std::uint64_t prepare_id) const;
    /// The hash by which a chain knows a prepared operation whose one signature is a signed
    /// transaction: `0x` and the digits of its Keccak-256. Empty before it is signed.
    [[nodiscard]] std::string transaction_hash(std::uint64_t prepare_id) const;
    void discard_prepared(std::uint64_t prepare_id);
    /// What the venue itself pays or takes now; of a market that is over: what a share is paid, and
    /// how many the account holds. BadState before it is resolved.
    std::uint64_t quote(const tradectl_quote_request& request);
    /// Of a transaction (by identity, and its hash as venue order id) the first report tells what
    /// became of it: FILLED for done, REJECTED for reverted. Then one for each asset that it moved:
    /// SELL of an instrument at what it was paid, BUY of the asset that client_order_id names.
    std::uint64_t query_order(const tradectl_order_query& query);
    std::uint64_t open_orders(const tradectl_scope& scope);
    std::uint64_t positions(const tradectl_scope& scope);
    std::uint64_t balances(const tradectl_scope& scope);
    std::uint64_t fills_since(const tradectl_scope& scope);
    /// Answered by `as_of`.
    std::uint64_t server_time();

    /// Gives the plugin what the network and the signer brought since; returns how much. Not from
    /// inside of a call.
    std::size_t hear_wire();
    /// Hands over what may leave; returns how many.
    std::size_t deliver(ExchangeSink& sink);
    /// Whether something waits for a commit or for `deliver`.
    [[nodiscard]] bool busy() const {
        return !outputs_.empty() || (options_.wire && options_.wire->waits());
    }
    /// Requests not answered yet.
    [[nodiscard]] std::size_t open_requests() const { return requests_.size(); }
    /// The first commit, or look into the store, that failed: nothing leaves any more.
    [[nodiscard]] Status commit_status() const;

  private:
    struct Output {
        std::uint64_t commit = 0;  // must be durable first
        std::variant<Completion, std::vector<std::uint64_t>> content;
    };

    ExchangeRuntime(plugin::HostServices& host,
                    std::unique_ptr<KvStore> store,
                    SetTimer set_timer,
                    RuntimeOptions options);

    std::uint64_t open_request(std::uint32_t kind, std::uint32_t count = 1);
    /// Ends a call into the plugin: commits its puts, answers what it refused.
    void end_call(std::uint64_t first_request, std::uint32_t count, tradectl_status status);
    void answer(std::uint64_t request_id, tradectl_status status, std::string text);
    void commit_staged();
    void keep_store_error(const Error& error);
    tradectl_status unread(const Error& error);
    void drop_faulted_call();
    void take_prepared(const tradectl_prepared& from, Completion& completion);

    // What the plugin may call.
    Timestamp now() override { return host_.now(); }
    void log(LogLevel level, std::string_view text) override { host_.log(level, text); }
    void wake() override { host_.wake(); }
    tradectl_status emit(const tradectl_command&) override { return TRADECTL_UNSUPPORTED; }
    tradectl_status find_instrument(std::string_view name,
                                    tradectl_instrument_handle& out) override {
        return host_.find_instrument(name, out);
    }
    const tradectl_instrument* instrument(tradectl_instrument_handle handle) override {
        return host_.instrument(handle);
    }
    tradectl_status find_asset(std::string_view name, tradectl_asset_handle& out) override {
        return host_.find_asset(name, out);
    }
    tradectl_status find_account(std::string_view name, tradectl_account_handle& out) override {
        return host_.find_account(name, out);
    }
    std::uint64_t next_order_ref() override { return 0; }
    std::uint64_t random() override { return host_.random(); }
    tradectl_status kv_get(std::string_view key, std::span<const std::uint8_t>& out) override;
    tradectl_status kv_each(std::string_view prefix, const plugin::KvVisitor& visit) override;
    tradectl_status complete(const tradectl_completion& completion) override;
    tradectl_status publish(const tradectl_event& event) override;
    tradectl_status timer(std::uint64_t timer_id, Timestamp due) override;
    tradectl_status kv_put(std::string_view key, std::span<const std::uint8_t> value) override;
    tradectl_status add_instrument(const tradectl_instrument& instrument,
                                   tradectl_instrument_handle& out) override;
    // Where there is no wire these say so.
    tradectl_status http_send(const tradectl_http_request& request) override;
    tradectl_status ws_open(std::uint64_t ws_id, const tradectl_http_request& request) override;
    tradectl_status ws_send(std::uint64_t ws_id,
                            std::uint64_t op_id,
                            std::uint32_t kind,
                            std::span<const std::uint8_t> payload) override;
    tradectl_status ws_close(std::uint64_t ws_id) override;
    tradectl_status sign(std::uint64_t sign_id, const tradectl_sign_request& request) override;
    tradectl_status hash(std::uint32_t algorithm,
                         std::span<const std::uint8_t> input,
                         std::uint8_t* out) override;
    tradectl_status unsupported(std::string_view what);

    // What the wire brings.
    void on_http(const tradectl_http_response& response) override;
    void on_ws(const tradectl_ws_event& event) override;
    void on_signed(std::uint64_t sign_id, const tradectl_signature& signature) override;
    void on_prepared_signed(std::uint64_t prepare_id, Signatures signatures) override;

    plugin::HostServices& host_;
    std::unique_ptr<KvStore> store_;
    SetTimer set_timer_;
    RuntimeOptions options_;
    std::unique_ptr<CommitWorker> worker_;
    bool wants_market_data_ = false;
    Timestamp knows_since_ = Timestamp::none();

    std::uint64_t next_request_ = 1;
    std::unordered_map<std::uint64_t, std::uint32_t> requests_;  // open: id -> kind
    std::deque<Output> outputs_;
    std::size_t outputs_before_call_ = 0;
    std::unordered_map<std::uint64_t, std::optional<Signatures>> signing_;  // by prepare id
    std::uint64_t commits_ = 0;  // handed to the worker so far
    std::optional<Error> store_error_;
    std::unique_ptr<plugin::ExchangeInstance>
        instance_;  // last: its end may still ask for the rest
};

}  // namespace tradectl::exchange
