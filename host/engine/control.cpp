#include "host/engine/control.hpp"

#include "host/base/log.hpp"
#include "host/engine/operator_halt.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

/// Requests of one turn: whoever floods the socket must not starve the market.
constexpr int kCallsPerTurn = 8;
constexpr std::int64_t kDeedNs = 30 * kNsPerSecond;
constexpr std::int64_t kDeedNsMax = kNsPerHour;
constexpr std::int64_t kDeniedNs = kNsPerMinute;
constexpr std::int64_t kLastAnswersNs = kNsPerSecond;

Halt halt_by(const ops::ControlCall& call, Timestamp now) {
    return {.scope = call.text("scope", "all"),
            .since = now,
            .actor = call.user(),
            .reason = call.text("reason")};
}

}  // namespace

Control::Control(ControlParts parts) : parts_(std::move(parts)) {
    add("status", [this](ops::ControlCall&& call) {
        call.answer(status_json(parts_.trading, parts_.pipeline, parts_.projector, parts_.facts()));
    });
    add("halt", [this](ops::ControlCall&& call) { halt(std::move(call)); });
    add("resume", [this](ops::ControlCall&& call) { resume(std::move(call)); });
    add("reset-breaker", [this](ops::ControlCall&& call) { reset_breaker(std::move(call)); });
    add("cancel-all",
        [this](ops::ControlCall&& call) { begin(ControlDeed::Kind::CancelAll, std::move(call)); });
    add("flatten",
        [this](ops::ControlCall&& call) { begin(ControlDeed::Kind::Flatten, std::move(call)); });
}

Expected<std::unique_ptr<Control>> Control::open(ControlParts parts, std::function<void()> ring) {
    std::unique_ptr<Control> control(new Control(std::move(parts)));
    auto server = ops::ControlServer::open(control->parts_.paths.control(), std::move(ring));
    if (!server) return fail(server.error());
    control->server_ = std::move(*server);
    return control;
}

void Control::add(const std::string& command, Handler handler) {
    handlers_.insert_or_assign(command, std::move(handler));
}

/// On record once a minute at most: whoever tries again and again must not fill the log.
void Control::note_denied() {
    if (!server_->has_denied()) return;
    const std::int64_t now = parts_.trading.clock.monotonic_ns();
    if (now < next_denied_ns_) return;
    const auto denied = server_->take_denied();
    if (denied.who.empty()) return;
    next_denied_ns_ = now + kDeniedNs;
    std::string text = "control socket: ";
    for (const std::string& who : denied.who)
        text += (text.ends_with(' ') ? "" : "; ") + who;
    if (denied.more != 0) text += "; and " + std::to_string(denied.more) + " more";
    parts_.pipeline.scribe().note(wal::NoteKind::AccessDenied, "host", text);
}

void Control::hear() {
    note_denied();
    for (int heard = 0; heard < kCallsPerTurn && waiting(); ++heard) {
        auto call = server_->take();
        if (!call) break;
        const auto handler = handlers_.find(call->command());
        if (handler == handlers_.end()) {
            call->refuse({ErrorCode::Unsupported, "control: no command '" + call->command() + "'"});
        } else {
            handler->second(std::move(*call));
        }
    }
    std::erase_if(deeds_, [](ControlDeed& deed) { return deed.pursue(); });
}

void Control::stop() {
    next_denied_ns_ = 0;
    if (server_) note_denied();
    for (ControlDeed& deed : deeds_)
        deed.give_up();
    deeds_.clear();
    if (server_) server_->stop(kLastAnswersNs);
    server_.reset();
}

void Control::note(const ops::ControlCall& call, const std::string& what) {
    const std::string text = what + " by " + call.who() + ", control socket" +
                             (call.text("reason").empty() ? "" : ": " + call.text("reason"));
    log(LogLevel::Warning, "control", text);
    parts_.pipeline.scribe().note(wal::NoteKind::OperatorAction, "host", text);
}

