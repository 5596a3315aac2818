/// All that an exchange plugin includes: the base class (exchange_base.hpp), settings, the plugin
/// macro, and the C table of a class, `kExchangeApi<Class>`.
#pragma once

#include "border.hpp"
#include "exchange_base.hpp"
#include "plugin.hpp"

#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

namespace tradectl {
namespace exchange_detail {

/// What `tradectl_exchange` is on the plugin's side.
template <typename Class>
struct Instance {
    const tradectl_host* host;
    Class exchange;

    ~Instance() { exchange.detach(); }
    static Instance& of(tradectl_exchange* self) { return *reinterpret_cast<Instance*>(self); }
};

template <typename Class>
class Glue {
    using Self = tradectl_exchange*;
    using Code = tradectl_status;
    static Class& face(Self self) { return Instance<Class>::of(self).exchange; }
    static Exchange& base(Self self) { return face(self); }
    template <typename Body>
    static Code call(Self self, const char* name, Body&& body) noexcept {
        return border::guard(Instance<Class>::of(self).host, name, std::forward<Body>(body));
    }

  public:
    static Code create(const tradectl_exchange_host* host,
                       tradectl_str name,
                       Self* out,
                       tradectl_error_text* error) {
        *out = nullptr;
        return border::guard(host->base, "create", error, [&]() -> Status {
            auto made = std::unique_ptr<Instance<Class>>(new Instance<Class>{host->base, {}});
            made->exchange.attach(host, view(name));
            *out = reinterpret_cast<Self>(made.release());
            return {};
        });
    }
    static Code configure(Self self, tradectl_str settings, tradectl_error_text* error) {
        const tradectl_host* host = Instance<Class>::of(self).host;
        return border::guard(host, "configure", error, [&]() -> Status {
            Status read = plugin_detail::read_plugin_settings(face(self), view(settings));
            return read ? base(self).on_configure() : read;
        });
    }
    static Code start(Self self) {
        return call(self, "start", [&] { return base(self).on_start(); });
    }
    static Code stop(Self self) {
        return call(self, "stop", [&] { return base(self).on_stop(); });
    }
    static void destroy(Self self) {
        if (self == nullptr) return;
        const tradectl_host* host = Instance<Class>::of(self).host;
        border::guard(host, "destroy", [&]() -> Status {
            delete &Instance<Class>::of(self);
            return {};
        });
    }

    template <Status (Exchange::*Method)(RequestId)>
    static Code request(Self self, std::uint64_t id) {
        return call(self, "request", [&] { return (base(self).*Method)({id}); });
    }
    template <Status (Exchange::*Method)(RequestId, const Scope&)>
    static Code query(Self self, std::uint64_t id, const tradectl_scope* scope) {
        return call(self, "query", [&] { return (base(self).*Method)({id}, Scope{*scope}); });
    }
    static Code discover(Self self, std::uint64_t id, const tradectl_discover* request) {
        return call(self, "discover", [&] {
            return base(self).discover(
                {id}, {view(request->category), view(request->tag), request->limit});
        });
    }
    static Code subscribe(Self self,
                          std::uint64_t id,
                          const tradectl_subscription* items,
                          std::uint32_t count,
                          std::uint32_t stride) {
        return call(self, "subscribe", [&] {
            std::vector<Subscription> wanted;
            for (std::uint32_t i = 0; i < count; ++i) {
                const auto& item = at(items, i, stride);
                wanted.push_back({item.instrument, item.streams, view(item.wallet)});
            }
            return base(self).subscribe({id}, wanted);
        });
    }
    static Code on_market_data(Self self,
                               const std::uint8_t* events,
                               std::uint64_t bytes,
                               std::uint32_t count) {
        return call(self, "on_market_data", [&] {
            return base(self).on_market_data(events, bytes, count);
        });
    }

    static Code prepare(Self self,
                        std::uint64_t first,
                        const tradectl_operation* operations,
                        std::uint32_t count,
                        std::uint32_t stride) {
        for (std::uint32_t i = 0; i < count; ++i)
            each(self, {first + i}, "prepare", [&] {
                return base(self).prepare({first + i}, Operation{at(operations, i, stride)});
            });
        return TRADECTL_OK;
    }
    static Code submit_prepared(Self self,
                                std::uint64_t first,
                                const std::uint64_t* prepare_ids,
                                const tradectl_signature* const* signatures,
                                std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i)
            each(self, {first + i}, "submit_prepared", [&] {
                const std::uint64_t prepared = prepare_ids[i];
                const std::uint32_t signs = answers(self).take_sign_count(prepared);
                if (signs > 0 && (signatures == nullptr || signatures[i] == nullptr))
                    return Status{fail(ErrorCode::InvalidArgument, "signatures: missing")};
                return base(self).submit_prepared(
                    {first + i}, {prepared}, {signs > 0 ? signatures[i] : nullptr, signs});
            });
        // Each item has completed or will: a failure here is logged, and nobody's answer.
        call(self, "submit_prepared", [&] { return base(self).submit_prepared_end(); });
        return TRADECTL_OK;
    }
    static void discard_prepared(Self self, std::uint64_t prepare_id) {
        call(self, "discard_prepared", [&]() -> Status {
            static_cast<void>(answers(self).take_sign_count(prepare_id));
            base(self).discard_prepared({prepare_id});
            return {};
        });
    }

