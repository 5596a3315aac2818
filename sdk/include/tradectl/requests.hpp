/// Typed views of what the host asks an exchange plugin, and the options of its answers.
///
/// Views borrow: they are valid until the call that brought them returns.
#pragma once

#include "abi/exchange.h"
#include "decimal.hpp"
#include "enums.hpp"
#include "ids.hpp"
#include "text.hpp"
#include "timestamp.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace tradectl {

/// One acting operation: whatever changes something at a venue.
class Operation {
  public:
    explicit Operation(const tradectl_operation& record) : record_(&record) {}
    [[nodiscard]] OperationKind kind() const { return static_cast<OperationKind>(record_->kind); }
    [[nodiscard]] OpId op_id() const { return {record_->op_id}; }
    [[nodiscard]] TxnId txn_id() const { return {record_->txn_id}; }
    [[nodiscard]] Timestamp intent_time() const { return Timestamp{record_->intent_time}; }
    [[nodiscard]] tradectl_instrument_handle instrument() const { return record_->instrument; }
    [[nodiscard]] tradectl_account_handle account() const { return record_->account; }
    [[nodiscard]] tradectl_asset_handle asset() const { return record_->asset; }
    [[nodiscard]] Side side() const { return static_cast<Side>(record_->side); }
    [[nodiscard]] OrderType order_type() const {
        return static_cast<OrderType>(record_->order_type);
    }
    [[nodiscard]] TimeInForce time_in_force() const {
        return static_cast<TimeInForce>(record_->time_in_force);
    }
    [[nodiscard]] bool is_post_only() const {
        return (record_->order_flags & TRADECTL_ORDER_POST_ONLY) != 0;
    }
    [[nodiscard]] bool is_reduce_only() const {
        return (record_->order_flags & TRADECTL_ORDER_REDUCE_ONLY) != 0;
    }
    [[nodiscard]] Decimal quantity() const { return Decimal::from_abi(record_->quantity); }
    [[nodiscard]] Decimal price() const { return Decimal::from_abi(record_->price); }
    [[nodiscard]] Decimal stop_price() const { return Decimal::from_abi(record_->stop_price); }
    [[nodiscard]] Timestamp expire_time() const { return Timestamp{record_->expire_time}; }
    /// Of this operation's order.
    [[nodiscard]] std::string_view client_order_id() const {
        return view(record_->client_order_id);
    }
    /// Replace and cancel: the order acted upon.
    [[nodiscard]] std::string_view target_client_order_id() const {
        return view(record_->target_client_order_id);
    }
    [[nodiscard]] std::string_view target_venue_order_id() const {
        return view(record_->target_venue_order_id);
    }
    [[nodiscard]] std::string_view quote_id() const { return view(record_->quote_id); }
    /// Approve: spender; transfer: receiver.
    [[nodiscard]] std::string_view counterparty() const { return view(record_->counterparty); }
    [[nodiscard]] const tradectl_operation& raw() const { return *record_; }

  private:
    const tradectl_operation* record_;
};

/// Which account, instrument and time a query covers.
class Scope {
  public:
    explicit Scope(const tradectl_scope& record) : record_(&record) {}
    /// TRADECTL_HANDLE_NONE: all.
    [[nodiscard]] tradectl_account_handle account() const { return record_->account; }
    [[nodiscard]] tradectl_instrument_handle instrument() const { return record_->instrument; }
    /// Most items wanted; 0: the plugin's choice.
    [[nodiscard]] std::uint32_t limit() const { return record_->limit; }
    /// None: from the start.
    [[nodiscard]] Timestamp since() const { return Timestamp{record_->since}; }
    /// From an earlier answer, or empty.
    [[nodiscard]] std::string_view cursor() const { return view(record_->cursor); }
    /// A foreign wallet, or empty for our own.
    [[nodiscard]] std::string_view address() const { return view(record_->address); }

  private:
    const tradectl_scope* record_;
};

/// Which order is asked for; any of the three names may be empty.
class OrderQuery {
  public:
    explicit OrderQuery(const tradectl_order_query& record) : record_(&record) {}
    [[nodiscard]] tradectl_instrument_handle instrument() const { return record_->instrument; }
    [[nodiscard]] tradectl_account_handle account() const { return record_->account; }
    [[nodiscard]] std::string_view client_order_id() const {
        return view(record_->client_order_id);
    }
    [[nodiscard]] std::string_view venue_order_id() const { return view(record_->venue_order_id); }
    [[nodiscard]] std::string_view identity() const { return view(record_->identity); }

  private:
    const tradectl_order_query* record_;
};

struct Discover {
    std::string_view category;
    std::string_view tag;
    std::uint32_t limit = 0;
};

