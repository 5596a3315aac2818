#include "host/audit/log_reader.hpp"

#include "host/base/assert.hpp"

#include <algorithm>

namespace tradectl::audit {

Expected<LogReader> LogReader::open(Disk& disk, std::string directory, const Verifier& verifier) {
    LogReader reader(disk, directory);
    auto note = read_checkpoint_note(disk, directory);
    if (!note) return fail(note.error());
    auto checkpoint = open_checkpoint(*note, verifier);
    if (!checkpoint) {
        const ErrorCode code = checkpoint.error().code == ErrorCode::InvalidArgument
                                   ? ErrorCode::Corrupt
                                   : checkpoint.error().code;
        return fail(code,
                    "audit: " + checkpoint_path(directory) + ": " + checkpoint.error().message);
    }
    reader.note_ = std::move(*note);
    reader.checkpoint_ = std::move(*checkpoint);
    return reader;
}

Expected<Hash> LogReader::subtree(unsigned height, std::uint64_t index) {
    const unsigned level = height / kTileHeight;
    const unsigned within = height % kTileHeight;
    TRADECTL_ASSERT(level < kTileLevelsMax);
    const std::uint64_t first = index << within;
    CachedTile& cached = cache_[level];
    if (cached.index != first / kTileWidth) {
        const std::uint64_t tile = first / kTileWidth;
        const std::uint64_t width = width_in(checkpoint_.size, level, tile);
        TRADECTL_ASSERT(width > 0);
        auto hashes = tiles_.hashes({.level = level, .index = tile, .width = width});
        if (!hashes) return fail(hashes.error());
        cached = {tile, std::move(*hashes)};
    }
    const auto begin = cached.hashes.begin() + static_cast<std::ptrdiff_t>(first % kTileWidth);
    return perfect_root({begin, begin + (std::ptrdiff_t{1} << within)});
}

Status LogReader::each(std::uint64_t first, const Visitor& visitor) const {
    std::string bytes;
    for (std::uint64_t at = first; at < checkpoint_.size;) {
        const std::uint64_t bundle = at / kTileWidth;
        const auto entries = tiles_.entries({.kind = TileName::Kind::Entries,
                                             .index = bundle,
                                             .width = width_in(checkpoint_.size, 0, bundle)},
                                            bytes);
        if (!entries) return fail(entries.error());
        for (std::size_t i = at % kTileWidth; i < entries->size(); ++i, ++at) {
            const auto more = visitor(at, (*entries)[i]);
            if (!more) return fail(more.error());
            if (!*more) return {};
        }
    }
    return {};
}

Expected<std::string> LogReader::entry(std::uint64_t index) const {
    if (index >= checkpoint_.size) {
        return fail(ErrorCode::InvalidArgument,
                    "entry " + std::to_string(index) + ": the log has " +
                        std::to_string(checkpoint_.size) + " entries, counted from 0");
    }
    std::string found;
    auto done = each(index, [&](std::uint64_t, std::string_view entry) -> Expected<bool> {
        found = entry;
        return false;
    });
    if (!done) return fail(done.error());
    return found;
}

Expected<InclusionProof> LogReader::prove_entry(std::uint64_t index) {
    auto line = entry(index);
    if (!line) return fail(line.error());
    return prove_line(index, std::move(*line));
}

Expected<InclusionProof> LogReader::prove_line(std::uint64_t index, std::string line) {
    TRADECTL_ASSERT(index < checkpoint_.size);
    auto hashes = prove_inclusion(index, checkpoint_.size, [this](unsigned height, auto place) {
        return subtree(height, place);
    });
    if (!hashes) return fail(hashes.error());
    if (!check_inclusion(
            leaf_hash(bytes_of(line)), index, checkpoint_.size, *hashes, checkpoint_.root)) {
        return fail(ErrorCode::Corrupt,
                    "audit: entry " + std::to_string(index) +
                        " is not what the checkpoint was signed over");
    }
    return InclusionProof{
        .entry = std::move(line), .index = index, .hashes = std::move(*hashes), .note = note_};
}

Status LogReader::check_entry(std::uint64_t index, const std::string& line) {
    const auto proof = prove_line(index, line);
    return proof ? Status{} : fail(proof.error());
}

Expected<ConsistencyProof> LogReader::prove_growth(std::uint64_t old_size) {
    if (old_size > checkpoint_.size) {
        return fail(ErrorCode::InvalidArgument,
                    "size " + std::to_string(old_size) + ": the log has " +
                        std::to_string(checkpoint_.size) + " entries");
    }
    const auto source = [this](unsigned height, std::uint64_t place) {
        return subtree(height, place);
    };
    const auto old_root = root_of(old_size, source);
    if (!old_root) return fail(old_root.error());
    auto hashes = prove_consistency(old_size, checkpoint_.size, source);
    if (!hashes) return fail(hashes.error());
    if (!check_consistency(old_size, *old_root, checkpoint_.size, checkpoint_.root, *hashes)) {
        return fail(ErrorCode::Corrupt,
                    "audit: the tiles are not what the checkpoint was signed over: no proof from " +
                        std::to_string(old_size) + " entries");
    }
    return ConsistencyProof{
        .old_size = old_size, .old_root = *old_root, .hashes = std::move(*hashes), .note = note_};
}

Status LogReader::check_growth_from(const Checkpoint& older) {
    if (older.size > checkpoint_.size) {
        return fail(ErrorCode::Denied,
                    "the log was rolled back: it has " + std::to_string(checkpoint_.size) +
                        " entries and had " + std::to_string(older.size));
    }
    const auto proof = prove_growth(older.size);
    if (!proof) return fail(proof.error());
    if (check_consistency(
            older.size, older.root, checkpoint_.size, checkpoint_.root, proof->hashes)) {
        return {};
    }
    return fail(ErrorCode::Denied,
                "the log was forked: its first " + std::to_string(older.size) +
                    " entries are not those of the older checkpoint");
}

Expected<Verifier> read_verifier(Disk& disk, const std::string& directory) {
    const std::string path = verifier_path(directory);
    const auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (!*there) return fail(ErrorCode::NotFound, "audit: " + path + " is missing");
    auto text = read_file(disk, path, 4096);
    if (!text) return fail(text.error());
    if (!text->empty() && text->back() == '\n') text->pop_back();
    auto verifier = Verifier::parse(*text);
    if (!verifier)
        return fail(ErrorCode::Corrupt, "audit: " + path + ": " + verifier.error().message);
    return verifier;
}

}  // namespace tradectl::audit