    static Code quote(Self self, std::uint64_t id, const tradectl_quote_request* request) {
        return call(self, "quote", [&] {
            return base(self).quote({id},
                                    {request->instrument,
                                     request->account,
                                     static_cast<Side>(request->side),
                                     Decimal::from_abi(request->quantity),
                                     request->slippage_bps_max});
        });
    }
    static Code query_order(Self self, std::uint64_t id, const tradectl_order_query* query) {
        return call(
            self, "query_order", [&] { return base(self).query_order({id}, OrderQuery{*query}); });
    }

    static Code on_timer(Self self, std::uint64_t id, tradectl_time due) {
        return call(self, "on_timer", [&]() -> Status {
            if (id >= kTaskIdFirst) return woken<void>(self, id, nullptr);
            return base(self).on_timer(id, Timestamp{due});
        });
    }
    static Code on_http(Self self, const tradectl_http_response* response) {
        return call(self, "on_http", [&]() -> Status {
            if (response->http_id >= kTaskIdFirst) return woken(self, response->http_id, response);
            return base(self).on_http(HttpResponse{*response});
        });
    }
    static Code on_ws(Self self, const tradectl_ws_event* event) {
        return call(self, "on_ws", [&] { return base(self).on_ws(WsEvent{*event}); });
    }
    static Code on_signed(Self self, std::uint64_t id, const tradectl_signature* signature) {
        return call(self, "on_signed", [&]() -> Status {
            if (id >= kTaskIdFirst) return woken(self, id, signature);
            return base(self).on_signed(id, *signature);
        });
    }
    static Code on_wake(Self self) {
        return call(self, "on_wake", [&] { return base(self).on_wake(); });
    }

    /// Whether the class overrides on_market_data: then its member's type names another class.
    static constexpr bool kTakesMarketData =
        !std::is_same_v<decltype(&Class::on_market_data), decltype(&Exchange::on_market_data)>;

  private:
    template <typename Item>
    static const Item& at(const Item* items, std::uint32_t index, std::uint32_t stride) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(items);
        return *reinterpret_cast<const Item*>(bytes + std::uint64_t{index} * stride);
    }
    /// Runs one item of a batch; its failure completes it, so that the others go on.
    template <typename Body>
    static void each(Self self, RequestId id, const char* name, Body&& body) {
        char text[256];
        tradectl_error_text error{sizeof error, sizeof text, 0, 0, text};
        const tradectl_host* host = Instance<Class>::of(self).host;
        const Code code = border::guard(host, name, &error, std::forward<Body>(body));
        if (code == TRADECTL_OK) return;
        answers(self).complete_failed(
            id, {.code = static_cast<ErrorCode>(code), .text = {text, error.size}});
    }
    static ExchangeHost& answers(Self self) { return base(self).answers(); }
    /// An answer that nobody waits for any more is dropped: its task has ended.
    template <typename Record>
    static Status woken(Self self, std::uint64_t id, const Record* answer) {
        base(self).tasks().template wake<Record>(id, answer);
        return {};
    }
};

template <typename Class>
constexpr tradectl_exchange_api make_api() {
    using G = Glue<Class>;
    tradectl_exchange_api api{};
    api.struct_size = sizeof api;
    api.create = &G::create;
    api.configure = &G::configure;
    api.start = &G::start;
    api.stop = &G::stop;
    api.destroy = &G::destroy;
    api.connect = &G::template request<&Exchange::connect>;
    api.disconnect = &G::template request<&Exchange::disconnect>;
    api.load_instruments = &G::template request<&Exchange::load_instruments>;
    api.discover = &G::discover;
    api.subscribe = &G::subscribe;
    if constexpr (G::kTakesMarketData) api.on_market_data = &G::on_market_data;
    api.prepare = &G::prepare;
    api.submit_prepared = &G::submit_prepared;
    api.discard_prepared = &G::discard_prepared;
    api.quote = &G::quote;
    api.query_order = &G::query_order;
    api.open_orders = &G::template query<&Exchange::open_orders>;
    api.positions = &G::template query<&Exchange::positions>;
    api.balances = &G::template query<&Exchange::balances>;
    api.fills_since = &G::template query<&Exchange::fills_since>;
    api.activity = &G::template query<&Exchange::activity>;
    api.server_time = &G::template request<&Exchange::server_time>;
    api.on_timer = &G::on_timer;
    api.on_http = &G::on_http;
    api.on_ws = &G::on_ws;
    api.on_signed = &G::on_signed;
    api.on_wake = &G::on_wake;
    return api;
}

}  // namespace exchange_detail

/// The table that the host calls; `Class` derives publicly from Exchange.
template <typename Class>
inline constexpr tradectl_exchange_api kExchangeApi = exchange_detail::make_api<Class>();

}  // namespace tradectl
