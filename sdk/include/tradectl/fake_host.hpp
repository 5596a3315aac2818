/// A host for unit tests of plugins: in memory, with a manual clock, the same in every run.
///
/// For a strategy use it with StrategyRun (strategy_run.hpp), for an exchange with ExchangeRun
/// (exchange_run.hpp).
#pragma once

#include "abi/entry.h"
#include "abi/host.h"
#include "commands.hpp"
#include "host.hpp"

#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl {

/// What an instrument of the fake host is like; the rest is "no limit".
struct FakeInstrument {
    std::string_view name = "BTC-USD.paper";
    std::string_view venue = "paper";
    std::string_view base = "BTC";
    std::string_view quote = "USD";
    Decimal tick = 0.01_d;
    Decimal lot = 0.001_d;
    std::uint32_t kind = TRADECTL_INSTRUMENT_SPOT;
    Decimal quantity_min = Decimal::null();
    Decimal notional_min = Decimal::null();
    Decimal price_max = Decimal::null();
    Timestamp close_time = Timestamp::none();
};

/// One command as the plugin emitted it.
class FakeCommand {
  public:
    explicit FakeCommand(const tradectl_command& command) : words_(command.size / 8) {
        std::memcpy(words_.data(), &command, command.size);
    }
    [[nodiscard]] std::uint16_t type() const { return as<tradectl_command>().type; }
    /// The record; the caller knows its type.
    template <typename Record>
    [[nodiscard]] const Record& as() const {
        return *reinterpret_cast<const Record*>(words_.data());
    }
    [[nodiscard]] const std::uint8_t* data() const {
        return reinterpret_cast<const std::uint8_t*>(words_.data());
    }
    /// The order of a submit, the orders of a batch, or none.
    [[nodiscard]] std::vector<tradectl_submit_command> submits() const;

  private:
    std::vector<std::uint64_t> words_;
};

struct FakeLogLine {
    LogLevel level;
    std::string text;
};

/// The host's table and what the plugin did with it. Must outlive the plugin instance. One thread.
class FakeHost {
  public:
    using Kv = std::map<std::string, std::vector<std::uint8_t>, std::less<>>;

    explicit FakeHost(std::uint64_t seed = 1);
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;
    [[nodiscard]] const tradectl_host* table() const { return &table_; }

    InstrumentHandle add_instrument(const FakeInstrument& spec = {});
    /// As an exchange plugin adds one: of a name that is known, its record is replaced.
    InstrumentHandle add_record(tradectl_instrument record);
    [[nodiscard]] const tradectl_instrument& instrument(InstrumentHandle handle) const {
        return instruments_.at(handle);
    }
    /// What the host changes of it between turns.
    void set_instrument_status(InstrumentHandle handle, std::uint32_t status) {
        instruments_.at(handle).status = status;
    }
    [[nodiscard]] std::size_t instrument_count() const { return instruments_.size(); }
    /// The asset's handle; made when it is new. The one account is "main", handle 0.
    AssetHandle asset(std::string_view name);

    void set_now(Timestamp now) { now_ = now; }
    [[nodiscard]] Timestamp now() const { return now_; }

    /// All that was emitted, oldest first, and its parts by type.
    [[nodiscard]] const std::deque<FakeCommand>& commands() const { return commands_; }
    template <typename Record>
    [[nodiscard]] std::vector<Record> commands_of(std::uint16_t type) const {
        std::vector<Record> found;
        for (const FakeCommand& command : commands_)
            if (command.type() == type) found.push_back(command.as<Record>());
        return found;
    }
    /// Single orders and the items of batches, in order.
    [[nodiscard]] std::vector<tradectl_submit_command> submits() const;
    void forget_commands() { commands_.clear(); }
    /// How many there were, forgotten ones included.
    [[nodiscard]] std::uint64_t commands_total() const { return commands_total_; }
    /// From now on `emit` refuses this type with this code; OK takes it again.
    void refuse(std::uint16_t type, tradectl_status code) { refusals_[type] = code; }

    /// What a real host would deny or fault: an order ref used twice, an unknown instrument, a
    /// price off the tick, a quantity off the lot. Empty in a good test.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    [[nodiscard]] const std::vector<FakeLogLine>& log_lines() const { return log_lines_; }
    [[nodiscard]] int wake_count() const { return wake_count_; }
    /// Outlives instances: give it to the next FakeHost to play a restart.
    [[nodiscard]] Kv& kv() { return kv_; }

  private:
    static FakeHost& of(const tradectl_host* table) {
        return *static_cast<FakeHost*>(table->context);
    }
    void fill_table();
    tradectl_status take(const tradectl_command& command);
    void check_submit(const tradectl_submit_command& submit);
    void put(const tradectl_kv_put_command& command);
    static tradectl_status find(const std::vector<std::string>& names,
                                tradectl_str name,
                                std::uint32_t* out);

