#include "host/config/key_rules.hpp"

#include "host/base/assert.hpp"
#include "host/config/scalar.hpp"
#include "host/config/value_file.hpp"

#include <array>

namespace tradectl::config {
namespace {

constexpr std::size_t kWordsMax = 64;
constexpr const char* kAuditKey = "audit";
constexpr std::array<const char*, 5> kSources = {
    "file", "credential", "command", "environment", "stored"};

std::string text_or_empty(const Node& map, std::string_view key) {
    const Node* node = map.find(key);
    return node == nullptr ? std::string() : node->text;
}

/// `stored: false` and an empty list are no source.
bool names_source(const Node& item, std::string_view key) {
    const Node* node = item.find(key);
    if (node == nullptr) return false;
    if (key == "command") return !node->children.empty();
    return key == "stored" ? node->text == "true" : !node->text.empty();
}

}  // namespace

Rule key_rule() {
    const auto text = [](std::string_view name, std::string_view help) {
        return scalar(RuleKind::Text, name, help);
    };
    return map(
        "",
        "one key and its source: file, credential, command, environment or stored",
        {text("name", "unique name; exchanges refer to it").like(Pattern::Slug).required(),
         text("type", "what it signs; secret: nothing, it is text in requests")
             .one_of({"secp256k1", "hmac", "ed25519", "es256", "secret"})
             .required(),
         text("encoding", "of an hmac key; base64: either alphabet")
             .one_of({"raw", "base64", "base64url", "hex"})
             .otherwise("raw"),
         scalar(RuleKind::Path, "file", "mode 0600, of this user"),
         text("credential", "name of a credential of systemd").like(Pattern::Name),
         list("command",
              "a program by its absolute path, and arguments; it writes the key",
              text("", "word"))
             .items(0, kWordsMax),
         scalar(RuleKind::Duration, "command_timeout", "after which the program is killed")
             .at_least("1ms")
             .at_most("5m")
             .otherwise("10s"),
         text("environment", "a variable; other programs of this user can read it")
             .like(Pattern::Name),
         scalar(RuleKind::Boolean, "stored", "a venue gives it to us; kept under keys in the state")
             .otherwise("false")});
}

KeyConfig bind_key(const Node& item) {
    KeyConfig key;
    key.name = text_or_empty(item, "name");
    key.type = text_or_empty(item, "type");
    key.encoding = text_or_empty(item, "encoding");
    if (const Node* file = item.find("file"))
        key.file = absolute_path(file->text, file->origin.directory);
    key.credential = text_or_empty(item, "credential");
    if (const Node* command = item.find("command")) {
        for (const Node& word : command->children)
            key.command.push_back(word.text);
    }
    const auto timeout = parse_duration(text_or_empty(item, "command_timeout"));
    TRADECTL_ASSERT(timeout.has_value());
    key.command_timeout_ns = *timeout;
    key.environment = text_or_empty(item, "environment");
    key.stored = text_or_empty(item, "stored") == "true";
    return key;
}

void check_key(const Node& item, const std::string& path, Problems& problems) {
    std::size_t sources = 0;
    for (const char* source : kSources)
        sources += names_source(item, source) ? 1 : 0;
    if (sources != 1) {
        problems.push_back({item.origin,
                            path,
                            sources == 0 ? "the key has no source" : "the key has two sources",
                            "one of file, credential, command, environment, stored"});
    }
    const Node* command = item.find("command");
    if (command != nullptr && !command->children.empty() &&
        !command->children[0].text.starts_with('/')) {
        problems.push_back({command->children[0].origin,
                            path + ".command[0]",
                            "'" + command->children[0].text + "' is not an absolute path",
                            ""});
    }
    const Node* encoding = item.find("encoding");
    if (encoding != nullptr && encoding->text != "raw" && text_or_empty(item, "type") != "hmac") {
        problems.push_back(
            {encoding->origin, path + ".encoding", "goes with keys of type hmac alone", ""});
    }
    const Node* name = item.find("name");
    if (name != nullptr && name->text == kAuditKey) {
        problems.push_back(
            {name->origin, path + ".name", "'audit' is the name of the audit log's own key", ""});
    }
}

}  // namespace tradectl::config
