#include "host/engine/breaker_board.hpp"

#include "host/base/log.hpp"
#include "host/engine/risk_limits.hpp"

#include <algorithm>

namespace tradectl::engine {

namespace {

HaltKind kind_of(risk::Trip why) {
    return why == risk::Trip::Errors ? HaltKind::Errors : HaltKind::Loss;
}

}  // namespace

Breakers::Breakers(Trading& trading, Scribe& scribe)
    : trading_(trading),
      scribe_(scribe),
      all_{"all", risk::Breaker(breaker_limits_of(trading.config.risk))} {
    for (const auto& runner : trading.runners) {
        strategies_.push_back({"strategy:" + runner->name(),
                               risk::Breaker(breaker_limits_of(runner->config().risk))});
    }
    for (const auto& exchange : trading.config.exchanges) {
        venues_.push_back(
            {"exchange:" + exchange.name, risk::Breaker(breaker_limits_of(trading.config.risk))});
    }
}

template <typename Visit>
bool Breakers::any_of(const StrategyRunner& runner, Visit&& visit) const {
    return visit(strategies_[runner.index()]) || visit(venues_[runner.exchange()]) || visit(all_);
}

Breakers::Scope* Breakers::find(std::string_view name) {
    const auto named = [name](const Scope& scope) { return scope.name == name; };
    if (named(all_)) return &all_;
    for (auto* scopes : {&strategies_, &venues_}) {
        const auto found = std::find_if(scopes->begin(), scopes->end(), named);
        if (found != scopes->end()) return &*found;
    }
    return nullptr;
}

void Breakers::changed() {
    const auto count = [](const std::vector<Scope>& scopes) {
        return std::count_if(scopes.begin(), scopes.end(), [](const Scope& scope) {
            return scope.breaker.tripped();
        });
    };
    tripped_ = static_cast<std::size_t>(count(strategies_) + count(venues_)) +
               (all_.breaker.tripped() ? 1 : 0);
    ++version_;
    set_timer();
}

void Breakers::set_timer() {
    const Timestamp now = trading_.clock.now();
    Timestamp next = Timestamp::none();
    const auto sooner = [&](const Scope& scope) {
        const Timestamp at = scope.breaker.half_open_at();
        if (at > now && (next.is_none() || at < next)) next = at;
    };
    std::for_each(strategies_.begin(), strategies_.end(), sooner);
    std::for_each(venues_.begin(), venues_.end(), sooner);
    sooner(all_);
    trading_.scheduler.set(TimerOwner::Host, 0, kTimerBreaker, next);
}

void Breakers::say(const std::string& line) {
    log(LogLevel::Error, "breaker", line);
    scribe_.note(wal::NoteKind::Breaker, "host", line);
    if (trading_.observer != nullptr) trading_.observer->on_message("breaker: " + line);
}

void Breakers::open(HaltLatch latch) {
    latch_.emplace(std::move(latch));
    const auto lines = latch_->read();
    if (!lines) {
        log(LogLevel::Error, "breaker", "nothing is entered: " + lines.error().message);
        all_.breaker.trip(risk::Trip::Loss, trading_.clock.now());
        return changed();
    }
    for (const Halt& line : *lines) {
        if (line.kind == HaltKind::Reset) {
            close_by_operator(line);
        } else if (Scope* scope = find(line.scope)) {
            const auto why = line.kind == HaltKind::Errors ? risk::Trip::Errors : risk::Trip::Loss;
            scope->breaker.trip(why, line.since);
            log(LogLevel::Warning, "breaker", "still open: " + halt_text(line));
        }
    }
    changed();
}

void Breakers::refresh() {
    if (!latch_ || tripped_ == 0) return;
    const auto lines = latch_->read();
    if (!lines) return;  // what is open stays open
    for (const Halt& line : *lines) {
        if (line.kind == HaltKind::Reset) close_by_operator(line);
    }
}

void Breakers::close_by_operator(const Halt& line) {
    if (Scope* scope = find(line.scope)) {
        scope->breaker.reset();
        if (on_reset) on_reset(line.scope);
        closed(*scope, "reset by " + line.actor + (line.reason.empty() ? "" : ": " + line.reason));
    } else if (auto removed = latch_->remove(line.scope); !removed) {
        log(LogLevel::Error, "breaker", removed.error().message);
    }
}

void Breakers::opened(Scope& scope, std::string_view text) {
    changed();
    say("open: " + scope.name + ": " + std::string(text));
    trading_.alert(config::AlertKind::Breaker, scope.name, scope.name + ": " + std::string(text));
    if (!latch_) return;
    const auto put = latch_->put({.scope = scope.name,
                                  .since = scope.breaker.since(),
                                  .actor = "host",
                                  .reason = std::string(text),
                                  .kind = kind_of(scope.breaker.why())});
    if (!put) log(LogLevel::Error, "breaker", put.error().message);
}

void Breakers::closed(const Scope& scope, std::string_view text) {
    changed();
    say("closed: " + scope.name + ": " + std::string(text));
    if (!latch_) return;
    if (auto removed = latch_->remove(scope.name); !removed) {
        log(LogLevel::Error, "breaker", removed.error().message);
    }
}

bool Breakers::admits(const StrategyRunner& runner) const {
    if (tripped_ == 0) return true;
    const Timestamp now = trading_.clock.now();
    return !any_of(runner, [now](const Scope& scope) { return !scope.breaker.admits(now); });
}

bool Breakers::is_open(const StrategyRunner& runner) const {
    if (tripped_ == 0) return false;
    const Timestamp now = trading_.clock.now();
    return any_of(runner, [now](const Scope& scope) {
        return scope.breaker.state(now) == risk::BreakerState::Open;
    });
}

std::vector<Halt> Breakers::open_scopes() const {
    std::vector<Halt> open;
    const auto add = [&open](const Scope& scope) {
        if (!scope.breaker.tripped()) return;
        open.push_back({.scope = scope.name,
                        .since = scope.breaker.since(),
                        .kind = kind_of(scope.breaker.why())});
    };
    std::for_each(strategies_.begin(), strategies_.end(), add);
    std::for_each(venues_.begin(), venues_.end(), add);
    add(all_);
    return open;
}

void Breakers::take_entry(const StrategyRunner& runner) {
    if (tripped_ == 0) return;
    const Timestamp now = trading_.clock.now();
    strategies_[runner.index()].breaker.take_entry(now);
    venues_[runner.exchange()].breaker.take_entry(now);
    all_.breaker.take_entry(now);
}

void Breakers::on_good(Scope& scope) {
    if (scope.breaker.on_success(trading_.clock.now())) closed(scope, "an order went well");
}

void Breakers::on_failed(Scope& scope, std::string_view why) {
    const bool again = scope.breaker.tripped();
    if (!scope.breaker.on_error(trading_.clock.now())) return;
    opened(scope,
           (again ? "the order that tried failed: "
                  : std::to_string(scope.breaker.errors()) + " failed orders in a row: ") +
               std::string(why));
}

void Breakers::on_good_order(const OrderEntry& entry) {
    on_good(strategies_[entry.runner]);
    on_good(venues_[entry.exchange]);
}

void Breakers::on_failed_order(const OrderEntry& entry, std::string_view why) {
    on_failed(strategies_[entry.runner], why);
    on_failed(venues_[entry.exchange], why);
}

void Breakers::trip(const std::string& scope, risk::Trip why, std::string_view text) {
    Scope* found = find(scope);
    if (found == nullptr || !found->breaker.trip(why, trading_.clock.now())) return;
    opened(*found, text);
}

}  // namespace tradectl::engine
