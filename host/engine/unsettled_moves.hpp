/// What fills that are not final explain of a difference between a venue's totals and ours.
#pragma once

#include "host/ledger/reader.hpp"
#include "host/market/instruments.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace tradectl::engine {

/// Our books have a fill at once; the venue's total moves when it is settled, for some fills
/// earlier than we hear of it. So the totals may differ by any of them, each as a whole.
class UnsettledMoves {
  public:
    /// Of all venues, as the ledger stands. Fills in instruments that the table does not have
    /// explain nothing.
    static Expected<UnsettledMoves> read(ledger::Reader& books,
                                         const market::InstrumentTable& table);

    /// Whether `drift`, the venue's total of an asset less ours, is what some of the unsettled
    /// fills move. Of more than 4096 different sums the rest is not looked at: no.
    [[nodiscard]] bool explain(const std::string& venue,
                               const std::string& account,
                               const std::string& asset,
                               Decimal drift) const;

  private:
    Status add(const ledger::FillRow& fill, const tradectl_instrument& instrument);

    /// What the total is less by while the fill is not settled, one for each fill.
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<Decimal>> moves_;
};

}  // namespace tradectl::engine
