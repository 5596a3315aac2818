/// The C table `tradectl_host` of one instance.
#pragma once

#include <tradectl/abi/host.h>

#include <string_view>

namespace tradectl::plugin {

class CallGuard;
class HostServices;

/// Checks what comes in from the plugin (thread, pointers, sizes, number of commands) and passes it
/// on. Does not move: the plugin keeps the table's address. [any] for log, now and wake.
class HostTable {
  public:
    enum class Commands { Taken, Refused };

    /// Both must outlive the table. `Refused` is for exchanges: emit answers UNSUPPORTED and there
    /// are no order refs.
    HostTable(CallGuard& guard, HostServices& services, Commands commands);
    HostTable(const HostTable&) = delete;
    HostTable& operator=(const HostTable&) = delete;

    [[nodiscard]] const tradectl_host* get() const { return &table_; }

  private:
    struct Calls;
    CallGuard& guard_;
    HostServices& services_;
    Commands commands_;
    tradectl_host table_;
};

/// Text or bytes that a plugin handed over; false when the pointer is null and the size is not 0.
[[nodiscard]] bool read_text(const tradectl_str& text, std::string_view& out);
[[nodiscard]] bool is_readable(const tradectl_bytes& bytes);

}  // namespace tradectl::plugin
