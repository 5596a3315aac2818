#include "host/engine/strategy_runner.hpp"

#include "host/base/log.hpp"
#include "host/config/scalar.hpp"

#include <tradectl/name_pattern.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace tradectl::engine {

namespace {

std::uint32_t stream_of(std::uint16_t event_type) {
    switch (event_type) {
        case TRADECTL_EVENT_QUOTE: return TRADECTL_STREAM_QUOTES;
        case TRADECTL_EVENT_TRADE: return TRADECTL_STREAM_TRADES;
        case TRADECTL_EVENT_BOOK_SNAPSHOT:
        case TRADECTL_EVENT_BOOK_DELTA: return TRADECTL_STREAM_BOOK;
        default: return 0;
    }
}

}  // namespace

StrategyRunner::StrategyRunner(const config::StrategyConfig& config,
                               const market::InstrumentTable& table,
                               const Clock& clock,
                               RunnerOptions options)
    : config_(config),
      table_(table),
      clock_(clock),
      options_(std::move(options)),
      random_(options_.seed) {
    grow();
}

void StrategyRunner::grow() {
    const auto known = static_cast<std::uint32_t>(positions_.size());
    streams_.resize(table_.size());
    tradable_.resize(table_.size());
    positions_.resize(table_.size());
    for (std::uint32_t handle = known; handle < table_.size(); ++handle) {
        tradable_[handle] = takes(*table_.instrument(handle));
        auto& position = positions_[handle];
        position.instrument = handle;
        position.account = options_.account;
        position.average_price = Decimal::null().to_abi();
    }
}

void StrategyRunner::reserve(std::uint32_t instruments) {
    streams_.reserve(instruments);
    tradable_.reserve(instruments);
    positions_.reserve(instruments);
}

bool StrategyRunner::takes(const tradectl_instrument& instrument) const {
    if (market::id_text(instrument.venue) != config_.exchange) return false;
    return config_.instruments.empty() ||
           matches_any(market::id_text(instrument.name), config_.instruments);
}

bool StrategyRunner::hears_listings() const {
    return std::any_of(config_.instruments.begin(),
                       config_.instruments.end(),
                       [](const std::string& name) { return name.find('*') != name.npos; });
}

Status StrategyRunner::create(std::shared_ptr<plugin::Library> library,
                              plugin::InstanceOptions options) {
    auto instance =
        plugin::StrategyInstance::create(std::move(library), config_.name, *this, options);
    if (!instance) return fail(instance.error());
    instance_ = std::move(*instance);
    return {};
}

Status StrategyRunner::subscribe(const tradectl_subscribe_command& command) {
    const auto handle = command.header.instrument;
    if ((command.streams & ~TRADECTL_STREAM_ACTIVITY) == 0 && command.wallet.size > 0) {
        const std::string wallet(market::id_text(command.wallet));
        if (command.streams == 0)
            wallets_.erase(wallet);
        else
            wallets_.insert(wallet);
        return {};
    }
    if (handle >= streams_.size() || !may_trade(handle)) {
        return fail(
            ErrorCode::NotFound,
            "subscribe: instrument " + std::to_string(handle) + " is not one of this strategy's");
    }
    std::erase_if(bar_feeds_, [&](const BarFeed& feed) {
        return feed.instrument == handle &&
               (command.streams == 0 || feed.interval_ns == command.bar_interval_ns);
    });
    if ((command.streams & TRADECTL_STREAM_BARS) != 0) {
        const auto rule = options_.bar_rules.find(handle);
        const bool by_time = rule != options_.bar_rules.end();
        auto builder =
            market::BarBuilder::create(handle,
                                       {.interval_ns = command.bar_interval_ns,
                                        .rule = by_time ? rule->second : market::BarRule{}});
        if (!builder) return fail(builder.error());
        bar_feeds_.push_back({.instrument = handle,
                              .interval_ns = command.bar_interval_ns,
                              .builder = *builder,
                              .by_time = by_time});
    }
    find_bars_due();
    streams_[handle] = command.streams;
    return {};
}

