#include "host/engine/service_report.hpp"

#include "host/base/log.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>

namespace tradectl::engine {

namespace {

constexpr std::int64_t kStatusNs = kNsPerSecond;
/// Heard three times within its patience, so that one late turn does no harm.
constexpr std::int64_t kBeatsPerPatience = 3;

/// What would end an assignment.
std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

}  // namespace

void ServiceReport::tell(const std::string& assignments) {
    const auto told = manager_.tell(assignments);
    if (told || failed_) return;
    failed_ = true;
    log(LogLevel::Warning, "service", told.error().message);
}

void ServiceReport::starting() {
    if (manager_.listens()) tell("STATUS=recovering");
}

bool ServiceReport::advances(const ServiceLook& look) {
    if (look.awaited != awaited_) {
        awaited_ = look.awaited;
        awaited_since_ns_ = look.now_ns;
    }
    const bool stuck = awaited_ && look.now_ns - awaited_since_ns_ > manager_.watchdog_ns() / 2;
    return look.can_trade && !stuck;
}

void ServiceReport::look(const ServiceLook& look) {
    if (!manager_.listens()) return;
    std::string text;
    if (!ready_ && look.fresh_data) {
        ready_ = true;
        text = "READY=1\n";
    }
    const std::string status = ready_ ? look.status : "waiting for market data";
    if (status != status_ && (look.now_ns >= status_due_ns_ || !text.empty())) {
        status_ = status;
        status_due_ns_ = look.now_ns + kStatusNs;
        text += "STATUS=" + one_line(status) + "\n";
    }
    const bool alive = advances(look);
    if (manager_.watchdog_ns() > 0 && alive && look.now_ns >= watchdog_due_ns_) {
        watchdog_due_ns_ = look.now_ns + manager_.watchdog_ns() / kBeatsPerPatience;
        text += "WATCHDOG=1\n";
    }
    if (!text.empty()) tell(text);
}

void ServiceReport::stopping(const std::string& status) {
    if (manager_.listens()) tell("STOPPING=1\nSTATUS=" + one_line(status));
}

}  // namespace tradectl::engine
