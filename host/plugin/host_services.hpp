/// What the engine gives to one plugin instance: the C++ side of `tradectl_host` and
/// `tradectl_exchange_host`.
///
/// The instance classes build the C tables, check every pointer, size and thread that comes in from
/// a plugin, and then call these. Methods are called on the thread that called into the plugin,
/// unless tagged [any]. They must not call back into the same plugin and must not throw.
#pragma once

#include "host/base/log.hpp"

#include <tradectl/abi/exchange.h>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace tradectl::plugin {

/// One key and its value; returns false to stop the walk.
using KvVisitor = std::function<bool(std::string_view key, std::span<const std::uint8_t> value)>;

/// Implemented by the engine, one object for each instance, which must outlive the instance.
class HostServices {
  public:
    virtual ~HostServices() = default;

    /// [any]
    virtual Timestamp now() = 0;
    /// One line for the host's log, cut at 4,096 bytes before. [any]
    virtual void log(LogLevel level, std::string_view text) = 0;
    /// [any]
    virtual void wake() = 0;

    /// A well-formed command (see command_check.hpp); it is valid during the call only. Codes as
    /// abi/host.h has them. Never called for an exchange.
    virtual tradectl_status emit(const tradectl_command& command) = 0;

    /// OK or NOT_FOUND; `out` is set with OK only.
    virtual tradectl_status find_instrument(std::string_view name,
                                            tradectl_instrument_handle& out) = 0;
    /// Null when there is none; else valid until the instance is destroyed.
    virtual const tradectl_instrument* instrument(tradectl_instrument_handle handle) = 0;
    virtual tradectl_status find_asset(std::string_view name, tradectl_asset_handle& out) = 0;
    virtual tradectl_status find_account(std::string_view name, tradectl_account_handle& out) = 0;

    /// Never called for an exchange.
    virtual std::uint64_t next_order_ref() = 0;
    virtual std::uint64_t random() = 0;

    /// OK or NOT_FOUND; `out` stays valid until the next put or the end of the call into the
    /// plugin.
    virtual tradectl_status kv_get(std::string_view key, std::span<const std::uint8_t>& out) = 0;
    /// Walks keys with a prefix in byte order.
    virtual tradectl_status kv_each(std::string_view prefix, const KvVisitor& visit) = 0;

    /// An optional table by id, or null.
    virtual const void* get_extension(std::string_view /*extension_id*/) { return nullptr; }
};

/// What an exchange instance gets on top. What the engine does not serve answers UNSUPPORTED.
class ExchangeServices : public HostServices {
  public:
    /// `completion` covers at least the fields up to `item_stride`; the rest is filled with nothing
    /// when the plugin is older. Valid during the call.
    virtual tradectl_status complete(const tradectl_completion& completion) = 0;
    /// A record whose size is a multiple of 8 and covers its type's struct. Valid during the call.
    virtual tradectl_status publish(const tradectl_event& event) = 0;
    virtual tradectl_status timer(std::uint64_t timer_id, Timestamp due) = 0;
    /// An empty value deletes.
    virtual tradectl_status kv_put(std::string_view key, std::span<const std::uint8_t> value) = 0;

    /// A complete record whose ids are no longer than they may be; valid during the call. `out` is
    /// set with OK only. Codes as abi/instruments.h has them.
    virtual tradectl_status add_instrument(const tradectl_instrument& /*instrument*/,
                                           tradectl_instrument_handle& /*out*/) {
        return TRADECTL_UNSUPPORTED;
    }
    virtual tradectl_status http_send(const tradectl_http_request& /*request*/) {
        return TRADECTL_UNSUPPORTED;
    }
    virtual tradectl_status ws_open(std::uint64_t /*ws_id*/,
                                    const tradectl_http_request& /*request*/) {
        return TRADECTL_UNSUPPORTED;
    }
    virtual tradectl_status ws_send(std::uint64_t /*ws_id*/,
                                    std::uint64_t /*op_id*/,
                                    std::uint32_t /*kind*/,
                                    std::span<const std::uint8_t> /*payload*/) {
        return TRADECTL_UNSUPPORTED;
    }
    virtual tradectl_status ws_close(std::uint64_t /*ws_id*/) { return TRADECTL_UNSUPPORTED; }
    virtual tradectl_status sign(std::uint64_t /*sign_id*/,
                                 const tradectl_sign_request& /*request*/) {
        return TRADECTL_UNSUPPORTED;
    }
    virtual tradectl_status hash(std::uint32_t /*algorithm*/,
                                 std::span<const std::uint8_t> /*input*/,
                                 std::uint8_t* /*out*/) {
        return TRADECTL_UNSUPPORTED;
    }
};

}  // namespace tradectl::plugin
