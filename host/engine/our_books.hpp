/// Our side of a comparison with a venue: read from the ledger, or from a live session's memory.
#pragma once

#include "host/engine/pipeline.hpp"
#include "host/engine/trading.hpp"
#include "host/ledger/reader.hpp"
#include "host/market/instruments.hpp"
#include "host/recovery/compare.hpp"
#include "host/recovery/match_fills.hpp"
#include "host/recovery/sides.hpp"

#include <tradectl/expected.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tradectl::engine {

/// Each part is asked for when the venue's answer about it has come. [engine]
class OurBooks {
  public:
    virtual ~OurBooks() = default;

    virtual Expected<std::vector<recovery::OrderFact>> open_orders(const std::string& venue) = 0;
    virtual Expected<std::vector<recovery::PositionFact>> positions(const std::string& venue) = 0;
    virtual Expected<std::vector<recovery::BalanceFact>> balances(const std::string& venue) = 0;
    virtual Expected<std::vector<recovery::FillFact>> fills_after(const std::string& venue,
                                                                  const std::string& account,
                                                                  WalSequence after) = 0;
    /// One of our fills that is the same as `theirs`, or nothing.
    virtual Expected<std::optional<recovery::FillFact>> find_fill(
        const std::string& venue, const recovery::FillFact& theirs) = 0;
    virtual Expected<recovery::ClosedOrder> find_order(const std::string& venue,
                                                       const std::string& account,
                                                       const std::string& client_order_id) = 0;
    /// Since when the account is ours to account for: what it had then was its opening balance, and
    /// what it did before is in that. None: from the start.
    virtual Expected<Timestamp> opened(const std::string& venue, const std::string& account) = 0;
};

/// The instance under which the times are kept at which a venue's accounts were opened, by name.
[[nodiscard]] std::string opened_instance(const std::string& venue);

/// As the ledger has it, all of one snapshot. `reader` and `table` must outlive it.
class LedgerBooks final : public OurBooks {
  public:
    LedgerBooks(ledger::Reader& reader, const market::InstrumentTable& table)
        : reader_(reader), table_(table) {}

    Expected<std::vector<recovery::OrderFact>> open_orders(const std::string& venue) override;
    Expected<std::vector<recovery::PositionFact>> positions(const std::string& venue) override;
    Expected<std::vector<recovery::BalanceFact>> balances(const std::string& venue) override;
    Expected<std::vector<recovery::FillFact>> fills_after(const std::string& venue,
                                                          const std::string& account,
                                                          WalSequence after) override;
    Expected<std::optional<recovery::FillFact>> find_fill(
        const std::string& venue, const recovery::FillFact& theirs) override;
    Expected<recovery::ClosedOrder> find_order(const std::string& venue,
                                               const std::string& account,
                                               const std::string& client_order_id) override;
    Expected<Timestamp> opened(const std::string& venue, const std::string& account) override;

  private:
    Expected<std::set<std::pair<std::string, std::string>>> unsettled_places(
        const std::string& venue);

    ledger::Reader& reader_;
    const market::InstrumentTable& table_;
};

/// As a session has it in memory now; what is closed is looked up in the ledger, which may lag a
/// little. All that it is made of must outlive it.
class LiveBooks final : public OurBooks {
  public:
    LiveBooks(Trading& trading, Pipeline& pipeline, LedgerBooks& ledger)
        : trading_(trading), pipeline_(pipeline), ledger_(ledger) {}

    Expected<std::vector<recovery::OrderFact>> open_orders(const std::string& venue) override;
    Expected<std::vector<recovery::PositionFact>> positions(const std::string& venue) override;
    Expected<std::vector<recovery::BalanceFact>> balances(const std::string& venue) override;
    Expected<std::vector<recovery::FillFact>> fills_after(const std::string& venue,
                                                          const std::string& account,
                                                          WalSequence after) override {
        return ledger_.fills_after(venue, account, after);
    }
    Expected<std::optional<recovery::FillFact>> find_fill(
        const std::string& venue, const recovery::FillFact& theirs) override;
    Expected<recovery::ClosedOrder> find_order(const std::string& venue,
                                               const std::string& account,
                                               const std::string& client_order_id) override;
    /// Of an account that this session opened: the ledger may not have it yet.
    Expected<Timestamp> opened(const std::string& venue, const std::string& account) override;

  private:
    [[nodiscard]] bool is_watched(tradectl_account_handle account,
                                  tradectl_instrument_handle instrument) const;

    Trading& trading_;
    Pipeline& pipeline_;
    LedgerBooks& ledger_;
};

}  // namespace tradectl::engine
