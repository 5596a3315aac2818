#include "host/base/assert.hpp"
#include "host/base/faulty_disk.hpp"

#include <algorithm>
#include <map>

namespace tradectl {
namespace {

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

/// Sorts the steps into what was synced at the cut and what a power cut may take, and keeps the
/// survivors of the second kind in place, so that both apply in their first order.
class CrashReplay {
  public:
    CrashReplay(std::span<const DiskStep> steps,
                const std::function<bool(const PendingChange&)>& survives)
        : steps_(steps), survives_(survives) {
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            const DiskStep& step = steps_[i];
            if (step.operation == DiskOperation::Sync) file_synced_[step.file] = i;
            if (step.operation == DiskOperation::SyncDirectory) directory_synced_[step.path] = i;
        }
    }

    std::unique_ptr<Disk> run() {
        auto disk = make_memory_disk();
        for (std::size_t i = 0; i < steps_.size(); ++i)
            apply(i, *disk);
        for (const auto& [path, number] : names_)
            write_file(*disk, path, contents_[number]);
        return disk;
    }

  private:
    using Content = std::vector<std::byte>;

    void apply(std::size_t index, Disk& disk) {
        const DiskStep& step = steps_[index];
        switch (step.operation) {
            case DiskOperation::MakeDirectory:
                TRADECTL_ASSERT(disk.make_directory(step.path).has_value());
                break;
            case DiskOperation::Open:
                if (name_survives(index, step.path)) names_[step.path] = step.file;
                break;
            case DiskOperation::Remove:
                if (name_survives(index, step.path)) names_.erase(step.path);
                break;
            case DiskOperation::Rename:
                // Atomic, as journalling file systems make it: both names or neither.
                if (name_survives(index, step.path_to)) {
                    names_.erase(step.path);
                    names_[step.path_to] = step.file;
                }
                break;
            case DiskOperation::Truncate:
                if (content_survives(index, 0)) contents_[step.file].resize(step.offset);
                break;
            case DiskOperation::Write: apply_write(index); break;
            default: break;
        }
    }

    void apply_write(std::size_t index) {
        const DiskStep& step = steps_[index];
        Content& content = contents_[step.file];
        const std::uint64_t end = step.offset + step.bytes.size();
        for (std::uint64_t at = step.offset; at < end;) {
            const std::uint64_t sector = at / kSectorBytes;
            const std::uint64_t part_end = std::min(end, (sector + 1) * kSectorBytes);
            if (content_survives(index, sector)) {
                if (content.size() < part_end) content.resize(part_end);
                std::copy(step.bytes.begin() + static_cast<std::ptrdiff_t>(at - step.offset),
                          step.bytes.begin() + static_cast<std::ptrdiff_t>(part_end - step.offset),
                          content.begin() + static_cast<std::ptrdiff_t>(at));
            }
            at = part_end;
        }
    }

    bool name_survives(std::size_t index, const std::string& path) {
        const auto synced = directory_synced_.find(parent_of(path));
        if (synced != directory_synced_.end() && synced->second > index) return true;
        return survives_({index, 0, steps_[index].operation});
    }
    bool content_survives(std::size_t index, std::uint64_t sector) {
        const auto synced = file_synced_.find(steps_[index].file);
        if (synced != file_synced_.end() && synced->second > index) return true;
        return survives_({index, sector, steps_[index].operation});
    }

    static void write_file(Disk& disk, const std::string& path, const Content& content) {
        // A directory that stood there before the recording.
        TRADECTL_ASSERT(disk.make_directory(parent_of(path)).has_value());
        auto file = disk.open(path, {.write = true, .create = true});
        TRADECTL_ASSERT(file.has_value());
        TRADECTL_ASSERT((*file)->write(0, content).has_value());
    }

    std::span<const DiskStep> steps_;
    const std::function<bool(const PendingChange&)>& survives_;
    std::map<std::uint64_t, std::size_t> file_synced_;  ///< index of the last Sync
    std::map<std::string, std::size_t> directory_synced_;
    std::map<std::string, std::uint64_t> names_;
    std::map<std::uint64_t, Content> contents_;
};

}  // namespace

std::unique_ptr<Disk> crash_image(const std::vector<DiskStep>& steps,
                                  std::size_t step_count,
                                  const std::function<bool(const PendingChange&)>& survives) {
    TRADECTL_ASSERT(step_count <= steps.size());
    return CrashReplay(std::span(steps).first(step_count), survives).run();
}

}  // namespace tradectl
