#include "tests/crash/full_stack.hpp"

#include "host/base/random.hpp"
#include "host/engine/startup.hpp"
#include "host/wal/identity.hpp"
#include "tests/crash/full_stack_checks.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::crash {

using namespace tradectl::engine;

namespace {

constexpr Timestamp kStart{1'700'000'000 * kNsPerSecond};
constexpr std::int64_t kTickNs = 50 * kNsPerMillisecond;

constexpr const char* kConfig = R"(name: crash
mode: paper
clock: real
seed: 7
log: {level: "off"}
plugins: {paths: [)" TRADECTL_BINARY_DIR R"(/scripted]}
wal: {segment: 64KiB}
exchanges: [{name: x, plugin: crash_exchange}]
instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: "0.01", lot: "0.0001"}]
data: [{instrument: BTC-USD.x, synth: {price: "100", trades: 5, gap: 1s}}]
strategies: [{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x]}]
)";

}  // namespace

/// Our clock and the venue: what goes on when the process dies.
struct FullStack::World {
    World(Timestamp now, const Scenario& scenario, const VenueState& state)
        : clock(now), venue(clock, scenario.skew_ns, scenario.treatments) {
        venue.state() = state;
    }

    void pass(std::int64_t ns) {
        clock.advance_to(clock.now().plus_ns(ns));
        venue.pass_time();
    }

    ManualClock clock;
    VenueModel venue;
};

FullStack::FullStack() : loader_(std::make_unique<plugin::Loader>()) {
    config::LoadOptions load;
    load.directory = load.working_directory = "/";
    auto outcome = config::load_text(kConfig, load);
    if (!outcome.document) {
        problem_ = config::to_error(outcome.errors).message;
        return;
    }
    document_ = std::move(outcome.document);
    config::Config venues = document_->config;
    venues.strategies.clear();
    auto plugins = load_plugins(venues, {}, *loader_);
    if (!plugins) {
        problem_ = plugins.error().message;
        return;
    }
    plugins_ = std::move(*plugins);
}

DeskOptions FullStack::desk_options(Disk& disk, World& world) const {
    DeskOptions options;
    options.disk = &disk;
    options.clock = &world.clock;
    options.plugins = &*plugins_;
    options.pause = [&world] {
        world.pass(kTickNs);
        world.venue.on_boundary(Moment::Pause);
    };
    return options;
}

std::string FullStack::make_state(Disk& disk) const {
    auto lock = WriterLock::take(disk, paths_, document_->config.name, 0);
    if (!lock) return "lock: " + lock.error().message;
    SeededRandom random(7);
    auto identity = wal::open_identity(disk, paths_.root, random);
    return identity ? std::string() : identity.error().message;
}

// ---- The process that will die

struct FullStack::Process {
    std::unique_ptr<VenueDesk> desk;

    Trading& trading() { return desk->trading(); }

    /// As the session's loop: answers, the log, what became durable, until nothing moves.
    std::string turn() {
        for (int round = 0; round < 20; ++round) {
            auto& journal = *trading().journal;
            std::size_t delivered = 0;
            for (auto& runtime : trading().exchanges)
                delivered += runtime->deliver(desk->pipeline());
            if (auto flushed = journal.flush(); !flushed) return flushed.error().message;
            const bool waits = desk->pipeline().awaited().has_value();
            desk->pipeline().on_durable(journal.durable());
            if (delivered == 0 && !waits) break;
        }
        auto committed = desk->commit();
        return committed ? std::string() : committed.error().message;
    }

    void submit(std::uint64_t ref, std::uint8_t side, Decimal quantity, Decimal price) {
        tradectl_submit_command command{};
        command.header.size = sizeof(command);
        command.header.type = TRADECTL_COMMAND_SUBMIT;
        command.header.instrument = *trading().table.find("BTC-USD.x");
        command.header.account = trading().runners[0]->account();
        command.order_ref = ref;
        command.side = side;
        command.order_type = TRADECTL_ORDER_LIMIT;
        command.time_in_force = TRADECTL_TIF_GTC;
        command.quantity = quantity.to_abi();
        command.price = price.to_abi();
        command.stop_price = Decimal::null().to_abi();
        command.expire_time = TRADECTL_TIME_NONE;
        trading().runners[0]->emit(command.header);
        desk->pipeline().take_commands(*trading().runners[0]);
    }