void StrategyRunner::hear_market(const EventBuffer& events, std::uint64_t& sequence) {
    events.each([&](const tradectl_event& event) {
        if (event.type == TRADECTL_EVENT_ACTIVITY || event.type == TRADECTL_EVENT_INSTRUMENT)
            return hear_of_venue(event);
        if (event.type == TRADECTL_EVENT_STATUS) return hear(event);
        if (event.instrument >= streams_.size()) return;
        const std::uint32_t wanted = streams_[event.instrument];
        if (wanted == 0) return;
        if ((wanted & TRADECTL_STREAM_BARS) != 0) hear_bars(event, sequence);
        if ((wanted & stream_of(event.type)) != 0) heard_.append(event);
    });
}

/// What happens at one venue is told of the same instrument at the strategy's own, when it has it:
/// it may trade on paper what others trade for money.
void StrategyRunner::hear_of_venue(const tradectl_event& event) {
    const bool activity = event.type == TRADECTL_EVENT_ACTIVITY;
    if (activity) {
        const auto& said = reinterpret_cast<const tradectl_activity_event&>(event);
        if (!wallets_.contains(market::id_text(said.wallet))) return;
    }
    const auto* instrument = table_.instrument(event.instrument);
    if (instrument == nullptr || market::id_text(instrument->venue) == config_.exchange)
        return hear(event);
    const auto own =
        table_.find_symbol(config_.exchange, market::id_text(instrument->venue_symbol));
    if (!own) return hear(event);
    if (activity) {
        auto copy = reinterpret_cast<const tradectl_activity_event&>(event);
        copy.header.size = sizeof(copy);
        copy.header.instrument = *own;
        return hear(copy.header);
    }
    auto copy = reinterpret_cast<const tradectl_instrument_event&>(event);
    copy.header.size = sizeof(copy);
    copy.header.instrument = *own;
    copy.instrument = *table_.instrument(*own);
    hear(copy.header);
}

void StrategyRunner::hear_bars(const tradectl_event& event, std::uint64_t& sequence) {
    for (BarFeed& feed : bar_feeds_) {
        if (feed.instrument != event.instrument) continue;
        if (const auto added = add_to_bar(feed, event); !added) {
            tradectl::log(LogLevel::Warning,
                          "market",
                          "bar: " + added.error().message,
                          {{"instance", config_.name}});
        }
        ++feed.events;
        feed.closed_one = feed.closed_one || !bars_.empty();
        take_bars(sequence);
        if (feed.by_time) find_bars_due();
    }
}

Status StrategyRunner::add_to_bar(BarFeed& feed, const tradectl_event& event) {
    switch (event.type) {
        case TRADECTL_EVENT_TRADE:
            return feed.builder.add(reinterpret_cast<const tradectl_trade_event&>(event), bars_);
        case TRADECTL_EVENT_BAR:
            return feed.builder.add(reinterpret_cast<const tradectl_bar_event&>(event), bars_);
        default: break;
    }
    if (!feed.by_time) {
        feed.builder.advance(Timestamp{event.host_time}, bars_);
    } else if (event.type == TRADECTL_EVENT_QUOTE) {
        return feed.builder.add(reinterpret_cast<const tradectl_quote_event&>(event), bars_);
    }
    return {};
}

void StrategyRunner::advance_bars(Timestamp market_now, std::uint64_t& sequence) {
    for (BarFeed& feed : bar_feeds_) {
        if (!feed.by_time) continue;
        feed.builder.advance(market_now, bars_);
        feed.closed_one = feed.closed_one || !bars_.empty();
        take_bars(sequence);
    }
    find_bars_due();
}

