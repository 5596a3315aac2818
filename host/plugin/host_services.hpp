/// What the engine offers to one plugin instance; the loader turns it into the C table of
/// abi/host.h.
#pragma once

#include <tradectl/abi/host.h>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

namespace tradectl::plugin {

/// Implemented by the engine, one for each instance; outlives it. Calls come from the engine
/// thread, and `now`, `log` and `wake` from any thread.
class HostServices {
  public:
    virtual ~HostServices() = default;

    [[nodiscard]] virtual Timestamp now() const = 0;                         // [any]
    virtual void log(std::uint32_t level, std::string_view text) const = 0;  // [any]
    virtual void wake() = 0;                                                 // [any]

    /// Takes one command record, whose `size` and type the caller has checked against its struct.
    virtual tradectl_status emit(const tradectl_command& command) = 0;

    [[nodiscard]] virtual std::optional<std::uint32_t> find_instrument(
        std::string_view name) const = 0;
    /// Null when there is no such handle; valid until the instance is destroyed.
    [[nodiscard]] virtual const tradectl_instrument* instrument(std::uint32_t handle) const = 0;
    [[nodiscard]] virtual std::optional<std::uint32_t> find_asset(std::string_view name) const = 0;
    /// Among the accounts of the instance's exchange.
    [[nodiscard]] virtual std::optional<std::uint32_t> find_account(
        std::string_view name) const = 0;

    virtual std::uint64_t next_order_ref() = 0;
    virtual std::uint64_t random() = 0;

    /// The value, valid until the next put or the end of the call into the plugin; nothing when the
    /// key is not there.
    [[nodiscard]] virtual std::optional<std::span<const std::byte>> kv_get(
        std::string_view key) const = 0;
    /// Visits keys with the prefix in byte order until `visit` returns false.
    virtual void kv_each(
        std::string_view prefix,
        const std::function<bool(std::string_view key, std::span<const std::byte> value)>& visit)
        const = 0;

    [[nodiscard]] virtual const void* get_extension(std::string_view extension_id) const = 0;
};

}  // namespace tradectl::plugin
