#include "host/base/disk.hpp"
#include "host/base/range_locks.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <set>

namespace tradectl {
namespace {

/// Content sits in chunks that never move, so that a mapping stays valid while the file grows.
constexpr std::uint64_t kChunkBytes = 256u << 10;

struct FreeChunk {
    void operator()(std::byte* chunk) const { std::free(chunk); }
};
using Chunk = std::unique_ptr<std::byte, FreeChunk>;

/// A file apart from its name: renaming and removing leave it to those who have it open.
class Inode {
  public:
    std::size_t read(std::uint64_t offset, std::span<std::byte> out) {
        const std::lock_guard lock(mutex_);
        if (offset >= size_) return 0;
        const std::size_t bytes = std::min<std::uint64_t>(out.size(), size_ - offset);
        each_part(offset, bytes, [&](std::byte* part, std::size_t at, std::size_t count) {
            std::memcpy(out.data() + at, part, count);
        });
        return bytes;
    }

    void write(std::uint64_t offset, std::span<const std::byte> bytes) {
        if (bytes.empty()) return;
        const std::lock_guard lock(mutex_);
        resize(std::max(size_, offset + bytes.size()));
        each_part(offset, bytes.size(), [&](std::byte* part, std::size_t at, std::size_t count) {
            std::memcpy(part, bytes.data() + at, count);
        });
    }

    void truncate(std::uint64_t size) {
        const std::lock_guard lock(mutex_);
        if (size < size_) {
            // What grows back must read as zero.
            each_part(size, size_ - size, [](std::byte* part, std::size_t, std::size_t count) {
                std::memset(part, 0, count);
            });
        }
        resize(size);
    }

    std::uint64_t size() {
        const std::lock_guard lock(mutex_);
        return size_;
    }

    bool lock(const void* owner, std::uint64_t first, std::uint64_t last, File::Lock kind) {
        const std::lock_guard guard(mutex_);
        return locks_.move(owner, first, last, kind);
    }

    std::byte* map(std::uint64_t offset, std::uint64_t bytes) {
        const std::uint64_t within = offset % kChunkBytes;
        if (bytes == 0 || within + bytes > kChunkBytes) return nullptr;
        const std::lock_guard lock(mutex_);
        resize(std::max(size_, offset + bytes));
        return chunks_[offset / kChunkBytes].get() + within;
    }

  private:
    void resize(std::uint64_t size) {
        const std::uint64_t chunk_count = (size + kChunkBytes - 1) / kChunkBytes;
        while (chunks_.size() < chunk_count) {
            // calloc takes untouched zero pages from the system: a small file costs little.
            chunks_.emplace_back(static_cast<std::byte*>(std::calloc(1, kChunkBytes)));
            if (!chunks_.back()) std::abort();
        }
        size_ = size;
    }

    template <typename Visit>
    void each_part(std::uint64_t offset, std::size_t bytes, Visit&& visit) {
        for (std::size_t at = 0; at < bytes;) {
            const std::uint64_t within = (offset + at) % kChunkBytes;
            const std::size_t count = std::min<std::uint64_t>(bytes - at, kChunkBytes - within);
            visit(chunks_[(offset + at) / kChunkBytes].get() + within, at, count);
            at += count;
        }
    }

    std::mutex mutex_;
    std::vector<Chunk> chunks_;
    std::uint64_t size_ = 0;
    RangeLocks locks_;
};

class MemoryFile final : public File {
  public:
    // Shared: the directory and every File of it hold the inode.
    MemoryFile(std::shared_ptr<Inode> inode, std::string path, OpenOptions options)
        : inode_(std::move(inode)), path_(std::move(path)), options_(options) {}
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() override { inode_->lock(this, 0, UINT64_MAX, Lock::None); }

    Expected<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
        return inode_->read(offset, out);
    }
    Status write(std::uint64_t offset, std::span<const std::byte> bytes) override {
        if (!options_.write) return read_only("write");
        inode_->write(offset, bytes);
        return {};
    }
    Status sync() override { return {}; }
    Status truncate(std::uint64_t size) override {
        if (!options_.write) return read_only("truncate");
        inode_->truncate(size);
        return {};
    }
    Expected<std::uint64_t> size() override { return inode_->size(); }
    Status lock(std::uint64_t offset, std::uint64_t bytes, Lock lock) override {
        const std::uint64_t last = bytes == 0 ? UINT64_MAX : offset + bytes - 1;
        if (inode_->lock(this, offset, last, lock)) return {};
        return fail(ErrorCode::Locked, path_ + ": lock: held by another");
    }
    Expected<std::byte*> map_shared(std::uint64_t offset, std::uint64_t bytes) override {
        if (!options_.write) return fail(read_only("map").error());
        if (std::byte* at = inode_->map(offset, bytes)) return at;
        return fail(ErrorCode::Unsupported,
                    path_ + ": map: range crosses a multiple of " + std::to_string(kChunkBytes));
    }

