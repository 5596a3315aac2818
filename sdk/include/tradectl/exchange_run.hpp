/// Drives one exchange plugin through its C table over a fake host that records what it does and
/// feeds it bytes. Nothing goes over a network.
#pragma once

#include "abi/exchange.h"
#include "abi/instruments.h"
#include "fake_host.hpp"
#include "records.hpp"
#include "requests.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl {

/// A completion, copied. Items are copied too, as bytes.
struct FakeCompletion {
    std::uint64_t request_id = 0;
    tradectl_status status = TRADECTL_OK;
    Completeness completeness = Completeness::Unknown;
    Reason reason = TRADECTL_REASON_NONE;
    Timestamp as_of = Timestamp::none();
    Timestamp retry_after = Timestamp::none();
    std::string text;
    std::string cursor;
    std::string venue_order_id;
    // PREPARE
    std::string identity;
    std::uint32_t identity_class = 0;
    std::uint32_t fence = 0;
    std::int64_t fence_value = 0;
    std::string request;
    std::string rebuild;
    std::uint32_t sign_count = 0;
    std::uint32_t item_count = 0;
    std::vector<std::uint8_t> items;

    template <typename Item>
    [[nodiscard]] std::vector<Item> items_as() const {
        std::vector<Item> out(items.size() / sizeof(Item));
        if (!out.empty()) std::memcpy(out.data(), items.data(), out.size() * sizeof(Item));
        return out;
    }
};

/// What an http_send or ws_open asked for.
struct FakeHttpRequest {
    std::uint64_t http_id = 0;  ///< of ws_open: the WebSocket's id
    std::uint64_t op_id = 0;
    std::uint32_t bucket = 0;
    std::string method;
    std::string url;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<std::pair<std::string, std::string>> captures;  ///< JSON pointer, key
};

struct FakeSignRequest {
    std::uint64_t sign_id = 0;
    std::uint32_t type = 0;
    std::string key;
    std::string payload;
};

struct FakeWsMessage {
    std::uint64_t ws_id = 0;
    std::uint64_t op_id = 0;
    std::string payload;
};

/// The exchange host's table over a FakeHost. Must outlive the plugin instance.
class FakeExchangeHost {
  public:
    explicit FakeExchangeHost(FakeHost& base);
    FakeExchangeHost(const FakeExchangeHost&) = delete;
    FakeExchangeHost& operator=(const FakeExchangeHost&) = delete;
    [[nodiscard]] const tradectl_exchange_host* table() const { return &table_; }
    [[nodiscard]] FakeHost& base() { return base_; }

    std::vector<FakeCompletion> completions;
    std::vector<std::vector<std::uint8_t>> events;  ///< published records
    std::map<std::uint64_t, Timestamp> timers;
    std::vector<FakeHttpRequest> http;
    std::vector<FakeHttpRequest> ws_opened;
    std::set<std::uint64_t> ws_kept;  ///< opened and not closed: BAD_STATE to open them again
    std::vector<FakeWsMessage> ws_sent;
    std::vector<FakeSignRequest> sign_requests;
    tradectl_status http_answer = TRADECTL_OK;  ///< what http_send returns
    /// What `hash` computes: writes 32 bytes. Empty: the first bytes of the input, to be seen.
    std::function<void(HashKind, Bytes, std::uint8_t*)> hasher;
    std::uint64_t kv_put_count = 0;
    /// What adding an instrument answers; OK puts it into the base host.
    tradectl_status instrument_answer = TRADECTL_OK;
    std::vector<InstrumentHandle> added_instruments;  ///< one for each OK, known ones too

    /// The completion of a request, or null when there is none yet.
    [[nodiscard]] const FakeCompletion* completion(std::uint64_t request_id) const;
    /// The published records of one type, in order.
    template <typename Record>
    [[nodiscard]] std::vector<Record> events_of() const {
        std::vector<Record> found;
        for (const auto& bytes : events) {
            Record record{};
            if (bytes.size() < sizeof record) continue;
            std::memcpy(&record, bytes.data(), sizeof record);
            if (record.header.type == kEventType<Record>) found.push_back(record);
        }
        return found;
    }