    void cancel_one() {
        OrderEntry* first = nullptr;
        trading().orders.each_open([&](OrderEntry& entry) {
            if (first == nullptr && entry.order.status == execution::OrderStatus::Acknowledged)
                first = &entry;
        });
        if (first != nullptr) desk->pipeline().cancel(*first, TRADECTL_REASON_CANCELED_BY_STRATEGY);
    }

    /// A price, so that the gate has something to go by.
    void see_price() {
        tradectl_trade_event event{};
        event.header.size = sizeof(event);
        event.header.type = TRADECTL_EVENT_TRADE;
        event.header.instrument = *trading().table.find("BTC-USD.x");
        event.header.event_time = event.header.host_time = trading().clock.now().ns();
        event.header.seq = ++trading().event_seq;
        event.price = Decimal::from_int(100).to_abi();
        event.quantity = Decimal::from_int(1).to_abi();
        trading().books->apply(event.header);
    }
};

void FullStack::trade(Process& process, World& world, std::size_t orders) {
    for (std::uint64_t ref = 1; ref <= orders; ++ref) {
        process.see_price();
        process.submit(ref,
                       ref % 3 == 0 ? TRADECTL_SIDE_SELL : TRADECTL_SIDE_BUY,
                       Decimal::from_int(2),
                       Decimal::from_int(100));
        problem_ += process.turn();
        world.pass(100 * kNsPerMillisecond);
        if (ref % 2 == 0) process.cancel_one();
        problem_ += process.turn();
    }
}

Recording FullStack::record(const Scenario& scenario) {
    Recording recording;
    World world(kStart, scenario, {});
    auto under = make_memory_disk();
    FaultyDisk disk(*under);
    disk.start_recording();
    const auto keep = [&](Moment moment) {
        if (moment == Moment::Pause) return;
        recording.boundaries.push_back(
            {moment, disk.step_count(), world.venue.state(), world.clock.now()});
    };
    if (scenario.cuts_making) keep(Moment::Making);
    problem_ += make_state(disk);
    plugins_->exchanges[0].settings = Json::object();
    plugins_->exchanges[0].settings.set("door", world.venue.address());
    auto desk = VenueDesk::open_writer(document_->config, paths_, desk_options(disk, world));
    if (!desk) {
        problem_ += desk.error().message;
        return recording;
    }
    Process process{std::move(*desk)};
    process.trading().shutting_down = false;
    HeldNews held;
    const auto booked =
        book_opening_balances(process.trading(), process.desk->pipeline(), held, [] {});
    if (!booked) problem_ += booked.error().message;
    problem_ += process.turn();
    world.venue.on_boundary = keep;
    keep(Moment::Start);
    trade(process, world, scenario.treatments.size());
    keep(Moment::End);
    world.venue.on_boundary = [](Moment) {};
    recording.steps = disk.steps();
    return recording;
}

WalRecoverOptions FullStack::recover_options(Disk& disk, World& world) const {
    WalRecoverOptions options;
    options.desk = desk_options(disk, world);
    options.mode = RecoverMode::Apply;
    options.recover.wait_ns = 30 * kNsPerSecond;
    return options;
}

std::string FullStack::recover(World& world,
                               const WalRecoverOptions& options,
                               WalRecoverAnswer* answer) {
    plugins_->exchanges[0].settings = Json::object();
    plugins_->exchanges[0].settings.set("door", world.venue.address());
    auto done = wal_recover(document_->config, paths_, options);
    if (!done) return "recovery: " + done.error().message;
    if (answer != nullptr) *answer = std::move(*done);
    return {};
}

std::string FullStack::dry_run(Disk& disk, World& world) {
    const DiskContent before = content_of(disk, paths_.root);
    auto options = recover_options(disk, world);
    options.mode = RecoverMode::DryRun;
    if (auto broken = recover(world, options, nullptr); !broken.empty())
        return "dry run: " + broken;
    const DiskContent after = content_of(disk, paths_.root);
    for (const auto& [path, text] : after) {
        const auto there = before.find(path);
        if (there == before.end() || there->second != text) return "a dry run wrote " + path;
    }
    for (const auto& file : before) {
        if (!after.contains(file.first)) return "a dry run removed " + file.first;
    }
    return {};
}

