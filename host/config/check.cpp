#include "host/config/check.hpp"

#include "host/config/scalar_rule.hpp"
#include "host/config/suggest.hpp"
#include "host/config/value_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradectl::config {
namespace {

constexpr std::string_view kFileSuffix = "_file";

std::string_view word_for(Node::Kind kind) {
    switch (kind) {
        case Node::Kind::Null: return "empty";
        case Node::Kind::Scalar: return "a single value";
        case Node::Kind::List: return "a list";
        case Node::Kind::Map: return "a map";
    }
    return "";
}

bool is_scalar(RuleKind kind) {
    return kind != RuleKind::Map && kind != RuleKind::NamedMap && kind != RuleKind::List &&
           kind != RuleKind::Any;
}

bool takes_file(const Rule& rule) {
    return rule.kind == RuleKind::Text && rule.choices.empty();
}

class Checker {
  public:
    explicit Checker(Problems& problems) : problems_(problems) {}

    Node check(const Node& node, const Rule& rule, const std::string& path) {
        Node out;
        out.key = node.key;
        out.key_origin = node.key_origin;
        out.origin = node.origin;
        out.secrecy = rule.secrecy == Node::Secrecy::Secret || names_a_secret(rule.name)
                          ? Node::Secrecy::Secret
                          : node.secrecy;
        if (rule.kind == RuleKind::Any) return check_any(node, path);
        if (rule.kind == RuleKind::Map) check_map(node, rule, path, out);
        if (rule.kind == RuleKind::NamedMap) check_named_map(node, rule, path, out);
        if (rule.kind == RuleKind::List) check_list(node, rule, path, out);
        if (is_scalar(rule.kind)) check_scalar(node, rule, path, out);
        return out;
    }

  private:
    void report(const Origin& origin,
                const std::string& path,
                std::string message,
                std::string hint = "") {
        problems_.push_back({origin, path, std::move(message), std::move(hint)});
    }

    /// Whether the node has that shape; an empty one counts as an empty map or list.
    bool has_shape(const Node& node, Node::Kind kind, const std::string& path) {
        if (node.kind == kind || (node.kind == Node::Kind::Null && kind != Node::Kind::Scalar))
            return true;
        report(node.origin,
               path,
               "must be " + std::string(word_for(kind)) + ", but is " +
                   std::string(word_for(node.kind)));
        return false;
    }

    Node check_any(const Node& node, const std::string& path) {
        Node out = node;
        if (node.kind == Node::Kind::Null) out.kind = Node::Kind::Map;
        has_shape(node, Node::Kind::Map, path);
        mark_secrets(out);
        return out;
    }

    /// Without rules only the key can tell.
    static void mark_secrets(Node& node) {
        if (names_a_secret(node.key)) node.secrecy = Node::Secrecy::Secret;
        for (Node& child : node.children)
            mark_secrets(child);
    }

    void check_map(const Node& node, const Rule& rule, const std::string& path, Node& out) {
        out.kind = Node::Kind::Map;
        if (!has_shape(node, Node::Kind::Map, path)) return;
        refuse_unknown_keys(node, rule, path);
        for (const Rule& key : rule.children) {
            const std::string key_path = join_path(path, key.name);
            Node from_file;
            const Node* value = node.find(key.name);
            if (takes_file(key) && rule.find(key.name + std::string(kFileSuffix)) == nullptr)
                value = prefer_file(node, key, key_path, value, from_file);
            if (value != nullptr) {
                out.children.push_back(check(*value, key, key_path));
            } else if (key.presence == Presence::Required) {
                report(node.origin, key_path, "is required, but missing", key.help);
            } else if (key.presence == Presence::Filled) {
                Node fallback = key.fallback;
                fallback.key = key.name;
                out.children.push_back(check(fallback, key, key_path));
            }
        }
    }

    void refuse_unknown_keys(const Node& node, const Rule& rule, const std::string& path) {
        std::vector<std::string> names;
        for (const Rule& key : rule.children)
            names.push_back(key.name);
        for (const Node& child : node.children) {
            if (rule.find(child.key) != nullptr || file_rule(rule, child.key) != nullptr) continue;
            report(child.key_origin,
                   join_path(path, child.key),
                   "unknown key '" + child.key + "'",
                   hint_for(child.key, names));
        }
    }

