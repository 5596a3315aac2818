// The part of the session that knows which exchanges reach a venue, and what they bring.
#include "host/base/log.hpp"
#include "host/engine/listings.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/signals.hpp"

#include <algorithm>

namespace tradectl::engine {

namespace {

constexpr std::int64_t kBellNs = 5 * kNsPerMillisecond;

}  // namespace

/// Money is at stake where a strategy trades at an exchange that reaches its venue: in mode live,
/// and there alone.
Status Session::check_reach(const PluginSet& plugins) {
    for (const PluginUse& use : plugins.exchanges)
        trading_.networked.push_back(use.library->manifest().wire.has_value());
    const auto index_of = [&](const std::string& name) {
        const auto found = std::find_if(config_.exchanges.begin(),
                                        config_.exchanges.end(),
                                        [&](const auto& each) { return each.name == name; });
        return static_cast<std::size_t>(found - config_.exchanges.begin());
    };
    const auto reaches = [](bool networked) { return networked; };
    const bool any = std::any_of(trading_.networked.begin(), trading_.networked.end(), reaches);
    if (any && simulated())
        return fail(ErrorCode::Config, "a venue cannot be reached under a simulated clock");
    if (config_.mode == config::Mode::Live && !any) {
        return fail(ErrorCode::Config,
                    "mode: live: no exchange of this config reaches a venue; use mode: paper");
    }
    for (const auto& strategy : config_.strategies) {
        if (config_.mode == config::Mode::Live || !trading_.networked[index_of(strategy.exchange)])
            continue;
        return fail(ErrorCode::Config,
                    "mode: " + std::string(config::to_string(config_.mode)) + ": strategy '" +
                        strategy.name + "' would trade at '" + strategy.exchange +
                        "', which reaches its venue: trade at an exchange of plugin paper, or "
                        "say mode: live and --live");
    }
    for (const auto& exchange : config_.exchanges) {
        if (exchange.mirrors.empty() || trading_.networked[index_of(exchange.mirrors)]) continue;
        return fail(ErrorCode::Config,
                    "exchange '" + exchange.name + "' mirrors '" + exchange.mirrors +
                        "', which reaches no venue");
    }
    for (const auto& data : config_.data) {
        if (data.exchange.empty() || trading_.networked[index_of(data.exchange)]) continue;
        return fail(ErrorCode::Config,
                    "data of instrument '" + data.instrument + "': exchange '" + data.exchange +
                        "' reaches no venue");
    }
    return {};
}

/// An instrument's market comes from what the config names, else from its own venue when that is
/// reached, or from the one that its venue mirrors.
void Session::choose_feeds() {
    trading_.feeds.clear();
    trading_.grow();
    for (const auto& data : config_.data) {
        const auto handle = trading_.table.find(data.instrument);
        if (!handle) continue;
        trading_.feeds[*handle].reset();
        for (std::uint32_t i = 0; i < config_.exchanges.size(); ++i) {
            if (config_.exchanges[i].name == data.exchange && trading_.networked[i])
                trading_.feeds[*handle] = i;
        }
    }
    const bool plays = std::any_of(config_.data.begin(), config_.data.end(), [](const auto& data) {
        return data.exchange.empty();
    });
    const bool reached = std::find(trading_.networked.begin(), trading_.networked.end(), true) !=
                         trading_.networked.end();
    venues_feed_ = !plays && reached;
}

Status Session::open_links(const PluginSet& plugins) {
    if (simulated()) return {};
    auto links = VenueLinks::open(
        config_, plugins, {.clock = system_clock_, .disk = *disk_, .paths = paths_, .bell = [this] {
                               bell_.ring();
                           }});
    if (!links) return fail(links.error());
    links_ = std::move(*links);
    links_->watch_keys();
    if (!links_->reports().empty()) SignalGuard::listen_for_reload();
    for (const auto& report : links_->reports()) {
        if (!report.warning.empty()) log(LogLevel::Warning, "keys", report.warning);
    }
    return {};
}

/// Exchanges keys that were replaced where they are kept, and puts on record what was used.
void Session::look_at_keys() {
    if (!links_) return;
    for (const auto& use : links_->take_uses()) {
        pipeline_->scribe().note(wal::NoteKind::KeyUse,
                                 "host",
                                 "key '" + use.key + "' (" + use.fingerprint + "): " + use.purpose);
    }
    if (SignalGuard::take_reload()) links_->reload();
    for (const auto& report : links_->take_reports()) {
        const std::string text =
            "key '" + report.name + "' from " + report.source + ": " +
            (report.error ? report.error->message
                          : report.fingerprint_before + " replaced by " + report.fingerprint);
        log(report.error ? LogLevel::Error : LogLevel::Warning, "keys", text);
        pipeline_->scribe().note(wal::NoteKind::Config, "host", text);
    }
}

/// Before the session turns: time passes for the exchanges alone.
void Session::wait_for_venues() {
    if (simulated()) return;
    bell_.wait(kBellNs);
    // All of them: one that is slow to answer must not cost another its session.
    for (auto& runtime : trading_.exchanges)
        runtime->hear_wire();
    hear_wakes();
    while (const auto timer =
               trading_.scheduler.take_due(trading_.clock.now(), TimerOwner::Exchange)) {
        on_timer(*timer);
    }
}

/// A signal that comes before anything is traded: what is asked is not waited for, and what was
/// not heard is not judged.
Status Session::check_wanted() const {
    if (simulated() || SignalGuard::received() == 0) return {};
    return fail(ErrorCode::Unavailable, "ended by a signal while it was starting");
}

/// Market data that exchanges bring: from the start, for every instrument that a strategy may
/// trade.
void Session::follow_markets() {
    for (std::uint32_t index = 0; index < trading_.exchanges.size(); ++index) {
        std::vector<tradectl_subscription> items;
        for (std::uint32_t handle = 0; handle < trading_.feeds.size(); ++handle) {
            const bool wanted = std::any_of(
                trading_.runners.begin(), trading_.runners.end(), [&](const auto& runner) {
                    return runner->may_trade(handle);
                });
            if (trading_.feeds[handle] != index || !wanted) continue;
            items.push_back(market_of(trading_, handle, index));
        }
        if (!items.empty()) pipeline_->follow(index, items);
    }
}

}  // namespace tradectl::engine
