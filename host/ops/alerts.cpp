#include "host/ops/alerts.hpp"

#include "host/base/json.hpp"
#include "host/base/log.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <unistd.h>

namespace tradectl::ops {

namespace {

constexpr std::int64_t kNever = INT64_MAX;
constexpr std::int64_t kRetryFactor = 4;

std::int64_t monotonic_ns() {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::chrono::steady_clock::time_point time_point(std::int64_t ns) {
    return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(ns));
}

std::string machine_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

Alerts::Alerts(AlertOptions options, std::vector<AlertChannel> channels)
    : options_(std::move(options)) {
    for (AlertChannel& channel : channels) {
        outlets_.push_back(std::make_unique<Outlet>());
        outlets_.back()->channel = std::move(channel);
    }
    for (auto& outlet : outlets_)
        outlet->thread = std::thread([this, &outlet = *outlet] { run(outlet); });
}

Alerts::~Alerts() {
    finish(0);
}

void Alerts::post(Alert alert) {
    const std::string word(config::to_string(alert.kind));
    log(LogLevel::Error, "alert", word + ": " + alert.text, {{"subject", alert.subject}});
    const std::lock_guard lock(mutex_);
    const auto mode = options_.modes.find(alert.kind);
    if (mode != options_.modes.end() && mode->second == config::AlertMode::Off) return;
    const std::int64_t now = monotonic_ns();
    Window& window = windows_[{alert.kind, alert.subject}];
    if (!finishing_ && now < window.until_ns) {
        window.latest = std::move(alert);
        ++window.held;
    } else {
        window.until_ns = now + options_.min_interval_ns;
        queue(alert, 0);
    }
    changed_.notify_all();
}

/// Of those whose interval is over.
void Alerts::release_held(std::int64_t now) {
    for (auto& [key, window] : windows_) {
        if (window.held == 0 || (!finishing_ && now < window.until_ns)) continue;
        queue(window.latest, window.held - 1);
        window.until_ns = now + options_.min_interval_ns;
        window.held = 0;
    }
}

void Alerts::queue(const Alert& alert, std::size_t suppressed) {
    const std::string body = body_of(alert, suppressed);
    bool lost = false;
    for (auto& outlet : outlets_) {
        if (outlet->waiting.size() >= kWaitingMax) {
            log(LogLevel::Error, "alert", outlet->channel.name + ": too many wait, one is lost");
            lost = true;
        } else {
            outlet->waiting.push_back({.body = body});
        }
    }
    lost_ = lost ? lost_ + 1 : 0;  // told by the message that was just queued
    changed_.notify_all();
}

std::string Alerts::body_of(const Alert& alert, std::size_t suppressed) const {
    const auto mode = options_.modes.find(alert.kind);
    const bool silent = mode != options_.modes.end() && mode->second == config::AlertMode::Silent;
    const std::string word(config::to_string(alert.kind));
    Json body = Json::object();
    body.set("schema", "tradectl.alert/1");
    body.set("text", "tradectl " + options_.name + ": " + word + ": " + alert.text);
    body.set("name", options_.name);
    body.set("mode", options_.mode);
    body.set("host", machine_name());
    body.set("event", word);
    body.set("silent", silent);
    body.set("subject", alert.subject);
    body.set("detail", alert.text);
    body.set("time", Json::text_of(alert.time));
    body.set("suppressed", suppressed);
    body.set("lost", lost_);
    return body.dump();
}

std::int64_t Alerts::next_due(const Outlet& outlet) const {
    std::int64_t due = kNever;
    for (const Message& message : outlet.waiting)
        due = std::min(due, message.due_ns);
    for (const auto& [key, window] : windows_) {
        if (window.held != 0) due = std::min(due, window.until_ns);
    }
    return due;
}

bool Alerts::all_sent() const {
    return std::all_of(outlets_.begin(), outlets_.end(), [](const auto& outlet) {
        return outlet->waiting.empty() && !outlet->sending;
    });
}

void Alerts::run(Outlet& outlet) {
    std::unique_lock lock(mutex_);
    while (!given_up_) {
        const std::int64_t now = monotonic_ns();
        release_held(now);
        const auto due = std::find_if(outlet.waiting.begin(),
                                      outlet.waiting.end(),
                                      [now](const Message& m) { return m.due_ns <= now; });
        if (due != outlet.waiting.end()) {
            Message message = std::move(*due);
            outlet.waiting.erase(due);
            send(outlet, std::move(message), lock);
            continue;
        }
        if (finishing_ && outlet.waiting.empty()) break;
        const std::int64_t next = next_due(outlet);
        if (next == kNever) {
            changed_.wait(lock);
        } else {
            changed_.wait_until(lock, time_point(next));
        }
    }
    changed_.notify_all();
}

void Alerts::send(Outlet& outlet, Message message, std::unique_lock<std::mutex>& lock) {
    outlet.sending = true;
    lock.unlock();
    const auto sent = outlet.channel.send(message.body, [this] {
        const std::lock_guard look(mutex_);
        return given_up_;
    });
    lock.lock();
    outlet.sending = false;
    if (!sent) {
        ++message.attempts;
        const bool again =
            sent.error().code == ErrorCode::Unavailable && message.attempts < options_.attempts_max;
        log(again ? LogLevel::Warning : LogLevel::Error,
            "alert",
            outlet.channel.name + ": " + sent.error().message +
                (again ? ", tried again" : ", lost"));
        if (again) {
            std::int64_t wait_ns = options_.retry_ns;
            for (int i = 1; i < message.attempts; ++i)
                wait_ns *= kRetryFactor;
            message.due_ns = monotonic_ns() + wait_ns;
            outlet.waiting.push_back(std::move(message));
        }
    }
    changed_.notify_all();
}

void Alerts::finish(std::int64_t wait_ns) {
    {
        std::unique_lock lock(mutex_);
        finishing_ = true;
        release_held(monotonic_ns());
        changed_.notify_all();
        changed_.wait_for(lock, std::chrono::nanoseconds(wait_ns), [this] { return all_sent(); });
        given_up_ = true;
        for (const auto& outlet : outlets_) {
            if (outlet->waiting.empty()) continue;
            log(LogLevel::Error,
                "alert",
                outlet->channel.name + ": " + std::to_string(outlet->waiting.size()) + " not sent");
        }
        changed_.notify_all();
    }
    for (auto& outlet : outlets_) {
        if (outlet->thread.joinable()) outlet->thread.join();
    }
}

}  // namespace tradectl::ops
