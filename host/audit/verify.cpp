#include "host/audit/verify.hpp"

#include "host/audit/entry.hpp"

#include <array>

namespace tradectl::audit {
namespace {

/// Builds the tree from the entries alone and holds each tile against it.
class Check {
  public:
    Check(const LogReader& log, std::size_t findings_max)
        : log_(log), findings_max_(findings_max) {}

    Expected<Verdict> run() {
        const std::uint64_t size = log_.checkpoint().size;
        for (std::uint64_t bundle = 0; bundle * kTileWidth < size && !full(); ++bundle) {
            if (auto done = take_bundle(bundle); !done) return fail(done.error());
            if (broken_) return verdict_;
        }
        if (full()) return verdict_;
        // Partial tiles of the right edge, the lowest first.
        for (unsigned level = 0; level < kTileLevelsMax; ++level) {
            if (levels_[level].empty()) continue;
            if (auto done = compare(level); !done) return fail(done.error());
        }
        check_root();
        return verdict_;
    }

  private:
    [[nodiscard]] bool full() const { return verdict_.findings.size() >= findings_max_; }
    void find(std::optional<std::uint64_t> index, std::string what) {
        if (!full()) verdict_.findings.push_back({index, std::move(what)});
    }
    /// What cannot be read as a tile is a finding; then nothing above it can be compared.
    Status take_error(const Error& error) {
        if (error.code != ErrorCode::Corrupt) return fail(error);
        find({}, error.message);
        broken_ = true;
        return {};
    }

    Status take_bundle(std::uint64_t bundle) {
        const std::uint64_t width = width_in(log_.checkpoint().size, 0, bundle);
        const auto entries = log_.tiles().entries(
            {.kind = TileName::Kind::Entries, .index = bundle, .width = width}, bytes_);
        if (!entries) return take_error(entries.error());
        for (const std::string_view entry : *entries) {
            levels_[0].push_back(leaf_hash(bytes_of(entry)));
            check_order(entry);
            ++verdict_.entries;
        }
        return width == kTileWidth ? close_tile(0) : Status{};
    }

    void check_order(std::string_view entry) {
        const auto sequence = wal_sequence_of(entry);
        if (!sequence) return find(verdict_.entries, "does not begin with its WAL sequence");
        if (*sequence <= last_)
            find(verdict_.entries, "stands behind one of a later or the same WAL sequence");
        last_ = *sequence;
    }

    Status close_tile(unsigned level) {
        if (auto done = compare(level); !done || broken_) return done;
        levels_[level + 1].push_back(perfect_root(std::move(levels_[level])));
        levels_[level].clear();
        ++tiles_[level];
        return levels_[level + 1].size() == kTileWidth ? close_tile(level + 1) : Status{};
    }

    Status compare(unsigned level) {
        const std::vector<Hash>& ours = levels_[level];
        const TileName name{.level = level, .index = tiles_[level], .width = ours.size()};
        const auto stored = log_.tiles().hashes(name);
        if (!stored) return take_error(stored.error());
        if (*stored == ours) return {};
        for (std::size_t i = 0; i < ours.size(); ++i) {
            if ((*stored)[i] == ours[i]) continue;
            const std::uint64_t index = tiles_[level] * kTileWidth + i;
            if (level == 0) {
                find(index, "was changed: its hash is not the one in " + path_of(name));
            } else {
                find({},
                     path_of(name) + ": hash " + std::to_string(i) +
                         " is not that of the tiles below");
            }
        }
        return {};
    }

    void check_root() {
        std::optional<Hash> root;
        for (unsigned level = 0; level < kTileLevelsMax; ++level)
            fold(levels_[level], root);
        if (root.value_or(empty_root()) == log_.checkpoint().root) return;
        find({},
             "the entries do not add up to the root of the checkpoint of " +
                 std::to_string(log_.checkpoint().size) + " entries");
    }
    /// Puts the perfect subtrees of an edge left of what is to the right of them.
    static void fold(const std::vector<Hash>& edge, std::optional<Hash>& root) {
        for (std::size_t count = 1, end = edge.size(); end > 0; count *= 2) {
            if ((edge.size() & count) == 0) continue;
            const auto last = edge.begin() + static_cast<std::ptrdiff_t>(end);
            const Hash part = perfect_root({last - static_cast<std::ptrdiff_t>(count), last});
            root = root ? node_hash(part, *root) : part;
            end -= count;
        }
    }

    const LogReader& log_;
    std::size_t findings_max_;
    Verdict verdict_;
    bool broken_ = false;
    WalSequence last_;
    std::string bytes_;
    std::array<std::vector<Hash>, kTileLevelsMax> levels_;
    std::array<std::uint64_t, kTileLevelsMax> tiles_{};
};

}  // namespace

Expected<Verdict> verify(const LogReader& log, std::size_t findings_max) {
    return Check(log, findings_max).run();
}

}  // namespace tradectl::audit
