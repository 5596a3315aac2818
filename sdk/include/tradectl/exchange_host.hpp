/// What the host offers to an exchange plugin: answers, events, timers, storage, the wire, signing.
#pragma once

#include "abi/instruments.h"
#include "host.hpp"
#include "records.hpp"
#include "requests.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tradectl {

/// Typed calls over tradectl_exchange_host. The host copies what it is given. [engine]
class ExchangeHost : public Host {
  public:
    explicit ExchangeHost(const tradectl_exchange_host* table) : Host(table->base), host_(table) {}
    ExchangeHost(const ExchangeHost&) = delete;
    ExchangeHost& operator=(const ExchangeHost&) = delete;

    // Answers: each request is completed exactly once. A second one is refused and logged.

    /// Success of a request that has no content: connect, disconnect, subscribe ...
    void complete_ok(RequestId id, Coverage coverage = {}) { complete(ok(id, coverage)); }
    void complete_failed(RequestId id, const Failure& failure);
    void complete_prepared(RequestId id, const Prepared& prepared);
    /// The venue took the order; its id may be empty.
    void complete_submitted(RequestId id, std::string_view venue_order_id, Coverage coverage = {});
    /// The venue refused the order.
    void complete_rejected(RequestId id, Reason reason, std::string_view text) {
        complete_failed(id, {.code = ErrorCode::Rejected, .text = text, .reason = reason});
    }
    void complete_orders(RequestId id,
                         std::span<const tradectl_order_report> items,
                         Coverage coverage) {
        complete_items(id, items, coverage);
    }
    void complete_fills(RequestId id,
                        std::span<const tradectl_fill_report> items,
                        Coverage coverage) {
        complete_items(id, items, coverage);
    }
    void complete_positions(RequestId id,
                            std::span<const tradectl_position_report> items,
                            Coverage coverage) {
        complete_items(id, items, coverage);
    }
    void complete_balances(RequestId id,
                           std::span<const tradectl_balance_report> items,
                           Coverage coverage) {
        complete_items(id, items, coverage);
    }
    void complete_instruments(RequestId id,
                              std::span<const tradectl_instrument> items,
                              Coverage coverage) {
        complete_items(id, items, coverage);
    }
    void complete_quote(RequestId id, const QuoteAnswer& quote);
    void complete_server_time(RequestId id, Timestamp time) {
        complete_ok(id, {.completeness = Completeness::Complete, .as_of = time});
    }

    /// Hands one record to the engine: `auto fill = make_event<tradectl_fill_event>(); ...`. Orders
    /// and fills name their order by client_order_id.
    template <typename Record>
    Status publish(const Record& record) {
        return publish_header(record.header);
    }
    /// A record with a tail (book, ext): the header's `size` says its length.
    Status publish_header(const tradectl_event& event) {
        return to_status(host_->publish(host_, &event), "publish");
    }

    /// Makes an instrument known that is not in the config, or takes over what changed of one that
    /// is known (abi/instruments.h). Unsupported when the host has no such thing; Quota,
    /// InvalidArgument with the reason in the host's log.
    [[nodiscard]] Expected<InstrumentHandle> add_instrument(const Instrument& instrument) {
        const auto* extension = static_cast<const tradectl_instruments_extension*>(
            host_->get_extension(host_, TRADECTL_EXTENSION_INSTRUMENTS));
        InstrumentHandle handle = kNoHandle;
        const tradectl_status code = extension == nullptr
                                         ? TRADECTL_UNSUPPORTED
                                         : extension->add(host_, &instrument.raw(), &handle);
        if (code == TRADECTL_OK) return handle;
        return fail(static_cast<ErrorCode>(code),
                    "instrument \"" + std::string(instrument.name()) + "\": the host answered " +
                        std::to_string(code));
    }

    /// One-shot timer, answered by `on_timer`; a second call with the same id moves it. The ids
    /// from 2^63 up belong to the wrapper.
    Status set_timer(std::uint64_t timer_id, Timestamp due) {
        return to_status(host_->timer(host_, timer_id, due.ns()), "timer");
    }
    Status cancel_timer(std::uint64_t timer_id) { return set_timer(timer_id, Timestamp::none()); }

    /// Durable state of this instance. The puts of one call into the plugin are one commit; the
    /// completions and events of that call leave when it is durable. An empty value deletes.
    Status kv_put(std::string_view key, Bytes value) {
        return to_status(host_->kv_put(host_, to_str(key), to_bytes(value)), "kv_put");
    }
    Status kv_put(std::string_view key, std::string_view value) {
        return kv_put(key, as_bytes(value));
    }
    Status kv_erase(std::string_view key) { return kv_put(key, Bytes{}); }

    /// Answered by `on_http` with the same id. The ids from 2^63 up belong to the wrapper.
    Status http_send(std::uint64_t http_id, const HttpRequest& request) {
        const tradectl_http_request record = http_record(http_id, request);
        return to_status(host_->http_send(host_, &record), "http_send");
    }
    Status ws_open(std::uint64_t ws_id, const HttpRequest& request) {
        const tradectl_http_request record = http_record(0, request);
        return to_status(host_->ws_open(host_, ws_id, &record), "ws_open");
    }
    /// `op` names the durable step when the message acts; `kind` is TRADECTL_WS_TEXT or _BINARY.
    Status ws_send(std::uint64_t ws_id, OpId op, std::uint32_t kind, Bytes payload) {
        return to_status(host_->ws_send(host_, ws_id, op.value, kind, to_bytes(payload)),
                         "ws_send");
    }
    Status ws_close(std::uint64_t ws_id) {
        return to_status(host_->ws_close(host_, ws_id), "ws_close");
    }
    /// Answered by `on_signed` with the same id. The ids from 2^63 up belong to the wrapper.
    Status sign(std::uint64_t sign_id, const tradectl_sign_request& request) {
        return to_status(host_->sign(host_, sign_id, &request), "sign");
    }
    /// 32 bytes; of SHA-1 the first 20 count.
    [[nodiscard]] Expected<std::array<std::uint8_t, 32>> hash(HashKind kind, Bytes input) {
        std::array<std::uint8_t, 32> out{};
        const Status done = to_status(
            host_->hash(host_, static_cast<std::uint32_t>(kind), to_bytes(input), out.data()),
            "hash");
        if (!done) return fail(done.error());
        return out;
    }

