#include "host/base/faulty_disk.hpp"

#include <algorithm>

namespace tradectl {

/// A file that asks its disk before each call. The number is the file's own, whatever its name.
class FaultyFile final : public File {
  public:
    FaultyFile(FaultyDisk& disk,
               std::unique_ptr<File> under,
               std::string path,
               std::uint64_t number)
        : disk_(disk), under_(std::move(under)), path_(std::move(path)), number_(number) {}

    Expected<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
        if (auto verdict = judge(DiskOperation::Read); verdict.error) return fail(*verdict.error);
        return under_->read(offset, out);
    }

    Status write(std::uint64_t offset, std::span<const std::byte> bytes) override {
        const auto verdict = judge(DiskOperation::Write);
        const auto part =
            verdict.error ? bytes.first(std::min<std::uint64_t>(bytes.size(), verdict.bytes_done))
                          : bytes;
        if (!part.empty()) {
            if (auto done = under_->write(offset, part); !done) return done;
            DiskStep step = make_step(DiskOperation::Write);
            step.offset = offset;
            step.bytes.assign(part.begin(), part.end());
            disk_.record(std::move(step));
        }
        return verdict.error ? Status(fail(*verdict.error)) : Status();
    }

    Status sync() override {
        return change(DiskOperation::Sync, 0, [&] { return under_->sync(); });
    }
    Status truncate(std::uint64_t size) override {
        return change(DiskOperation::Truncate, size, [&] { return under_->truncate(size); });
    }
    Expected<std::uint64_t> size() override {
        if (auto verdict = judge(DiskOperation::Size); verdict.error) return fail(*verdict.error);
        return under_->size();
    }
    Status lock(std::uint64_t offset, std::uint64_t bytes, Lock lock) override {
        if (auto verdict = judge(DiskOperation::Lock); verdict.error) return fail(*verdict.error);
        return under_->lock(offset, bytes, lock);
    }
    Expected<std::byte*> map_shared(std::uint64_t offset, std::uint64_t bytes) override {
        if (auto verdict = judge(DiskOperation::Map); verdict.error) return fail(*verdict.error);
        return under_->map_shared(offset, bytes);
    }

  private:
    FaultyDisk::Verdict judge(DiskOperation operation) { return disk_.judge(operation, path_, ""); }
    DiskStep make_step(DiskOperation operation) const {
        DiskStep step;
        step.operation = operation;
        step.file = number_;
        step.path = path_;
        return step;
    }
    template <typename Change>
    Status change(DiskOperation operation, std::uint64_t offset, Change&& apply) {
        if (auto verdict = judge(operation); verdict.error) return fail(*verdict.error);
        if (auto done = apply(); !done) return done;
        DiskStep step = make_step(operation);
        step.offset = offset;
        disk_.record(std::move(step));
        return {};
    }

    FaultyDisk& disk_;
    std::unique_ptr<File> under_;
    std::string path_;
    std::uint64_t number_;
};

void FaultyDisk::add_fault(FaultRule rule) {
    const std::lock_guard lock(mutex_);
    rules_.push_back(std::move(rule));
}

void FaultyDisk::clear_faults() {
    const std::lock_guard lock(mutex_);
    rules_.clear();
}

std::uint64_t FaultyDisk::calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
}

void FaultyDisk::start_recording() {
    const std::lock_guard lock(mutex_);
    recording_ = true;
}

std::vector<DiskStep> FaultyDisk::steps() const {
    const std::lock_guard lock(mutex_);
    return steps_;
}

std::size_t FaultyDisk::step_count() const {
    const std::lock_guard lock(mutex_);
    return steps_.size();
}

