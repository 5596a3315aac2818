#include "tests/bench/event_rig.hpp"

#include "host/engine/ask.hpp"
#include "host/wal/identity.hpp"
#include "host/wal/writer.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace tradectl::bench {

using namespace tradectl::engine;

namespace {

/// The records of an order's start: money held, its result, the order's intent.
constexpr std::uint64_t kOrderRecords = 3;

/// As long as a session in real time looks for the disk before it sleeps, and then sleeps at most.
constexpr std::int64_t kAwakeNs = kNsPerMillisecond;
constexpr std::int64_t kBellNs = 100 * kNsPerMillisecond;
constexpr std::int64_t kDrainNs = kNsPerMillisecond;

/// A machine that is busy must not fault a plugin.
plugin::InstanceOptions options_of_plugins() {
    plugin::InstanceOptions options;
    options.turn_budget_ns = plugin::kTurnBudgetSimulatedNs;
    return options;
}

std::int64_t now_ns() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

}  // namespace

EventRig::EventRig(const config::Document& document, RigOptions options, Doorbell bell)
    : config_(document.config),
      options_(std::move(options)),
      bell_(std::move(bell)),
      disk_(options_.log_directory.empty() ? make_memory_disk() : make_posix_disk()),
      paths_{options_.log_directory.empty() ? "/state" : options_.log_directory},
      threaded_(!options_.log_directory.empty()),
      clock_(Timestamp{0}),
      trading_(config_, clock_) {}

EventRig::~EventRig() {
    trading_.exchanges.clear();
    trading_.journal.reset();
    projector_.reset();
}

Expected<std::unique_ptr<EventRig>> EventRig::open(const config::Document& document,
                                                   RigOptions options) {
    auto bell = Doorbell::make();
    if (!bell) return fail(bell.error());
    std::unique_ptr<EventRig> rig(new EventRig(document, std::move(options), std::move(*bell)));
    if (auto wired = rig->wire(); !wired) return fail(wired.error());
    return rig;
}

Status EventRig::wire() {
    auto plugins = load_plugins(config_, {}, loader_);
    if (!plugins) return fail(plugins.error());
    if (auto filled = fill_table(config_, trading_.table); !filled) return filled;
    auto source = open_sources(config_, trading_.table);
    if (!source) return fail(source.error());
    source_ = std::move(*source);
    clock_.advance_to(source_->next_time().value_or(Timestamp{0}));
    trading_.books = std::make_unique<market::BookTable>(trading_.table.size());
    trading_.balances = std::make_unique<Balances>(trading_.table.account_count());
    if (auto wired = wire_exchanges(*plugins); !wired) return wired;
    if (auto wired = wire_strategies(*plugins); !wired) return wired;
    if (auto opened = open_log(); !opened) return opened;
    if (auto connected = connect(); !connected) return connected;
    return start_strategies();
}

Status EventRig::wire_exchanges(const PluginSet& plugins) {
    for (std::uint32_t i = 0; i < config_.exchanges.size(); ++i) {
        const std::string& name = config_.exchanges[i].name;
        hosts_.push_back(std::make_unique<ExchangeHost>(trading_, name, i, bell_));
        auto runtime = exchange::ExchangeRuntime::create(
            plugins.exchanges[i].library,
            *hosts_.back(),
            exchange::KvStore::in_memory(),
            [this](std::uint32_t index, std::uint64_t id, Timestamp due) {
                trading_.scheduler.set(TimerOwner::Exchange, index, id, due);
            },
            {.index = i, .name = name, .instance = options_of_plugins()});
        if (!runtime) return fail(runtime.error());
        trading_.exchanges.push_back(std::move(*runtime));
        const auto settings = plugins.exchanges[i].settings.dump();
        if (auto set = trading_.exchanges.back()->configure(settings); !set) return set;
    }
    return {};
}

