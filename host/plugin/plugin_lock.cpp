#include "host/plugin/plugin_lock.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tradectl::plugin {
namespace {

constexpr std::string_view kFirstLine = "tradectl plugins.lock 1";
constexpr std::size_t kWordBytesMax = 64;
constexpr std::size_t kSha256Digits = 64;
/// Keys of an entry, in the order in which they stand.
constexpr std::array<std::string_view, 6> kKeys{
    "plugin", "sha256", "isolation", "capabilities", "trusted_at", "by_uid"};

/// Reads the text line by line and knows where it is.
class LockReader {
  public:
    LockReader(std::string_view text, const std::string& path, const PluginLock& before)
        : rest_(text), path_(path), before_(before) {}

    Status read_first_line() {
        const std::string_view line = next();
        if (line == kFirstLine) return {};
        return bad("first line",
                   "want \"" + std::string(kFirstLine) + "\", found \"" +
                       std::string(line.substr(0, kWordBytesMax)) + "\"");
    }
    /// Passes over empty lines and comments; false at the end.
    [[nodiscard]] bool has_entry() {
        while (!rest_.empty() && (rest_.front() == '\n' || rest_.front() == '#'))
            static_cast<void>(next());
        return !rest_.empty();
    }
    Expected<TrustedPlugin> read_entry();

  private:
    [[nodiscard]] Unexpected bad(std::string_view key, const std::string& what) const {
        return fail(ErrorCode::Corrupt,
                    path_ + ":" + std::to_string(number_) + ": " + std::string(key) + ": " + what);
    }
    std::string_view next() {
        ++number_;
        const std::size_t end = std::min(rest_.find('\n'), rest_.size());
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return line;
    }
    Expected<std::string_view> value_of(std::string_view key) {
        const std::string_view line = next();
        if (line.substr(0, key.size()) == key && line.substr(key.size(), 1) == ":") {
            const std::string_view value = line.substr(key.size() + 1);
            return value.starts_with(' ') ? value.substr(1) : value;
        }
        return bad(key, "want this key here, found \"" + std::string(line.substr(0, 64)) + "\"");
    }
    Status read_value(std::string_view key, std::string_view value, TrustedPlugin& entry);
    Status read_capabilities(std::string_view value, TrustedPlugin& entry);

    std::string_view rest_;
    const std::string& path_;
    const PluginLock& before_;  // the entries that were read
    std::size_t number_ = 0;
};

bool is_sha256(std::string_view text) {
    return text.size() == kSha256Digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Status LockReader::read_capabilities(std::string_view value, TrustedPlugin& entry) {
    while (!value.empty()) {
        const std::size_t end = std::min(value.find(' '), value.size());
        const std::string_view word = value.substr(0, end);
        if (!is_lock_word(word))
            return bad("capabilities", "\"" + std::string(word) + "\" is not a word");
        if (!entry.capabilities.empty() && entry.capabilities.back() >= word)
            return bad("capabilities", "not sorted, or twice: \"" + std::string(word) + "\"");
        entry.capabilities.emplace_back(word);
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return {};
}

Status LockReader::read_value(std::string_view key, std::string_view value, TrustedPlugin& entry) {
    const auto want = [&](const std::string& what) {
        return bad(key, "want " + what + ", found \"" + std::string(value.substr(0, 80)) + "\"");
    };
    if (key == "capabilities") return read_capabilities(value, entry);
    if (key == "plugin") {
        if (!is_lock_word(value)) return want("one to 64 letters, digits, dots, dashes");
        if (before_.find(value) != nullptr) return want("a plugin that has no entry above");
        entry.name = value;
    } else if (key == "sha256") {
        if (!is_sha256(value)) return want("64 lower-case hexadecimal digits");
        entry.sha256 = value;
    } else if (key == "isolation") {
        if (value != to_string(Isolation::InProcess)) return want("inproc");
    } else if (key == "trusted_at") {
        const auto time = Timestamp::parse(value);
        if (!time) return want("a time as 2026-01-02T03:04:05Z");
        entry.trusted_at = *time;
    } else {
        const char* end = value.data() + value.size();
        const auto read = std::from_chars(value.data(), end, entry.by_uid);
        if (value.empty() || read.ec != std::errc{} || read.ptr != end) return want("a user id");
    }
    return {};
}

Expected<TrustedPlugin> LockReader::read_entry() {
    TrustedPlugin entry;
    for (const std::string_view key : kKeys) {
        const auto value = value_of(key);
        if (!value) return fail(value.error());
        if (auto done = read_value(key, *value, entry); !done) return fail(done.error());
    }
    return entry;
}

}  // namespace

std::string_view to_string(Isolation) {
    return "inproc";
}

bool is_lock_word(std::string_view text) {
    return !text.empty() && text.size() <= kWordBytesMax &&
           text.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
               "0123456789._-") == std::string_view::npos;
}

Expected<PluginLock> PluginLock::parse(std::string_view text, const std::string& path) {
    PluginLock lock;
    LockReader reader(text, path, lock);
    if (auto done = reader.read_first_line(); !done) return fail(done.error());
    while (reader.has_entry()) {
        auto entry = reader.read_entry();
        if (!entry) return fail(entry.error());
        lock.put(std::move(*entry));
    }
    return lock;
}

std::string PluginLock::to_text() const {
    std::string text = std::string(kFirstLine) + "\n";
    for (const TrustedPlugin& entry : entries_) {
        text += "\nplugin: " + entry.name + "\nsha256: " + entry.sha256;
        text += "\nisolation: " + std::string(to_string(entry.isolation)) + "\ncapabilities:";
        for (const std::string& word : entry.capabilities)
            text += " " + word;
        text += "\ntrusted_at: " + entry.trusted_at.to_string();
        text += "\nby_uid: " + std::to_string(entry.by_uid) + "\n";
    }
    return text;
}

const TrustedPlugin* PluginLock::find(std::string_view name) const {
    const auto found = std::find_if(
        entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.name == name; });
    return found == entries_.end() ? nullptr : &*found;
}

void PluginLock::put(TrustedPlugin entry) {
    TRADECTL_ASSERT(is_lock_word(entry.name) && is_sha256(entry.sha256));
    TRADECTL_ASSERT(std::is_sorted(entry.capabilities.begin(), entry.capabilities.end()));
    remove(entry.name);
    const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const TrustedPlugin& other) {
        return other.name > entry.name;
    });
    entries_.insert(at, std::move(entry));
}

bool PluginLock::remove(std::string_view name) {
    return std::erase_if(entries_, [&](const auto& entry) { return entry.name == name; }) != 0;
}

}  // namespace tradectl::plugin
