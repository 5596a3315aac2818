#include "host/engine/venue_desk.hpp"

#include "host/base/assert.hpp"
#include "host/base/overlay_disk.hpp"
#include "host/base/random.hpp"
#include "host/engine/desk_exchange.hpp"
#include "host/engine/queries.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/startup.hpp"
#include "host/engine/startup_orders.hpp"
#include "host/plugin/load.hpp"

#include <optional>
#include <utility>

namespace tradectl::engine {

namespace {

/// The plugins that are asked: no strategy runs at a desk.
Expected<PluginSet> load_venues(const config::Config& config,
                                const std::vector<std::string>& plugin_files,
                                plugin::Loader& loader) {
    config::Config venues_only = config;
    venues_only.strategies.clear();
    return load_plugins(venues_only, plugin_files, loader);
}

}  // namespace

struct VenueDesk::State {
    enum class Form : std::uint8_t { Reader, Writer };

    State(const config::Config& c, StatePaths p, const DeskOptions& o, Doorbell b)
        : config(c),
          paths(std::move(p)),
          options(o),
          machine(o.disk == nullptr ? make_posix_disk() : nullptr),
          disk(o.disk == nullptr ? machine.get() : o.disk),
          bell(std::move(b)),
          trading(config, o.clock == nullptr ? static_cast<const Clock&>(system_clock) : *o.clock) {
    }
    ~State() {
        trading.exchanges.clear();
        links.reset();
        trading.journal.reset();
        projector.reset();
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    Status open(Form wanted);
    Status look_at_state();
    Status open_books();
    Status make_venues(const PluginSet& plugins);
    void connect_venues();
    Status make_runners();
    [[nodiscard]] exchange::ExchangeSink& others() {
        return run_lives ? static_cast<exchange::ExchangeSink&>(deaf) : held;
    }

    const config::Config config;
    StatePaths paths;
    DeskOptions options;
    Form form = Form::Reader;
    std::unique_ptr<Disk> machine;
    std::unique_ptr<Disk> overlay;  // over what `disk` was
    Disk* disk;
    std::optional<WriterLock> lock;
    bool run_lives = false;
    SystemClock system_clock;
    Doorbell bell;
    plugin::Loader loader;
    Trading trading;
    std::unique_ptr<Pipeline> pipeline;
    std::unique_ptr<Projector> projector;
    std::unique_ptr<VenueLinks> links;
    std::vector<std::unique_ptr<DeskExchange>> exchanges;
    std::vector<std::optional<Error>> down;
    HeldNews held;
    DeafSink deaf;
};

Status VenueDesk::State::open(Form wanted) {
    form = wanted;
    auto plugins = options.plugins == nullptr ? load_venues(config, options.plugin_files, loader)
                                              : Expected<PluginSet>(*options.plugins);
    if (!plugins) return fail(plugins.error());
    if (auto filled = fill_table(config, trading.table); !filled) return filled;
    trading.books = std::make_unique<market::BookTable>(trading.table.size());
    trading.balances = std::make_unique<Balances>(trading.table.account_count());
    trading.shutting_down = true;  // nothing that adds risk leaves a desk
    if (auto looked = look_at_state(); !looked) return looked;
    if (auto made = make_venues(*plugins); !made) return made;
    if (auto opened = open_books(); !opened) return opened;
    connect_venues();
    return {};
}

/// A reader beside a live run looks at what is there; without one it works on a private view.
Status VenueDesk::State::look_at_state() {
    if (auto there = check_state(*disk, paths, config.name); !there) return there;
    if (form == Form::Writer) {
        auto taken = WriterLock::take(*disk, paths, config.name, options.lock_wait_ns);
        if (!taken) return fail(taken.error());
        lock.emplace(std::move(*taken));
        trading.halts = Halts(HaltLatch(*disk, paths.halt()));
        trading.halts.refresh();
        return {};
    }
    auto lives = is_running(*disk, paths);
    if (!lives) return fail(lives.error());
    run_lives = *lives;
    if (run_lives) return {};
    overlay = make_overlay_disk(*disk);
    disk = overlay.get();
    return {};
}

Status VenueDesk::State::make_venues(const PluginSet& plugins) {
    auto opened = VenueLinks::open(
        config, plugins, {.clock = trading.clock, .disk = *disk, .paths = paths, .bell = [this] {
                              bell.ring();
                          }});
    if (!opened) return fail(opened.error());
    links = std::move(*opened);
    for (const PluginUse& use : plugins.exchanges)
        trading.networked.push_back(use.library->manifest().wire.has_value());
    for (std::uint32_t i = 0; i < config.exchanges.size(); ++i) {
        const std::string path = paths.plugin_kv(config.exchanges[i].name);
        const Timestamp now = trading.clock.now();
        auto store = form == Form::Writer ? exchange::KvStore::open(*disk, path, now)
                                          : exchange::KvStore::open_copy(*disk, path, now);
        if (!store) return fail(store.error());
        exchanges.push_back(std::make_unique<DeskExchange>(trading, bell, i, options.pause));
        auto runtime =
            exchanges.back()->make(plugins.exchanges[i], std::move(*store), links->wire(i));
        if (!runtime) return fail(runtime.error());
        trading.exchanges.push_back(std::move(*runtime));
    }
    return {};
}

void VenueDesk::State::connect_venues() {
    for (std::uint32_t i = 0; i < exchanges.size(); ++i) {
        auto connected = exchanges[i]->connect(*trading.exchanges[i], others(), options.timeout_ns);
        down.push_back(connected ? std::nullopt : std::optional<Error>(connected.error()));
    }
}

Status VenueDesk::State::open_books() {
    auto identity = wal::load_identity(*disk, paths.root);
    if (!identity) return fail(identity.error());
    trading.identity = *identity;
    if (run_lives) {
        if (auto sound = check_books(*disk, paths, config.name); !sound) return sound;
        return know_instruments(*disk, paths, trading);
    }
    SystemRandom random;
    if (form == Form::Writer) {
        identity =
            wal::open_identity(*disk, paths.root, random);  // a log that is gone: a new epoch
        if (!identity) return fail(identity.error());
        trading.identity = *identity;
    }
    const wal::LogTimes now{.wall = trading.clock.now(),
                            .monotonic_ns = trading.clock.monotonic_ns()};
    // A reader must see what would keep a run from starting.
    const Audit kept = audit_of(config);
    const Audit audit = form == Form::Reader && kept == Audit::Kept ? Audit::Witness : kept;
    auto state =
        open_state(*disk, paths, config.name, *identity, config.wal.segment_bytes, now, audit);
    if (!state) return fail(state.error());
    projector = std::move(state->projector);
    trading.journal = Journal::simulated(std::move(state->writer), trading.clock, 0);
    if (auto made = make_runners(); !made) return made;
    auto reader = ledger::Reader::open(*disk, paths.ledger());
    if (!reader) return fail(reader.error());
    if (auto restored = pipeline->listings().restore(*reader); !restored) return restored;
    trading.booked = [this](std::string_view venue, const tradectl_fill_event& told) {
        return booked_fill(*disk, paths, trading, venue, told);
    };
    const Orders orders = form == Form::Writer ? Orders::May : Orders::Never;
    return load_state(*disk, paths, trading, *pipeline, orders);
}

/// Strategies as names on the books: their plugins are not loaded.
Status VenueDesk::State::make_runners() {
    for (std::uint32_t i = 0; i < config.strategies.size(); ++i) {
        auto runner_for = runner_options(config, trading.table, i);
        if (!runner_for) return fail(runner_for.error());
        runner_for->on_wake = [] {};
        trading.runners.push_back(std::make_unique<StrategyRunner>(
            config.strategies[i], trading.table, trading.clock, std::move(*runner_for)));
    }
    pipeline = std::make_unique<Pipeline>(trading);
    pipeline->watch().equity = [] { return std::map<std::string, Decimal>(); };
    return {};
}

VenueDesk::VenueDesk(std::unique_ptr<State> state) : state_(std::move(state)) {}
VenueDesk::~VenueDesk() = default;

Expected<std::unique_ptr<VenueDesk>> VenueDesk::open_reader(const config::Config& config,
                                                            const StatePaths& paths,
                                                            const DeskOptions& options) {
    auto bell = Doorbell::make();
    if (!bell) return fail(bell.error());
    auto state = std::make_unique<State>(config, paths, options, std::move(*bell));
    if (auto opened = state->open(State::Form::Reader); !opened) return fail(opened.error());
    return std::unique_ptr<VenueDesk>(new VenueDesk(std::move(state)));
}

Expected<std::unique_ptr<VenueDesk>> VenueDesk::open_writer(const config::Config& config,
                                                            const StatePaths& paths,
                                                            const DeskOptions& options) {
    auto bell = Doorbell::make();
    if (!bell) return fail(bell.error());
    auto state = std::make_unique<State>(config, paths, options, std::move(*bell));
    if (auto opened = state->open(State::Form::Writer); !opened) return fail(opened.error());
    return std::unique_ptr<VenueDesk>(new VenueDesk(std::move(state)));
}

Trading& VenueDesk::trading() {
    return state_->trading;
}

bool VenueDesk::run_lives() const {
    return state_->run_lives;
}

const Error* VenueDesk::down(std::uint32_t exchange) const {
    const auto& error = state_->down.at(exchange);
    return error ? &*error : nullptr;
}

Expected<exchange::Completion> VenueDesk::ask(std::uint32_t exchange, const Question& question) {
    if (const Error* error = down(exchange)) return fail(*error);
    auto& runtime = *state_->trading.exchanges[exchange];
    return state_->exchanges[exchange]->wait_for(
        runtime, question(runtime), state_->others(), state_->options.timeout_ns);
}

void VenueDesk::wait_a_little() {
    for (std::uint32_t i = 0; i < state_->exchanges.size(); ++i) {
        auto& runtime = *state_->trading.exchanges[i];
        if (down(i) == nullptr && !runtime.faulted()) state_->exchanges[i]->wait_a_little(runtime);
    }
}

Expected<ledger::Reader> VenueDesk::books() {
    return ledger::Reader::open(*state_->disk, state_->paths.ledger());
}

Disk& VenueDesk::disk() {
    return *state_->disk;
}

const StatePaths& VenueDesk::paths() const {
    return state_->paths;
}

Pipeline& VenueDesk::pipeline() {
    TRADECTL_ASSERT(state_->pipeline != nullptr);
    return *state_->pipeline;
}

HeldNews& VenueDesk::held() {
    return state_->held;
}

Status VenueDesk::commit() {
    TRADECTL_ASSERT(state_->projector != nullptr);
    auto& journal = *state_->trading.journal;
    if (auto flushed = journal.flush(); !flushed) return flushed;
    if (const auto& failure = state_->pipeline->scribe().failure()) return fail(*failure);
    return state_->projector->catch_up(WalSequence{journal.next_sequence().value - 1});
}

}  // namespace tradectl::engine
