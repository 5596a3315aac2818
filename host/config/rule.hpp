/// What a key may hold. One table of rules drives the check, the defaults, the environment's names,
/// the JSON Schema and the manual; a plugin's schema is turned into the same rules.
#pragma once

#include "host/config/node.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::config {

enum class RuleKind {
    Map,       ///< fixed keys
    NamedMap,  ///< free keys, one kind of value
    List,
    Text,
    Path,  ///< text; relative paths are resolved when the configuration is bound
    Integer,
    Boolean,
    Decimal,
    Duration,  ///< "5ms"; whole nanoseconds, not negative
    Size,      ///< "16MiB"; whole bytes
    Time,      ///< RFC 3339
    Any,       ///< kept as a tree
};

/// What a missing key means.
enum class Presence {
    Required,
    Optional,  ///< absent from the merged result
    Filled,    ///< the default is used; a map is filled with its keys' defaults
};

/// Which characters a text may have.
enum class Pattern {
    Free,
    Slug,         ///< [a-z0-9-]{1,40}
    Name,         ///< [A-Za-z0-9][A-Za-z0-9._:/@+-]{0,94}: fits an id of the plugin ABI
    NamePattern,  ///< the same with * for any text: [A-Za-z0-9*][A-Za-z0-9*._:/@+-]{0,94}
};
/// The pattern as a regular expression, or empty.
[[nodiscard]] std::string_view expression(Pattern pattern);
[[nodiscard]] bool matches(Pattern pattern, std::string_view text);

struct Rule {
    RuleKind kind = RuleKind::Any;
    std::string name;  ///< the key; empty for an item
    std::string help;
    Presence presence = Presence::Optional;
    Node fallback;                       ///< the default, with Presence::Filled
    std::optional<std::string> minimum;  ///< inclusive, as the file would write it
    std::optional<std::string> maximum;
    bool above_minimum = false;  ///< the minimum itself is refused
    std::vector<std::string> choices;
    Pattern pattern = Pattern::Free;
    std::size_t length_max = 0;  ///< bytes of a text, items of a list; 0: no limit
    std::size_t length_min = 0;
    Node::Secrecy secrecy = Node::Secrecy::Open;
    std::vector<Rule> children;  ///< keys of a map; the one item of a list or a named map

    // Refinements, to be chained on a fresh rule.
    [[nodiscard]] Rule required() &&;
    [[nodiscard]] Rule otherwise(std::string_view text) &&;
    [[nodiscard]] Rule optional() &&;
    [[nodiscard]] Rule at_least(std::string_view text) &&;
    [[nodiscard]] Rule above(std::string_view text) &&;
    [[nodiscard]] Rule at_most(std::string_view text) &&;
    [[nodiscard]] Rule one_of(std::vector<std::string> words) &&;
    [[nodiscard]] Rule like(Pattern pattern) &&;
    [[nodiscard]] Rule items(std::size_t least, std::size_t most) &&;

    [[nodiscard]] const Rule& item() const { return children.front(); }
    [[nodiscard]] const Rule* find(std::string_view key) const;
};

/// A fresh scalar rule, optional.
[[nodiscard]] Rule scalar(RuleKind kind, std::string_view name, std::string_view help);
/// A map that is filled with its keys' defaults when it is missing.
[[nodiscard]] Rule map(std::string_view name, std::string_view help, std::vector<Rule> keys);
/// A list, empty when it is missing.
[[nodiscard]] Rule list(std::string_view name, std::string_view help, Rule item);

/// The rules of the whole file: the one source of truth about its keys.
[[nodiscard]] const Rule& config_rules();

}  // namespace tradectl::config
