#include "host/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace tradectl {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "tradectl: bug: %s:%d: assertion failed: %s\n", file, line, condition);
    std::abort();
}

}  // namespace tradectl