std::vector<std::string> StrategyRunner::missing_bars() const {
    std::vector<std::string> lines;
    for (const BarFeed& feed : bar_feeds_) {
        if (feed.closed_one || feed.events == 0) continue;
        lines.push_back(
            "strategy '" + config_.name + "' got no bar of " +
            config::format_duration(feed.interval_ns) + " of " +
            std::string(market::id_text(table_.instrument(feed.instrument)->name)) + ", of which " +
            std::to_string(feed.events) +
            " events came; what makes it are trades, or quotes with build: {price: mid}");
    }
    return lines;
}

void StrategyRunner::find_bars_due() {
    bars_due_ = Timestamp::none();
    for (const BarFeed& feed : bar_feeds_) {
        if (!feed.by_time) continue;
        const Timestamp end = feed.builder.next_end();
        if (!end.is_none() && (bars_due_.is_none() || end < bars_due_)) bars_due_ = end;
    }
}

void StrategyRunner::take_bars(std::uint64_t& sequence) {
    if (bars_.empty()) return;
    const std::int64_t now = clock_.now().ns();
    bars_.each([&](const tradectl_event& event) {
        auto bar = reinterpret_cast<const tradectl_bar_event&>(event);
        bar.header.seq = ++sequence;
        bar.header.host_time = now;
        heard_.append(bar.header);
    });
    bars_.clear();
}

void StrategyRunner::run_turn(std::span<const tradectl_book_top> tops,
                              std::span<const tradectl_balance_state> balances) {
    if (heard_.empty()) return;
    turn_.clear();
    std::swap(heard_, turn_);
    if (!faulted() && !ended_) {
        tradectl_turn turn{};
        turn.struct_size = sizeof(turn);
        turn.event_count = turn_.count();
        turn.events = turn_.data();
        turn.events_bytes = turn_.bytes();
        turn.now = clock_.now().ns();
        turn.turn_seq = ++turn_seq_;
        turn.tops = tops.data();
        turn.top_count = static_cast<std::uint32_t>(tops.size());
        turn.top_stride = sizeof(tradectl_book_top);
        turn.positions = positions_.data();
        turn.position_count = static_cast<std::uint32_t>(positions_.size());
        turn.position_stride = sizeof(tradectl_position_state);
        turn.balances = balances.data();
        turn.balance_count = static_cast<std::uint32_t>(balances.size());
        turn.balance_stride = sizeof(tradectl_balance_state);
        turn.open_orders = open_orders_.data();
        turn.open_order_count = static_cast<std::uint32_t>(open_orders_.size());
        turn.open_order_stride = sizeof(tradectl_open_order);
        // A failure faults the instance, which the session looks at after each turn.
        static_cast<void>(instance_->on_events(turn));
    }
}

const tradectl_event* StrategyRunner::find_event(std::uint64_t seq) const {
    const tradectl_event* found = nullptr;
    if (seq == 0) return found;
    turn_.each([&](const tradectl_event& event) {
        if (event.seq == seq) found = &event;
    });
    return found;
}

void StrategyRunner::put_open_order(const tradectl_open_order& order) {
    const auto found =
        std::find_if(open_orders_.begin(), open_orders_.end(), [&](const auto& open) {
            return open.order_ref == order.order_ref;
        });
    if (found == open_orders_.end()) {
        open_orders_.push_back(order);
    } else {
        *found = order;
    }
}

void StrategyRunner::drop_open_order(OrderRef ref) {
    std::erase_if(open_orders_, [&](const auto& open) { return open.order_ref == ref.value; });
}

void StrategyRunner::set_interval(std::uint64_t timer_id, std::int64_t interval_ns) {
    if (interval_ns > 0) {
        intervals_[timer_id] = interval_ns;
    } else {
        intervals_.erase(timer_id);
    }
}

std::int64_t StrategyRunner::interval(std::uint64_t timer_id) const {
    const auto found = intervals_.find(timer_id);
    return found == intervals_.end() ? 0 : found->second;
}

