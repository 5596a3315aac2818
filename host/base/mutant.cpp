#include "host/base/mutant.hpp"

#ifdef TRADECTL_MUTANTS

#include <cstdlib>

namespace tradectl {

bool mutant(std::string_view name) {
    static const char* const kActive = std::getenv("TRADECTL_MUTANT");
    return kActive != nullptr && name == kActive;
}

}  // namespace tradectl

#endif