struct Subscription {
    tradectl_instrument_handle instrument = TRADECTL_HANDLE_NONE;
    std::uint32_t streams = 0;  ///< TRADECTL_STREAM_QUOTES ..., or-ed; 0 unsubscribes
    std::string_view wallet;
};

struct QuoteRequest {
    tradectl_instrument_handle instrument = TRADECTL_HANDLE_NONE;
    tradectl_account_handle account = TRADECTL_HANDLE_NONE;
    Side side = Side::None;
    Decimal quantity = Decimal::null();
    std::uint32_t slippage_bps_max = 0;
};

/// What `prepare` found: everything that the intent stores. Copied by the host.
struct Prepared {
    std::string_view identity;  ///< what the venue will know it by; never needs the signature
    IdentityClass identity_class = IdentityClass::QueryOnly;
    Fence fence = Fence::None;
    std::int64_t fence_value = 0;
    Bytes request = {};  ///< encoded, without secrets and signatures; the host keeps its hash
    Bytes rebuild = {};  ///< every input needed to build the request again
    std::span<const tradectl_sign_request> sign = {};
};

/// How far an answer that lists things can be trusted.
struct Coverage {
    Completeness completeness = Completeness::Unknown;
    Timestamp as_of = Timestamp::none();  ///< venue time up to which the answer holds
    std::string_view cursor = {};         ///< pass back to go on; empty at the end
};

/// Why a request failed.
struct Failure {
    ErrorCode code = ErrorCode::Internal;
    std::string_view text = {};  ///< the venue's words
    Reason reason = TRADECTL_REASON_NONE;
    Timestamp retry_after = Timestamp::none();  ///< for RateLimited
    Coverage coverage = {};                     ///< for NotFound: what the absence proves
};

/// A price that a venue offers for a while.
struct QuoteAnswer {
    Decimal price;
    Decimal quantity;
    Timestamp expires = Timestamp::none();
};

/// One HTTP request; copied by the host in the call.
struct HttpRequest {
    std::string_view method = "GET";
    std::string_view url;
    std::span<const tradectl_header> headers = {};
    Bytes body = {};
    OpId op = {};                  ///< the durable step that this acts for; 0 for reading
    std::uint32_t timeout_ms = 0;  ///< 0: the host's default
    std::uint32_t bucket = 0;      ///< rate bucket declared in the manifest
    std::uint32_t weight = 1;      ///< tokens it takes from the bucket
    std::span<const tradectl_capture> captures = {};
};

[[nodiscard]] constexpr tradectl_header http_header(std::string_view name, std::string_view value) {
    return {to_str(name), to_str(value)};
}

/// An HTTP answer, whatever its status code.
class HttpResponse {
  public:
    explicit HttpResponse(const tradectl_http_response& record) : record_(&record) {}
    [[nodiscard]] std::uint64_t http_id() const { return record_->http_id; }
    /// Ok when an answer came; else Unavailable (nothing was sent) or OutcomeUnknown.
    [[nodiscard]] tradectl_status status() const { return record_->status; }
    [[nodiscard]] std::uint32_t http_status() const { return record_->http_status; }
    [[nodiscard]] Bytes body() const { return view(record_->body); }
    [[nodiscard]] std::string_view text() const { return as_text(body()); }
    [[nodiscard]] Timestamp received() const { return Timestamp{record_->received}; }
    /// The first header of that name, in any case of ASCII letters; empty when there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const {
        const auto lower = [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
        };
        for (const tradectl_header& each : std::span{record_->headers, record_->header_count}) {
            const std::string_view candidate = view(each.name);
            if (std::equal(candidate.begin(),
                           candidate.end(),
                           name.begin(),
                           name.end(),
                           [&](char a, char b) { return lower(a) == lower(b); }))
                return view(each.value);
        }
        return {};
    }

  private:
    const tradectl_http_response* record_;
};

/// Something that happened on a WebSocket.
class WsEvent {
  public:
    explicit WsEvent(const tradectl_ws_event& record) : record_(&record) {}
    /// A TRADECTL_WS_ number.
    [[nodiscard]] std::uint32_t kind() const { return record_->kind; }
    [[nodiscard]] std::uint64_t ws_id() const { return record_->ws_id; }
    [[nodiscard]] Bytes payload() const { return view(record_->payload); }
    [[nodiscard]] Timestamp received() const { return Timestamp{record_->received}; }

  private:
    const tradectl_ws_event* record_;
};

/// A signing request for the host; `key` names a key of its store.
[[nodiscard]] inline tradectl_sign_request sign_request(SignKind kind,
                                                        std::string_view key,
                                                        Bytes payload) {
    return {sizeof(tradectl_sign_request),
            static_cast<std::uint32_t>(kind),
            to_str(key),
            to_bytes(payload)};
}

}  // namespace tradectl
