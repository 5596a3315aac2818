#include "host/config/problem.hpp"

#include "host/base/assert.hpp"

namespace tradectl::config {

std::string Problem::to_string() const {
    std::string text = origin.source == Source::Default ? "" : origin.to_string() + ": ";
    if (!path.empty()) text += path + ": ";
    text += message;
    if (!hint.empty()) text += " (" + hint + ")";
    return text;
}

Error to_error(const Problems& problems) {
    TRADECTL_ASSERT(!problems.empty());
    Error error{ErrorCode::Config, ""};
    for (const Problem& problem : problems) {
        if (!error.message.empty()) error.message += '\n';
        error.message += problem.to_string();
    }
    return error;
}

}  // namespace tradectl::config