    /// How many signatures the operation prepared under this id asked for; forgets it.
    [[nodiscard]] std::uint32_t take_sign_count(std::uint64_t prepare_id);

  private:
    struct Signing {
        std::uint64_t prepare_id;
        std::uint32_t count;
    };

    [[nodiscard]] static tradectl_completion ok(RequestId id, const Coverage& coverage);
    [[nodiscard]] static tradectl_http_request http_record(std::uint64_t http_id,
                                                           const HttpRequest& request);
    void complete(const tradectl_completion& completion);
    template <typename Item>
    void complete_items(RequestId id, std::span<const Item> items, const Coverage& coverage) {
        tradectl_completion completion = ok(id, coverage);
        completion.items = items.data();
        completion.item_count = static_cast<std::uint32_t>(items.size());
        completion.item_stride = sizeof(Item);
        complete(completion);
    }

    const tradectl_exchange_host* host_;
    std::vector<Signing> signing_;  // only what was prepared, wants signatures, and is not sent
};

inline tradectl_completion ExchangeHost::ok(RequestId id, const Coverage& coverage) {
    tradectl_completion completion{};
    completion.struct_size = sizeof completion;
    completion.status = TRADECTL_OK;
    completion.request_id = id.value;
    completion.completeness = static_cast<std::uint32_t>(coverage.completeness);
    completion.as_of = coverage.as_of.ns();
    completion.cursor = to_str(coverage.cursor);
    completion.retry_after = TRADECTL_TIME_NONE;
    completion.quote_price = Decimal::null().to_abi();
    completion.quote_quantity = Decimal::null().to_abi();
    completion.quote_expires = TRADECTL_TIME_NONE;
    return completion;
}

inline void ExchangeHost::complete(const tradectl_completion& completion) {
    const tradectl_status code = host_->complete(host_, &completion);
    if (code == TRADECTL_OK) return;
    log(LogLevel::Error,
        "complete: request " + std::to_string(completion.request_id) + ": the host answered " +
            std::to_string(code));
}

inline void ExchangeHost::complete_failed(RequestId id, const Failure& failure) {
    tradectl_completion completion = ok(id, failure.coverage);
    completion.status = static_cast<tradectl_status>(failure.code);
    completion.text = to_str(failure.text);
    completion.reason = failure.reason;
    completion.retry_after = failure.retry_after.ns();
    complete(completion);
}

inline void ExchangeHost::complete_prepared(RequestId id, const Prepared& prepared) {
    tradectl_prepared record{};
    record.struct_size = sizeof record;
    record.identity_class = static_cast<std::uint32_t>(prepared.identity_class);
    record.fence = static_cast<std::uint32_t>(prepared.fence);
    record.fence_value = prepared.fence_value;
    record.identity = to_str(prepared.identity);
    record.request = to_bytes(prepared.request);
    record.rebuild = to_bytes(prepared.rebuild);
    record.sign = prepared.sign.data();
    record.sign_count = static_cast<std::uint32_t>(prepared.sign.size());
    record.sign_stride = sizeof(tradectl_sign_request);
    if (record.sign_count > 0) signing_.push_back({id.value, record.sign_count});
    tradectl_completion completion = ok(id, {});
    completion.prepared = &record;
    complete(completion);
}

inline void ExchangeHost::complete_submitted(RequestId id,
                                             std::string_view venue_order_id,
                                             Coverage coverage) {
    tradectl_completion completion = ok(id, coverage);
    completion.venue_order_id = to_id(venue_order_id);
    complete(completion);
}

inline void ExchangeHost::complete_quote(RequestId id, const QuoteAnswer& quote) {
    tradectl_completion completion = ok(id, {});
    completion.quote_price = quote.price.to_abi();
    completion.quote_quantity = quote.quantity.to_abi();
    completion.quote_expires = quote.expires.ns();
    complete(completion);
}

inline tradectl_http_request ExchangeHost::http_record(std::uint64_t http_id,
                                                       const HttpRequest& request) {
    tradectl_http_request record{};
    record.struct_size = sizeof record;
    record.timeout_ms = request.timeout_ms;
    record.http_id = http_id;
    record.op_id = request.op.value;
    record.method = to_str(request.method);
    record.url = to_str(request.url);
    record.headers = request.headers.data();
    record.header_count = static_cast<std::uint32_t>(request.headers.size());
    record.bucket = request.bucket;
    record.body = to_bytes(request.body);
    record.captures = request.captures.data();
    record.capture_count = static_cast<std::uint32_t>(request.captures.size());
    record.weight = request.weight;
    return record;
}

inline std::uint32_t ExchangeHost::take_sign_count(std::uint64_t prepare_id) {
    for (auto it = signing_.begin(); it != signing_.end(); ++it) {
        if (it->prepare_id != prepare_id) continue;
        const std::uint32_t count = it->count;
        signing_.erase(it);
        return count;
    }
    return 0;
}

}  // namespace tradectl
