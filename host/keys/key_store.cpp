#include "host/keys/key_store.hpp"

#include "host/base/assert.hpp"
#include "host/base/disk.hpp"
#include "host/keys/private_file.hpp"

#include <algorithm>

#include <openssl/rand.h>
#include <sys/stat.h>

namespace tradectl::keys {
namespace {

constexpr std::size_t kSaltBytes = 32;
constexpr const char* kSaltName = "fingerprint.salt";  // no key's name has a point

std::string path_of(const KeySpec& spec, const KeyPlaces& places) {
    if (spec.source.kind == KeySource::Kind::File) return spec.source.name;
    if (spec.source.kind != KeySource::Kind::Credential) return {};
    const char* directory = places.environment("CREDENTIALS_DIRECTORY");
    return directory == nullptr ? std::string() : std::string(directory) + "/" + spec.source.name;
}

std::string warning_of(const KeySpec& spec, const Key& key) {
    std::string text;
    const auto add = [&](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
    if (spec.source.kind == KeySource::Kind::Environment)
        add("comes from the environment, which other programs of this user can read");
    if (const auto address = key.address(); address && is_published_test_address(*address))
        add("a published test key: anybody can take what it holds");
    if (key.kind() != KeyKind::Es256 && !key.in_locked_memory())
        add("its memory could not be locked (RLIMIT_MEMLOCK) and may be swapped out");
    return text;
}

}  // namespace

Expected<std::unique_ptr<KeyStore>> KeyStore::open(KeyStoreOptions options) {
    for (std::size_t i = 0; i < options.keys.size(); ++i) {
        const std::string& name = options.keys[i].name;
        if (!is_key_name(name))
            return fail(ErrorCode::InvalidArgument, "key '" + name + "': no name of a key");
        const auto same = [&](const KeySpec& other) { return other.name == name; };
        if (std::count_if(options.keys.begin(), options.keys.end(), same) != 1)
            return fail(ErrorCode::InvalidArgument, "key '" + name + "': named twice");
    }
    std::unique_ptr<KeyStore> store(new KeyStore(std::move(options)));
    if (auto salted = store->open_salt(); !salted) return fail(salted.error());
    return store;
}

Status KeyStore::open_salt() {
    const KeyPlaces& places = options_.places;
    if (places.disk == nullptr || places.directory.empty()) return {};
    Disk& disk = *places.disk;
    const std::string path = places.directory + "/" + kSaltName;
    const auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (!*there && options_.salt == KeyStoreOptions::Salt::Use) return {};
    LockedBytes salt(kSaltBytes + 1);
    if (!*there) {
        auto* const bytes = reinterpret_cast<unsigned char*>(salt.bytes().data());
        TRADECTL_ASSERT(RAND_priv_bytes(bytes, kSaltBytes) == 1);
        salt.shorten(kSaltBytes);
        if (auto made = disk.make_directory(places.directory); !made) return fail(made.error());
        if (auto kept = write_file_atomically(disk, path, salt.text()); !kept)
            return fail(kept.error());
    } else {
        if (auto sound = check_private_file(path); !sound) return fail(sound.error());
        auto file = disk.open(path, {});
        if (!file) return fail(file.error());
        const auto count = (*file)->read(0, salt.bytes());
        if (!count) return fail(count.error());
        if (*count != kSaltBytes) return fail(ErrorCode::Corrupt, "key " + path + ": not 32 bytes");
        salt.shorten(kSaltBytes);
    }
    salt_ = std::move(salt);
    return {};
}

const KeySpec* KeyStore::spec_of(std::string_view name) const {
    for (const KeySpec& spec : options_.keys) {
        if (spec.name == name) return &spec;
    }
    return nullptr;
}

void KeyStore::describe(const Key& key, KeyReport& report) {
    report.state = KeyReport::State::Ready;
    report.fingerprint = key.fingerprint();
    report.address = key.address();
    report.published_test_key = report.address && is_published_test_address(*report.address);
}

/// Reads one key into `keys`, which holds what was in use before.
KeyReport KeyStore::read(const KeySpec& spec, Keys& keys) const {
    KeyReport report{.name = spec.name, .kind = spec.kind, .source = to_string(spec.source)};
    auto text = read_key_text(spec, options_.places);
    auto key = text ? Key::parse(spec.kind, spec.encoding, std::move(*text)) : fail(text.error());
    const auto before = keys.find(spec.name);
    const bool had = before != keys.end();
    if (had) describe(*before->second, report);
    if (key) {
        key->name_it(salt_.bytes());
        const std::string old = report.fingerprint;
        describe(*key, report);
        report.warning = warning_of(spec, *key);
        if (!had) {
            report.change = KeyReport::Change::First;
        } else if (!before->second->same_as(*key)) {
            report.change = KeyReport::Change::Replaced;
            report.fingerprint_before = old;
        }
        keys[spec.name] = std::make_shared<const Key>(std::move(*key));
        return report;
    }
    const bool stored = spec.source.kind == KeySource::Kind::Stored;
    if (stored && !had && key.error().code == ErrorCode::NotFound) return report;
    report.state = had ? KeyReport::State::KeptOld : KeyReport::State::Refused;
    report.error = key.error();
    const std::string named = "key " + spec.name + ": ";
    if (!report.error->message.starts_with("key "))
        report.error->message = named + to_string(spec.source) + ": " + report.error->message;
    return report;
}

std::vector<KeyReport> KeyStore::reload() {
    stamps_ = stamps();
    Keys before;
    {
        const std::lock_guard lock(mutex_);
        before = keys_;
    }
    Keys keys = before;
    std::vector<KeyReport> reports;
    for (const KeySpec& spec : options_.keys)
        reports.push_back(read(spec, keys));
    const std::lock_guard lock(mutex_);
    // What was stored meanwhile is newer than what was read.
    for (const auto& [name, key] : keys_) {
        if (before[name] != key) keys[name] = key;
    }
    keys_.swap(keys);
    ++version_;
    return reports;
}

std::vector<KeyStore::FileStamp> KeyStore::stamps() const {
    std::vector<FileStamp> result;
    for (const KeySpec& spec : options_.keys) {
        FileStamp& stamp = result.emplace_back();
        const std::string path = path_of(spec, options_.places);
        struct stat status {};
        if (path.empty() || ::stat(path.c_str(), &status) != 0) continue;
        stamp.inode = status.st_ino;
        stamp.changed_ns = status.st_ctim.tv_sec * 1'000'000'000LL + status.st_ctim.tv_nsec;
        stamp.bytes = status.st_size;
    }
    return result;
}

bool KeyStore::files_changed() const {
    return stamps() != stamps_;
}

std::shared_ptr<const Key> KeyStore::find(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = keys_.find(name);
    return found == keys_.end() ? nullptr : found->second;
}

Status KeyStore::store(std::string_view name, std::string_view text) {
    const std::string title = "key " + std::string(name) + ": ";
    const KeySpec* spec = spec_of(name);
    if (spec == nullptr) return fail(ErrorCode::NotFound, title + "not in the configuration");
    if (spec->source.kind != KeySource::Kind::Stored) {
        return fail(ErrorCode::BadState,
                    title + "comes from " + to_string(spec->source) + " and is not ours to write");
    }
    if (options_.places.directory.empty())
        return fail(ErrorCode::BadState, title + "nothing is kept without a state");
    if (text.size() > kKeyTextBytesMax)
        return fail(ErrorCode::InvalidArgument, title + "longer than a key may be");
    auto key = Key::parse(spec->kind, spec->encoding, LockedBytes(std::as_bytes(std::span(text))));
    if (!key) return fail(key.error().code, title + key.error().message);
    key->name_it(salt_.bytes());
    Disk& disk = *options_.places.disk;
    if (auto made = disk.make_directory(options_.places.directory); !made)
        return fail(made.error());
    const std::string path = stored_path(options_.places, spec->name);
    if (auto kept = write_file_atomically(disk, path, text); !kept) return fail(kept.error());
    const std::lock_guard lock(mutex_);
    keys_[spec->name] = std::make_shared<const Key>(std::move(*key));
    ++version_;
    return {};
}

}  // namespace tradectl::keys