  private:
    static FakeExchangeHost& of(const tradectl_exchange_host* table) {
        return *static_cast<FakeExchangeHost*>(table->context);
    }
    static FakeHttpRequest copy(std::uint64_t id, const tradectl_http_request& request);
    tradectl_status complete(const tradectl_completion& completion);
    void fill_table();
    void fill_wire();

    tradectl_exchange_host table_{};
    FakeHost& base_;
};

/// One instance of an exchange plugin under test.
class ExchangeRun {
  public:
    /// Creates, configures and starts; `status()` and `error()` say how that went.
    ExchangeRun(FakeExchangeHost& host,
                const tradectl_exchange_api& api,
                std::string_view settings = "{}",
                std::string_view instance_name = "test");
    ~ExchangeRun() { api_.destroy(self_); }
    ExchangeRun(const ExchangeRun&) = delete;
    ExchangeRun& operator=(const ExchangeRun&) = delete;

    [[nodiscard]] tradectl_status status() const { return status_; }
    [[nodiscard]] const std::string& error() const { return error_; }
    [[nodiscard]] const tradectl_exchange_api& api() const { return api_; }
    /// To call the table directly: `run.api().connect(run.self(), 1)`.
    [[nodiscard]] tradectl_exchange* self() const { return self_; }

    /// Prepares one operation under `request_id`.
    tradectl_status prepare(std::uint64_t request_id, tradectl_operation operation);
    /// Submits what was prepared, without signatures.
    tradectl_status submit(std::uint64_t request_id, std::uint64_t prepare_id);
    /// Submits what was prepared with one signature.
    tradectl_status submit(std::uint64_t request_id,
                           std::uint64_t prepare_id,
                           std::string_view signature);
    template <typename Record>
    tradectl_status market(Record record) {
        record.header.host_time = host_.base().now().ns();
        return api_.on_market_data(
            self_, reinterpret_cast<const std::uint8_t*>(&record), sizeof record, 1);
    }
    tradectl_status answer_http(std::uint64_t http_id,
                                std::uint32_t http_status,
                                std::string_view body);
    tradectl_status fail_http(std::uint64_t http_id, tradectl_status status);
    tradectl_status answer_signed(std::uint64_t sign_id, std::string_view signature);
    tradectl_status ws(std::uint64_t ws_id, std::uint32_t kind, std::string_view payload);
    /// Moves the clock and fires the timers that fall due on the way, in order.
    void advance(std::int64_t ns);

  private:
    FakeExchangeHost& host_;
    const tradectl_exchange_api& api_;
    tradectl_exchange* self_ = nullptr;
    tradectl_status status_ = TRADECTL_OK;
    std::string error_;
};

inline FakeExchangeHost::FakeExchangeHost(FakeHost& base) : base_(base) {
    table_.struct_size = sizeof table_;
    table_.base = base.table();
    table_.context = this;
    fill_table();
    fill_wire();
}

inline const FakeCompletion* FakeExchangeHost::completion(std::uint64_t request_id) const {
    for (const FakeCompletion& each : completions)
        if (each.request_id == request_id) return &each;
    return nullptr;
}

inline tradectl_status FakeExchangeHost::complete(const tradectl_completion& from) {
    if (completion(from.request_id) != nullptr) return TRADECTL_INVALID_ARGUMENT;
    FakeCompletion out;
    out.request_id = from.request_id;
    out.status = from.status;
    out.completeness = static_cast<Completeness>(from.completeness);
    out.reason = from.reason;
    out.as_of = Timestamp{from.as_of};
    out.retry_after = Timestamp{from.retry_after};
    out.text = view(from.text);
    out.cursor = view(from.cursor);
    out.venue_order_id = view(from.venue_order_id);
    out.item_count = from.item_count;
    const auto* items = static_cast<const std::uint8_t*>(from.items);
    if (items != nullptr)
        out.items.assign(items, items + std::size_t{from.item_count} * from.item_stride);
    if (from.prepared != nullptr) {
        out.identity = view(from.prepared->identity);
        out.identity_class = from.prepared->identity_class;
        out.fence = from.prepared->fence;
        out.fence_value = from.prepared->fence_value;
        out.request = as_text(view(from.prepared->request));
        out.rebuild = as_text(view(from.prepared->rebuild));
        out.sign_count = from.prepared->sign_count;
    }
    completions.push_back(std::move(out));
    return TRADECTL_OK;
}

