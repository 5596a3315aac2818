/// What a comparison is called in text and JSON.
#pragma once

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "host/config/config.hpp"
#include "host/engine/reconcile.hpp"

#include <string>

namespace tradectl::cli {

/// 2 before 3; 69 only when no venue answered.
[[nodiscard]] ExitCode exit_code_of_report(const engine::ReconcileReport& report);

/// The command that would put a finding right.
[[nodiscard]] std::string fix_of(const recovery::Finding& finding, const std::string& config);

/// Table of findings, then what nobody can tell, then one line that sums up.
[[nodiscard]] std::string text_of(const engine::ReconcileReport& report, const std::string& config);
/// One line for a monitor: "RECONCILE OK - ...".
[[nodiscard]] std::string nagios_line(const engine::ReconcileReport& report, int status);
/// 0, 1 (nothing but findings whose policy is report), 2 or 3.
[[nodiscard]] int nagios_status(const engine::ReconcileReport& report,
                                const config::ReconcileConfig& config);

/// Schema: tradectl-reconcile(1).
[[nodiscard]] Json data_of(const engine::ReconcileReport& report, const std::string& config);

}  // namespace tradectl::cli
