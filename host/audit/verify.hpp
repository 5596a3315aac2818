/// Reads a whole audit log and says what is wrong with it.
#pragma once

#include "host/audit/log_reader.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::audit {

/// One thing that is not as it was written.
struct Finding {
    std::optional<std::uint64_t> index;  ///< of the entry, where it is about one
    std::string what;
};

struct Verdict {
    std::uint64_t entries = 0;
    std::vector<Finding> findings;  ///< none: the log is what the checkpoint says
    [[nodiscard]] bool sound() const { return findings.empty(); }
};

/// Hashes every entry, compares with every tile, and the root with the checkpoint's. Stops after
/// `findings_max`. A tile that is missing or cut is a finding; an error is a disk that cannot be
/// read.
[[nodiscard]] Expected<Verdict> verify(const LogReader& log, std::size_t findings_max = 20);

}  // namespace tradectl::audit
