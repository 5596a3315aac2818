#include "host/doctor/check.hpp"

#include <algorithm>
#include <array>

namespace tradectl::doctor {

namespace {

constexpr std::array<std::string_view, 5> kVerdictNames{"ok", "warn", "fail", "unknown", "skip"};

}  // namespace

std::string_view to_string(Verdict verdict) {
    return kVerdictNames.at(static_cast<std::size_t>(verdict));
}

Verdict sum_of(const Checks& checks) {
    const auto has = [&](Verdict verdict) {
        return std::any_of(checks.begin(), checks.end(), [&](const Check& check) {
            return check.verdict == verdict;
        });
    };
    if (has(Verdict::Fail)) return Verdict::Fail;
    return has(Verdict::Unknown) ? Verdict::Unknown : Verdict::Ok;
}

}  // namespace tradectl::doctor
