/// The command redeem: what markets that are over pay an account, and having it paid.
#pragma once

#include "host/config/config.hpp"
#include "host/engine/desk_step.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/venue_desk.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tradectl::engine {

struct RedeemOptions {
    DeskOptions desk;
    std::string instrument;                    ///< this one alone; empty: all
    std::string reason;                        ///< stands in the log
    std::int64_t wait_ns = 60 * kNsPerSecond;  ///< for the end of each
};

/// A market that is over, of which an account holds shares.
struct Redeemable {
    std::uint32_t exchange = 0;
    tradectl_account_handle account = TRADECTL_HANDLE_NONE;
    tradectl_instrument_handle instrument = TRADECTL_HANDLE_NONE;
    std::string venue;
    std::string account_name;
    std::string instrument_name;
    Decimal held;   ///< at the venue, by its own word
    Decimal price;  ///< what a share is paid
    Decimal pays;   ///< both multiplied
};

/// Where the venue did not tell.
struct RedeemGap {
    std::string venue;
    std::string instrument;  ///< empty: all of it
    std::string why;
};

struct Redeemed {
    std::string venue;
    std::string instrument_name;
    StepEnd end;
    std::map<std::string, Decimal> moved;  ///< by asset, negative: went; as the chain told
};

struct RedeemReport {
    std::vector<Redeemable> found;  ///< before anything was done
    std::vector<Redeemed> redeemed;
    std::vector<RedeemGap> gaps;
    std::size_t venues_answered = 0;
    bool run_lives = false;
};

/// Lists them; nothing is changed and nothing is sent but queries. InvalidArgument when the config
/// has no such instrument; else errors of VenueDesk::open_reader.
Expected<RedeemReport> list_redeemable(const config::Config& config,
                                       const StatePaths& paths,
                                       const RedeemOptions& options);

/// Redeems them one after the other, under the writer's lock; stops at the first whose end nobody
/// knows. Locked while a run lives; Unresolved as
/// `check_no_open_transaction`; errors of VenueDesk::open_writer.
Expected<RedeemReport> redeem(const config::Config& config,
                              const StatePaths& paths,
                              const RedeemOptions& options,
                              const std::string& approver);

}  // namespace tradectl::engine
