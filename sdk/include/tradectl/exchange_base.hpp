/// The base of an exchange plugin: a translator between the host's requests and a venue's messages.
///
/// Include exchange.hpp, derive, override what the venue offers, and end one .cpp with
/// TRADECTL_EXCHANGE_PLUGIN (plugin.hpp). A public member `settings`, an aggregate of settings
/// (settings.hpp), becomes the settings schema and is filled before `on_configure`.
#pragma once

#include "exchange_host.hpp"
#include "exchange_tasks.hpp"
#include "task.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tradectl {

/// A request handler returns success and completes `id` exactly once, at once or later, by
/// `host().complete_...`; or it returns an error and never completes it. What is not overridden
/// answers Unsupported. Exceptions are caught at the border, logged, and answered with Internal.
/// All calls into one instance are serialised. [engine]
class Exchange {
  public:
    Exchange() = default;
    virtual ~Exchange() = default;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    // Life cycle. The host is there from on_configure on, not yet in the constructor.
    virtual Status on_configure() { return {}; }  ///< settings are read; check what depends on more
    virtual Status on_start() { return {}; }
    virtual Status on_stop() { return {}; }

    // Requests.
    virtual Status connect(RequestId) { return unsupported("connect"); }
    virtual Status disconnect(RequestId) { return unsupported("disconnect"); }
    virtual Status load_instruments(RequestId) { return unsupported("load_instruments"); }
    virtual Status discover(RequestId, const Discover&) { return unsupported("discover"); }
    virtual Status subscribe(RequestId, std::span<const Subscription>) {
        return unsupported("subscribe");
    }
    /// Encodes one operation and names it by `complete_prepared`; sends nothing. An error completes
    /// this operation alone, not the others of its batch.
    virtual Status prepare(RequestId, const Operation&) { return unsupported("prepare"); }
    /// Sends what was prepared as `prepare_id`, by now durable; as many signatures as it asked for.
    /// An error completes this item alone.
    virtual Status submit_prepared(RequestId,
                                   RequestId prepare_id,
                                   std::span<const tradectl_signature>) {
        static_cast<void>(prepare_id);
        return unsupported("submit_prepared");
    }
    /// The host's call that brought items to submit_prepared is over: what can travel together may
    /// be sent now.
    virtual Status submit_prepared_end() { return {}; }
    /// Forgets what was prepared and will not be sent.
    virtual void discard_prepared(RequestId prepare_id) { static_cast<void>(prepare_id); }
    virtual Status quote(RequestId, const QuoteRequest&) { return unsupported("quote"); }
    virtual Status query_order(RequestId, const OrderQuery&) { return unsupported("query_order"); }
    virtual Status open_orders(RequestId, const Scope&) { return unsupported("open_orders"); }
    virtual Status positions(RequestId, const Scope&) { return unsupported("positions"); }
    virtual Status balances(RequestId, const Scope&) { return unsupported("balances"); }
    virtual Status fills_since(RequestId, const Scope&) { return unsupported("fills_since"); }
    virtual Status activity(RequestId, const Scope&) { return unsupported("activity"); }
    virtual Status server_time(RequestId) { return unsupported("server_time"); }

    /// Market events of another source, before any strategy sees them: walk them with `each_event`
    /// and `event_as`. Only a class that overrides it, publicly, is offered them.
    virtual Status on_market_data(const std::uint8_t* events,
                                  std::uint64_t bytes,
                                  std::uint32_t count) {
        static_cast<void>(events), static_cast<void>(bytes), static_cast<void>(count);
        return {};
    }

    // What the host answers to set_timer, http_send, ws_open, sign and wake. Answers that a task
    // waits for do not come here.
    virtual Status on_timer(std::uint64_t timer_id, Timestamp due) {
        static_cast<void>(timer_id), static_cast<void>(due);
        return {};
    }
    virtual Status on_http(const HttpResponse&) { return {}; }
    virtual Status on_ws(const WsEvent&) { return {}; }
    virtual Status on_signed(std::uint64_t sign_id, const tradectl_signature&) {
        static_cast<void>(sign_id);
        return {};
    }
    virtual Status on_wake() { return {}; }

    [[nodiscard]] std::string_view instance_name() const { return instance_name_; }

    /// The glue's: gives the instance its host, once, before anything else.
    void attach(const tradectl_exchange_host* table, std::string_view instance_name) {
        host_ = std::make_unique<ExchangeHost>(table);
        tasks_ = std::make_unique<ExchangeTasks>(*host_);
        instance_name_ = instance_name;
    }
    /// The glue's way to what the class itself reaches by `host`.
    [[nodiscard]] ExchangeHost& answers() { return *host_; }
    [[nodiscard]] ExchangeTasks& tasks() { return *tasks_; }
    /// The glue's: ends every task where it waits, while the members they use are still there.
    void detach() { tasks_.reset(); }

  protected:
    [[nodiscard]] ExchangeHost& host() { return *host_; }
    [[nodiscard]] Timestamp now() const { return host_->now(); }
    void log(LogLevel level, std::string_view text) const { host_->log(level, text); }

    /// Starts a task of many steps; see ExchangeTasks::run. Without a request: id 0.
    void run(RequestId id, Task<Status> task) { tasks_->run(id, std::move(task)); }

    /// `const auto answer = co_await http({...})`: Expected<const tradectl_http_response*>, valid
    /// until the next co_await; a refusal by the host is the error. `HttpResponse{**answer}` reads
    /// it; its own `status` says whether an answer came or the outcome is unknown.
    [[nodiscard]] auto http(HttpRequest request) {
        return tasks_->answer<tradectl_http_response>(
            [this, request](std::uint64_t id) { return host_->http_send(id, request); });
    }
    [[nodiscard]] auto sleep_until(Timestamp due) {
        return tasks_->answer<void>(
            [this, due](std::uint64_t id) { return host_->set_timer(id, due); });
    }
    /// `co_await sleep(250 * kNsPerMillisecond)`: by the session's clock.
    [[nodiscard]] auto sleep(std::int64_t ns) { return sleep_until(now().plus_ns(ns)); }
    /// `co_await signature(request)`: Expected<const tradectl_signature*>, valid until the next
    /// co_await; its own `status` says whether the host signed.
    [[nodiscard]] auto signature(tradectl_sign_request request) {
        return tasks_->answer<tradectl_signature>(
            [this, request](std::uint64_t id) { return host_->sign(id, request); });
    }

  private:
    [[nodiscard]] static Status unsupported(std::string_view request) {
        return fail(ErrorCode::Unsupported, std::string(request) + ": not offered by this venue");
    }

    std::unique_ptr<ExchangeHost> host_;
    std::unique_ptr<ExchangeTasks> tasks_;
    std::string instance_name_;
};

}  // namespace tradectl
