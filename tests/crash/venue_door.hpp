/// A venue that lives outside of the process that crashes: the test owns it, a plugin talks to it.
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::crash {

/// An order at the venue.
struct VenueOrder {
    std::string id;  ///< the client's
    std::uint64_t op_id = 0;
    std::uint8_t side = 0;
    std::uint32_t status = 0;  ///< TRADECTL_ORDER_STATUS_...
    Decimal quantity;
    Decimal filled;
    Decimal price;
    Timestamp shows;  ///< venue time from which queries show it
};

struct VenueFill {
    std::string trade_id;
    std::string id;
    std::uint64_t op_id = 0;
    std::uint8_t side = 0;
    Decimal quantity;
    Decimal price;
    Timestamp time;
    Timestamp shows;
};

/// What the venue says to a request, and what it tells about it at once.
struct Reply {
    enum class Kind : std::uint8_t { Taken, Refused, Unknown, Silent };
    Kind kind = Kind::Taken;
    int acknowledgements = 1;  ///< events that tell of it
    int tells = 1;             ///< how often each new fill is told; 0: not now
};

/// Calls of one plugin instance. Virtual: the plugin is a library of its own.
class VenueDoor {
  public:
    virtual ~VenueDoor() = default;
    [[nodiscard]] virtual Timestamp now() const = 0;
    virtual Reply submit(const VenueOrder& order, Timestamp fence) = 0;
    virtual Reply cancel(const std::string& id) = 0;
    [[nodiscard]] virtual std::vector<VenueOrder> orders() = 0;
    [[nodiscard]] virtual std::vector<VenueFill> fills() = 0;
    /// Up to which venue time orders and fills are shown.
    [[nodiscard]] virtual Timestamp shown_until() = 0;
    [[nodiscard]] virtual Decimal usd() = 0;
    [[nodiscard]] virtual Decimal btc() = 0;
};

}  // namespace tradectl::crash
