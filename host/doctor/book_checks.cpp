#include "host/doctor/book_checks.hpp"

#include "host/engine/audit_log.hpp"
#include "host/engine/queries.hpp"

namespace tradectl::doctor {
namespace {

/// Skip where a file is not there; Fail where that cannot be told.
std::optional<Check> missing(Disk& disk, const std::string& name, const std::string& path) {
    const auto there = disk.exists(path);
    if (!there) return Check{.name = name, .verdict = Verdict::Fail, .text = there.error().message};
    if (*there) return std::nullopt;
    return Check{.name = name, .verdict = Verdict::Skip, .text = path + " is not there yet"};
}

}  // namespace

Check check_ledger(Disk& disk, const engine::StatePaths& paths, const config::Config& config) {
    if (auto none = missing(disk, "ledger", paths.ledger())) return *none;
    const auto books = engine::open_books(disk, paths, config.name);
    if (books) return {.name = "ledger", .verdict = Verdict::Ok, .text = paths.ledger() + " opens"};
    return {.name = "ledger", .verdict = Verdict::Fail, .text = books.error().message};
}

Check check_audit(Disk& disk, const engine::StatePaths& paths, const config::Config& config) {
    if (auto none = missing(disk, "audit", paths.audit())) return *none;
    const auto log = engine::read_audit(disk, paths, config.name, std::nullopt);
    if (!log) return {.name = "audit", .verdict = Verdict::Fail, .text = log.error().message};
    Check check{.name = "audit", .verdict = Verdict::Ok, .text = ""};
    check.text = std::to_string(log->checkpoint().size) + " entries, the checkpoint is signed; " +
                 "tradectl audit verify reads them all";
    check.data.set("entries", log->checkpoint().size);
    return check;
}

}  // namespace tradectl::doctor
