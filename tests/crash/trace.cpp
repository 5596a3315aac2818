#include "tests/crash/trace.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tradectl::crash {
namespace {

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

bool is_name_change(DiskOperation operation) {
    return operation == DiskOperation::Open || operation == DiskOperation::Rename ||
           operation == DiskOperation::Remove;
}

}  // namespace

TraceWalk::TraceWalk(std::span<const DiskStep> steps, std::string apart)
    : steps_(steps), apart_(std::move(apart)) {}

bool TraceWalk::next() {
    if (position_ == steps_.size()) return false;
    take(steps_[position_++]);
    return true;
}

void TraceWalk::take(const DiskStep& step) {
    switch (step.operation) {
        case DiskOperation::MakeDirectory:
            for (std::string part = step.path; part != "/"; part = parent_of(part))
                image_.directories.insert(part);
            break;
        case DiskOperation::Open:
        case DiskOperation::Rename:
        case DiskOperation::Remove:
        case DiskOperation::Truncate: pending_.push_back({.step = &step}); break;
        case DiskOperation::Write: take_write(step); break;
        case DiskOperation::Sync:
            settle([&](const DiskStep& other) {
                return !is_name_change(other.operation) && other.file == step.file;
            });
            break;
        case DiskOperation::SyncDirectory:
            settle([&](const DiskStep& other) {
                const auto& path =
                    other.operation == DiskOperation::Rename ? other.path_to : other.path;
                return is_name_change(other.operation) && parent_of(path) == step.path;
            });
            break;
        default: break;
    }
}

void TraceWalk::take_write(const DiskStep& step) {
    const std::uint64_t end = step.offset + step.bytes.size();
    auto& list = step.path.ends_with(apart_) ? apart_writes_ : pending_;
    for (std::uint64_t at = step.offset; at < end;) {
        const std::uint64_t part_end = std::min(end, (at / kSectorBytes + 1) * kSectorBytes);
        list.push_back({&step, at, part_end - at});
        at = part_end;
    }
}

void TraceWalk::settle(const std::function<bool(const DiskStep&)>& covered) {
    settle_in(pending_, covered);
    settle_in(apart_writes_, covered);
}

void TraceWalk::settle_in(std::vector<Pending>& list,
                          const std::function<bool(const DiskStep&)>& covered) {
    std::vector<Pending> kept;
    for (const Pending& change : list) {
        if (covered(*change.step)) {
            apply_for_good(change);
        } else {
            kept.push_back(change);
        }
    }
    list = std::move(kept);
}

void TraceWalk::apply_for_good(const Pending& change) {
    const DiskStep& step = *change.step;
    switch (step.operation) {
        case DiskOperation::Write: {
            auto& content = image_.contents[step.file];
            content.resize(std::max<std::uint64_t>(content.size(), change.offset + change.count));
            std::memcpy(content.data() + change.offset,
                        step.bytes.data() + (change.offset - step.offset),
                        change.count);
            break;
        }
        case DiskOperation::Truncate: image_.contents[step.file].resize(step.offset); break;
        case DiskOperation::Open: image_.names[step.path] = step.file; break;
        case DiskOperation::Remove: image_.names.erase(step.path); break;
        case DiskOperation::Rename:
            image_.names.erase(step.path);
            image_.names[step.path_to] = step.file;
            break;
        default: break;
    }
}

void TraceWalk::apply(const Pending& change, Changes& changes) {
    const DiskStep& step = *change.step;
    switch (step.operation) {
        case DiskOperation::Write:
            changes.write(step.file,
                          change.offset,
                          step.bytes.data() + (change.offset - step.offset),
                          change.count);
            break;
        case DiskOperation::Truncate: changes.resize(step.file, step.offset); break;
        case DiskOperation::Open: changes.name(step.path, step.file); break;
        case DiskOperation::Remove: changes.unname(step.path); break;
        case DiskOperation::Rename:
            // Atomic, as journalling file systems make it: both names or neither.
            changes.unname(step.path);
            changes.name(step.path_to, step.file);
            break;
        default: break;
    }
}

}  // namespace tradectl::crash
