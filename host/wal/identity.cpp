#include "host/wal/identity.hpp"

#include "host/base/hash.hpp"
#include "host/base/hex.hpp"
#include "host/wal/segment.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace tradectl::wal {
namespace {

constexpr std::string_view kTitle = "tradectl identity 1\n";
constexpr std::uint64_t kFileBytesMax = 4096;

std::string path_in(const std::string& state_directory) {
    return state_directory + "/identity";
}

template <typename T>
std::string hex_of(T value) {
    std::array<std::byte, sizeof(T)> bytes{};
    for (std::size_t i = sizeof(T); i-- > 0; value = static_cast<T>(value >> 4 >> 4))
        bytes[i] = static_cast<std::byte>(value & 0xff);
    return to_hex(bytes);
}

std::string checksum_of(std::string_view text) {
    return hex_of(crc32c(bytes_of(text)));
}

std::string to_file(const Identity& identity) {
    std::string text{kTitle};
    text += "install_id " + hex_of(identity.install_id) + "\n";
    text += "key " + to_hex(identity.key) + "\n";
    text += "epoch " + std::to_string(identity.epoch) + "\n";
    text += "log_id " + hex_of(identity.log_id.value) + "\n";
    return text + "checksum " + checksum_of(text) + "\n";
}

// Takes "<name> <value>\n" from the front of `rest`.
std::optional<std::string_view> take_line(std::string_view& rest, std::string_view name) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos || rest.substr(0, name.size()) != name) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    if (line.size() <= name.size() + 1 || line[name.size()] != ' ') return std::nullopt;
    rest.remove_prefix(end + 1);
    return line.substr(name.size() + 1);
}

template <typename T>
bool take_number(std::string_view& rest, std::string_view name, int base, T& out) {
    const auto text = take_line(rest, name);
    if (!text) return false;
    const auto end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, out, base);
    return error == std::errc{} && stop == end;
}

std::optional<Identity> from_file(std::string_view text) {
    const std::size_t last = text.rfind("checksum ");
    if (last == std::string_view::npos) return std::nullopt;
    std::string_view rest = text.substr(last);
    if (take_line(rest, "checksum") != checksum_of(text.substr(0, last)) || !rest.empty())
        return std::nullopt;
    rest = text.substr(0, last);
    if (rest.substr(0, kTitle.size()) != kTitle) return std::nullopt;
    rest.remove_prefix(kTitle.size());

    Identity identity;
    if (!take_number(rest, "install_id", 16, identity.install_id)) return std::nullopt;
    const auto key_text = take_line(rest, "key");
    const auto key = key_text ? from_hex(*key_text) : std::nullopt;
    if (!key || key->size() != identity.key.size()) return std::nullopt;
    std::copy(key->begin(), key->end(), identity.key.begin());
    if (!take_number(rest, "epoch", 10, identity.epoch)) return std::nullopt;
    if (!take_number(rest, "log_id", 16, identity.log_id.value)) return std::nullopt;
    const bool sound = rest.empty() && identity.epoch != 0 && identity.log_id.value != 0;
    return sound ? std::optional(identity) : std::nullopt;
}

LogId new_log_id(Random& random) {
    LogId id;
    while (id.value == 0)
        id.value = random.next();
    return id;
}

Identity new_identity(Random& random) {
    Identity identity;
    identity.install_id = static_cast<std::uint16_t>(random.next());
    random.fill(identity.key);
    identity.epoch = 1;
    identity.log_id = new_log_id(random);
    return identity;
}

Expected<Identity> keep(Disk& disk, const std::string& state_directory, const Identity& identity) {
    auto status = write_file_atomically(disk, path_in(state_directory), to_file(identity));
    if (!status) return fail(status.error());
    return identity;
}

Expected<Identity> keep_next_epoch(Disk& disk,
                                   const std::string& state_directory,
                                   Identity identity) {
    if (identity.epoch == UINT16_MAX)
        return fail(ErrorCode::Overflow, "identity: " + state_directory + " had 65535 logs");
    ++identity.epoch;
    return keep(disk, state_directory, identity);
}

}  // namespace

Expected<Identity> load_identity(Disk& disk, const std::string& state_directory) {
    const std::string path = path_in(state_directory);
    auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (!*there) return fail(ErrorCode::NotFound, "identity: " + path + " is missing");
    auto text = read_file(disk, path, kFileBytesMax);
    if (!text) return fail(text.error());
    const auto identity = from_file(*text);
    if (!identity)
        return fail(ErrorCode::Corrupt,
                    "identity: " + path + " is damaged, restore it from a copy");
    return *identity;
}

Expected<Identity> open_identity(Disk& disk, const std::string& state_directory, Random& random) {
    auto segments = list_segments(disk, state_directory + "/wal");
    if (!segments) return fail(segments.error());
    auto identity = load_identity(disk, state_directory);
    if (!identity && identity.error().code != ErrorCode::NotFound) return identity;
    if (identity && !segments->empty()) return identity;
    if (!segments->empty()) {
        return fail(ErrorCode::Corrupt,
                    identity.error().message + " although " + state_directory +
                        "/wal holds a log, restore it from a copy");
    }
    if (!identity) return keep(disk, state_directory, new_identity(random));
    identity->log_id = new_log_id(random);
    return keep_next_epoch(disk, state_directory, *identity);
}

Expected<Identity> begin_epoch(Disk& disk, const std::string& state_directory) {
    auto identity = load_identity(disk, state_directory);
    if (!identity) return identity;
    return keep_next_epoch(disk, state_directory, *identity);
}

Identity simulated_identity(std::uint64_t seed) {
    SeededRandom random(seed);
    return new_identity(random);
}

}  // namespace tradectl::wal
