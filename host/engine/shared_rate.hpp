/// The token bucket of one account at a venue, shared by all processes of a user.
#pragma once

#include "host/base/disk.hpp"
#include "host/risk/rate.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <memory>
#include <optional>
#include <string>

namespace tradectl::engine {

/// One small file under `tradectl/rate/` of the state home, named after venue and account: 48 bytes
/// under an exclusive lock of its first byte. Nothing is synced: after a power cut the bucket is as
/// old as the last write that survived, or full. A content that cannot be a state counts as a new
/// one. [engine]
class SharedRate {
  public:
    /// Makes the file and its directory when they are missing. Io, Permission.
    static Expected<SharedRate> open(Disk& disk,
                                     const std::string& directory,
                                     const std::string& venue,
                                     const std::string& account);

    /// The state as the last process left it. Locked when another one holds it for long.
    Expected<risk::RateState> look();

    enum class Want : std::uint8_t {
        IfAllowed,  ///< an entry: only when the bucket has a token and the day an order
        Always,     ///< an exit
    };
    /// Takes one order and returns the state after it; nothing when it is not allowed.
    Expected<std::optional<risk::RateState>> take(const risk::RateLimit& limit,
                                                  Timestamp now,
                                                  Want want);

  private:
    explicit SharedRate(std::unique_ptr<File> file) : file_(std::move(file)) {}
    Status lock();
    Expected<risk::RateState> read();
    Status write(const risk::RateState& state);

    std::unique_ptr<File> file_;
};

}  // namespace tradectl::engine