    tradectl_host table_{};
    Timestamp now_{1'700'000'000 * kNsPerSecond};
    std::uint64_t random_state_;
    std::uint64_t next_order_ref_ = 1;
    std::deque<tradectl_instrument> instruments_;  // addresses are stable
    std::vector<std::string> assets_;
    std::vector<std::string> accounts_{"main"};
    std::deque<FakeCommand> commands_;
    std::uint64_t commands_total_ = 0;
    std::set<std::uint64_t> order_refs_;
    std::map<std::uint16_t, tradectl_status> refusals_;
    std::vector<std::string> problems_;
    std::vector<FakeLogLine> log_lines_;
    Kv kv_;
    int wake_count_ = 0;
};

inline FakeHost::FakeHost(std::uint64_t seed) : random_state_(seed) {
    fill_table();
}

inline AssetHandle FakeHost::asset(std::string_view name) {
    std::uint32_t handle = 0;
    if (find(assets_, to_str(name), &handle) == TRADECTL_OK) return handle;
    assets_.emplace_back(name);
    return static_cast<AssetHandle>(assets_.size() - 1);
}

inline InstrumentHandle FakeHost::add_instrument(const FakeInstrument& spec) {
    tradectl_instrument record{};
    const tradectl_decimal null = Decimal::null().to_abi();
    record.struct_size = sizeof record;
    record.kind = spec.kind;
    record.status = TRADECTL_INSTRUMENT_OPEN;
    record.name = to_id(spec.name);
    record.venue = to_id(spec.venue);
    record.venue_symbol = to_id(spec.name);
    record.base = to_id(spec.base);
    record.quote = to_id(spec.quote);
    record.tick = spec.tick.to_abi();
    record.lot = spec.lot.to_abi();
    record.quantity_min = spec.quantity_min.to_abi();
    record.notional_min = spec.notional_min.to_abi();
    record.price_max = spec.price_max.to_abi();
    record.quantity_max = record.price_min = null;
    record.multiplier = (1_d).to_abi();
    record.close_time = spec.close_time.ns();
    record.settle = record.quote;
    record.margin_initial = record.margin_maintenance = null;
    return add_record(record);
}

inline InstrumentHandle FakeHost::add_record(tradectl_instrument record) {
    record.handle = static_cast<InstrumentHandle>(instruments_.size());
    for (const tradectl_instrument& known : instruments_)
        if (view(known.name) == view(record.name)) record.handle = known.handle;
    record.base_asset = asset(view(record.base));
    record.quote_asset = asset(view(record.quote));
    record.settle_asset = asset(view(record.settle));
    if (record.handle == instruments_.size())
        instruments_.push_back(record);
    else
        instruments_[record.handle] = record;
    return record.handle;
}

inline tradectl_status FakeHost::find(const std::vector<std::string>& names,
                                      tradectl_str name,
                                      std::uint32_t* out) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] != view(name)) continue;
        *out = static_cast<std::uint32_t>(i);
        return TRADECTL_OK;
    }
    return TRADECTL_NOT_FOUND;
}

inline std::vector<tradectl_submit_command> FakeCommand::submits() const {
    if (type() == TRADECTL_COMMAND_SUBMIT) return {as<tradectl_submit_command>()};
    if (type() != TRADECTL_COMMAND_SUBMIT_BATCH) return {};
    std::vector<tradectl_submit_command> found;
    const auto& batch = as<tradectl_batch_command>();
    for (std::uint32_t i = 0; i < batch.count; ++i)
        found.push_back(*reinterpret_cast<const tradectl_submit_command*>(
            data() + batch.offset + std::size_t{i} * batch.stride));
    return found;
}

inline std::vector<tradectl_submit_command> FakeHost::submits() const {
    std::vector<tradectl_submit_command> found;
    for (const FakeCommand& command : commands_)
        for (const auto& submit : command.submits())
            found.push_back(submit);
    return found;
}

inline tradectl_status FakeHost::take(const tradectl_command& command) {
    if (command.size < sizeof command || command.size % 8 != 0 ||
        command.size > TRADECTL_COMMAND_BYTES_MAX)
        return TRADECTL_INVALID_ARGUMENT;
    const auto refusal = refusals_.find(command.type);
    if (refusal != refusals_.end() && refusal->second != TRADECTL_OK) return refusal->second;
    commands_.emplace_back(command);
    ++commands_total_;
    for (const auto& submit : commands_.back().submits())
        check_submit(submit);
    if (command.type == TRADECTL_COMMAND_KV_PUT)
        put(commands_.back().as<tradectl_kv_put_command>());
    return TRADECTL_OK;
}

