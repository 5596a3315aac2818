#include "host/engine/halts.hpp"

#include "host/base/log.hpp"

#include <algorithm>

namespace tradectl::engine {

namespace {

std::vector<Halt> missing_in(const std::vector<Halt>& there, const std::vector<Halt>& wanted) {
    std::vector<Halt> out;
    for (const Halt& halt : wanted) {
        const bool found = std::any_of(there.begin(), there.end(), [&](const Halt& other) {
            return other.scope == halt.scope && other.kind == halt.kind;
        });
        if (!found) out.push_back(halt);
    }
    return out;
}

void append(std::vector<Halt>& to, std::vector<Halt> from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

std::string halt_text(const Halt& halt) {
    return halt.scope + (halt.kind == HaltKind::ReduceOnly ? " (reduce-only)" : "") + " by " +
           halt.actor + (halt.reason.empty() ? "" : ": " + halt.reason);
}

Json to_json(const Halt& halt) {
    Json out = Json::object();
    out.set("scope", halt.scope);
    out.set("since", Json::text_of(halt.since));
    out.set("actor", halt.actor);
    out.set("reason", halt.reason);
    out.set("state", to_string(halt.kind));
    return out;
}

std::optional<Halt> halt_of(const Json& json) {
    const auto since = Timestamp::parse(json.find_text("since").value_or(""));
    const auto kind = parse_halt_kind(json.find_text("state").value_or(""));
    if (!json.find_text("scope") || !since || !kind) return std::nullopt;
    return Halt{.scope = std::string(*json.find_text("scope")),
                .since = *since,
                .actor = std::string(json.find_text("actor").value_or("")),
                .reason = std::string(json.find_text("reason").value_or("")),
                .kind = *kind};
}

std::vector<KillFile> kill_files_of(const config::Config& config) {
    std::vector<KillFile> files;
    for (const config::StrategyConfig& strategy : config.strategies) {
        if (!strategy.kill_file.empty())
            files.push_back({strategy.kill_file, "strategy:" + strategy.name});
    }
    return files;
}

void Halts::replace(std::vector<Halt> halts) {
    append(halts, missing_in(halts, unlatched_));
    if (!missing_in(halts_, halts).empty() || !missing_in(halts, halts_).empty()) ++version_;
    if (loaded_) {
        append(changes_.added, missing_in(halts_, halts));
        append(changes_.removed, missing_in(halts, halts_));
    }
    loaded_ = true;
    halts_ = std::move(halts);
}

void Halts::obey(Disk& disk, std::vector<KillFile> files, std::function<Timestamp()> now) {
    disk_ = &disk;
    kill_files_ = std::move(files);
    now_ = std::move(now);
}

void Halts::refresh() {
    if (!latch_) return;
    if (others_ == LatchOthers::MayChange || !loaded_) read();
    look_for_kill_files();
}

void Halts::look_for_kill_files() {
    for (const KillFile& file : kill_files_) {
        const auto there = disk_->exists(file.path);
        if (there && !*there) continue;
        const bool known = std::any_of(halts_.begin(), halts_.end(), [&](const Halt& halt) {
            return halt.scope == file.scope && halt.kind == HaltKind::Halted;
        });
        if (known) continue;
        const std::string reason = there ? file.path + " is there" : there.error().message;
        const Halt halt{
            .scope = file.scope, .since = now_(), .actor = "kill_file", .reason = reason};
        if (auto added = add(halt); !added)
            log(LogLevel::Error, "halt", file.scope + ": not latched: " + added.error().message);
    }
}

void Halts::read() {
    auto halts = latch_->read();
    if (halts) {
        replace(std::move(*halts));
        if (unreadable_) ++version_;
        unreadable_ = false;
        return;
    }
    if (!unreadable_) {
        ++version_;
        log(LogLevel::Error, "halt", "everything is halted: " + halts.error().message);
    }
    unreadable_ = true;
}

Status Halts::add(const Halt& halt) {
    Expected<bool> added = false;
    if (latch_) added = latch_->add(halt);
    if (latch_ && added) {
        read();
        return {};
    }
    append(unlatched_, missing_in(unlatched_, {halt}));
    replace(halts_);
    return added ? Status() : fail(added.error());
}

Expected<bool> Halts::remove(const std::string& scope) {
    const auto kept = unlatched_.size();
    std::erase_if(unlatched_, [&](const Halt& halt) { return halt.scope == scope; });
    bool removed = unlatched_.size() != kept;
    if (latch_) {
        const auto off = latch_->remove(scope);
        if (!off) return off;
        removed = removed || *off;
        refresh();
    } else {
        std::erase_if(halts_, [&](const Halt& halt) { return halt.scope == scope; });
        replace(halts_);
    }
    return removed;
}

risk::TradingState Halts::state(std::string_view strategy,
                                std::string_view exchange,
                                std::string_view instrument) const {
    if (unreadable_) return risk::TradingState::Halted;
    const auto covers = [](std::string_view scope, std::string_view kind, std::string_view name) {
        return scope.starts_with(kind) && scope.substr(kind.size()) == name;
    };
    auto state = risk::TradingState::Active;
    for (const Halt& halt : halts_) {
        if (halt.scope == "all" || covers(halt.scope, "strategy:", strategy) ||
            covers(halt.scope, "exchange:", exchange) ||
            covers(halt.scope, "instrument:", instrument)) {
            if (halt.kind == HaltKind::Halted) return risk::TradingState::Halted;
            state = risk::TradingState::ReduceOnly;
        }
    }
    return state;
}

}  // namespace tradectl::engine
