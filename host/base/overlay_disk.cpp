#include "host/base/overlay_disk.hpp"

#include "host/base/range_locks.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <utility>

namespace tradectl {
namespace {

/// What is copied at a time; a mapping lies within one, so that it stays where it is.
constexpr std::uint64_t kBlockBytes = 64u << 10;
using Block = std::array<std::byte, kBlockBytes>;

/// A file apart from its name: what is below, and the blocks that were changed.
class Inode {
  public:
    Inode(std::unique_ptr<File> below, std::uint64_t size)
        : below_(std::move(below)), size_(size), below_bytes_(size) {}

    Expected<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) {
        const std::lock_guard lock(mutex_);
        if (offset >= size_) return std::size_t{0};
        const std::size_t bytes = std::min<std::uint64_t>(out.size(), size_ - offset);
        for (std::size_t at = 0; at < bytes;) {
            const std::uint64_t within = (offset + at) % kBlockBytes;
            const std::size_t count = std::min<std::uint64_t>(bytes - at, kBlockBytes - within);
            const auto target = out.subspan(at, count);
            const auto found = blocks_.find((offset + at) / kBlockBytes);
            if (found != blocks_.end()) {
                std::memcpy(target.data(), found->second->data() + within, count);
            } else if (auto done = read_below(offset + at, target); !done) {
                return fail(done.error());
            }
            at += count;
        }
        return bytes;
    }

    Status write(std::uint64_t offset, std::span<const std::byte> bytes) {
        const std::lock_guard lock(mutex_);
        for (std::size_t at = 0; at < bytes.size();) {
            const std::uint64_t within = (offset + at) % kBlockBytes;
            const std::size_t count =
                std::min<std::uint64_t>(bytes.size() - at, kBlockBytes - within);
            auto block = own((offset + at) / kBlockBytes);
            if (!block) return fail(block.error());
            std::memcpy((*block)->data() + within, bytes.data() + at, count);
            at += count;
        }
        size_ = std::max(size_, offset + bytes.size());
        return {};
    }

    Status truncate(std::uint64_t size) {
        const std::lock_guard lock(mutex_);
        // What grows back must read as zero, in our blocks and from below. Blocks stay: they may be
        // mapped.
        below_bytes_ = std::min(below_bytes_, size);
        for (auto at = blocks_.lower_bound(size / kBlockBytes); at != blocks_.end(); ++at) {
            const std::uint64_t first = at->first * kBlockBytes;
            const std::uint64_t from = size > first ? size - first : 0;
            std::fill(at->second->begin() + static_cast<std::ptrdiff_t>(from),
                      at->second->end(),
                      std::byte{0});
        }
        size_ = size;
        return {};
    }

    std::uint64_t size() {
        const std::lock_guard lock(mutex_);
        return size_;
    }

    bool lock(const void* owner, std::uint64_t first, std::uint64_t last, File::Lock kind) {
        const std::lock_guard guard(mutex_);
        return locks_.move(owner, first, last, kind);
    }

    Expected<std::byte*> map(std::uint64_t offset, std::uint64_t bytes) {
        const std::uint64_t within = offset % kBlockBytes;
        if (bytes == 0 || within + bytes > kBlockBytes) return nullptr;
        const std::lock_guard lock(mutex_);
        auto block = own(offset / kBlockBytes);
        if (!block) return fail(block.error());
        size_ = std::max(size_, offset + bytes);
        return (*block)->data() + within;
    }

  private:
    /// Zeros behind what is left of the file below.
    Status read_below(std::uint64_t offset, std::span<std::byte> out) {
        std::fill(out.begin(), out.end(), std::byte{0});
        if (!below_ || offset >= below_bytes_) return {};
        const auto count = std::min<std::uint64_t>(out.size(), below_bytes_ - offset);
        auto read = below_->read(offset, out.first(count));
        return read ? Status{} : fail(read.error());
    }

    Expected<Block*> own(std::uint64_t number) {
        auto found = blocks_.find(number);
        if (found == blocks_.end()) {
            auto block = std::make_unique<Block>();
            if (auto done = read_below(number * kBlockBytes, *block); !done)
                return fail(done.error());
            found = blocks_.emplace(number, std::move(block)).first;
        }
        return found->second.get();
    }

    std::mutex mutex_;
    std::unique_ptr<File> below_;
    std::uint64_t size_;
    std::uint64_t below_bytes_;  // of the file below that still show
    std::map<std::uint64_t, std::unique_ptr<Block>> blocks_;
    RangeLocks locks_;
};

class OverlayFile final : public File {
  public:
    // Shared: the directory and every File of it hold the inode.
    OverlayFile(std::shared_ptr<Inode> inode, std::string path, OpenOptions options)
        : inode_(std::move(inode)), path_(std::move(path)), options_(options) {}
    OverlayFile(const OverlayFile&) = delete;
    OverlayFile& operator=(const OverlayFile&) = delete;
    ~OverlayFile() override { inode_->lock(this, 0, UINT64_MAX, Lock::None); }

