#include "host/audit/log_writer.hpp"

#include "host/audit/entry.hpp"
#include "host/audit/tile_reader.hpp"
#include "host/base/assert.hpp"
#include "host/base/log.hpp"
#include "host/base/mutant.hpp"

#include <algorithm>
#include <bit>

namespace tradectl::audit {
namespace {

std::string folder_of(const std::string& path) {
    return path.substr(0, path.rfind('/'));
}

TileName bundle_name(std::uint64_t index, std::uint64_t width) {
    return {.kind = TileName::Kind::Entries, .level = 0, .index = index, .width = width};
}

TileName hashes_name(unsigned level, std::uint64_t index, std::uint64_t width) {
    return {.kind = TileName::Kind::Hashes, .level = level, .index = index, .width = width};
}

/// Names of the partial files of a tree of `size`: its right edge.
std::vector<TileName> edge_of(std::uint64_t size) {
    std::vector<TileName> names;
    for (unsigned level = 0; level < kTileLevelsMax; ++level) {
        const std::uint64_t hashes = size >> (kTileHeight * level);
        const std::uint64_t width = hashes % kTileWidth;
        if (width == 0) continue;
        names.push_back(hashes_name(level, hashes / kTileWidth, width));
        if (level == 0) names.push_back(bundle_name(hashes / kTileWidth, width));
    }
    return names;
}

/// The last entry of a tree that has one, by its bundle and place in it.
TileName last_bundle_of(std::uint64_t size) {
    const std::uint64_t index = (size - 1) / kTileWidth;
    return bundle_name(index, width_in(size, 0, index));
}

Expected<WalSequence> sequence_of_last(const TileReader& tiles, std::uint64_t size) {
    if (size == 0) return WalSequence{};
    std::string bytes;
    const auto entries = tiles.entries(last_bundle_of(size), bytes);
    if (!entries) return fail(entries.error());
    const auto sequence = wal_sequence_of(entries->back());
    if (sequence) return *sequence;
    return fail(ErrorCode::Corrupt,
                "audit: entry " + std::to_string(size - 1) + " does not begin with its sequence");
}

}  // namespace

Expected<LogWriter> LogWriter::open(Disk& disk, std::string directory, Signer signer) {
    LogWriter writer(disk, std::move(directory), std::move(signer));
    if (auto done = writer.resume(); !done) return fail(done.error());
    return writer;
}

Status LogWriter::resume() {
    const auto note = read_checkpoint_note(*disk_, directory_);
    if (!note && note.error().code != ErrorCode::NotFound) return fail(note.error());
    if (!note) {
        if (auto made = disk_->make_directory(directory_); !made) return made;
        unsynced_.push_back(folder_of(directory_));
        return write_file_atomically(
            *disk_, verifier_path(directory_), signer_.verifier.to_string() + "\n");
    }
    const auto checkpoint = open_checkpoint(*note, signer_.verifier);
    if (!checkpoint) {
        const ErrorCode code = checkpoint.error().code == ErrorCode::InvalidArgument
                                   ? ErrorCode::Corrupt
                                   : checkpoint.error().code;
        return fail(code,
                    "audit: " + checkpoint_path(directory_) + ": " + checkpoint.error().message);
    }
    return load_edges(*checkpoint);
}

Status LogWriter::load_edges(const Checkpoint& checkpoint) {
    const TileReader tiles(*disk_, directory_);
    size_ = checkpoint.size;
    checkpoint_size_ = checkpoint.size;
    checkpoint_there_ = true;
    partials_ = edge_of(size_);
    for (const TileName& name : partials_) {
        if (name.kind == TileName::Kind::Entries) {
            std::string bytes;
            const auto entries = tiles.entries(name, bytes);
            if (!entries) return fail(entries.error());
            for (const std::string_view entry : *entries)
                append_entry(entry, bundle_);
            continue;
        }
        auto hashes = tiles.hashes(name);
        if (!hashes) return fail(hashes.error());
        edges_[name.level] = std::move(*hashes);
    }
    if (root() != checkpoint.root && !mutant("audit.root")) {
        return fail(ErrorCode::Corrupt,
                    "audit: the tiles in " + directory_ + " do not add up to the checkpoint of " +
                        std::to_string(size_) + " entries");
    }
    auto last = sequence_of_last(tiles, size_);
    if (!last) return fail(last.error());
    applied_ = *last;
    return {};
}

Hash LogWriter::root() const {
    // The edges hold the roots of perfect subtrees, largest last: fold them from the right.
    std::vector<Hash> parts;
    for (unsigned level = kTileLevelsMax; level-- > 0;) {
        const std::vector<Hash>& edge = edges_[level];
        for (std::size_t at = 0; at < edge.size();) {
            const std::size_t count = std::bit_floor(edge.size() - at);
            const auto begin = edge.begin() + static_cast<std::ptrdiff_t>(at);
            parts.push_back(perfect_root({begin, begin + static_cast<std::ptrdiff_t>(count)}));
            at += count;
        }
    }
    if (parts.empty()) return empty_root();
    Hash root = parts.back();
    for (std::size_t i = parts.size() - 1; i-- > 0;)
        root = node_hash(parts[i], root);
    return root;
}

Status LogWriter::append(const wal::Record& record) {
    if (record.header.sequence <= applied_ && !mutant("audit.append_once")) return {};
    const auto written = project(record, line_);
    if (!written) return fail(written.error());
    if (*written) add_entry(line_);
    applied_ = record.header.sequence;
    return {};
}

void LogWriter::skip_to(WalSequence next, Timestamp time) {
    if (next.value <= applied_.value + 1) return;
    project_gap(applied_, next, time, line_);
    add_entry(line_);
    applied_.value = next.value - 1;
}

void LogWriter::add_entry(std::string_view entry) {
    append_entry(entry, bundle_);
    if ((size_ + 1) % kTileWidth == 0) {
        full_.emplace_back(bundle_name(size_ / kTileWidth, kTileWidth), std::move(bundle_));
        bundle_.clear();
    }
    push(0, leaf_hash(bytes_of(entry)));
    ++size_;
}

void LogWriter::push(unsigned level, const Hash& hash) {
    TRADECTL_ASSERT(level < kTileLevelsMax);
    std::vector<Hash>& edge = edges_[level];
    edge.push_back(hash);
    if (edge.size() < kTileWidth) return;
    const std::uint64_t index = size_ >> (kTileHeight * (level + 1));
    full_.emplace_back(hashes_name(level, index, kTileWidth), encode_tile(edge));
    const Hash above = perfect_root(std::move(edge));
    edge.clear();
    push(level + 1, above);
}

Status LogWriter::checkpoint() {
    if (checkpoint_there_ && pending() == 0) return {};
    if (auto done = mutant("audit.tiles_first") ? Status{} : write_tiles(); !done) return done;
    if (auto done = sync_folders(); !done) return done;
    const Checkpoint checkpoint{.origin = signer_.verifier.name, .size = size_, .root = root()};
    const std::string text = to_text(checkpoint);
    const std::string note = write_note(text, signer_.verifier, signer_.sign(bytes_of(text)));
    if (auto done = write_file_atomically(*disk_, checkpoint_path(directory_), note); !done)
        return done;
    checkpoint_size_ = size_;
    checkpoint_there_ = true;
    remove_replaced();
    return {};
}

Status LogWriter::write_tiles() {
    while (!full_.empty()) {
        if (auto done = write_file(full_.back().first, full_.back().second); !done) return done;
        full_.pop_back();
    }
    new_partials_ = edge_of(size_);
    for (const TileName& name : new_partials_) {
        if (std::find(partials_.begin(), partials_.end(), name) != partials_.end()) continue;
        const Status done = name.kind == TileName::Kind::Entries
                                ? write_file(name, bundle_)
                                : write_file(name, encode_tile(edges_[name.level]));
        if (!done) return done;
    }
    return {};
}

/// As write_file_atomically, but folders are synced once for all files.
Status LogWriter::write_file(const TileName& name, std::string_view content) {
    const std::string path = directory_ + "/" + path_of(name);
    const std::string folder = folder_of(path);
    const auto there = disk_->exists(folder);
    if (!there) return fail(there.error());
    if (!*there) {
        if (auto made = disk_->make_directory(folder); !made) return made;
        for (std::string above = folder; above.size() > directory_.size();) {
            above = folder_of(above);
            unsynced_.push_back(above);
        }
    }
    const std::string temporary = path + ".tmp";
    auto file = disk_->open(temporary, {.write = true, .create = true});
    if (!file) return fail(file.error());
    if (auto done = (*file)->truncate(0); !done) return done;
    if (auto done = (*file)->write(0, bytes_of(content)); !done) return done;
    if (auto done = mutant("audit.sync_tile") ? Status{} : (*file)->sync(); !done) return done;
    if (auto done = disk_->rename(temporary, path); !done) return done;
    unsynced_.push_back(folder);
    return {};
}

Status LogWriter::sync_folders() {
    std::sort(unsynced_.begin(), unsynced_.end());
    unsynced_.erase(std::unique(unsynced_.begin(), unsynced_.end()), unsynced_.end());
    while (!unsynced_.empty() && !mutant("audit.sync_folders")) {
        if (auto done = disk_->sync_directory(unsynced_.back()); !done) return done;
        unsynced_.pop_back();
    }
    return {};
}

/// What cannot be removed is in nobody's way: the log says what counts.
void LogWriter::remove_replaced() {
    for (const TileName& old : partials_) {
        const auto same =
            std::find_if(new_partials_.begin(), new_partials_.end(), [&](const TileName& name) {
                return partial_folder_of(name) == partial_folder_of(old);
            });
        if (same != new_partials_.end() && *same == old) continue;
        const Status done = same != new_partials_.end()
                                ? disk_->remove(directory_ + "/" + path_of(old))
                                : remove_folder(directory_ + "/" + partial_folder_of(old));
        if (!done) log(LogLevel::Debug, "audit", "a replaced tile stays: " + done.error().message);
    }
    partials_ = std::move(new_partials_);
    new_partials_.clear();
}

/// With what a crash left in it.
Status LogWriter::remove_folder(const std::string& folder) {
    const auto names = disk_->list(folder);
    if (!names) return fail(names.error());
    for (const std::string& name : *names) {
        if (auto done = disk_->remove(folder + "/" + name); !done) return done;
    }
    return disk_->remove(folder);
}

Expected<WalSequence> last_wal_sequence(Disk& disk, const std::string& directory) {
    const auto note = read_checkpoint_note(disk, directory);
    if (!note && note.error().code == ErrorCode::NotFound) return WalSequence{};
    if (!note) return fail(note.error());
    const auto parsed = parse_note(*note);
    const auto checkpoint =
        parsed ? parse_checkpoint(parsed->text) : Expected<Checkpoint>(fail(parsed.error()));
    if (!checkpoint) return fail(ErrorCode::Corrupt, "audit: " + checkpoint.error().message);
    return sequence_of_last(TileReader(disk, directory), checkpoint->size);
}

}  // namespace tradectl::audit
