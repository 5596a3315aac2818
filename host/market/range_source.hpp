/// A part of a source: what lies between two times.
#pragma once

#include "host/market/source.hpp"

#include <tradectl/timestamp.hpp>

#include <memory>
#include <optional>

namespace tradectl::market {

/// Gives the events of a source at or after `from` and before `until`, both optional. What comes
/// before is read and dropped, so that errors there are still seen. [engine]
class RangeSource final : public Source {
  public:
    RangeSource(std::unique_ptr<Source> under,
                std::optional<Timestamp> from,
                std::optional<Timestamp> until);

    std::optional<Timestamp> next_time() override;
    Expected<std::size_t> read(Timestamp limit, std::size_t events_max, EventBuffer& out) override;

  private:
    void drop_early();

    std::unique_ptr<Source> under_;
    std::optional<Timestamp> from_;
    std::optional<Timestamp> until_;
    std::optional<Error> failure_;
};

}  // namespace tradectl::market