/// Recovers to the end, recorded, and goes back to one of its steps: image and world are what the
/// next recovery finds then.
std::string FullStack::cut_again(std::unique_ptr<Disk>& image,
                                 std::unique_ptr<World>& world,
                                 const Scenario& scenario,
                                 const Cut& cut) {
    auto under = make_memory_disk();
    FaultyDisk disk(*under);
    disk.start_recording();
    copy_synced(*image, paths_.root, disk);
    const std::size_t first = disk.step_count();
    std::vector<Boundary> boundaries;
    world->venue.on_boundary = [&](Moment moment) {
        Boundary now{moment, disk.step_count(), world->venue.state(), world->clock.now()};
        const bool only_time_passed = !boundaries.empty() && moment == Moment::Pause &&
                                      boundaries.back().moment == Moment::Pause &&
                                      boundaries.back().steps == now.steps;
        if (only_time_passed) boundaries.pop_back();
        boundaries.push_back(std::move(now));
    };
    world->venue.on_boundary(Moment::Pause);
    auto options = recover_options(disk, *world);
    if (cut.cancels) options.open_orders = OpenOrders::Cancel;
    auto broken = recover(*world, options, nullptr);
    world->venue.on_boundary = [](Moment) {};
    if (!broken.empty()) return "the recovery that dies: " + broken;
    const auto steps = disk.steps();
    SeededRandom random(cut.seed + 1);
    // A boundary, and then a step until the next one.
    const std::size_t at = random.below(boundaries.size());
    const std::size_t last = at + 1 < boundaries.size() ? boundaries[at + 1].steps : steps.size();
    const std::size_t count = boundaries[at].steps + random.below(last - boundaries[at].steps + 1);
    tally_.count_second_crash(
        cut, count > first ? &steps[count - 1] : nullptr, boundaries[at].moment);
    image = image_after(steps, count, cut.second_survives, cut.seed + 2);
    world = std::make_unique<World>(boundaries[at].now, scenario, boundaries[at].venue);
    return {};
}

/// What rests is canceled; what then is at the venue need not be in the books yet.
std::string FullStack::recover_and_cancel(Disk& disk, World& world) {
    auto options = recover_options(disk, world);
    options.open_orders = OpenOrders::Cancel;
    WalRecoverAnswer answer;
    if (auto broken = recover(world, options, &answer); !broken.empty()) return broken;
    if (answer.still_open > 0) return {};
    for (const Hearing& hearing : answer.report.operations) {
        if (hearing.verdict.outcome == recovery::Outcome::Open &&
            is_open_at(world.venue.state(), hearing.operation.client_order_id))
            return hearing.operation.client_order_id + " was canceled and is open at the venue";
    }
    return {};
}

std::string FullStack::recover_twice(Disk& disk, World& world) {
    const auto checkpoint = audit_checkpoint(disk, paths_, document_->config.name);
    WalRecoverAnswer answer;
    const auto options = recover_options(disk, world);
    if (auto broken = recover(world, options, &answer); !broken.empty()) return broken;
    for (const Hearing& hearing : answer.report.operations)
        tally_.count_outcome(hearing.verdict.outcome);
    const auto before = check_promises(disk, paths_, world.venue, answer);
    if (!before) return before.error().message;
    // Whatever is still on its way shows up now, or never.
    world.pass(120 * kNsPerSecond);
    if (auto broken = recover(world, options, &answer); !broken.empty()) return "again: " + broken;
    const auto after = check_promises(disk, paths_, world.venue, answer);
    if (!after) return "later: " + after.error().message;
    if (*after != *before) return "a second recovery changed the books";
    return check_audit(disk, paths_, document_->config.name, checkpoint);
}

std::string FullStack::check(const Scenario& scenario, const Recording& recording, const Cut& cut) {
    const Boundary& boundary = recording.boundaries[cut.boundary];
    auto world = std::make_unique<World>(boundary.now, scenario, boundary.venue);
    auto image = image_after(recording.steps, cut.steps, cut.survives, cut.seed);
    tally_.count_state(scenario, recording, cut);
    world->pass(cut.gap_ns);
    if (auto broken = make_state(*image); !broken.empty()) return broken;
    if (cut.dry_run_first) {
        if (auto broken = dry_run(*image, *world); !broken.empty()) return broken;
    }
    if (cut.second_crash) {
        if (auto broken = cut_again(image, world, scenario, cut); !broken.empty()) return broken;
    }
    if (cut.cancels) {
        if (auto broken = recover_and_cancel(*image, *world); !broken.empty()) return broken;
    }
    return recover_twice(*image, *world);
}

}  // namespace tradectl::crash
