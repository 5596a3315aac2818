/// One strategy instance as the session runs it: what it hears, what it said, what it may see.
#pragma once

#include "host/base/clock.hpp"
#include "host/base/event_buffer.hpp"
#include "host/base/random.hpp"
#include "host/config/config.hpp"
#include "host/engine/ref_set.hpp"
#include "host/market/bars.hpp"
#include "host/market/instruments.hpp"
#include "host/plugin/host_services.hpp"
#include "host/plugin/instance_options.hpp"
#include "host/plugin/strategy_instance.hpp"
#include "host/wal/record.hpp"

#include <tradectl/abi/commands.h>
#include <tradectl/expected.hpp>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace tradectl::engine {

struct RunnerOptions {
    std::uint32_t index = 0;
    std::uint32_t exchange = 0;  ///< index of its exchange
    tradectl_account_handle account = TRADECTL_HANDLE_NONE;
    /// How bars of an instrument are built. One that is not named gets them by trades, when the
    /// next event comes; those that are get them by time (`bars_due`).
    std::map<tradectl_instrument_handle, market::BarRule> bar_rules;
    std::uint64_t seed = 0;
    std::function<void()> on_wake;  ///< [any]
};

/// [engine], but for `now`, `log` and `wake`. `config`, `table` and `clock` must outlive it.
class StrategyRunner final : public plugin::HostServices {
  public:
    static constexpr std::size_t kKvBytesMax = 16u << 20;
    static constexpr std::size_t kMetricsMax = 256;

    StrategyRunner(const config::StrategyConfig& config,
                   const market::InstrumentTable& table,
                   const Clock& clock,
                   RunnerOptions options);

    Status create(std::shared_ptr<plugin::Library> library, plugin::InstanceOptions options);
    /// In place of `create`: its plugin must not run. It counts as faulted, with this reason.
    void refuse(std::string reason) { refused_ = std::move(reason); }
    [[nodiscard]] plugin::StrategyInstance& instance() { return *instance_; }
    [[nodiscard]] const plugin::StrategyInstance& instance() const { return *instance_; }

    /// False when it has no instance and was not refused: commands book for a strategy that does
    /// not run.
    [[nodiscard]] bool faulted() const {
        return !refused_.empty() || (instance_ != nullptr && instance_->faulted());
    }
    /// Why, as one line; only when it is faulted.
    [[nodiscard]] const std::string& fault_reason() const {
        return refused_.empty() ? instance_->fault_reason() : refused_;
    }

    [[nodiscard]] const config::StrategyConfig& config() const { return config_; }
    [[nodiscard]] const std::string& name() const { return config_.name; }
    [[nodiscard]] std::uint32_t index() const { return options_.index; }
    [[nodiscard]] std::uint32_t exchange() const { return options_.exchange; }
    [[nodiscard]] tradectl_account_handle account() const { return options_.account; }
    [[nodiscard]] bool may_trade(tradectl_instrument_handle instrument) const {
        return instrument < tradable_.size() && tradable_[instrument];
    }
    /// Whether instruments that appear while it runs may be its own: it names them by a pattern.
    [[nodiscard]] bool hears_listings() const;
    /// Takes in what the table has more; see Trading.
    void grow();
    void reserve(std::uint32_t instruments);

    /// Streams that it asked for, by instrument (TRADECTL_STREAM_...).
    [[nodiscard]] std::uint32_t streams(tradectl_instrument_handle instrument) const {
        return instrument < streams_.size() ? streams_[instrument] : 0;
    }
    /// Of no instrument: another wallet's activity.
    Status subscribe(const tradectl_subscribe_command& command);
    /// Wallets whose activity it follows.
    [[nodiscard]] const std::set<std::string, std::less<>>& wallets() const { return wallets_; }

    /// Queues one event for the next turn.
    void hear(const tradectl_event& event) { heard_.append(event); }
    /// Queues market events that it subscribed to, and the bars that they close. `sequence` numbers
    /// the bars.
    void hear_market(const EventBuffer& events, std::uint64_t& sequence);
    /// When the next bar that is given by time ends, by the market's clock; none when there is
    /// none.
    [[nodiscard]] Timestamp bars_due() const { return bars_due_; }
    /// Closes those that end at or before `market_now`; call it after the last event of that time.
    void advance_bars(Timestamp market_now, std::uint64_t& sequence);
    /// Its bars of which none was made although the market moved: one line each.
    [[nodiscard]] std::vector<std::string> missing_bars() const;
    [[nodiscard]] bool has_heard() const { return !heard_.empty(); }

    /// No turn goes in any more; what happens to its orders is still booked.
    void end() { ended_ = true; }
    /// One turn over what was heard; nothing when it is faulted (the events are dropped).
    void run_turn(std::span<const tradectl_book_top> tops,
                  std::span<const tradectl_balance_state> balances);
    /// The event of the last turn that has this number; null when there is none, as for 0.
    [[nodiscard]] const tradectl_event* find_event(std::uint64_t seq) const;
    /// The commands of the last call into the plugin, in order, and forgets them.
    template <typename Visit>
    void take_commands(Visit&& visit) {
        if (commands_.empty()) return;
        commands_.swap(taken_);
        for (std::size_t at = 0; at < taken_.size() * 8;) {
            const auto& command = *reinterpret_cast<const tradectl_command*>(
                reinterpret_cast<const std::uint8_t*>(taken_.data()) + at);
            at += command.size;
            visit(command);
        }
        taken_.clear();
    }

