/// The keys that a configuration names, read from their sources and exchanged without a restart.
#pragma once

#include "host/keys/key.hpp"
#include "host/keys/key_source.hpp"

#include <tradectl/expected.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::keys {

/// What a reading of one key came to.
struct KeyReport {
    enum class State {
        Ready,
        Absent,   ///< a stored key that no venue gave us yet
        Refused,  ///< there is none that can be used; `error` says why
        KeptOld,  ///< the new value is bad (`error`), the one before goes on
    };
    enum class Change { None, First, Replaced };

    std::string name;
    KeyKind kind = KeyKind::Secret;
    std::string source;  ///< as `to_string(KeySource)`
    State state = State::Absent;
    Change change = Change::None;
    std::string fingerprint;         ///< of what is in use; empty without one
    std::string fingerprint_before;  ///< of what was in use, when that is something else
    std::optional<Address> address;
    bool published_test_key = false;  ///< must not be used with money
    std::string warning;
    std::optional<Error> error;
};

struct KeyStoreOptions {
    std::vector<KeySpec> keys;  ///< names are valid and differ
    KeyPlaces places;
    enum class Salt { Use, Make };
    Salt salt = Salt::Use;  ///< Make: the file `fingerprint.salt` beside stored keys is made
};

/// [any]; a lock guards the exchange of keys, never their use.
class KeyStore {
  public:
    /// Reads nothing yet. InvalidArgument for a name that is no name or stands twice.
    static Expected<std::unique_ptr<KeyStore>> open(KeyStoreOptions options);

    /// Reads all sources (commands and files: it blocks), exchanges what changed all at once and
    /// reports on each key, in the order of the options. A bad new value changes nothing. Other
    /// readers are not held up. One caller at a time.
    std::vector<KeyReport> reload();
    /// Whether a file or credential is another one than at the last reading. Costs one system call
    /// a file.
    [[nodiscard]] bool files_changed() const;

    /// The key of that name; null when there is none now. Shared because one that is exchanged
    /// lives on until its last signature is done.
    [[nodiscard]] std::shared_ptr<const Key> find(std::string_view name) const;
    /// Grows before `find` can give another key than before; 0 while there is none.
    [[nodiscard]] std::uint64_t version() const { return version_; }

    /// Keeps a stored key, durably and readable by this user alone, before it can be used.
    /// NotFound or BadState when the name is unknown or its source is another, InvalidArgument when
    /// the text is no such key.
    Status store(std::string_view name, std::string_view text);

  private:
    struct FileStamp {
        std::uint64_t inode = 0;
        std::int64_t changed_ns = 0;
        std::int64_t bytes = -1;
        friend bool operator==(const FileStamp&, const FileStamp&) = default;
    };
    using Keys = std::map<std::string, std::shared_ptr<const Key>, std::less<>>;

    explicit KeyStore(KeyStoreOptions options) : options_(std::move(options)) {}
    Status open_salt();
    [[nodiscard]] const KeySpec* spec_of(std::string_view name) const;
    [[nodiscard]] KeyReport read(const KeySpec& spec, Keys& keys) const;
    static void describe(const Key& key, KeyReport& report);
    [[nodiscard]] std::vector<FileStamp> stamps() const;

    KeyStoreOptions options_;
    LockedBytes salt_;
    std::vector<FileStamp> stamps_;
    mutable std::mutex mutex_;
    Keys keys_;
    std::atomic<std::uint64_t> version_{0};  ///< written under the lock
};

}  // namespace tradectl::keys