Status EventRig::wire_strategies(const PluginSet& plugins) {
    for (std::uint32_t i = 0; i < config_.strategies.size(); ++i) {
        const auto& strategy = config_.strategies[i];
        RunnerOptions options{.index = i, .on_wake = [] {}};
        const auto account = trading_.table.find_account(strategy.exchange, strategy.account);
        options.account = account.value_or(TRADECTL_HANDLE_NONE);
        auto runner = std::make_unique<StrategyRunner>(
            strategy, trading_.table, trading_.clock, std::move(options));
        if (auto made = runner->create(plugins.strategies[i].library, options_of_plugins()); !made)
            return made;
        const auto settings = plugins.strategies[i].settings.dump();
        if (auto set = runner->instance().configure(settings); !set) return set;
        trading_.runners.push_back(std::move(runner));
    }
    pipeline_ = std::make_unique<Pipeline>(trading_);
    return {};
}

Status EventRig::open_log() {
    trading_.identity = wal::simulated_identity(config_.seed);
    auto writer = wal::Writer::create(*disk_,
                                      paths_.wal(),
                                      trading_.identity.origin(),
                                      {},
                                      {.segment_bytes = config_.wal.segment_bytes});
    if (!writer) return fail(writer.error());
    // As in a run that is some seconds old: its next segment is there.
    while (threaded_ && !(*writer)->prefill_done()) {
        if (auto filled = (*writer)->prefill(); !filled) return filled;
    }
    trading_.journal =
        threaded_ ? Journal::threaded(std::move(*writer), system_clock_, [this] { bell_.ring(); })
                  : Journal::simulated(std::move(*writer), trading_.clock, config_.wal.latency_ns);
    return options_.books == RigOptions::Books::Kept ? open_books() : Status{};
}

Status EventRig::open_books() {
    auto ledger = ledger::Ledger::open(*disk_, paths_.ledger(), config_.name);
    if (!ledger) return fail(ledger.error());
    auto projector = Projector::open(*disk_, paths_.wal(), std::move(*ledger));
    if (!projector) return fail(projector.error());
    projector_ = std::move(*projector);
    projector_->start_thread();
    return {};
}

Status EventRig::connect() {
    const WaitALittle wait = [] {};
    HeldNews held;
    for (auto& runtime : trading_.exchanges) {
        if (auto started = runtime->start(); !started) return started;
        auto connected = await_answer(*runtime, runtime->connect(), *pipeline_, wait);
        if (!connected) return fail(connected.error());
    }
    return book_opening_balances(trading_, *pipeline_, held, wait);
}

Status EventRig::start_strategies() {
    for (auto& runner : trading_.runners) {
        runner->begin_refs();
        if (auto started = runner->instance().start(); !started) return started;
        pipeline_->take_commands(*runner);
    }
    return rest();
}

/// Timers and durable marks that are due before the next market event.
void EventRig::advance_to(Timestamp until) {
    for (;;) {
        std::optional<Timestamp> due = trading_.scheduler.next();
        const auto durable = trading_.journal->next_durable_time();
        if (durable && (!due || *durable < *due)) due = durable;
        if (!due || *due > until) break;
        clock_.advance_to(*due);
        fire_timers();
        static_cast<void>(rest());
    }
    clock_.advance_to(until);
}

void EventRig::fire_timers() {
    while (const auto timer = trading_.scheduler.take_due(clock_.now())) {
        switch (timer->owner) {
            case TimerOwner::Exchange:
                trading_.exchanges[timer->index]->on_timer(timer->id, timer->due);
                break;
            case TimerOwner::Host: pipeline_->on_retry_timer(timer->id); break;
            case TimerOwner::Exit: pipeline_->on_exit_timer(timer->index, timer->id); break;
            case TimerOwner::Strategy: break;  // the strategies of these figures set none
        }
        settle();
    }
}

