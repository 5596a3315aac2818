#include "host/doctor/venue_checks.hpp"

#include "host/base/overlay_disk.hpp"
#include "host/doctor/account_checks.hpp"
#include "host/doctor/endpoint_checks.hpp"
#include "host/engine/desk_exchange.hpp"
#include "host/engine/extension.hpp"
#include "host/engine/listings.hpp"
#include "host/engine/venue_links.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <utility>

namespace tradectl::doctor {
namespace {

constexpr std::int64_t kOffsetNsWarn = kNsPerSecond;
constexpr std::int64_t kOffsetNsFail = 30 * kNsPerSecond;

std::string whole_ms(std::int64_t ns) {
    return std::to_string(ns / kNsPerMillisecond) + " ms";
}

/// Keeps what an exchange says of its account.
class AccountSink final : public exchange::ExchangeSink {
  public:
    void on_completion(std::uint32_t, exchange::Completion&&) override {}
    void on_exchange_event(std::uint32_t, const tradectl_event& event) override {
        if (auto told = engine::told_json(event, engine::kAccountExtension))
            account_ = std::move(told);
    }
    [[nodiscard]] const std::optional<Json>& account() const { return account_; }
    void forget() { account_.reset(); }

  private:
    std::optional<Json> account_;
};

/// One exchange at a time: made, connected, asked for its time, ended.
class VenueDoctor {
  public:
    VenueDoctor(const config::Config& config,
                const engine::Doorbell& bell,
                const engine::StatePaths& paths,
                Disk& disk,
                const std::vector<keys::KeyReport>& keys,
                std::int64_t timeout_ns)
        : config_(config),
          bell_(bell),
          paths_(paths),
          disk_(disk),
          overlay_(make_overlay_disk(disk)),
          keys_(keys),
          timeout_ns_(timeout_ns),
          trading_(config, clock_) {}

    Status open(const engine::PluginSet& plugins);
    void examine(std::uint32_t index, const engine::PluginUse& plugin, Checks& checks);

  private:
    Status reach(std::uint32_t index, const engine::PluginUse& plugin, std::vector<Check>& checks);
    Check ask_time(engine::DeskExchange& desk, exchange::ExchangeRuntime& runtime);
    Check ask_allowances(engine::DeskExchange& desk, exchange::ExchangeRuntime& runtime);