void StrategyRunner::set_metric(std::string_view name, double value) {
    if (const auto found = metrics_.find(name); found != metrics_.end()) {
        found->second = value;
    } else if (metrics_.size() < kMetricsMax) {
        metrics_.emplace(name, value);
    }
}

Status StrategyRunner::kv_set(std::string_view key, std::span<const std::byte> value) {
    const auto found = kv_.find(key);
    const std::size_t before = found == kv_.end() ? 0 : found->first.size() + found->second.size();
    if (value.empty()) {
        if (found != kv_.end()) kv_.erase(found);
        kv_bytes_ -= before;
        return {};
    }
    const std::size_t after = key.size() + value.size();
    if (kv_bytes_ - before + after > kKvBytesMax) {
        return fail(ErrorCode::Quota,
                    "kv: '" + config_.name + "' would keep " +
                        std::to_string(kv_bytes_ - before + after) + " bytes, limit " +
                        std::to_string(kKvBytesMax));
    }
    kv_bytes_ = kv_bytes_ - before + after;
    kv_[std::string(key)].assign(value.begin(), value.end());
    return {};
}

void StrategyRunner::log(LogLevel level, std::string_view text) {
    tradectl::log(level, "strategy", text, {{"instance", config_.name}});
}

tradectl_status StrategyRunner::emit(const tradectl_command& command) {
    // A strategy learns at once which instruments are its own: it may ask for all.
    if (command.type == TRADECTL_COMMAND_SUBSCRIBE && command.instrument != TRADECTL_HANDLE_NONE &&
        !may_trade(command.instrument))
        return TRADECTL_NOT_FOUND;
    // A put is visible to the gets of the same turn; the pipeline makes it durable.
    if (command.type == TRADECTL_COMMAND_KV_PUT) {
        const auto& put = reinterpret_cast<const tradectl_kv_put_command&>(command);
        const auto* at = reinterpret_cast<const char*>(&command) + put.offset;
        const auto set = kv_set({at, put.key_bytes},
                                std::as_bytes(std::span(at + put.key_bytes, put.value_bytes)));
        if (!set) return static_cast<tradectl_status>(set.error().code);
    }
    const std::size_t before = commands_.size();
    commands_.resize(before + command.size / 8);
    std::memcpy(commands_.data() + before, &command, command.size);
    return TRADECTL_OK;
}

tradectl_status StrategyRunner::find_instrument(std::string_view name,
                                                tradectl_instrument_handle& out) {
    const auto found = table_.find(name);
    if (!found) return TRADECTL_NOT_FOUND;
    out = *found;
    return TRADECTL_OK;
}

tradectl_status StrategyRunner::find_asset(std::string_view name, tradectl_asset_handle& out) {
    const auto found = table_.find_asset(name);
    if (!found) return TRADECTL_NOT_FOUND;
    out = *found;
    return TRADECTL_OK;
}

tradectl_status StrategyRunner::find_account(std::string_view name, tradectl_account_handle& out) {
    const auto found = table_.find_account(config_.exchange, name);
    if (!found) return TRADECTL_NOT_FOUND;
    out = *found;
    return TRADECTL_OK;
}

tradectl_status StrategyRunner::kv_get(std::string_view key, std::span<const std::uint8_t>& out) {
    const auto found = kv_.find(key);
    if (found == kv_.end()) return TRADECTL_NOT_FOUND;
    out = {reinterpret_cast<const std::uint8_t*>(found->second.data()), found->second.size()};
    return TRADECTL_OK;
}

tradectl_status StrategyRunner::kv_each(std::string_view prefix, const plugin::KvVisitor& visit) {
    for (auto at = kv_.lower_bound(prefix); at != kv_.end(); ++at) {
        if (!std::string_view(at->first).starts_with(prefix)) break;
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(at->second.data());
        if (!visit(at->first, {bytes, at->second.size()})) break;
    }
    return TRADECTL_OK;
}

}  // namespace tradectl::engine
