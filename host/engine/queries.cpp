#include "host/engine/queries.hpp"

namespace tradectl::engine {

Status check_state(Disk& disk, const StatePaths& paths, const std::string& config_name) {
    if (paths.root.empty()) {
        return fail(ErrorCode::NotFound,
                    "config '" + config_name +
                        "' has a simulated clock and keeps no state: give --state-dir");
    }
    auto there = disk.exists(paths.name());
    if (!there) return fail(there.error());
    if (!*there) {
        return fail(ErrorCode::NotFound,
                    "no state in " + paths.root + ": run `tradectl run CONFIG` first");
    }
    return check_state_name(disk, paths, config_name);
}

Status check_books(Disk& disk, const StatePaths& paths, const std::string& config_name) {
    if (auto checked = check_state(disk, paths, config_name); !checked) return checked;
    auto reset = disk.exists(paths.reset());
    if (!reset) return fail(reset.error());
    auto there = disk.exists(paths.ledger());
    if (!there) return fail(there.error());
    if (*there && !*reset) return {};
    return fail(ErrorCode::NotFound,
                "no ledger in " + paths.root + ": run `tradectl run CONFIG` first");
}

Expected<ledger::Reader> open_books(Disk& disk,
                                    const StatePaths& paths,
                                    const std::string& config_name) {
    if (auto checked = check_books(disk, paths, config_name); !checked) {
        return fail(checked.error());
    }
    return ledger::Reader::open(disk, paths.ledger());
}

}  // namespace tradectl::engine
