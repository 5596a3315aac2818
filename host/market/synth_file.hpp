/// The made-up market as data files.
#pragma once

#include "host/market/data_format.hpp"
#include "host/market/synth.hpp"

#include <tradectl/expected.hpp>

#include <optional>
#include <string>

namespace tradectl {
class Disk;
}

namespace tradectl::market {

struct SynthFiles {
    std::string trades;  ///< absolute path
    std::string quotes;  ///< absolute path, or empty for none
};

struct SynthReport {
    DataHeader trades;
    std::optional<DataHeader> quotes;
};

/// Writes `options.trades` trades (above 0, else InvalidArgument) and, when asked for, the quote
/// before each of them. Each file is written as a whole or not at all and replaces an older one.
[[nodiscard]] Expected<SynthReport> write_synth(Disk& disk,
                                                const SynthFiles& files,
                                                const std::string& instrument,
                                                const SynthOptions& options);

}  // namespace tradectl::market
