/// The C table `tradectl_exchange_host` of one instance.
#pragma once

#include "host/plugin/host_table.hpp"

#include <tradectl/abi/exchange.h>

namespace tradectl::plugin {

class ExchangeServices;

/// As HostTable, for what exchanges get on top. Every call is for the engine thread.
class ExchangeHostTable {
  public:
    /// Both must outlive the table.
    ExchangeHostTable(CallGuard& guard, ExchangeServices& services);
    ExchangeHostTable(const ExchangeHostTable&) = delete;
    ExchangeHostTable& operator=(const ExchangeHostTable&) = delete;

    [[nodiscard]] const tradectl_exchange_host* get() const { return &table_; }

  private:
    struct Calls;
    CallGuard& guard_;
    ExchangeServices& services_;
    HostTable base_;
    tradectl_exchange_host table_;
};

}  // namespace tradectl::plugin
