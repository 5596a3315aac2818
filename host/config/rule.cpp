#include "host/config/rule.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::config {
namespace {

constexpr std::size_t kSlugBytesMax = 40;
constexpr std::size_t kNameBytesMax = 95;

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_alphanumeric(char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::string_view expression(Pattern pattern) {
    switch (pattern) {
        case Pattern::Free: return "";
        case Pattern::Slug: return "[a-z0-9-]{1,40}";
        case Pattern::Name: return "[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,94}";
        case Pattern::NamePattern: return "[A-Za-z0-9*][A-Za-z0-9*._:/@+-]{0,94}";
    }
    return "";
}

bool matches(Pattern pattern, std::string_view text) {
    if (pattern == Pattern::Free) return true;
    if (text.empty()) return false;
    if (pattern == Pattern::Slug) {
        return text.size() <= kSlugBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
                   return is_lower_or_digit(c) || c == '-';
               });
    }
    const bool stars = pattern == Pattern::NamePattern;
    const auto is_star = [stars](char c) { return stars && c == '*'; };
    return text.size() <= kNameBytesMax &&
           (is_alphanumeric(text.front()) || is_star(text.front())) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return is_alphanumeric(c) || is_star(c) ||
                      std::string_view("._:/@+-").find(c) != std::string_view::npos;
           });
}

Rule Rule::required() && {
    presence = Presence::Required;
    return std::move(*this);
}

Rule Rule::otherwise(std::string_view text) && {
    presence = Presence::Filled;
    fallback.kind = Node::Kind::Scalar;
    fallback.text = text;
    return std::move(*this);
}

Rule Rule::optional() && {
    presence = Presence::Optional;
    return std::move(*this);
}

Rule Rule::at_least(std::string_view text) && {
    minimum = std::string(text);
    return std::move(*this);
}

Rule Rule::above(std::string_view text) && {
    minimum = std::string(text);
    above_minimum = true;
    return std::move(*this);
}

Rule Rule::at_most(std::string_view text) && {
    maximum = std::string(text);
    return std::move(*this);
}

Rule Rule::one_of(std::vector<std::string> words) && {
    choices = std::move(words);
    return std::move(*this);
}

Rule Rule::like(Pattern wanted) && {
    pattern = wanted;
    return std::move(*this);
}

Rule Rule::items(std::size_t least, std::size_t most) && {
    length_min = least;
    length_max = most;
    return std::move(*this);
}

const Rule* Rule::find(std::string_view key) const {
    for (const Rule& child : children) {
        if (child.name == key) return &child;
    }
    return nullptr;
}

Rule scalar(RuleKind kind, std::string_view name, std::string_view help) {
    Rule rule;
    rule.kind = kind;
    rule.name = name;
    rule.help = help;
    return rule;
}

Rule map(std::string_view name, std::string_view help, std::vector<Rule> keys) {
    Rule rule = scalar(RuleKind::Map, name, help);
    rule.presence = Presence::Filled;
    rule.fallback.kind = Node::Kind::Map;
    rule.children = std::move(keys);
    return rule;
}

Rule list(std::string_view name, std::string_view help, Rule item) {
    Rule rule = scalar(RuleKind::List, name, help);
    rule.presence = Presence::Filled;
    rule.fallback.kind = Node::Kind::List;
    rule.children.push_back(std::move(item));
    return rule;
}

}  // namespace tradectl::config
