/// What strategies and exchanges have in common: the calls that make, configure and end an
/// instance.
#pragma once

#include "host/plugin/call_guard.hpp"

#include <tradectl/abi/host.h>

#include <string>
#include <string_view>

namespace tradectl::plugin {

/// Where a plugin writes what went wrong.
class ErrorText {
  public:
    ErrorText() : abi_{sizeof(tradectl_error_text), sizeof(text_), 0, 0, text_} {}
    ErrorText(const ErrorText&) = delete;
    ErrorText& operator=(const ErrorText&) = delete;

    [[nodiscard]] tradectl_error_text* abi() { return &abi_; }
    /// What the plugin wrote, whatever it says of the size.
    [[nodiscard]] std::string text() const;

  private:
    char text_[1024] = {};
    tradectl_error_text abi_;
};

/// Text as the ABI has it; it must outlive the result. Longer than 4 GiB is a bug.
[[nodiscard]] tradectl_str abi_text(std::string_view text);

/// The Error of a failed call: "INSTANCE: WHAT failed with -13: TEXT", or the fault's reason.
[[nodiscard]] Unexpected call_failure(const CallGuard& guard,
                                      const char* what,
                                      tradectl_status status,
                                      const std::string& text = {});

/// Runs a call that must answer OK: any other code faults the instance.
template <typename Call>
Status run_or_fault(CallGuard& guard, const char* what, std::int64_t budget_ns, Call&& call) {
    const bool faulted_before = guard.faulted();
    const tradectl_status status = guard.run(what, budget_ns, call);
    if (status == TRADECTL_OK) return {};
    if (faulted_before || guard.faulted()) return call_failure(guard, what, status);
    Unexpected failure = call_failure(guard, what, status);
    guard.fault(failure.error.message);
    return failure;
}

/// Calls the plugin's `create`. Internal when it answers OK without an instance.
template <typename Api, typename Host, typename Self>
Status create_self(CallGuard& guard, const Api& api, const Host* host, Self*& self) {
    ErrorText error;
    const tradectl_status status = guard.run("create", guard.slow_budget_ns(), [&] {
        return api.create(host, abi_text(guard.name()), &self, error.abi());
    });
    if (status != TRADECTL_OK) return call_failure(guard, "create", status, error.text());
    if (self != nullptr) return {};
    return fail(ErrorCode::Internal, guard.name() + ": create gave no instance");
}

/// Calls `configure`; a failure faults the instance.
template <typename Api, typename Self>
Status configure_self(CallGuard& guard, const Api& api, Self* self, std::string_view settings) {
    ErrorText error;
    const tradectl_status status = guard.run("configure", guard.slow_budget_ns(), [&] {
        return api.configure(self, abi_text(settings), error.abi());
    });
    if (status == TRADECTL_OK) return {};
    Unexpected failure = call_failure(guard, "configure", status, error.text());
    guard.fault(failure.error.message);
    return failure;
}

/// Calls `destroy`, in any state.
template <typename Api, typename Self>
void destroy_self(CallGuard& guard, const Api& api, Self* self) {
    if (self == nullptr) return;
    static_cast<void>(guard.run_always("destroy", guard.slow_budget_ns(), [&] {
        api.destroy(self);
        return tradectl_status{TRADECTL_OK};
    }));
}

}  // namespace tradectl::plugin