inline FakeHttpRequest FakeExchangeHost::copy(std::uint64_t id, const tradectl_http_request& from) {
    FakeHttpRequest out{id,
                        from.op_id,
                        from.bucket,
                        std::string(view(from.method)),
                        std::string(view(from.url)),
                        std::string(as_text(view(from.body))),
                        {},
                        {}};
    for (std::uint32_t i = 0; i < from.header_count; ++i)
        out.headers.emplace_back(view(from.headers[i].name), view(from.headers[i].value));
    for (std::uint32_t i = 0; i < from.capture_count; ++i)
        out.captures.emplace_back(view(from.captures[i].json_pointer), view(from.captures[i].key));
    return out;
}

inline void FakeExchangeHost::fill_table() {
    using Table = const tradectl_exchange_host*;
    table_.complete = [](Table host, const tradectl_completion* completion) {
        return of(host).complete(*completion);
    };
    table_.publish = [](Table host, const tradectl_event* event) -> tradectl_status {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(event);
        of(host).events.emplace_back(bytes, bytes + event->size);
        return TRADECTL_OK;
    };
    table_.timer = [](Table host, std::uint64_t id, tradectl_time due) -> tradectl_status {
        of(host).timers.erase(id);
        if (due != TRADECTL_TIME_NONE) of(host).timers[id] = Timestamp{due};
        return TRADECTL_OK;
    };
    table_.kv_put = [](Table host, tradectl_str key, tradectl_bytes value) -> tradectl_status {
        ++of(host).kv_put_count;
        const Bytes bytes = view(value);
        auto& kv = of(host).base_.kv();
        if (bytes.empty())
            kv.erase(std::string(view(key)));
        else
            kv[std::string(view(key))].assign(bytes.begin(), bytes.end());
        return TRADECTL_OK;
    };
    table_.sign =
        [](Table host, std::uint64_t id, const tradectl_sign_request* request) -> tradectl_status {
        of(host).sign_requests.push_back({id,
                                          request->type,
                                          std::string(view(request->key)),
                                          std::string(as_text(view(request->payload)))});
        return TRADECTL_OK;
    };
    table_.hash = [](Table host, std::uint32_t kind, tradectl_bytes input, std::uint8_t* out) {
        if (of(host).hasher) {
            of(host).hasher(static_cast<HashKind>(kind), view(input), out);
            return TRADECTL_OK;
        }
        const std::size_t bytes = std::min<std::size_t>(input.size, 32);
        std::memset(out, 0, 32);
        if (bytes > 0) std::memcpy(out, input.data, bytes);
        return TRADECTL_OK;
    };
    table_.get_extension = [](Table, const char* id) -> const void* {
        static constexpr tradectl_instruments_extension kInstruments{
            sizeof kInstruments, 0, [](Table to, const tradectl_instrument* from, auto* out) {
                if (of(to).instrument_answer == TRADECTL_OK)
                    of(to).added_instruments.push_back(*out = of(to).base_.add_record(*from));
                return of(to).instrument_answer;
            }};
        return std::string_view(id) == TRADECTL_EXTENSION_INSTRUMENTS ? &kInstruments : nullptr;
    };
}

