/// One call into a plugin, watched.
#pragma once

#include "host/plugin/instance_options.hpp"
#include "host/plugin/turn_clock.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/expected.hpp>

#include <atomic>
#include <exception>
#include <string>
#include <string_view>

namespace tradectl::plugin {

/// Times the calls into one instance, stops exceptions at the border and remembers the fault.
class CallGuard {
  public:
    CallGuard(std::string name, InstanceOptions options);

    /// Calls into the plugin and returns its code. The instance is faulted, and the answer
    /// BAD_STATE, when the call throws or takes longer than `budget_ns`; also, without a call, when
    /// it was faulted before. Must not be nested. `what` names the function in messages.
    template <typename Call>
    tradectl_status run(const char* what, std::int64_t budget_ns, Call&& call) {
        if (faulted()) return TRADECTL_BAD_STATE;
        return run_always(what, budget_ns, call);
    }

    /// The same for `destroy`, which is called in any state.
    template <typename Call>
    tradectl_status run_always(const char* what, std::int64_t budget_ns, Call&& call) {
        enter(budget_ns);
        tradectl_status status = TRADECTL_BAD_STATE;
        try {
            status = call();
        } catch (const std::exception& error) {
            fault(std::string(what) + " threw: " + error.what());
        } catch (...) {
            fault(std::string(what) + " threw an unknown exception");
        }
        leave(what, budget_ns);
        return faulted() ? TRADECTL_BAD_STATE : status;
    }

    /// Whether a call runs on the calling thread: only then may the plugin use [engine] services.
    [[nodiscard]] bool inside() const {
        return active_.load(std::memory_order_relaxed) == this_thread();
    }
    /// Counts one command of the running call; false when there were too many.
    [[nodiscard]] bool count_command() { return ++commands_ <= options_.turn_commands_max; }

    /// The first reason stays; it goes to the log.
    void fault(std::string reason);
    [[nodiscard]] bool faulted() const { return !reason_.empty(); }
    [[nodiscard]] const std::string& reason() const { return reason_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const InstanceOptions& options() const { return options_; }
    /// Budget of create, configure, start and stop.
    [[nodiscard]] std::int64_t slow_budget_ns() const { return options_.turn_budget_ns * 20; }
    /// Duration of the last call.
    [[nodiscard]] std::int64_t last_ns() const { return last_ns_; }

  private:
    static const void* this_thread();
    void enter(std::int64_t budget_ns);
    void leave(const char* what, std::int64_t budget_ns);

    std::string name_;
    InstanceOptions options_;
    TurnClock clock_;
    std::string reason_;
    std::atomic<const void*> active_{nullptr};
    std::int64_t start_ns_ = 0;
    std::int64_t last_ns_ = 0;
    std::uint32_t commands_ = 0;
};

/// A plugin's status as an Error's code; Internal for codes that nobody defined.
[[nodiscard]] ErrorCode error_code_of(tradectl_status status);

}  // namespace tradectl::plugin
