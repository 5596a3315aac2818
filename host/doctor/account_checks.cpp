#include "host/doctor/account_checks.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace tradectl::doctor {

namespace {

std::string text_of(const Json& object, std::string_view key) {
    return std::string(object.find_text(key).value_or(""));
}

bool same_address(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return lower(x) == lower(y);
    });
}

/// "pUSD for exchange 0x12: ok, 5, 3 s old".
std::string words_of(const Json& allowance, Timestamp now) {
    std::string out = text_of(allowance, "asset") + " for " + text_of(allowance, "contract") + " " +
                      text_of(allowance, "spender") + ": " + text_of(allowance, "state");
    if (const auto amount = allowance.find_text("amount")) out.append(", ").append(*amount);
    const Json* read = allowance.find("read");
    if (const auto ns = read == nullptr ? std::nullopt : read->as_integer())
        out += ", " + std::to_string(now.minus(Timestamp{*ns}) / kNsPerSecond) + " s old";
    return out;
}

}  // namespace

Check judge_address(const std::string& exchange,
                    const Json& account,
                    const std::vector<keys::KeyReport>& keys) {
    const std::string key = text_of(account, "key");
    const std::string address = text_of(account, "address");
    Check check{.name = "address:" + exchange, .verdict = Verdict::Unknown, .text = ""};
    check.data.set("key", key);
    check.data.set("address", address);
    const auto found =
        std::find_if(keys.begin(), keys.end(), [&](const auto& each) { return each.name == key; });
    if (found == keys.end() || !found->address) {
        check.text = "key " + key + " cannot be read, its address is not known";
        return check;
    }
    const std::string theirs = keys::to_text(*found->address);
    const bool is_same = same_address(theirs, address);
    check.verdict = is_same ? Verdict::Ok : Verdict::Fail;
    check.text = is_same ? address + " is the address of key " + key
                         : "the exchange is configured with " + address + ", key " + key +
                               " has the address " + theirs;
    return check;
}

Check judge_allowances(const std::string& exchange, const Json& account, Timestamp now) {
    Check check{.name = "allowances:" + exchange, .verdict = Verdict::Ok, .text = ""};
    const Json* told = account.find("allowances");
    const Json::Array* rows = told == nullptr ? nullptr : told->as_array();
    std::size_t missing = 0;
    std::size_t unknown = 0;
    for (const Json& each : rows == nullptr ? Json::Array{} : *rows) {
        const std::string state = text_of(each, "state");
        missing += state == "missing" ? 1 : 0;
        unknown += state == "unknown" ? 1 : 0;
        check.text.append(check.text.empty() ? "" : "; ").append(words_of(each, now));
    }
    if (unknown > 0) check.verdict = Verdict::Unknown;
    if (missing > 0) check.verdict = Verdict::Warn;
    if (check.text.empty()) {
        check.verdict = Verdict::Unknown;
        check.text = "the exchange tells none";
    }
    if (told != nullptr) check.data.set("allowances", *told);
    return check;
}

}  // namespace tradectl::doctor