    // What the turn's snapshot block shows; kept by the pipeline.
    [[nodiscard]] tradectl_position_state& position(tradectl_instrument_handle instrument) {
        return positions_[instrument];
    }
    [[nodiscard]] const tradectl_position_state& position(
        tradectl_instrument_handle instrument) const {
        return positions_[instrument];
    }
    [[nodiscard]] std::span<const tradectl_position_state> positions() const { return positions_; }
    void put_open_order(const tradectl_open_order& order);
    void drop_open_order(OrderRef ref);
    [[nodiscard]] std::size_t open_order_count() const { return open_orders_.size(); }
    [[nodiscard]] std::span<const tradectl_open_order> open_orders() const { return open_orders_; }

    [[nodiscard]] RefSet& refs() { return refs_; }
    [[nodiscard]] OrderRef next_host_ref() { return OrderRef{next_host_ref_++}; }
    void take_host_refs_up_to(std::uint64_t last) {
        if (last >= next_host_ref_) next_host_ref_ = last + 1;
    }

    /// Repeats a timer every `interval_ns`; 0 does not.
    void set_interval(std::uint64_t timer_id, std::int64_t interval_ns);
    [[nodiscard]] std::int64_t interval(std::uint64_t timer_id) const;
    void set_metric(std::string_view name, double value);
    [[nodiscard]] const std::map<std::string, double, std::less<>>& metrics() const {
        return metrics_;
    }

    /// A durable value, as it is loaded or put. Quota when the instance keeps too much.
    Status kv_set(std::string_view key, std::span<const std::byte> value);

    // plugin::HostServices
    [[nodiscard]] Timestamp now() override { return clock_.now(); }
    void log(LogLevel level, std::string_view text) override;
    void wake() override { options_.on_wake(); }
    tradectl_status emit(const tradectl_command& command) override;
    tradectl_status find_instrument(std::string_view name,
                                    tradectl_instrument_handle& out) override;
    const tradectl_instrument* instrument(tradectl_instrument_handle handle) override {
        return table_.instrument(handle);
    }
    tradectl_status find_asset(std::string_view name, tradectl_asset_handle& out) override;
    tradectl_status find_account(std::string_view name, tradectl_account_handle& out) override;
    std::uint64_t next_order_ref() override { return next_ref_++; }
    std::uint64_t random() override { return random_.next(); }
    tradectl_status kv_get(std::string_view key, std::span<const std::uint8_t>& out) override;
    tradectl_status kv_each(std::string_view prefix, const plugin::KvVisitor& visit) override;

    /// Call once after the refs of earlier sessions are known.
    void begin_refs() { next_ref_ = refs_.next_free().value; }

  private:
    struct BarFeed {
        tradectl_instrument_handle instrument;
        std::int64_t interval_ns;
        market::BarBuilder builder;
        bool by_time;
        std::uint64_t events = 0;  // of its instrument
        bool closed_one = false;
    };

    [[nodiscard]] bool takes(const tradectl_instrument& instrument) const;
    void hear_of_venue(const tradectl_event& event);
    void hear_bars(const tradectl_event& event, std::uint64_t& sequence);
    Status add_to_bar(BarFeed& feed, const tradectl_event& event);
    void take_bars(std::uint64_t& sequence);
    void find_bars_due();

    const config::StrategyConfig& config_;
    const market::InstrumentTable& table_;
    const Clock& clock_;
    RunnerOptions options_;
    SeededRandom random_;

    EventBuffer heard_;
    EventBuffer turn_;  // what the plugin read when it was last called
    EventBuffer bars_;  // just closed
    std::vector<std::uint64_t> commands_;
    std::vector<std::uint64_t> taken_;
    std::vector<std::uint32_t> streams_;
    std::vector<bool> tradable_;  // by instrument
    std::set<std::string, std::less<>> wallets_;
    std::vector<BarFeed> bar_feeds_;
    Timestamp bars_due_ = Timestamp::none();
    std::vector<tradectl_position_state> positions_;
    std::vector<tradectl_open_order> open_orders_;
    RefSet refs_;
    std::uint64_t next_ref_ = 1;
    std::uint64_t next_host_ref_ = wal::kHostOrderRefFirst;
    std::uint64_t turn_seq_ = 0;
    std::string refused_;
    bool ended_ = false;
    std::map<std::string, std::vector<std::byte>, std::less<>> kv_;
    std::size_t kv_bytes_ = 0;
    std::map<std::uint64_t, std::int64_t> intervals_;
    std::map<std::string, double, std::less<>> metrics_;
    std::unique_ptr<plugin::StrategyInstance>
        instance_;  // last: its end may still ask for the rest
};

}  // namespace tradectl::engine
