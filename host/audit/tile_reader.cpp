#include "host/audit/tile_reader.hpp"

#include "host/audit/note.hpp"

#include <charconv>
#include <span>

namespace tradectl::audit {
namespace {

constexpr std::uint64_t kTileFileBytesMax = kTileWidth * (kEntryBytesMax + 2);

Unexpected damaged(const TileName& name, const std::string& why) {
    return fail(ErrorCode::Corrupt, "audit: " + path_of(name) + ": " + why);
}

}  // namespace

std::string checkpoint_path(const std::string& directory) {
    return directory + "/checkpoint";
}

std::string verifier_path(const std::string& directory) {
    return directory + "/vkey";
}

Expected<std::string> read_checkpoint_note(Disk& disk, const std::string& directory) {
    const std::string path = checkpoint_path(directory);
    auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (!*there) return fail(ErrorCode::NotFound, "audit: " + path + ": there is no checkpoint");
    auto note = read_file(disk, path, kNoteBytesMax);
    if (!note && note.error().code == ErrorCode::InvalidArgument)
        return fail(ErrorCode::Corrupt, note.error().message);
    return note;
}

Expected<TileName> TileReader::read(const TileName& name, std::string& bytes) const {
    const std::string path = directory_ + "/" + path_of(name);
    auto there = disk_->exists(path);
    if (!there) return fail(there.error());
    if (!*there) {
        if (name.width < kTileWidth) return read_wider(name, bytes);
        return damaged(name, "missing");
    }
    auto file = disk_->open(path, {});
    if (!file) return fail(file.error());
    const auto size = (*file)->size();
    if (!size) return fail(size.error());
    if (*size > kTileFileBytesMax) return damaged(name, "larger than a tile can be");
    bytes.resize(*size);
    const auto count = (*file)->read(0, std::as_writable_bytes(std::span(bytes)));
    if (!count) return fail(count.error());
    bytes.resize(*count);
    return name;
}

Expected<TileName> TileReader::read_wider(const TileName& name, std::string& bytes) const {
    TileName wider = name;
    const std::string folder = directory_ + "/" + partial_folder_of(name);
    auto there = disk_->exists(folder);
    if (!there) return fail(there.error());
    auto names = *there ? disk_->list(folder)
                        : Expected<std::vector<std::string>>(std::vector<std::string>{});
    if (!names) return fail(names.error());
    for (const std::string& text : *names) {
        std::uint64_t width = 0;
        const auto done = std::from_chars(text.data(), text.data() + text.size(), width);
        if (done.ec != std::errc{} || done.ptr != text.data() + text.size()) continue;
        if (width <= name.width || width >= kTileWidth) continue;
        wider.width = width;
        return read(wider, bytes);
    }
    wider.width = kTileWidth;
    auto full = disk_->exists(directory_ + "/" + path_of(wider));
    if (!full) return fail(full.error());
    if (!*full) return damaged(name, "missing");
    return read(wider, bytes);
}

Expected<std::vector<Hash>> TileReader::hashes(const TileName& name) const {
    std::string bytes;
    const auto found = read(name, bytes);
    if (!found) return fail(found.error());
    auto hashes = decode_tile(bytes, found->width);
    if (!hashes) return damaged(*found, hashes.error().message);
    hashes->resize(name.width);
    return hashes;
}

Expected<std::vector<std::string_view>> TileReader::entries(const TileName& name,
                                                            std::string& bytes) const {
    const auto found = read(name, bytes);
    if (!found) return fail(found.error());
    auto entries = decode_bundle(bytes, found->width);
    if (!entries) return damaged(*found, entries.error().message);
    entries->resize(name.width);
    return entries;
}

}  // namespace tradectl::audit
