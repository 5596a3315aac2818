#include "host/base/unsynced_disk.hpp"

#include <utility>

namespace tradectl {
namespace {

class UnsyncedFile final : public File {
  public:
    explicit UnsyncedFile(std::unique_ptr<File> under) : under_(std::move(under)) {}

    Expected<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
        return under_->read(offset, out);
    }
    Status write(std::uint64_t offset, std::span<const std::byte> bytes) override {
        return under_->write(offset, bytes);
    }
    Status sync() override { return {}; }
    Status truncate(std::uint64_t size) override { return under_->truncate(size); }
    Expected<std::uint64_t> size() override { return under_->size(); }
    Status lock(std::uint64_t offset, std::uint64_t bytes, Lock lock) override {
        return under_->lock(offset, bytes, lock);
    }
    Expected<std::byte*> map_shared(std::uint64_t offset, std::uint64_t bytes) override {
        return under_->map_shared(offset, bytes);
    }

  private:
    std::unique_ptr<File> under_;
};

class UnsyncedDisk final : public Disk {
  public:
    explicit UnsyncedDisk(std::unique_ptr<Disk> under) : under_(std::move(under)) {}

    Expected<std::unique_ptr<File>> open(const std::string& path, OpenOptions options) override {
        auto file = under_->open(path, options);
        if (!file) return file;
        return std::unique_ptr<File>(std::make_unique<UnsyncedFile>(std::move(*file)));
    }
    Status rename(const std::string& from, const std::string& to) override {
        return under_->rename(from, to);
    }
    Status remove(const std::string& path) override { return under_->remove(path); }
    Status make_directory(const std::string& path) override { return under_->make_directory(path); }
    Status sync_directory(const std::string& /*path*/) override { return {}; }
    Expected<std::vector<std::string>> list(const std::string& path) override {
        return under_->list(path);
    }
    Expected<bool> exists(const std::string& path) override { return under_->exists(path); }

  private:
    std::unique_ptr<Disk> under_;
};

}  // namespace

std::unique_ptr<Disk> make_unsynced_disk(std::unique_ptr<Disk> under) {
    return std::make_unique<UnsyncedDisk>(std::move(under));
}

}  // namespace tradectl
