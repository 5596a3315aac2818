/// What the host offers to every plugin instance, as typed calls over abi/host.h.
#pragma once

#include "abi/host.h"
#include "decimal.hpp"
#include "enums.hpp"
#include "expected.hpp"
#include "ids.hpp"
#include "text.hpp"
#include "timestamp.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string_view>

namespace tradectl {

using InstrumentHandle = tradectl_instrument_handle;
using AccountHandle = tradectl_account_handle;
using AssetHandle = tradectl_asset_handle;
inline constexpr std::uint32_t kNoHandle = TRADECTL_HANDLE_NONE;

/// An instrument: what can be traded, and on what grid. Borrows the host's record, which lives
/// until `destroy`; its fields change only between turns.
class Instrument {
  public:
    explicit Instrument(const tradectl_instrument& record) : record_(&record) {}
    [[nodiscard]] InstrumentHandle handle() const { return record_->handle; }
    [[nodiscard]] std::string_view name() const { return view(record_->name); }
    [[nodiscard]] std::string_view venue() const { return view(record_->venue); }
    [[nodiscard]] std::string_view venue_symbol() const { return view(record_->venue_symbol); }
    [[nodiscard]] std::string_view base() const { return view(record_->base); }
    [[nodiscard]] std::string_view quote() const { return view(record_->quote); }
    [[nodiscard]] AssetHandle base_asset() const { return record_->base_asset; }
    [[nodiscard]] AssetHandle quote_asset() const { return record_->quote_asset; }
    [[nodiscard]] bool is_open() const { return record_->status == TRADECTL_INSTRUMENT_OPEN; }
    [[nodiscard]] Decimal tick() const { return Decimal::from_abi(record_->tick); }
    [[nodiscard]] Decimal lot() const { return Decimal::from_abi(record_->lot); }
    [[nodiscard]] Decimal quantity_min() const { return Decimal::from_abi(record_->quantity_min); }
    [[nodiscard]] Decimal quantity_max() const { return Decimal::from_abi(record_->quantity_max); }
    [[nodiscard]] Decimal notional_min() const { return Decimal::from_abi(record_->notional_min); }
    [[nodiscard]] const tradectl_instrument& raw() const { return *record_; }

  private:
    const tradectl_instrument* record_;
};

/// The host's table. Borrowed: it outlives the instance. [engine] but where [any] is said.
class Host {
  public:
    explicit Host(const tradectl_host* table) : table_(table) {}
    [[nodiscard]] const tradectl_host* raw() const { return table_; }

    /// Writes one line to the host's log; cut at 4,096 bytes. [any]
    void log(LogLevel level, std::string_view text) const {
        table_->log(table_, static_cast<std::uint32_t>(level), to_str(text));
    }
    /// The session's clock. [any]
    [[nodiscard]] Timestamp now() const { return Timestamp{table_->now(table_)}; }
    /// Asks for a wake event in a later turn; many calls may give one event. [any]
    Status wake() const { return to_status(table_->wake(table_), "wake"); }

    /// The handle of an instrument by its name. NotFound.
    [[nodiscard]] Expected<InstrumentHandle> find_instrument(std::string_view name) const {
        return find(table_->find_instrument, "instrument", name);
    }
    [[nodiscard]] Expected<AssetHandle> find_asset(std::string_view name) const {
        return find(table_->find_asset, "asset", name);
    }
    [[nodiscard]] Expected<AccountHandle> find_account(std::string_view name) const {
        return find(table_->find_account, "account", name);
    }
    /// Nothing for an unknown handle.
    [[nodiscard]] std::optional<Instrument> instrument(InstrumentHandle handle) const {
        const tradectl_instrument* record = table_->instrument(table_, handle);
        if (record == nullptr) return std::nullopt;
        return Instrument{*record};
    }
    /// Calls `visit(Instrument)` for each instrument that the host shows, by ascending handle.
    template <typename Visit>
    void each_instrument(Visit&& visit) const {
        for (InstrumentHandle handle = 0;; ++handle) {
            const tradectl_instrument* record = table_->instrument(table_, handle);
            if (record == nullptr) return;
            visit(Instrument{*record});
        }
    }

    /// 64 bits from the session's seeded generator: the same in every run with that seed.
    [[nodiscard]] std::uint64_t random() const { return table_->random(table_); }

    /// A durable value, this turn's puts included; nothing when the key is not there. Valid until
    /// the next put or the end of the call into the plugin.
    [[nodiscard]] std::optional<Bytes> kv_get(std::string_view key) const {
        tradectl_bytes out{};
        if (table_->kv_get(table_, to_str(key), &out) != TRADECTL_OK) return std::nullopt;
        return view(out);
    }
    /// Walks the keys that begin with `prefix`, in byte order. `visit` must not put.
    Status kv_each(std::string_view prefix,
                   const std::function<void(std::string_view, Bytes)>& visit) const;

  private:
    using Find = tradectl_status (*)(const tradectl_host*, tradectl_str, std::uint32_t*);
    [[nodiscard]] Expected<std::uint32_t> find(Find call,
                                               std::string_view kind,
                                               std::string_view name) const {
        std::uint32_t handle = kNoHandle;
        const tradectl_status code = call(table_, to_str(name), &handle);
        if (code == TRADECTL_OK) return handle;
        return fail(static_cast<ErrorCode>(code),
                    std::string(kind) + " \"" + std::string(name) + "\": unknown to the host");
    }

    const tradectl_host* table_;
};

inline Status Host::kv_each(std::string_view prefix,
                            const std::function<void(std::string_view, Bytes)>& visit) const {
    struct Walk {
        const std::function<void(std::string_view, Bytes)>* visit;
        std::exception_ptr thrown;
    } walk{&visit, nullptr};
    const auto step = [](void* user, tradectl_str key, tradectl_bytes value) -> std::int32_t {
        auto& self = *static_cast<Walk*>(user);
        try {
            (*self.visit)(view(key), view(value));
            return 0;
        } catch (...) {  // kept from the host's frames, thrown again below
            self.thrown = std::current_exception();
            return 1;
        }
    };
    const tradectl_status code = table_->kv_each(table_, to_str(prefix), &walk, step);
    if (walk.thrown) std::rethrow_exception(walk.thrown);
    return to_status(code, "kv_each");
}

}  // namespace tradectl