inline void FakeHost::check_submit(const tradectl_submit_command& submit) {
    const auto problem = [&](std::string_view what) {
        problems_.push_back("order " + std::to_string(submit.order_ref) + ": " + std::string(what));
    };
    if (submit.order_ref == 0 || !order_refs_.insert(submit.order_ref).second)
        problem("order ref used twice, or 0");
    if (submit.header.instrument >= instruments_.size()) return problem("unknown instrument");
    const tradectl_instrument& grid = instruments_[submit.header.instrument];
    const Decimal quantity = Decimal::from_abi(submit.quantity);
    if (!quantity.is_positive() || !quantity.is_multiple_of(Decimal::from_abi(grid.lot)))
        problem("quantity " + quantity.to_string() + " is not on the lot");
    const Decimal price = Decimal::from_abi(submit.price);
    if (!price.is_null() && !price.is_multiple_of(Decimal::from_abi(grid.tick)))
        problem("price " + price.to_string() + " is not on the tick");
    if (submit.side != TRADECTL_SIDE_BUY && submit.side != TRADECTL_SIDE_SELL) problem("no side");
}

inline void FakeHost::put(const tradectl_kv_put_command& command) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&command) + command.offset;
    const std::string key(reinterpret_cast<const char*>(bytes), command.key_bytes);
    bytes += command.key_bytes;
    if (command.value_bytes == 0)
        kv_.erase(key);
    else
        kv_[key].assign(bytes, bytes + command.value_bytes);
}

inline void FakeHost::fill_table() {
    table_.struct_size = sizeof table_;
    table_.abi_major = TRADECTL_ABI_MAJOR;
    table_.abi_minor = TRADECTL_ABI_MINOR;
    table_.context = this;
    table_.log = [](const tradectl_host* host, std::uint32_t level, tradectl_str text) {
        of(host).log_lines_.push_back({static_cast<LogLevel>(level), std::string(view(text))});
    };
    table_.now = [](const tradectl_host* host) { return of(host).now_.ns(); };
    table_.wake = [](const tradectl_host* host) -> tradectl_status {
        ++of(host).wake_count_;
        return TRADECTL_OK;
    };
    table_.emit = [](const tradectl_host* host, const tradectl_command* command) {
        return of(host).take(*command);
    };
    table_.find_instrument = [](const tradectl_host* host, tradectl_str name, std::uint32_t* out) {
        for (const tradectl_instrument& each : of(host).instruments_) {
            if (view(each.name) != view(name)) continue;
            *out = each.handle;
            return TRADECTL_OK;
        }
        return TRADECTL_NOT_FOUND;
    };
    table_.instrument = [](const tradectl_host* host,
                           std::uint32_t handle) -> const tradectl_instrument* {
        const auto& all = of(host).instruments_;
        return handle < all.size() ? &all[handle] : nullptr;
    };
    table_.find_asset = [](const tradectl_host* host, tradectl_str name, std::uint32_t* out) {
        return find(of(host).assets_, name, out);
    };
    table_.find_account = [](const tradectl_host* host, tradectl_str name, std::uint32_t* out) {
        return find(of(host).accounts_, name, out);
    };
    table_.next_order_ref = [](const tradectl_host* host) { return of(host).next_order_ref_++; };
    table_.random = [](const tradectl_host* host) {
        // SplitMix64 (Steele, Lea, Flood 2014).
        std::uint64_t x = of(host).random_state_ += 0x9e3779b97f4a7c15U;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
        return x ^ (x >> 31);
    };
    table_.kv_get = [](const tradectl_host* host, tradectl_str key, tradectl_bytes* out) {
        const auto found = of(host).kv_.find(view(key));
        if (found == of(host).kv_.end()) return TRADECTL_NOT_FOUND;
        *out = to_bytes(found->second);
        return TRADECTL_OK;
    };
    table_.kv_each = [](const tradectl_host* host,
                        tradectl_str prefix,
                        void* user,
                        std::int32_t (*visit)(void*, tradectl_str, tradectl_bytes)) {
        const Kv& kv = of(host).kv_;
        for (auto it = kv.lower_bound(view(prefix)); it != kv.end(); ++it) {
            if (!it->first.starts_with(view(prefix))) break;
            if (visit(user, to_str(it->first), to_bytes(it->second)) != 0) break;
        }
        return TRADECTL_OK;
    };
    table_.get_extension = [](const tradectl_host*, const char*) -> const void* { return nullptr; };
}

/// Books a fill into a position: average price by cost while it grows, kept while it shrinks.
inline void book_fake_fill(tradectl_position_state& held,
                           Side side,
                           Decimal price,
                           Decimal quantity) {
    const Decimal before = Decimal::from_abi(held.quantity);
    const Decimal change = side == Side::Buy ? quantity : -quantity;
    const Decimal after = before + change;
    if (after.is_zero()) {
        held.average_price = Decimal::null().to_abi();
    } else if (before.sign() != after.sign()) {
        held.average_price = price.to_abi();
    } else if (before.sign() == change.sign()) {
        const Decimal cost =
            *checked_mul(before, Decimal::from_abi(held.average_price), Rounding::HalfEven) +
            *checked_mul(change, price, Rounding::HalfEven);
        held.average_price = checked_div(cost, after, Rounding::HalfEven)->to_abi();
    }
    held.quantity = after.to_abi();
}

}  // namespace tradectl
