#include "host/plugin/life_cycle.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <limits>

namespace tradectl::plugin {

std::string ErrorText::text() const {
    return {text_, std::min<std::size_t>(abi_.size, sizeof(text_))};
}

tradectl_str abi_text(std::string_view text) {
    TRADECTL_ASSERT(text.size() <= std::numeric_limits<std::uint32_t>::max());
    return {text.data(), static_cast<std::uint32_t>(text.size()), 0};
}

Unexpected call_failure(const CallGuard& guard,
                        const char* what,
                        tradectl_status status,
                        const std::string& text) {
    if (guard.faulted()) {
        // A fault's reason may name the instance already: it came from here.
        const std::string& reason = guard.reason();
        const bool named = reason.starts_with(guard.name() + ": ");
        return fail(ErrorCode::BadState, named ? reason : guard.name() + ": " + reason);
    }
    std::string message = guard.name() + ": " + what + " failed with " + std::to_string(status);
    if (!text.empty()) message += ": " + text;
    return fail(error_code_of(status), std::move(message));
}

}  // namespace tradectl::plugin
