#include "host/doctor/key_checks.hpp"

#include <utility>

namespace tradectl::doctor {

Check judge_key(const keys::KeyReport& report) {
    using State = keys::KeyReport::State;
    Check check{.name = "key:" + report.name, .verdict = Verdict::Fail, .text = ""};
    check.data.set("source", report.source);
    if (report.state == State::Absent) {
        check.verdict = Verdict::Skip;
        check.text = "no venue gave it to us yet";
    } else if (report.state == State::Refused) {
        check.text = report.error ? report.error->message : "cannot be used";
    } else if (report.published_test_key) {
        check.text = "a published test key, which everybody has";
    } else {
        const bool is_old = report.state == State::KeptOld;
        check.verdict = is_old || !report.warning.empty() ? Verdict::Warn : Verdict::Ok;
        check.text = report.source + " can be used";
        if (is_old && report.error) check.text += "; the new one cannot: " + report.error->message;
        if (!report.warning.empty()) check.text += "; " + report.warning;
    }
    return check;
}

KeyChecks check_keys(keys::KeyStoreOptions options) {
    auto store = keys::KeyStore::open(std::move(options));
    if (!store) {
        const Check bad{.name = "keys", .verdict = Verdict::Fail, .text = store.error().message};
        return {.checks = {bad}, .reports = {}};
    }
    KeyChecks out{.checks = {}, .reports = (*store)->reload()};
    for (const auto& report : out.reports)
        out.checks.push_back(judge_key(report));
    return out;
}

}  // namespace tradectl::doctor
