#include "host/config/reconcile_rules.hpp"

#include "host/config/read_node.hpp"
#include "host/config/rule_kinds.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace tradectl::config {
namespace {

struct PolicyRow {
    std::string_view kind;
    std::string_view help;
    std::string_view more;  ///< beside report and halt; empty: nothing
    std::string_view usual = "halt";
};
/// The kinds of host/recovery/finding.hpp, in its order.
constexpr std::array<PolicyRow, 12> kPolicies{{
    {"missing_fill", "a fill that one side alone knows", "adopt"},
    {"orphan_order", "open at the venue, not in our books", "cancel"},
    {"ghost_order", "open in our books, not at the venue", ""},
    {"orphan_position", "at the venue, flat in our books", ""},
    {"ghost_position", "in our books, flat at the venue", ""},
    {"quantity_differs", "of an order, a fill or a position that both know", ""},
    {"average_price_differs", "of a position", ""},
    {"balance_drift", "the venue's total is not ours", "adopt"},
    {"unsettled_too_long", "a fill that is not final", ""},
    {"unknown_instrument", "something in what the config does not name", "", "report"},
    {"resolved_not_redeemed", "a position whose market is over", ""},
    {"unprotected_position", "a position that nothing would close", "flatten"},
}};
constexpr std::array<std::pair<std::string_view, DriftPolicy>, 5> kWords{
    {{"report", DriftPolicy::Report},
     {"halt", DriftPolicy::Halt},
     {"adopt", DriftPolicy::Adopt},
     {"cancel", DriftPolicy::Cancel},
     {"flatten", DriftPolicy::Flatten}}};

Rule policy_rule() {
    std::vector<Rule> keys;
    for (const PolicyRow& row : kPolicies) {
        std::vector<std::string> words{"report", "halt"};
        if (!row.more.empty()) words.emplace_back(row.more);
        keys.push_back(scalar(RuleKind::Text, row.kind, row.help)
                           .one_of(std::move(words))
                           .otherwise(row.usual));
    }
    return map("policy", "what is done about each kind of finding", std::move(keys));
}

Rule tolerance_rule() {
    Rule balance = scalar(RuleKind::NamedMap, "balance", "of totals, by asset; without an entry 0");
    balance.children.push_back(scalar(RuleKind::Decimal, "", "amount").at_least("0"));
    balance.presence = Presence::Optional;
    return map("tolerance",
               "differences that are none",
               {scalar(RuleKind::Decimal, "quantity", "of positions").at_least("0").otherwise("0"),
                scalar(RuleKind::Decimal, "average_price", "of positions, as a fraction of ours")
                    .at_least("0")
                    .at_most("1")
                    .otherwise("0.000001"),
                std::move(balance)});
}

}  // namespace

Rule reconcile_rule() {
    return map(
        "reconcile",
        "our books beside the venue's",
        {duration("interval", "between two comparisons of a run under a real clock; 0s is never")
             .at_most("24h")
             .otherwise("60s"),
         duration("grace", "what is younger is still on its way").at_most("1h").otherwise("10s"),
         duration("age_max", "older answers of a venue prove nothing")
             .at_least("1s")
             .otherwise("60s"),
         duration("unsettled_max", "how long a fill may take to be final").otherwise("10m"),
         scalar(RuleKind::Text, "protection", "whether every position needs an exit")
             .one_of({"off", "required"})
             .otherwise("off"),
         tolerance_rule(),
         policy_rule()});
}

ReconcileConfig bind_reconcile(const Node& map) {
    ReconcileConfig out;
    out.interval_ns = duration(map, "interval");
    out.grace_ns = duration(map, "grace");
    out.age_ns_max = duration(map, "age_max");
    out.unsettled_ns_max = duration(map, "unsettled_max");
    out.protection_required = child(map, "protection").text == "required";
    const Node& tolerance = child(map, "tolerance");
    out.quantity_tolerance = checked(Decimal::parse(child(tolerance, "quantity").text));
    out.average_price_tolerance = checked(Decimal::parse(child(tolerance, "average_price").text));
    if (const Node* balance = tolerance.find("balance")) {
        for (const Node& item : balance->children)
            out.balance_tolerances.emplace(item.key, checked(Decimal::parse(item.text)));
    }
    const Node& policy = child(map, "policy");
    for (const PolicyRow& row : kPolicies) {
        for (const auto& [word, value] : kWords) {
            if (child(policy, row.kind).text == word)
                out.policy.emplace(std::string(row.kind), value);
        }
    }
    return out;
}

std::string_view to_string(DriftPolicy policy) {
    for (const auto& [word, value] : kWords) {
        if (value == policy) return word;
    }
    return "unknown";
}

std::optional<DriftPolicy> drift_policy_of(std::string_view kind, std::string_view word) {
    for (const PolicyRow& row : kPolicies) {
        if (row.kind != kind) continue;
        if (word != "report" && word != "halt" && word != row.more) return std::nullopt;
        for (const auto& [name, value] : kWords) {
            if (name == word) return value;
        }
    }
    return std::nullopt;
}

}  // namespace tradectl::config