void EventRig::deliver_market() {
    auto* at = const_cast<std::uint8_t*>(market_.data());
    auto& event = *reinterpret_cast<tradectl_event*>(at);
    event.seq = ++trading_.event_seq;
    event.host_time = clock_.now().ns();
    trading_.books->apply(event);
    for (auto& runtime : trading_.exchanges) {
        if (runtime->wants_market_data()) runtime->on_market_data(market_);
    }
    for (auto& runner : trading_.runners)
        runner->hear_market(market_, trading_.event_seq);
    pipeline_->on_price(event);
}

bool EventRig::deliver_answers() {
    bool active = false;
    for (auto& runtime : trading_.exchanges) {
        if (runtime->busy()) active = runtime->deliver(*pipeline_) != 0 || active;
    }
    return active;
}

bool EventRig::run_turns() {
    bool active = false;
    for (auto& runner : trading_.runners) {
        if (!runner->has_heard()) continue;
        active = true;
        runner->run_turn(trading_.books->tops(), trading_.balances->states(runner->account()));
        pipeline_->take_commands(*runner);
    }
    return active;
}

void EventRig::settle() {
    for (bool active = true; active;) {
        active = deliver_answers();
        active = run_turns() || active;
    }
}

/// What the turn left goes to the log, and from there to the venue.
Status EventRig::send() {
    if (auto flushed = trading_.journal->flush(); !flushed) return flushed;
    if (threaded_ && pipeline_->awaited()) {
        options_.beside.begin();
        while (const auto awaited = pipeline_->awaited()) {
            if (auto failure = trading_.journal->failure()) return fail(*failure);
            bell_.wait_awake(
                kBellNs, kAwakeNs, [&] { return trading_.journal->durable() >= *awaited; });
            if (trading_.journal->durable() >= *awaited) options_.beside.finish();
            pipeline_->on_durable(trading_.journal->durable());
        }
    }
    pipeline_->on_durable(trading_.journal->durable());
    if (projector_) projector_->notify(trading_.journal->durable());
    return {};
}

Status EventRig::drain() {
    if (auto flushed = trading_.journal->flush(); !flushed) return flushed;
    const WalSequence last{trading_.journal->next_sequence().value - 1};
    while (trading_.journal->durable() < last) {
        if (auto failure = trading_.journal->failure()) return fail(*failure);
        bell_.wait(kDrainNs);
    }
    if (!projector_) return {};
    projector_->notify(last);
    while (projector_->applied() < last) {
        if (auto failure = projector_->failure()) return fail(*failure);
        std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    return {};
}

Status EventRig::rest() {
    settle();
    if (auto sent = send(); !sent) return sent;
    settle();
    if (pipeline_->scribe().failure()) return fail(*pipeline_->scribe().failure());
    return trading_.journal->flush();
}

Expected<bool> EventRig::step(Step& out, Until until) {
    const auto time = source_->next_time();
    if (!time) return false;
    advance_to(*time);
    market_.clear();
    if (auto read = source_->read(*time, 1, market_); !read) return fail(read.error());
    const std::uint64_t orders = trading_.counters.orders;
    const std::int64_t start = now_ns();
    deliver_market();
    const bool exits = trading_.counters.orders != orders;
    out.order = exits ? Step::Order::Exit : Step::Order::None;
    bool logged = false;
    for (bool active = true; active && !logged;) {
        const std::uint64_t sequence = trading_.journal->next_sequence().value;
        const bool started = trading_.counters.orders != orders;
        active = deliver_answers();
        logged = started && trading_.journal->next_sequence().value >= sequence + kOrderRecords;
        if (!logged) active = run_turns() || active;
    }
    if (logged && until == Until::Sent) {
        if (auto sent = send(); !sent) return fail(sent.error());
    }
    out.ns = now_ns() - start;
    if (logged && !exits) out.order = Step::Order::Entry;
    if (!logged) out.order = Step::Order::None;
    if (auto rested = rest(); !rested) return fail(rested.error());
    return true;
}

}  // namespace tradectl::bench
