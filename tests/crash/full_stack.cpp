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

std::string to_text(const Scenario& scenario) {
    std::string text = "skew " + std::to_string(scenario.skew_ns / kNsPerSecond) + " s:";
    for (const Treatment treatment : scenario.treatments)
        text += std::string(" ") + to_text(treatment);
    return text;
}

std::string to_text(const Cut& cut) {
    return "steps " + std::to_string(cut.steps) + ", boundary " + std::to_string(cut.boundary) +
           ", survives " + std::to_string(static_cast<int>(cut.survives)) + ", seed " +
           std::to_string(cut.seed) + ", second crash " + std::to_string(cut.second_crash);
}

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

DeskOptions FullStack::desk_options(Disk& disk, ManualClock& clock, VenueModel& venue) const {
    DeskOptions options;
    options.disk = &disk;
    options.clock = &clock;
    options.plugins = &*plugins_;
    options.pause = [&clock, &venue] {
        clock.advance_to(clock.now().plus_ns(kTickNs));
        venue.pass_time();
    };
    return options;
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

Recording FullStack::record(const Scenario& scenario) {
    Recording recording;
    ManualClock clock(kStart);
    VenueModel venue(clock, scenario.skew_ns, scenario.treatments);
    auto under = make_memory_disk();
    FaultyDisk disk(*under);
    disk.start_recording();
    plugins_->exchanges[0].settings = Json::object();
    plugins_->exchanges[0].settings.set("door", venue.address());
    {
        auto lock = WriterLock::take(disk, paths_, document_->config.name, 0);
        SeededRandom random(7);
        if (!lock || !wal::open_identity(disk, paths_.root, random)) problem_ = "no state";
    }
    auto desk = VenueDesk::open_writer(document_->config, paths_, desk_options(disk, clock, venue));
    if (!desk) {
        problem_ = desk.error().message;
        return recording;
    }
    Process process{std::move(*desk)};
    process.trading().shutting_down = false;
    HeldNews held;
    const auto booked =
        book_opening_balances(process.trading(), process.desk->pipeline(), held, [] {});
    if (!booked) problem_ = booked.error().message;
    problem_ += process.turn();
    recording.first_cut = disk.steps().size();
    venue.on_boundary = [&] {
        recording.boundaries.push_back({disk.steps().size(), venue.state(), clock.now()});
    };
    venue.on_boundary();
    for (std::uint64_t ref = 1; ref <= scenario.treatments.size(); ++ref) {
        process.see_price();
        process.submit(ref,
                       ref % 3 == 0 ? TRADECTL_SIDE_SELL : TRADECTL_SIDE_BUY,
                       Decimal::from_int(2),
                       Decimal::from_int(100));
        problem_ += process.turn();
        clock.advance_to(clock.now().plus_ns(100 * kNsPerMillisecond));
        venue.pass_time();
        if (ref % 2 == 0) process.cancel_one();
        problem_ += process.turn();
    }
    venue.on_boundary();
    venue.on_boundary = [] {};
    recording.steps = disk.steps();
    return recording;
}

std::vector<Cut> FullStack::cuts_of(const Recording& recording, std::uint64_t seed) {
    std::vector<Cut> cuts;
    SeededRandom random(seed);
    const auto& boundaries = recording.boundaries;
    for (std::size_t at = 0; at < boundaries.size(); ++at) {
        const std::size_t last =
            at + 1 < boundaries.size() ? boundaries[at + 1].steps : recording.steps.size();
        for (std::size_t steps = boundaries[at].steps; steps <= last; ++steps) {
            for (const auto survives :
                 {Cut::Survives::Nothing, Cut::Survives::Everything, Cut::Survives::Some}) {
                const std::uint64_t die = random.next();
                cuts.push_back({.steps = steps,
                                .boundary = at,
                                .survives = survives,
                                .seed = random.next(),
                                .second_crash = die % 3 == 0 ? 1 + die / 3 % 120 : 0,
                                .dry_run_first = die % 16 == 0});
            }
        }
    }
    return cuts;
}

std::string FullStack::recover(
    Disk& disk, ManualClock& clock, VenueModel& venue, RecoverMode mode, WalRecoverAnswer* answer) {
    plugins_->exchanges[0].settings = Json::object();
    plugins_->exchanges[0].settings.set("door", venue.address());
    WalRecoverOptions options;
    options.desk = desk_options(disk, clock, venue);
    options.mode = mode;
    options.recover.wait_ns = 30 * kNsPerSecond;
    auto done = wal_recover(document_->config, paths_, options);
    if (!done) return "recovery: " + done.error().message;
    if (answer != nullptr) *answer = std::move(*done);
    return {};
}

std::string FullStack::check(const Scenario& scenario, const Recording& recording, const Cut& cut) {
    const Boundary& boundary = recording.boundaries[cut.boundary];
    ManualClock clock(boundary.now);
    VenueModel venue(clock, scenario.skew_ns, scenario.treatments);
    venue.state() = boundary.venue;
    SeededRandom random(cut.seed);
    auto image = crash_image(recording.steps, cut.steps, [&](const PendingChange&) {
        return cut.survives == Cut::Survives::Everything ||
               (cut.survives == Cut::Survives::Some && random.next() % 2 == 0);
    });
    if (cut.dry_run_first) {
        const DiskContent before = content_of(*image, paths_.root);
        const std::string tried = recover(*image, clock, venue, RecoverMode::DryRun, nullptr);
        if (!tried.empty()) return "dry run: " + tried;
        if (content_of(*image, paths_.root) != before) return "a dry run wrote";
    }
    if (cut.second_crash != 0) {
        FaultyDisk dying(*image);
        dying.add_fault({.skip = cut.second_crash});
        static_cast<void>(recover(dying, clock, venue, RecoverMode::Apply, nullptr));
    }
    WalRecoverAnswer answer;
    const std::string recovered = recover(*image, clock, venue, RecoverMode::Apply, &answer);
    if (!recovered.empty()) return recovered;
    for (const Hearing& hearing : answer.report.operations)
        ++outcomes_[static_cast<std::size_t>(hearing.verdict.outcome)];
    if (auto broken = check_promises(*image, paths_, venue, answer); !broken.empty()) return broken;
    // Whatever is still on its way shows up now, or never.
    clock.advance_to(clock.now().plus_ns(120 * kNsPerSecond));
    venue.pass_time();
    const auto before = books_of(*image, paths_);
    const std::string again = recover(*image, clock, venue, RecoverMode::Apply, &answer);
    if (!again.empty()) return "again: " + again;
    if (books_of(*image, paths_) != before) return "a second recovery changed the books";
    auto broken = check_promises(*image, paths_, venue, answer);
    return broken.empty() ? broken : "later: " + broken;
}

}  // namespace tradectl::crash