    Expected<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
        return inode_->read(offset, out);
    }
    Status write(std::uint64_t offset, std::span<const std::byte> bytes) override {
        return options_.write ? inode_->write(offset, bytes) : read_only("write");
    }
    Status sync() override { return {}; }
    Status truncate(std::uint64_t size) override {
        return options_.write ? inode_->truncate(size) : read_only("truncate");
    }
    Expected<std::uint64_t> size() override { return inode_->size(); }
    Status lock(std::uint64_t offset, std::uint64_t bytes, Lock lock) override {
        const std::uint64_t last = bytes == 0 ? UINT64_MAX : offset + bytes - 1;
        if (inode_->lock(this, offset, last, lock)) return {};
        return fail(ErrorCode::Locked, path_ + ": lock: held by another");
    }
    Expected<std::byte*> map_shared(std::uint64_t offset, std::uint64_t bytes) override {
        if (!options_.write) return fail(read_only("map").error());
        auto at = inode_->map(offset, bytes);
        if (!at || *at != nullptr) return at;
        return fail(ErrorCode::Unsupported,
                    path_ + ": map: range crosses a multiple of " + std::to_string(kBlockBytes));
    }

  private:
    [[nodiscard]] Status read_only(std::string_view what) const {
        return fail(ErrorCode::Io, path_ + ": " + std::string(what) + ": opened for reading only");
    }

    std::shared_ptr<Inode> inode_;
    std::string path_;
    OpenOptions options_;
};

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

class OverlayDisk final : public Disk {
  public:
    explicit OverlayDisk(Disk& under) : under_(under) {}

    Expected<std::unique_ptr<File>> open(const std::string& path, OpenOptions options) override {
        const std::lock_guard lock(mutex_);
        auto inode = find(path);
        if (!inode && inode.error().code != ErrorCode::NotFound) return fail(inode.error());
        if (inode && options.create && options.exclusive)
            return fail(ErrorCode::BadState, path + ": open: file exists");
        if (!inode) {
            if (!options.create) return fail(inode.error());
            auto there = shows(parent_of(path));
            if (!there) return fail(there.error());
            if (!*there) return fail(inode.error());
            inode = std::make_shared<Inode>(nullptr, 0);
            files_[path] = *inode;
            gone_.erase(path);
        }
        return std::unique_ptr<File>(std::make_unique<OverlayFile>(*inode, path, options));
    }

    Status rename(const std::string& from, const std::string& to) override {
        const std::lock_guard lock(mutex_);
        auto inode = find(from);
        if (!inode) return fail(inode.error());
        if (from == to) return {};
        files_[to] = *inode;
        gone_.erase(to);
        files_.erase(from);
        gone_.insert(from);
        return {};
    }

    Status remove(const std::string& path) override {
        const std::lock_guard lock(mutex_);
        auto there = shows(path);
        if (!there) return fail(there.error());
        if (!*there) return fail(ErrorCode::NotFound, path + ": remove: no such file or directory");
        files_.erase(path);
        directories_.erase(path);
        gone_.insert(path);
        return {};
    }

    Status make_directory(const std::string& path) override {
        const std::lock_guard lock(mutex_);
        for (std::string part = path; part != "/"; part = parent_of(part)) {
            auto there = shows(part);
            if (!there) return fail(there.error());
            if (*there) break;
            directories_.insert(part);
            gone_.erase(part);
        }
        return {};
    }

    Status sync_directory(const std::string& path) override {
        const std::lock_guard lock(mutex_);
        auto there = shows(path);
        if (!there) return fail(there.error());
        if (*there) return {};
        return fail(ErrorCode::NotFound, path + ": sync directory: no such file or directory");
    }

    Expected<std::vector<std::string>> list(const std::string& path) override {
        const std::lock_guard lock(mutex_);
        std::set<std::string> names;
        if (!directories_.contains(path)) {
            auto below = under_.list(path);
            if (!below) return below;
            names.insert(below->begin(), below->end());
        }
        const std::string prefix = path == "/" ? path : path + "/";
        std::erase_if(names, [&](const auto& name) { return gone_.contains(prefix + name); });
        const auto add = [&](const std::string& name) {
            if (name.starts_with(prefix) && name.find('/', prefix.size()) == std::string::npos)
                names.insert(name.substr(prefix.size()));
        };
        for (const auto& [name, inode] : files_)
            add(name);
        for (const auto& name : directories_)
            add(name);
        return std::vector<std::string>(names.begin(), names.end());
    }

    Expected<bool> exists(const std::string& path) override {
        const std::lock_guard lock(mutex_);
        return shows(path);
    }

  private:
    /// The file by that name, taken over from below at its first use.
    Expected<std::shared_ptr<Inode>> find(const std::string& path) {
        if (const auto found = files_.find(path); found != files_.end()) return found->second;
        if (gone_.contains(path) || directories_.contains(path))
            return fail(ErrorCode::NotFound, path + ": open: no such file");
        auto below = under_.open(path, {});
        if (!below) return fail(below.error());
        const auto size = (*below)->size();
        if (!size) return fail(size.error());
        auto inode = std::make_shared<Inode>(std::move(*below), *size);
        files_[path] = inode;
        return inode;
    }

    Expected<bool> shows(const std::string& path) {
        if (files_.contains(path) || directories_.contains(path)) return true;
        if (gone_.contains(path)) return false;
        return under_.exists(path);
    }

    Disk& under_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Inode>> files_;  // changed, or opened at least
    std::set<std::string> directories_;                    // made here
    std::set<std::string> gone_;                           // names below that do not show any more
};

}  // namespace

std::unique_ptr<Disk> make_overlay_disk(Disk& under) {
    return std::make_unique<OverlayDisk>(under);
}

}  // namespace tradectl
