#include "host/plugin/host_table.hpp"

#include "host/plugin/call_guard.hpp"
#include "host/plugin/command_check.hpp"
#include "host/plugin/host_services.hpp"

#include <tradectl/abi/entry.h>

#include <algorithm>

namespace tradectl::plugin {
namespace {

constexpr std::size_t kLogBytesMax = 4096;

/// Cut at the limit, and never inside of a UTF-8 sequence.
std::string_view cut(std::string_view text) {
    if (text.size() <= kLogBytesMax) return text;
    std::size_t bytes = kLogBytesMax;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80)
        --bytes;
    return text.substr(0, bytes);
}

bool is_aligned(const void* record) {
    return reinterpret_cast<std::uintptr_t>(record) % 8 == 0;
}

}  // namespace

bool read_text(const tradectl_str& text, std::string_view& out) {
    if (text.data == nullptr && text.size > 0) return false;
    out = text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
    return true;
}

bool is_readable(const tradectl_bytes& bytes) {
    return bytes.data != nullptr || bytes.size == 0;
}

/// What the plugin calls. Nothing may throw through C code: noexcept turns that into a stop.
struct HostTable::Calls {
    static HostTable& self(const tradectl_host* host) {
        return *static_cast<HostTable*>(host->context);
    }

    static void log(const tradectl_host* host, std::uint32_t level, tradectl_str text) noexcept {
        std::string_view line;
        if (!read_text(text, line)) return;
        const auto known =
            static_cast<LogLevel>(std::min<std::uint32_t>(level, TRADECTL_LOG_ERROR));
        self(host).services_.log(known, cut(line));
    }
    static tradectl_time now(const tradectl_host* host) noexcept {
        return self(host).services_.now().ns();
    }
    static tradectl_status wake(const tradectl_host* host) noexcept {
        self(host).services_.wake();
        return TRADECTL_OK;
    }

    static tradectl_status emit(const tradectl_host* host,
                                const tradectl_command* command) noexcept {
        HostTable& table = self(host);
        if (table.commands_ == Commands::Refused) return TRADECTL_UNSUPPORTED;
        if (!table.guard_.inside()) return TRADECTL_WRONG_THREAD;
        if (command == nullptr || !is_aligned(command)) return TRADECTL_INVALID_ARGUMENT;
        if (!table.guard_.count_command()) return TRADECTL_QUOTA;
        const tradectl_status status = check_command(*command);
        return status == TRADECTL_OK ? table.services_.emit(*command) : status;
    }

    /// The three look-ups by name.
    template <typename Handle, typename Find>
    static tradectl_status find(const tradectl_host* host,
                                tradectl_str name,
                                Handle* out,
                                Find&& look_up) {
        HostTable& table = self(host);
        if (!table.guard_.inside()) return TRADECTL_WRONG_THREAD;
        std::string_view text;
        if (out == nullptr || !read_text(name, text)) return TRADECTL_INVALID_ARGUMENT;
        return look_up(table.services_, text, *out);
    }
    static tradectl_status find_instrument(const tradectl_host* host,
                                           tradectl_str name,
                                           tradectl_instrument_handle* out) noexcept {
        return find(host, name, out, [](HostServices& services, auto text, auto& handle) {
            return services.find_instrument(text, handle);
        });
    }
    static tradectl_status find_asset(const tradectl_host* host,
                                      tradectl_str name,
                                      tradectl_asset_handle* out) noexcept {
        return find(host, name, out, [](HostServices& services, auto text, auto& handle) {
            return services.find_asset(text, handle);
        });
    }
    static tradectl_status find_account(const tradectl_host* host,
                                        tradectl_str name,
                                        tradectl_account_handle* out) noexcept {
        return find(host, name, out, [](HostServices& services, auto text, auto& handle) {
            return services.find_account(text, handle);
        });
    }
    static const tradectl_instrument* instrument(const tradectl_host* host,
                                                 tradectl_instrument_handle handle) noexcept {
        HostTable& table = self(host);
        return table.guard_.inside() ? table.services_.instrument(handle) : nullptr;
    }

    static std::uint64_t next_order_ref(const tradectl_host* host) noexcept {
        HostTable& table = self(host);
        if (table.commands_ == Commands::Refused || !table.guard_.inside()) return 0;
        return table.services_.next_order_ref();
    }
    static std::uint64_t random(const tradectl_host* host) noexcept {
        HostTable& table = self(host);
        return table.guard_.inside() ? table.services_.random() : 0;
    }

    static tradectl_status kv_get(const tradectl_host* host,
                                  tradectl_str key,
                                  tradectl_bytes* out) noexcept {
        HostTable& table = self(host);
        if (!table.guard_.inside()) return TRADECTL_WRONG_THREAD;
        std::string_view text;
        if (out == nullptr || !read_text(key, text)) return TRADECTL_INVALID_ARGUMENT;
        std::span<const std::uint8_t> value;
        const tradectl_status status = table.services_.kv_get(text, value);
        if (status == TRADECTL_OK) *out = {value.data(), value.size()};
        return status;
    }

    using Visit = std::int32_t (*)(void* user, tradectl_str key, tradectl_bytes value);
    static tradectl_status kv_each(const tradectl_host* host,
                                   tradectl_str prefix,
                                   void* user,
                                   Visit visit) noexcept {
        HostTable& table = self(host);
        if (!table.guard_.inside()) return TRADECTL_WRONG_THREAD;
        std::string_view text;
        if (visit == nullptr || !read_text(prefix, text)) return TRADECTL_INVALID_ARGUMENT;
        const auto guarded = [&](std::string_view key, std::span<const std::uint8_t> value) {
            return call_visit(table.guard_, visit, user, key, value);
        };
        const tradectl_status status = table.services_.kv_each(text, guarded);
        return table.guard_.faulted() ? TRADECTL_BAD_STATE : status;
    }
    /// The visitor is plugin code below host code: its exception must not pass through the host.
    static bool call_visit(CallGuard& guard,
                           Visit visit,
                           void* user,
                           std::string_view key,
                           std::span<const std::uint8_t> value) {
        try {
            const tradectl_str name{key.data(), static_cast<std::uint32_t>(key.size()), 0};
            return visit(user, name, {value.data(), value.size()}) == 0;
        } catch (...) {
            guard.fault("the visitor of kv_each threw an exception");
            return false;
        }
    }

    static const void* get_extension(const tradectl_host* host, const char* extension_id) noexcept {
        HostTable& table = self(host);
        if (extension_id == nullptr || !table.guard_.inside()) return nullptr;
        return table.services_.get_extension(extension_id);
    }
};

HostTable::HostTable(CallGuard& guard, HostServices& services, Commands commands)
    : guard_(guard),
      services_(services),
      commands_(commands),
      table_{.struct_size = sizeof(tradectl_host),
             .abi_major = TRADECTL_ABI_MAJOR,
             .abi_minor = TRADECTL_ABI_MINOR,
             .context = this,
             .log = Calls::log,
             .now = Calls::now,
             .wake = Calls::wake,
             .emit = Calls::emit,
             .find_instrument = Calls::find_instrument,
             .instrument = Calls::instrument,
             .find_asset = Calls::find_asset,
             .find_account = Calls::find_account,
             .next_order_ref = Calls::next_order_ref,
             .random = Calls::random,
             .kv_get = Calls::kv_get,
             .kv_each = Calls::kv_each,
             .get_extension = Calls::get_extension} {}

}  // namespace tradectl::plugin
