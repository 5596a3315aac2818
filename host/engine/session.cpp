#include "host/engine/session.hpp"

#include "host/base/log.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/signals.hpp"
#include "host/ledger/reader.hpp"
#include "host/wal/segment.hpp"

#include <algorithm>

namespace tradectl::engine {

namespace {

/// Longer than a usual sync and a signature.
constexpr std::int64_t kAwakeNs = kNsPerMillisecond;
constexpr std::int64_t kIdleNs = 100 * kNsPerMillisecond;
constexpr std::int64_t kAnswersNs = 10 * kNsPerSecond;
constexpr std::size_t kMarketEventsMax = 256;
/// Answers that cause answers: a venue and a strategy that never come to rest are a bug, and are
/// given air between turns.
constexpr int kRoundsMax = 64;

}  // namespace

Expected<RunSummary> run_session(const config::Document& document, const RunOptions& options) {
    auto bell = Doorbell::make();
    if (!bell) return fail(bell.error());
    Session session(document, options, std::move(*bell));
    const SignalGuard signals(session.bell());
    if (auto started = session.start(); !started) {
        const bool given_up = started.error().code == ErrorCode::Unavailable;
        if (given_up && SignalGuard::received() != 0) {
            RunSummary summary;
            summary.signal = SignalGuard::received();
            summary.began = false;
            summary.state_dir = options.state_dir;
            return summary;
        }
        session.tell_no_start(started.error());
        return fail(started.error());
    }
    return session.run();
}

RunSummary Session::run() {
    loop();
    tell_end();
    stopping_ = true;
    trading_.shutting_down = true;
    stop_strategies();
    apply_shutdown_policy();
    sample();
    close_books();
    return summarise();
}

void Session::loop() {
    while (!must_stop() && turn()) {
        if (errands_ && errands_->busy()) errands_->work();
    }
    if (errands_) errands_->stop();
}

/// False: a simulation has nothing left to do.
bool Session::turn() {
    const auto due = next_due();
    if (!due && simulated()) return false;
    wait_until(due);
    if (simulated() && time_is_up()) return false;
    sample_before(trading_.clock.now());
    hear_wakes();
    hear_control();
    fire_timers();
    pipeline_->on_durable(trading_.journal->durable());
    settle();
    feed_market();
    pursue_flatten();
    flush();
    look_around();
    return true;
}

bool Session::must_stop() {
    if (error_ || time_is_up()) return true;
    if (SignalGuard::received() != 0 || has_fills_enough()) return true;
    // What the last events caused is still carried out; what rests is the shutdown policy's.
    // A venue that never answers must not keep the run alive: what it left open is unresolved.
    if (!source_ended_) return false;
    return !pipeline_->busy() || trading_.clock.now().minus(source_ended_at_) >= kAnswersNs;
}

Status Session::count_earlier_fills(ledger::Reader& books) {
    const std::uint64_t most = config_.shutdown.after_fills;
    if (most == 0) return {};
    const auto count = books.fill_count();
    if (!count) return fail(count.error());
    fills_before_ = *count;
    if (fills_before_ < most) return {};
    return fail(ErrorCode::Config,
                "shutdown.after_fills: the books hold " + std::to_string(fills_before_) +
                    " fills, limit " + std::to_string(most) +
                    ": look at them, then raise the limit");
}

bool Session::has_fills_enough() const {
    const std::uint64_t most = config_.shutdown.after_fills;
    return most != 0 && fills_before_ + trading_.counters.fills >= most;
}

bool Session::time_is_up() const {
    if (options_.session_ns_max &&
        trading_.clock.now().minus(started_) >= *options_.session_ns_max) {
        return true;
    }
    return options_.wall_ns_max &&
           system_clock_.monotonic_ns() - wall_started_ns_ >= *options_.wall_ns_max;
}

Timestamp Session::due_of(Timestamp market_time) const {
    if (simulated() || venues_feed_) return market_time;
    const auto since = static_cast<double>(market_time.minus(market_zero_)) / speed_;
    return started_.plus_ns(static_cast<std::int64_t>(since));
}

std::optional<Timestamp> Session::next_due() {
    std::optional<Timestamp> due = trading_.scheduler.next();
    const auto sooner = [&](std::optional<Timestamp> other) {
        if (other && (!due || *other < *due)) due = other;
    };
    sooner(trading_.journal->next_durable_time());
    if (!source_ended_) {
        // Without a next event, reading tells whether it is the end or an error: at once.
        const auto market = venues_feed_ ? std::nullopt : source_->next_time();
        if (!venues_feed_) sooner(market ? due_of(*market) : trading_.clock.now());
        if (const auto bars = bars_due()) sooner(due_of(*bars));
    }
    if (options_.session_ns_max) sooner(started_.plus_ns(*options_.session_ns_max));
    return due;
}

void Session::wait_until(std::optional<Timestamp> due) {
    if (simulated()) {
        sample_before(*due);
        manual_clock_->advance_to(*due);
        return;
    }
    std::int64_t wait_ns = kIdleNs;
    if (due) wait_ns = std::min(wait_ns, due->minus(trading_.clock.now()));
    if (options_.wall_ns_max) {
        const auto spent = system_clock_.monotonic_ns() - wall_started_ns_;
        wait_ns = std::min(wait_ns, *options_.wall_ns_max - spent);
    }
    for (const auto& runtime : trading_.exchanges) {
        // Something may leave that became durable since the last look; the bell was rung for it.
        if (runtime->busy()) wait_ns = std::min(wait_ns, kNsPerMillisecond);
    }
    wait_ns = std::max<std::int64_t>(wait_ns, 0);
    if (!pipeline_->awaited()) return bell_.wait(wait_ns);
    bell_.wait_awake(
        wait_ns, kAwakeNs, [this] { return pipeline_->can_release(trading_.journal->durable()); });
}

void Session::hear_wakes() {
    for (std::uint32_t i = 0; i < exchange_hosts_.size(); ++i) {
        if (exchange_hosts_[i]->take_wake()) trading_.exchanges[i]->on_wake();
    }
    for (auto& runner : trading_.runners) {
        auto& woken = *runner_woken_[runner->index()];
        if (!woken.load(std::memory_order_relaxed) || !woken.exchange(false)) continue;
        tradectl_event wake{};
        wake.size = sizeof(wake);
        wake.type = TRADECTL_EVENT_WAKE;
        wake.seq = ++trading_.event_seq;
        wake.event_time = wake.host_time = trading_.clock.now().ns();
        wake.instrument = TRADECTL_HANDLE_NONE;
        runner->hear(wake);
    }
}

void Session::fire_timers() {
    // Timers set while firing for the same moment wait for the next round, so that none starves the
    // market.
    const Timestamp now = trading_.clock.now();
    for (int fired = 0; fired < 1024; ++fired) {
        const auto timer = trading_.scheduler.take_due(now);
        if (!timer) return;
        on_timer(*timer);
        settle();
    }
}

void Session::on_timer(const DueTimer& timer) {
    switch (timer.owner) {
        case TimerOwner::Exchange:
            trading_.exchanges[timer.index]->on_timer(timer.id, timer.due);
            return;
        case TimerOwner::Strategy: {
            auto& runner = *trading_.runners[timer.index];
            tradectl_timer_event event{};
            event.header.size = sizeof(event);
            event.header.type = TRADECTL_EVENT_TIMER;
            event.header.seq = ++trading_.event_seq;
            event.header.event_time = timer.due.ns();
            event.header.host_time = trading_.clock.now().ns();
            event.header.instrument = TRADECTL_HANDLE_NONE;
            event.timer_id = timer.id;
            event.due = timer.due.ns();
            if (const auto interval = runner.interval(timer.id); interval > 0) {
                const Timestamp next =
                    std::max(timer.due.plus_ns(interval), trading_.clock.now().plus_ns(1));
                trading_.scheduler.set(TimerOwner::Strategy, timer.index, timer.id, next);
            }
            runner.hear(event.header);
            return;
        }
        case TimerOwner::Exit:
            if (!stopping_ && !source_ended_) pipeline_->on_exit_timer(timer.index, timer.id);
            return;
        case TimerOwner::Host:
            if (timer.id == kTimerEquity) {
                if (stopping_ || source_ended_) return;
                // While a simulated market stands still there is nothing new to mark.
                if (!simulated() || marked_events_ != trading_.counters.market_events)
                    mark_equity();
                marked_events_ = trading_.counters.market_events;
                pipeline_->on_clock();
                trading_.scheduler.set(TimerOwner::Host, 0, kTimerEquity, next_mark(timer.due));
            } else {
                pipeline_->on_retry_timer(timer.id);
            }
            return;
    }
}

void Session::feed_market() {
    if (source_ended_) return;
    if (venues_feed_) return close_bars(std::nullopt);
    const Timestamp now = trading_.clock.now();
    for (;;) {
        const auto next = source_->next_time();
        close_bars(next);
        if (next && due_of(*next) > now) return;
        // One instant at a time: what a turn may see never depends on how events are batched.
        market_.clear();
        auto count = source_->read(next.value_or(now), kMarketEventsMax, market_);
        if (!count) {
            error_ = count.error();
            source_ended_ = true;
            source_ended_at_ = now;
            return;
        }
        if (market_.empty()) {
            end_of_data();
            return;
        }
        deliver_market(market_);
        settle();
        if (simulated() || !pipeline_->scribe().failure()) flush();
        if (simulated() || must_stop() || control_waits() || looks_due()) return;
    }
}

void Session::deliver_market(const EventBuffer& market) {
    const std::int64_t now = trading_.clock.now().ns();
    market_arrived_ = Timestamp{now};
    auto* at = const_cast<std::uint8_t*>(market.data());
    for (std::uint32_t i = 0; i < market.count(); ++i) {
        auto& event = *reinterpret_cast<tradectl_event*>(at);
        event.seq = ++trading_.event_seq;
        event.host_time = now;
        trading_.books->apply(event);
        market_last_ = Timestamp{event.event_time};
        if (event.type == TRADECTL_EVENT_STATUS)
            pipeline_->hear_status(reinterpret_cast<const tradectl_status_event&>(event));
        if (event.type == TRADECTL_EVENT_INSTRUMENT)
            pipeline_->listings().hear(reinterpret_cast<const tradectl_instrument_event&>(event));
        if (event.type == TRADECTL_EVENT_BAR)
            pipeline_->note_bar(reinterpret_cast<const tradectl_bar_event&>(event));
        at += event.size;
    }
    if (market_first_.is_none()) market_first_ = market_last_;
    trading_.counters.market_events += market.count();
    note_market_moved();
    for (auto& runtime : trading_.exchanges) {
        if (runtime->wants_market_data()) runtime->on_market_data(market);
    }
    for (auto& runner : trading_.runners)
        runner->hear_market(market, trading_.event_seq);
    // What a venue made of these events comes before the exits look: they sell what is left.
    for (auto& runtime : trading_.exchanges) {
        if (runtime->busy()) runtime->deliver(sink());
    }
    // What is kept over the end is not sold on the way out.
    if (stopping_ && config_.shutdown.positions == config::PositionsPolicy::Keep) return;
    tradectl_instrument_handle seen = TRADECTL_HANDLE_NONE;
    market.each([&](const tradectl_event& event) {
        if (event.instrument == seen || event.instrument == TRADECTL_HANDLE_NONE) return;
        seen = event.instrument;
        pipeline_->on_price(event);
    });
}

void Session::settle() {
    for (int round = 0; round < kRoundsMax; ++round) {
        if (!settle_once()) return;
        if (!error_) watch_exchanges();
    }
}

bool Session::settle_once() {
    bool active = false;
    for (auto& runtime : trading_.exchanges) {
        active = runtime->hear_wire() != 0 || active;
        if (runtime->busy()) active = runtime->deliver(sink()) != 0 || active;
        if (runtime->faulted()) look_at_exchanges();
    }
    if (pipeline_->listings().waiting()) {
        active = true;
        pipeline_->listings().tell(*pipeline_);
    }
    if (!trading_.venue_market.empty()) {
        active = true;
        std::swap(told_, trading_.venue_market);
        deliver_market(told_);
        told_.clear();
    }
    for (auto& runner : trading_.runners) {
        if (!runner->has_heard()) continue;
        active = true;
        runner->run_turn(trading_.books->tops(), trading_.balances->states(runner->account()));
        pipeline_->take_commands(*runner);
        if (runner->faulted()) handle_faults();
    }
    return active;
}

void Session::flush() {
    auto handed = trading_.journal->flush();
    if (!handed) stop_on(handed.error());
    if (pipeline_->scribe().failure()) stop_on(*pipeline_->scribe().failure());
}

void Session::end_of_data() {
    source_ended_ = true;
    source_ended_at_ = trading_.clock.now();
    tradectl_status_event event{};
    event.header.size = sizeof(event);
    event.header.type = TRADECTL_EVENT_STATUS;
    event.header.instrument = TRADECTL_HANDLE_NONE;
    event.header.event_time = event.header.host_time = trading_.clock.now().ns();
    event.status = TRADECTL_STATUS_END_OF_DATA;
    for (auto& runner : trading_.runners) {
        event.header.seq = ++trading_.event_seq;
        runner->hear(event.header);
    }
    settle();
}

}  // namespace tradectl::engine
