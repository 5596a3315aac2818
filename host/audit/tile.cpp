#include "host/audit/tile.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

namespace tradectl::audit {
namespace {

constexpr std::size_t kLengthBytes = 2;

/// Groups of three digits, an "x" before each but the last.
std::string index_path(std::uint64_t index) {
    std::array<char, 8> group{};
    std::string path;
    for (bool last = true;; last = false) {
        std::snprintf(group.data(), group.size(), "%03u", static_cast<unsigned>(index % 1000));
        path = (last ? "" : "x") + std::string(group.data()) + (last ? "" : "/") + path;
        index /= 1000;
        if (index == 0) return path;
    }
}

std::string full_path(const TileName& name) {
    const std::string level =
        name.kind == TileName::Kind::Entries ? "entries" : std::to_string(name.level);
    return "tile/" + level + "/" + index_path(name.index);
}

Unexpected cut_short(std::size_t entry) {
    return fail(ErrorCode::Corrupt,
                "entry " + std::to_string(entry) + " of the bundle is cut short");
}

}  // namespace

std::string path_of(const TileName& name) {
    TRADECTL_ASSERT(name.width >= 1 && name.width <= kTileWidth);
    if (name.width == kTileWidth) return full_path(name);
    return partial_folder_of(name) + "/" + std::to_string(name.width);
}

std::string partial_folder_of(const TileName& name) {
    return full_path(name) + ".p";
}

std::uint64_t width_in(std::uint64_t size, unsigned level, std::uint64_t index) {
    const std::uint64_t hashes = size >> (kTileHeight * level);
    const std::uint64_t first = index * kTileWidth;
    return hashes <= first ? 0 : std::min(hashes - first, kTileWidth);
}

std::string encode_tile(std::span<const Hash> hashes) {
    std::string bytes(hashes.size() * sizeof(Hash), '\0');
    for (std::size_t i = 0; i < hashes.size(); ++i)
        std::memcpy(bytes.data() + i * sizeof(Hash), hashes[i].data(), sizeof(Hash));
    return bytes;
}

Expected<std::vector<Hash>> decode_tile(std::string_view bytes, std::uint64_t width) {
    if (bytes.size() != width * sizeof(Hash)) {
        return fail(ErrorCode::Corrupt,
                    "a tile of " + std::to_string(width) + " hashes has " +
                        std::to_string(bytes.size()) + " bytes");
    }
    std::vector<Hash> hashes(width);
    for (std::size_t i = 0; i < width; ++i)
        std::memcpy(hashes[i].data(), bytes.data() + i * sizeof(Hash), sizeof(Hash));
    return hashes;
}

void append_entry(std::string_view entry, std::string& bundle) {
    TRADECTL_ASSERT(entry.size() <= kEntryBytesMax);
    bundle += static_cast<char>(entry.size() >> 8);
    bundle += static_cast<char>(entry.size() & 255);
    bundle += entry;
}

Expected<std::vector<std::string_view>> decode_bundle(std::string_view bytes, std::uint64_t width) {
    std::vector<std::string_view> entries;
    entries.reserve(std::min<std::uint64_t>(width, kTileWidth));
    while (entries.size() < width) {
        if (bytes.size() < kLengthBytes) return cut_short(entries.size());
        const auto high = static_cast<unsigned char>(bytes[0]);
        const auto low = static_cast<unsigned char>(bytes[1]);
        const std::size_t length = static_cast<std::size_t>(high) << 8 | low;
        if (bytes.size() - kLengthBytes < length) return cut_short(entries.size());
        entries.push_back(bytes.substr(kLengthBytes, length));
        bytes.remove_prefix(kLengthBytes + length);
    }
    if (!bytes.empty()) {
        return fail(ErrorCode::Corrupt,
                    std::to_string(bytes.size()) + " bytes follow the last entry of the bundle");
    }
    return entries;
}

}  // namespace tradectl::audit
