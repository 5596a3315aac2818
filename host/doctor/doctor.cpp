#include "host/doctor/doctor.hpp"

#include "host/doctor/book_checks.hpp"
#include "host/doctor/disk_checks.hpp"
#include "host/doctor/key_checks.hpp"
#include "host/doctor/plugin_checks.hpp"
#include "host/doctor/sandbox_checks.hpp"
#include "host/doctor/venue_checks.hpp"
#include "host/engine/session_keys.hpp"

#include <algorithm>
#include <iterator>

namespace tradectl::doctor {
namespace {

Checks examine_state(Disk& disk,
                     const config::Config& config,
                     const engine::StatePaths& paths,
                     const DoctorOptions& options) {
    return {check_state_dir(paths.root),
            check_disk_sync(paths.root),
            check_space(paths.root, config.wal.segment_bytes),
            check_run(disk, paths, options.timeout_ns),
            check_ledger(disk, paths, config),
            check_audit(disk, paths, config)};
}

void append(Checks& checks, Checks more) {
    std::move(more.begin(), more.end(), std::back_inserter(checks));
}

}  // namespace

Checks examine_machine() {
    return {check_seccomp(), check_landlock()};
}

Checks examine_config(const config::Config& config, const DoctorOptions& options) {
    const auto disk = make_posix_disk();
    Checks checks;
    engine::StatePaths paths;
    const auto root = engine::state_directory_of(config);
    if (!root) {
        checks.push_back(
            {.name = "state-dir", .verdict = Verdict::Fail, .text = root.error().message});
    } else if (root->empty()) {
        checks.push_back(
            {.name = "state-dir", .verdict = Verdict::Skip, .text = "this config keeps no state"});
    } else {
        paths.root = *root;
        append(checks, examine_state(*disk, config, paths, options));
    }
    append(checks, check_plugins(config, options.plugin_files));
    using Salt = keys::KeyStoreOptions::Salt;
    auto looked = check_keys(engine::key_store_options(config, paths, *disk, Salt::Use));
    append(checks, std::move(looked.checks));
    append(checks,
           check_venues(
               *disk, config, paths, options.plugin_files, looked.reports, options.timeout_ns));
    return checks;
}

}  // namespace tradectl::doctor
