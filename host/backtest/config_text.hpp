/// A merged configuration as YAML that loads again.
#pragma once

#include "host/config/load.hpp"

#include <string>

namespace tradectl::backtest {

/// Every key with its value, defaults filled in, in the order of tradectl.yaml(5). Secrets are
/// "[secret]"; paths are absolute, so that the file may lie anywhere.
[[nodiscard]] std::string config_text(const config::Document& document);

}  // namespace tradectl::backtest