    /// The rule whose value `KEY_file` would read.
    static const Rule* file_rule(const Rule& rule, std::string_view key) {
        if (key.size() <= kFileSuffix.size() ||
            key.substr(key.size() - kFileSuffix.size()) != kFileSuffix)
            return nullptr;
        const Rule* base = rule.find(key.substr(0, key.size() - kFileSuffix.size()));
        return base != nullptr && takes_file(*base) ? base : nullptr;
    }

    /// The value, or the one in the file that `KEY_file` names, kept in `storage`.
    const Node* prefer_file(const Node& node,
                            const Rule& key,
                            const std::string& path,
                            const Node* value,
                            Node& storage) {
        const Node* file = node.find(key.name + std::string(kFileSuffix));
        if (file == nullptr) return value;
        if (value != nullptr) {
            report(file->key_origin, path, "is given twice, here as a file", "keep one");
            return value;
        }
        if (!has_shape(*file, Node::Kind::Scalar, path + std::string(kFileSuffix))) return value;
        auto content = read_value_file(file->text, file->origin.directory);
        storage = *file;
        storage.key = key.name;
        storage.secrecy = Node::Secrecy::Secret;
        storage.text.clear();
        if (content)
            storage.text = std::move(*content);
        else
            report(file->origin, path + std::string(kFileSuffix), content.error().message);
        return &storage;
    }

    void check_named_map(const Node& node, const Rule& rule, const std::string& path, Node& out) {
        out.kind = Node::Kind::Map;
        if (!has_shape(node, Node::Kind::Map, path)) return;
        for (const Node& child : node.children)
            out.children.push_back(check(child, rule.item(), join_path(path, child.key)));
        check_length(node, rule, path, "entries");
    }

    void check_list(const Node& node, const Rule& rule, const std::string& path, Node& out) {
        out.kind = Node::Kind::List;
        if (!has_shape(node, Node::Kind::List, path)) return;
        for (std::size_t i = 0; i < node.children.size(); ++i)
            out.children.push_back(check(node.children[i], rule.item(), join_path(path, i)));
        check_length(node, rule, path, "items");
    }

    void check_length(const Node& node,
                      const Rule& rule,
                      const std::string& path,
                      std::string_view what) {
        const std::size_t length = node.children.size();
        const auto refuse = [&](std::string_view side, std::size_t limit) {
            report(node.origin,
                   path,
                   std::to_string(length) + " " + std::string(what) + " is " + std::string(side) +
                       " " + std::to_string(limit));
        };
        if (length < rule.length_min) refuse("below the minimum of", rule.length_min);
        if (rule.length_max != 0 && length > rule.length_max)
            refuse("above the maximum of", rule.length_max);
    }

    void check_scalar(const Node& node, const Rule& rule, const std::string& path, Node& out) {
        out.kind = Node::Kind::Scalar;
        out.text = node.text;
        if (node.kind == Node::Kind::Null) {
            report(node.origin, path, "has no value", rule.help);
            return;
        }
        if (!has_shape(node, Node::Kind::Scalar, path)) return;
        auto canonical = canonical_text(out.text, rule);
        if (canonical) {
            out.text = std::move(*canonical);
            return;
        }
        const bool misspelt = !rule.choices.empty() && out.secrecy == Node::Secrecy::Open;
        report(node.origin,
               path,
               out.secrecy == Node::Secrecy::Open ? canonical.error().message
                                                  : "the secret has a wrong form",
               misspelt ? hint_for_choice(out.text, rule) : "");
    }

    static std::string hint_for_choice(std::string_view text, const Rule& rule) {
        const std::string guess = nearest(text, rule.choices);
        return guess.empty() ? "" : "did you mean '" + guess + "'?";
    }

    Problems& problems_;
};

}  // namespace

Node check(const Node& node, const Rule& rule, const std::string& path, Problems& problems) {
    return Checker(problems).check(node, rule, path);
}

std::string join_path(const std::string& parent, std::string_view key) {
    return parent.empty() ? std::string(key) : parent + "." + std::string(key);
}

std::string join_path(const std::string& parent, std::size_t index) {
    return parent + "[" + std::to_string(index) + "]";
}

bool names_a_secret(std::string_view name) {
    constexpr std::array<std::string_view, 7> kWords = {
        "secret", "password", "passphrase", "token", "api_key", "apikey", "private_key"};
    std::string lower(name);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
        return lower.find(word) != std::string::npos;
    });
}

}  // namespace tradectl::config
