#include "host/doctor/sandbox_checks.hpp"

#include <cerrno>
#include <system_error>

#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tradectl::doctor {
namespace {

std::string words_of(int error_number) {
    return std::generic_category().message(error_number);
}

}  // namespace

Check check_seccomp() {
    std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
    const bool is_there = ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
    Check check{.name = "sandbox-seccomp", .verdict = Verdict::Ok, .text = "filters can be set"};
    if (!is_there) check.text = "not on this kernel: " + words_of(errno);
    check.data.set("available", is_there);
    return check;
}

Check check_landlock() {
    const auto version =
        ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    Check check{.name = "sandbox-landlock", .verdict = Verdict::Ok, .text = ""};
    check.text = version > 0 ? "ABI version " + std::to_string(version)
                             : "not on this kernel: " + words_of(errno);
    check.data.set("abi_version", version > 0 ? Json(version) : Json());
    return check;
}

}  // namespace tradectl::doctor