    const config::Config& config_;
    const engine::Doorbell& bell_;
    const engine::StatePaths& paths_;
    Disk& disk_;
    std::unique_ptr<Disk> overlay_;  // what a venue gives is not ours to keep here
    const std::vector<keys::KeyReport>& keys_;
    std::unique_ptr<engine::VenueLinks> links_;
    std::int64_t timeout_ns_;
    SystemClock clock_;
    engine::Trading trading_;
    AccountSink sink_;
};

Status VenueDoctor::open(const engine::PluginSet& plugins) {
    if (auto filled = engine::fill_table(config_, trading_.table); !filled) return filled;
    if (!paths_.root.empty()) {
        if (auto known = engine::know_instruments(disk_, paths_, trading_); !known) return known;
    }
    auto links = engine::VenueLinks::open(
        config_, plugins, {.clock = clock_, .disk = *overlay_, .paths = paths_, .bell = [this] {
                               bell_.ring();
                           }});
    if (!links) return fail(links.error());
    links_ = std::move(*links);
    return {};
}

Check VenueDoctor::ask_time(engine::DeskExchange& desk, exchange::ExchangeRuntime& runtime) {
    const Timestamp asked = clock_.now();
    const auto answer = desk.wait_for(runtime, runtime.server_time(), sink_, timeout_ns_);
    const Timestamp answered = clock_.now();
    Check check{.name = "clock:" + runtime.name(), .verdict = Verdict::Unknown, .text = ""};
    if (!answer) {
        check.text = answer.error().message;
    } else if (answer->status == TRADECTL_UNSUPPORTED) {
        check.verdict = Verdict::Skip;
        check.text = "the venue tells no time";
    } else if (answer->status != TRADECTL_OK || answer->as_of == TRADECTL_TIME_NONE) {
        check.text = "the venue does not say what time it is: " + answer->text;
    } else {
        return judge_clock(runtime.name(), asked, answered, Timestamp{answer->as_of});
    }
    return check;
}

/// Its balances bring what the venue says of allowances.
Check VenueDoctor::ask_allowances(engine::DeskExchange& desk, exchange::ExchangeRuntime& runtime) {
    tradectl_scope scope{};
    scope.struct_size = sizeof(scope);
    scope.account = TRADECTL_HANDLE_NONE;
    scope.instrument = TRADECTL_HANDLE_NONE;
    scope.since = TRADECTL_TIME_NONE;
    // An answer that fails later may have told them already.
    static_cast<void>(desk.wait_for(runtime, runtime.balances(scope), sink_, timeout_ns_));
    return judge_allowances(runtime.name(), *sink_.account(), clock_.now());
}

Status VenueDoctor::reach(std::uint32_t index,
                          const engine::PluginUse& plugin,
                          std::vector<Check>& checks) {
    const std::string& name = config_.exchanges[index].name;
    auto store = paths_.root.empty()
                     ? exchange::KvStore::in_memory()
                     : exchange::KvStore::open_copy(disk_, paths_.plugin_kv(name), clock_.now());
    if (!store) return fail(store.error());
    engine::DeskExchange desk(trading_, bell_, index);
    auto runtime = desk.make(plugin, std::move(*store), links_->wire(index));
    if (!runtime) return fail(runtime.error());
    const Timestamp asked = clock_.now();
    if (auto connected = desk.connect(**runtime, sink_, timeout_ns_); !connected) return connected;
    const std::int64_t took_ns = clock_.now().minus(asked);
    Check check{.name = "venue:" + name,
                .verdict = Verdict::Ok,
                .text = "connected in " + whole_ms(took_ns)};
    check.data.set("connect_ns", took_ns);
    Check time = ask_time(desk, **runtime);
    if (time.verdict == Verdict::Unknown) {
        check.verdict = Verdict::Unknown;
        check.text += ", but does not answer: " + time.text;
    }
    checks.push_back(std::move(check));
    checks.push_back(std::move(time));
    if (sink_.account()) checks.push_back(ask_allowances(desk, **runtime));
    return {};
}

void VenueDoctor::examine(std::uint32_t index, const engine::PluginUse& plugin, Checks& checks) {
    const config::ExchangeConfig& exchange = config_.exchanges[index];
    if (plugin.library != nullptr && plugin.library->manifest().wire) {
        const auto& hosts = exchange.network.hosts;
        const auto& usual = plugin.library->manifest().wire->hosts;
        Checks ends = check_endpoints({.exchange = exchange.name,
                                       .hosts = hosts.empty() ? usual : hosts,
                                       .network = exchange.network,
                                       .timeout_ns = timeout_ns_},
                                      plugin.settings);
        std::move(ends.begin(), ends.end(), std::back_inserter(checks));
    }
    const std::string& name = exchange.name;
    sink_.forget();
    const auto reached = reach(index, plugin, checks);
    if (sink_.account()) checks.push_back(judge_address(name, *sink_.account(), keys_));
    if (reached) return;
    const bool is_down = reached.error().code == ErrorCode::Unavailable;
    checks.push_back({.name = "venue:" + name,
                      .verdict = is_down ? Verdict::Unknown : Verdict::Fail,
                      .text = reached.error().message});
    checks.push_back({.name = "clock:" + name,
                      .verdict = Verdict::Skip,
                      .text = "the venue could not be asked"});
}

}  // namespace

Check judge_clock(const std::string& exchange,
                  Timestamp asked,
                  Timestamp answered,
                  Timestamp theirs) {
    const std::int64_t half_ns = answered.minus(asked) / 2;
    const std::int64_t offset_ns = theirs.minus(asked.plus_ns(half_ns));
    const std::int64_t certain_ns = std::max<std::int64_t>(std::llabs(offset_ns) - half_ns, 0);
    Check check{.name = "clock:" + exchange, .verdict = Verdict::Ok, .text = ""};
    if (certain_ns > kOffsetNsWarn) check.verdict = Verdict::Warn;
    if (certain_ns > kOffsetNsFail) check.verdict = Verdict::Fail;
    check.text = "the venue's clock is " + whole_ms(std::llabs(offset_ns)) +
                 (offset_ns < 0 ? " behind" : " ahead of") + " ours, give or take " +
                 whole_ms(half_ns);
    if (check.verdict != Verdict::Ok)
        check.text += "; want below " +
                      whole_ms(check.verdict == Verdict::Fail ? kOffsetNsFail : kOffsetNsWarn);
    check.data.set("offset_ns", offset_ns);
    check.data.set("uncertainty_ns", half_ns);
    return check;
}

Checks check_venues(Disk& disk,
                    const config::Config& config,
                    const engine::StatePaths& paths,
                    const std::vector<std::string>& plugin_files,
                    const std::vector<keys::KeyReport>& keys,
                    std::int64_t timeout_ns) {
    const auto broken = [](const Error& error) {
        return Check{.name = "venues", .verdict = Verdict::Fail, .text = error.message};
    };
    config::Config venues_only = config;
    venues_only.strategies.clear();
    plugin::Loader loader;
    const auto plugins = engine::load_plugins(venues_only, plugin_files, loader);
    if (!plugins) return {broken(plugins.error())};
    auto bell = engine::Doorbell::make();
    if (!bell) return {broken(bell.error())};
    VenueDoctor doctor(venues_only, *bell, paths, disk, keys, timeout_ns);
    if (auto opened = doctor.open(*plugins); !opened) return {broken(opened.error())};
    Checks checks;
    for (std::uint32_t i = 0; i < config.exchanges.size(); ++i)
        doctor.examine(i, plugins->exchanges[i], checks);
    return checks;
}

}  // namespace tradectl::doctor