FaultyDisk::Verdict FaultyDisk::judge(DiskOperation operation,
                                      const std::string& path,
                                      const std::string& path_to) {
    const std::lock_guard lock(mutex_);
    ++calls_;
    for (FaultRule& rule : rules_) {
        const bool matches = (!rule.operation || *rule.operation == operation) &&
                             (path.find(rule.path_part) != std::string::npos ||
                              path_to.find(rule.path_part) != std::string::npos);
        if (!matches || rule.times == 0) continue;
        if (rule.skip > 0) {
            --rule.skip;
            continue;
        }
        if (rule.times != UINT64_MAX) --rule.times;
        return {Error{rule.code, path + ": injected fault"}, rule.bytes_done};
    }
    return {};
}

void FaultyDisk::record(DiskStep step) {
    const std::lock_guard lock(mutex_);
    if (recording_) steps_.push_back(std::move(step));
}

Expected<std::unique_ptr<File>> FaultyDisk::open(const std::string& path, OpenOptions options) {
    if (auto verdict = judge(DiskOperation::Open, path, ""); verdict.error)
        return fail(*verdict.error);
    const auto existed = under_.exists(path);
    if (!existed) return fail(existed.error());
    auto file = under_.open(path, options);
    if (!file) return file;
    DiskStep step;
    step.operation = DiskOperation::Open;
    step.path = path;
    step.created = !*existed;
    {
        const std::lock_guard lock(mutex_);
        auto& number = file_numbers_[path];
        if (number == 0 || step.created) number = file_number_next_++;
        step.file = number;
    }
    const std::uint64_t number = step.file;
    if (step.created) record(std::move(step));
    return std::unique_ptr<File>(
        std::make_unique<FaultyFile>(*this, std::move(*file), path, number));
}

Status FaultyDisk::rename(const std::string& from, const std::string& to) {
    if (auto verdict = judge(DiskOperation::Rename, from, to); verdict.error)
        return fail(*verdict.error);
    if (auto done = under_.rename(from, to); !done) return done;
    DiskStep step;
    step.operation = DiskOperation::Rename;
    step.path = from;
    step.path_to = to;
    {
        const std::lock_guard lock(mutex_);
        if (const auto moved = file_numbers_.find(from); moved != file_numbers_.end()) {
            step.file = moved->second;
            file_numbers_.erase(moved);
            file_numbers_[to] = step.file;
        }
    }
    record(std::move(step));
    return {};
}

Status FaultyDisk::remove(const std::string& path) {
    if (auto verdict = judge(DiskOperation::Remove, path, ""); verdict.error)
        return fail(*verdict.error);
    if (auto done = under_.remove(path); !done) return done;
    DiskStep step;
    step.operation = DiskOperation::Remove;
    step.path = path;
    {
        const std::lock_guard lock(mutex_);
        file_numbers_.erase(path);
    }
    record(std::move(step));
    return {};
}

Status FaultyDisk::make_directory(const std::string& path) {
    if (auto verdict = judge(DiskOperation::MakeDirectory, path, ""); verdict.error)
        return fail(*verdict.error);
    if (auto done = under_.make_directory(path); !done) return done;
    DiskStep step;
    step.operation = DiskOperation::MakeDirectory;
    step.path = path;
    record(std::move(step));
    return {};
}

Status FaultyDisk::sync_directory(const std::string& path) {
    if (auto verdict = judge(DiskOperation::SyncDirectory, path, ""); verdict.error)
        return fail(*verdict.error);
    if (auto done = under_.sync_directory(path); !done) return done;
    DiskStep step;
    step.operation = DiskOperation::SyncDirectory;
    step.path = path;
    record(std::move(step));
    return {};
}

Expected<std::vector<std::string>> FaultyDisk::list(const std::string& path) {
    if (auto verdict = judge(DiskOperation::List, path, ""); verdict.error)
        return fail(*verdict.error);
    return under_.list(path);
}

Expected<bool> FaultyDisk::exists(const std::string& path) {
    if (auto verdict = judge(DiskOperation::Exists, path, ""); verdict.error)
        return fail(*verdict.error);
    return under_.exists(path);
}

}  // namespace tradectl