  private:
    Status read_only(std::string_view what) const {
        return fail(ErrorCode::Io, path_ + ": " + std::string(what) + ": opened for reading only");
    }

    std::shared_ptr<Inode> inode_;
    std::string path_;
    OpenOptions options_;
};

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return "";
    return slash == 0 ? "/" : path.substr(0, slash);
}

class MemoryDisk final : public Disk {
  public:
    Expected<std::unique_ptr<File>> open(const std::string& path, OpenOptions options) override {
        const std::lock_guard lock(mutex_);
        if (directories_.contains(path))
            return fail(ErrorCode::BadState, path + ": open: is a directory");
        auto found = files_.find(path);
        if (found != files_.end() && options.create && options.exclusive)
            return fail(ErrorCode::BadState, path + ": open: file exists");
        if (found == files_.end()) {
            if (!options.create || !directories_.contains(parent_of(path)))
                return missing(path, "open");
            found = files_.emplace(path, std::make_shared<Inode>()).first;
        }
        return std::unique_ptr<File>(std::make_unique<MemoryFile>(found->second, path, options));
    }

    Status rename(const std::string& from, const std::string& to) override {
        const std::lock_guard lock(mutex_);
        const auto found = files_.find(from);
        if (found == files_.end() || !directories_.contains(parent_of(to)))
            return missing(from, "rename to " + to);
        if (directories_.contains(to))
            return fail(ErrorCode::BadState, from + ": rename to " + to + ": is a directory");
        if (from == to) return {};
        auto inode = std::move(found->second);
        files_.erase(found);
        files_[to] = std::move(inode);
        return {};
    }

    Status remove(const std::string& path) override {
        const std::lock_guard lock(mutex_);
        if (files_.erase(path) > 0) return {};
        if (!directories_.contains(path)) return missing(path, "remove");
        if (!names_in(path).empty())
            return fail(ErrorCode::BadState, path + ": remove: directory not empty");
        directories_.erase(path);
        return {};
    }

    Status make_directory(const std::string& path) override {
        const std::lock_guard lock(mutex_);
        for (std::string part = path; !part.empty() && part != "/"; part = parent_of(part)) {
            if (files_.contains(part))
                return fail(ErrorCode::BadState, path + ": make directory: not a directory");
            directories_.insert(part);
        }
        return {};
    }

    Status sync_directory(const std::string& path) override {
        const std::lock_guard lock(mutex_);
        if (!directories_.contains(path)) return missing(path, "sync directory");
        return {};
    }

    Expected<std::vector<std::string>> list(const std::string& path) override {
        const std::lock_guard lock(mutex_);
        if (!directories_.contains(path)) return fail(missing(path, "list").error);
        return names_in(path);
    }

    Expected<bool> exists(const std::string& path) override {
        const std::lock_guard lock(mutex_);
        return files_.contains(path) || directories_.contains(path);
    }

  private:
    static Unexpected missing(const std::string& path, const std::string& what) {
        return fail(ErrorCode::NotFound, path + ": " + what + ": no such file or directory");
    }

    std::vector<std::string> names_in(const std::string& path) const {
        const std::string prefix = path == "/" ? path : path + "/";
        std::set<std::string> names;
        const auto add = [&](const std::string& name) {
            if (name.size() > prefix.size() && name.starts_with(prefix) &&
                name.find('/', prefix.size()) == std::string::npos)
                names.insert(name.substr(prefix.size()));
        };
        for (const auto& [name, inode] : files_)
            add(name);
        for (const auto& name : directories_)
            add(name);
        return {names.begin(), names.end()};
    }

    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Inode>> files_;
    std::set<std::string> directories_{"/"};
};

}  // namespace

std::unique_ptr<Disk> make_memory_disk() {
    return std::make_unique<MemoryDisk>();
}

}  // namespace tradectl
