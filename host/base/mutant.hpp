/// Faults that a test build can switch on, to show that some test would notice each of them.
///
///     if (!mutant("wal.sync_batch")) ...the step that must not be left out...
///
/// A program whose objects were built with TRADECTL_MUTANTS asks the environment variable
/// TRADECTL_MUTANT for the one name that is on; every other program asks nothing and the compiler
/// removes the question. `tests/crash/mutants.py` knows for each name which test must fail.
#pragma once

#include <string_view>

namespace tradectl {

#ifdef TRADECTL_MUTANTS
/// Whether this fault is switched on. [any]
[[nodiscard]] bool mutant(std::string_view name);
#else
[[nodiscard]] constexpr bool mutant(std::string_view /*name*/) {
    return false;
}
#endif

}  // namespace tradectl