inline void FakeExchangeHost::fill_wire() {
    using Table = const tradectl_exchange_host*;
    table_.http_send = [](Table host, const tradectl_http_request* request) -> tradectl_status {
        if (of(host).http_answer == TRADECTL_OK)
            of(host).http.push_back(copy(request->http_id, *request));
        return of(host).http_answer;
    };
    table_.ws_open =
        [](Table host, std::uint64_t id, const tradectl_http_request* request) -> tradectl_status {
        if (!of(host).ws_kept.insert(id).second) return TRADECTL_BAD_STATE;
        of(host).ws_opened.push_back(copy(id, *request));
        return TRADECTL_OK;
    };
    table_.ws_send = [](Table host,
                        std::uint64_t id,
                        std::uint64_t op,
                        std::uint32_t,
                        tradectl_bytes payload) -> tradectl_status {
        of(host).ws_sent.push_back({id, op, std::string(as_text(view(payload)))});
        return TRADECTL_OK;
    };
    table_.ws_close = [](Table host, std::uint64_t id) -> tradectl_status {
        return of(host).ws_kept.erase(id) == 0 ? TRADECTL_NOT_FOUND : TRADECTL_OK;
    };
}

inline ExchangeRun::ExchangeRun(FakeExchangeHost& host,
                                const tradectl_exchange_api& api,
                                std::string_view settings,
                                std::string_view instance_name)
    : host_(host), api_(api) {
    char text[512];
    tradectl_error_text error{sizeof error, sizeof text, 0, 0, text};
    status_ = api_.create(host.table(), to_str(instance_name), &self_, &error);
    if (status_ == TRADECTL_OK) status_ = api_.configure(self_, to_str(settings), &error);
    error_.assign(text, error.size);
    if (status_ == TRADECTL_OK) status_ = api_.start(self_);
}

inline tradectl_status ExchangeRun::prepare(std::uint64_t request_id,
                                            tradectl_operation operation) {
    operation.struct_size = sizeof operation;
    return api_.prepare(self_, request_id, &operation, 1, sizeof operation);
}

inline tradectl_status ExchangeRun::submit(std::uint64_t request_id, std::uint64_t prepare_id) {
    const tradectl_signature* none = nullptr;
    return api_.submit_prepared(self_, request_id, &prepare_id, &none, 1);
}

inline tradectl_status ExchangeRun::submit(std::uint64_t request_id,
                                           std::uint64_t prepare_id,
                                           std::string_view signature) {
    const tradectl_signature record{sizeof record, TRADECTL_OK, to_bytes(as_bytes(signature))};
    const tradectl_signature* given = &record;
    return api_.submit_prepared(self_, request_id, &prepare_id, &given, 1);
}

inline tradectl_status ExchangeRun::answer_http(std::uint64_t http_id,
                                                std::uint32_t http_status,
                                                std::string_view body) {
    tradectl_http_response response{};
    response.struct_size = sizeof response;
    response.http_id = http_id;
    response.http_status = http_status;
    response.body = to_bytes(as_bytes(body));
    response.received = host_.base().now().ns();
    return api_.on_http(self_, &response);
}

inline tradectl_status ExchangeRun::fail_http(std::uint64_t http_id, tradectl_status status) {
    const tradectl_http_response response{sizeof response, status, http_id, 0, 0, nullptr, {}, 0};
    return api_.on_http(self_, &response);
}

inline tradectl_status ExchangeRun::answer_signed(std::uint64_t sign_id,
                                                  std::string_view signature) {
    const tradectl_signature record{sizeof record, TRADECTL_OK, to_bytes(as_bytes(signature))};
    return api_.on_signed(self_, sign_id, &record);
}

inline tradectl_status ExchangeRun::ws(std::uint64_t ws_id,
                                       std::uint32_t kind,
                                       std::string_view payload) {
    const tradectl_ws_event event{
        sizeof event, kind, ws_id, to_bytes(as_bytes(payload)), host_.base().now().ns()};
    return api_.on_ws(self_, &event);
}

inline void ExchangeRun::advance(std::int64_t ns) {
    FakeHost& base = host_.base();
    const Timestamp end = base.now().plus_ns(ns);
    for (;;) {
        const auto next = std::min_element(
            host_.timers.begin(), host_.timers.end(), [](const auto& a, const auto& b) {
                return a.second < b.second;
            });
        if (next == host_.timers.end() || next->second > end) break;
        const auto [id, due] = *next;
        host_.timers.erase(next);
        base.set_now(std::max(base.now(), due));
        status_ = api_.on_timer(self_, id, due.ns());
    }
    base.set_now(end);
}

}  // namespace tradectl
