/// The real engine, ledger and recovery over a simulated disk and venue, with power cuts at every
/// step of the disk and at both sides of every send.
#pragma once

#include "host/base/clock.hpp"
#include "host/config/load.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/wal_recover.hpp"
#include "tests/crash/stack_cuts.hpp"
#include "tests/crash/tally.hpp"
#include "tests/crash/venue_model.hpp"

#include <memory>
#include <optional>
#include <string>

namespace tradectl::crash {

/// Loads the plugin once for all runs. `problem` is what went wrong, empty when all is well.
class FullStack {
  public:
    FullStack();

    [[nodiscard]] const std::string& problem() const { return problem_; }
    /// Plays a scenario and records it.
    Recording record(const Scenario& scenario);
    /// Recovers from a cut and checks every promise; empty, or what was broken.
    std::string check(const Scenario& scenario, const Recording& recording, const Cut& cut);
    /// What the states so far were about.
    [[nodiscard]] const Tally& tally() const { return tally_; }

  private:
    struct Process;
    struct World;

    engine::DeskOptions desk_options(Disk& disk, World& world) const;
    /// What `run` does before it recovers: the lock, the name, the identity.
    std::string make_state(Disk& disk) const;
    void trade(Process& process, World& world, std::size_t orders);
    engine::WalRecoverOptions recover_options(Disk& disk, World& world) const;
    std::string recover(World& world,
                        const engine::WalRecoverOptions& options,
                        engine::WalRecoverAnswer* answer);
    std::string dry_run(Disk& disk, World& world);
    std::string cut_again(std::unique_ptr<Disk>& image,
                          std::unique_ptr<World>& world,
                          const Scenario& scenario,
                          const Cut& cut);
    std::string recover_and_cancel(Disk& disk, World& world);
    std::string recover_twice(Disk& disk, World& world);

    std::string problem_;
    std::optional<config::Document> document_;
    std::unique_ptr<plugin::Loader> loader_;
    std::optional<engine::PluginSet> plugins_;
    engine::StatePaths paths_{"/state"};
    Tally tally_;
};

}  // namespace tradectl::crash
