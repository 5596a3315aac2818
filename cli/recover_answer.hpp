/// What wal-recover prints.
#pragma once

#include "cli/command.hpp"
#include "host/engine/wal_recover.hpp"
#include "host/engine/witness.hpp"
#include "host/wal/salvage.hpp"
#include "host/wal/verify.hpp"

namespace tradectl::cli {

[[nodiscard]] Answer answer_of_recovery(const engine::WalRecoverAnswer& recovered,
                                        const config::Config& config,
                                        const engine::WalRecoverOptions& options);
/// Beside the state of the log, what cannot be read of its witnesses.
[[nodiscard]] Answer answer_of_verify(const wal::VerifyReport& report,
                                      const engine::Witness& witness);
[[nodiscard]] Answer answer_of_salvage(const wal::SalvageReport& report, const std::string& target);
[[nodiscard]] Answer answer_of_rebuild(const engine::RebuildAnswer& rebuilt);

}  // namespace tradectl::cli