Json Control::halts_json(bool changed) const {
    Json data = Json::object();
    data.set("changed", changed);
    Json& halts = data.set("halts", Json::array());
    for (const Halt& halt : parts_.trading.halts.list())
        halts.push(to_json(halt));
    Json& breakers = data.set("breakers", Json::array());
    for (const Halt& breaker : parts_.pipeline.breakers().open_scopes())
        breakers.push(to_json(breaker));
    return data;
}

void Control::halt(ops::ControlCall&& call) {
    Halt halt = halt_by(call, parts_.trading.clock.now());
    const std::string kind = call.text("state", to_string(HaltKind::Halted));
    const auto known = parse_halt_kind(kind);
    if (known != HaltKind::Halted && known != HaltKind::ReduceOnly) {
        return call.refuse({ErrorCode::InvalidArgument,
                            "control: state '" + kind + "': want halted or reduce-only"});
    }
    halt.kind = *known;
    if (auto valid = check_scope_in(parts_.trading.config, halt.scope); !valid) {
        return call.refuse(valid.error());
    }
    const auto version = parts_.trading.halts.version();
    const auto latched = parts_.trading.halts.add(halt);
    note(call, std::string(to_string(halt.kind)) + " " + halt.scope);
    parts_.note_halts();
    if (!latched) return call.refuse(latched.error());
    call.answer(halts_json(parts_.trading.halts.version() != version));
}

void Control::resume(ops::ControlCall&& call) {
    const Halt halt = halt_by(call, parts_.trading.clock.now());
    if (auto valid = check_halt_scope(halt.scope); !valid) return call.refuse(valid.error());
    const auto removed = parts_.trading.halts.remove(halt.scope);
    note(call, "resume " + halt.scope);
    parts_.note_halts();
    if (!removed) return call.refuse(removed.error());
    call.answer(halts_json(*removed));
}

void Control::reset_breaker(ops::ControlCall&& call) {
    const Halt line = halt_by(call, parts_.trading.clock.now());
    if (auto valid = check_halt_scope(line.scope); !valid) return call.refuse(valid.error());
    const auto changed = put_breaker_reset(HaltLatch(parts_.disk, parts_.paths.breaker()), line);
    if (!changed) return call.refuse(changed.error());
    note(call, "breaker reset " + line.scope);
    parts_.pipeline.look_at_states();
    call.answer(halts_json(*changed));
}

void Control::begin(ControlDeed::Kind kind, ops::ControlCall&& call) {
    const auto& config = parts_.trading.config;
    const std::string scope = call.text("scope", "all");
    if (auto valid = check_deed_scope(config, scope); !valid) return call.refuse(valid.error());
    if (call.text("confirm") != config.name) {
        return call.refuse(
            {ErrorCode::InvalidArgument, "control: confirm is not '" + config.name + "'"});
    }
    const Json* asked = call.body().find("timeout_ms");
    const auto timeout_ms = asked == nullptr ? std::nullopt : asked->as_integer();
    const std::int64_t wait_ns =
        std::clamp<std::int64_t>(
            timeout_ms.value_or(kDeedNs / kNsPerMillisecond), 0, kDeedNsMax / kNsPerMillisecond) *
        kNsPerMillisecond;
    note(call, call.command() + " " + scope);
    if (kind == ControlDeed::Kind::Flatten) {
        // What is closed must not be opened again meanwhile.
        Halt halt = halt_by(call, parts_.trading.clock.now());
        halt.scope = scope;
        halt.reason = halt.reason.empty() ? "flatten" : "flatten: " + halt.reason;
        const auto latched = parts_.trading.halts.add(halt);
        parts_.note_halts();
        if (!latched) return call.refuse(latched.error());
    }
    deeds_.emplace_back(
        ControlDeed::Order{.kind = kind,
                           .scope = scope,
                           .deadline_ns = parts_.trading.clock.monotonic_ns() + wait_ns},
        std::move(call),
        parts_.trading,
        parts_.pipeline);
}

}  // namespace tradectl::engine
