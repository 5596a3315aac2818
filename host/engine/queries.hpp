/// What commands ask of a state directory. Nothing here takes its lock: a run may live beside it.
#pragma once

#include "host/base/disk.hpp"
#include "host/config/config.hpp"
#include "host/engine/state_dir.hpp"
#include "host/ledger/reader.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::engine {

/// NotFound when `paths` holds no state, with the way out; Config when it belongs to a config of
/// another name.
Status check_state(Disk& disk, const StatePaths& paths, const std::string& config_name);

/// As check_state, and NotFound when there is no ledger or a reset was cut short.
Status check_books(Disk& disk, const StatePaths& paths, const std::string& config_name);

/// The books as they are now. NotFound, Config as check_books; else the ledger's errors.
Expected<ledger::Reader> open_books(Disk& disk,
                                    const StatePaths& paths,
                                    const std::string& config_name);

/// One asset of one account, on one side.
struct Amounts {
    Decimal total;
    Decimal free;
    Decimal held;
    Decimal unsettled;
};

/// One asset of one account on both sides.
struct BalanceLine {
    std::string venue;
    std::string account;
    std::string asset;
    std::optional<Amounts> at_venue;      ///< nothing: the venue did not answer
    std::optional<Amounts> in_ledger;     ///< nothing: the ledger does not know the account yet
    Timestamp as_of = Timestamp::none();  ///< of the venue's reading
    /// Venue's total less ledger's, unless `settling` is all of it; null: not comparable.
    Decimal drift = Decimal::null();
    /// Venue's total less ledger's, when fills that are not settled yet explain all of it.
    Decimal settling;
    Decimal mid = Decimal::null();    ///< price of one at its market now; null: not known
    Decimal value = Decimal::null();  ///< of the venue's total, at `mid`; null: not known
    std::string quote;                ///< the asset of `mid` and `value`
};

struct BalanceReport {
    std::vector<BalanceLine> lines;  ///< by venue, account, asset
    std::vector<Error> unanswered;   ///< one for each venue that could not be asked
    std::size_t answered = 0;        ///< venues that did answer
    bool run_lives = false;          ///< the drifts may be what is in flight
    Timestamp asked;
};

struct BalanceOptions {
    std::vector<std::string> plugin_files;        ///< --plugin
    std::int64_t timeout_ns = 15 * kNsPerSecond;  ///< for each venue
};

/// Asks each venue for its balances and lays the ledger's beside them. A venue that keeps its
/// accounts in the state directory is asked on a copy of its store, which never changes.
///
/// Totals are compared, not parts: what is held for an open order is each side's own estimate. A
/// difference that some of the unsettled fills make, each as a whole, is told apart and is none.
/// Beside a live run the two sides are read one after the other, so a total that differs is read
/// again a few times, and counts as equal when it was equal once.
///
/// A venue that is reached over a network is asked for the markets of what it holds, too: once, and
/// for those that are open.
Expected<BalanceReport> read_balances(const config::Config& config,
                                      const StatePaths& paths,
                                      const BalanceOptions& options);

}  // namespace tradectl::engine
