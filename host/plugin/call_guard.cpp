#include "host/plugin/call_guard.hpp"

#include "host/base/assert.hpp"
#include "host/base/log.hpp"
#include "host/plugin/watchdog.hpp"

namespace tradectl::plugin {

CallGuard::CallGuard(std::string name, InstanceOptions options)
    : name_(std::move(name)), options_(options), clock_(options.turn_budget_ns) {}

const void* CallGuard::this_thread() {
    static thread_local const char kToken = 0;
    return &kToken;
}

void CallGuard::enter(std::int64_t budget_ns) {
    TRADECTL_ASSERT(active_.load(std::memory_order_relaxed) == nullptr);
    active_.store(this_thread(), std::memory_order_relaxed);
    commands_ = 0;
    if (options_.watchdog != nullptr) options_.watchdog->arm(name_, budget_ns);
    start_ns_ = clock_.now_ns();
}

void CallGuard::leave(const char* what, std::int64_t budget_ns) {
    last_ns_ = clock_.now_ns() - start_ns_;
    if (options_.watchdog != nullptr) options_.watchdog->disarm();
    active_.store(nullptr, std::memory_order_relaxed);
    if (last_ns_ <= budget_ns + clock_.step_ns()) return;
    fault(std::string(what) + " took " + std::to_string(last_ns_ / kNsPerMillisecond) +
          " ms, its budget is " + std::to_string(budget_ns / kNsPerMillisecond) + " ms");
}

void CallGuard::fault(std::string reason) {
    if (faulted()) return;
    reason_ = std::move(reason);
    log(LogLevel::Error, "plugin", "instance faulted", {{"instance", name_}, {"reason", reason_}});
}

ErrorCode error_code_of(tradectl_status status) {
    const bool known = status <= TRADECTL_INVALID_ARGUMENT && status >= TRADECTL_MAINTENANCE;
    return known ? static_cast<ErrorCode>(status) : ErrorCode::Internal;
}

}  // namespace tradectl::plugin
