#include "host/keys/locked_bytes.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace tradectl::keys {
namespace {

constexpr std::size_t kSecureHeapBytes = 65536;
constexpr int kSecureHeapPiece = 64;

std::size_t whole_pages(std::size_t bytes) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return std::max<std::size_t>((bytes + page - 1) / page, 1) * page;
}

/// Pages of released buffers, wiped: a slot in each request must not cost a handful of system
/// calls.
class PagePool {
  public:
    void* take() {
        const std::lock_guard lock(mutex_);
        if (count_ == 0) return nullptr;
        return pages_.at(--count_);
    }
    bool give(void* page) {
        const std::lock_guard lock(mutex_);
        if (count_ == pages_.size()) return false;
        pages_.at(count_++) = page;
        return true;
    }

  private:
    std::mutex mutex_;
    std::array<void*, 8> pages_{};
    std::size_t count_ = 0;
};

void forbid_core_dumps() {
    static const int kDone = ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    static_cast<void>(kDone);
}

PagePool& pool() {
    static PagePool the_pool;
    return the_pool;
}

}  // namespace

void set_up_locked_memory() {
    static const int kDone = CRYPTO_secure_malloc_init(kSecureHeapBytes, kSecureHeapPiece);
    static_cast<void>(kDone);
}

void wipe(std::span<std::byte> bytes) {
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

LockedBytes::LockedBytes(std::size_t capacity)
    : size_(capacity), mapped_bytes_(whole_pages(capacity)) {
    forbid_core_dumps();
    if (mapped_bytes_ == whole_pages(1)) {
        data_ = static_cast<std::byte*>(pool().take());
        locked_ = data_ != nullptr;
        if (locked_) return;
    }
    void* const memory =
        ::mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    TRADECTL_ASSERT(memory != MAP_FAILED);
    data_ = static_cast<std::byte*>(memory);
    locked_ = ::mlock(data_, mapped_bytes_) == 0;
    static_cast<void>(::madvise(data_, mapped_bytes_, MADV_DONTDUMP));
}

LockedBytes::LockedBytes(std::span<const std::byte> bytes) : LockedBytes(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), data_);
}

LockedBytes::LockedBytes(LockedBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_bytes_(std::exchange(other.mapped_bytes_, 0)),
      locked_(std::exchange(other.locked_, false)) {}

LockedBytes& LockedBytes::operator=(LockedBytes&& other) noexcept {
    if (this == &other) return *this;
    release();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    mapped_bytes_ = std::exchange(other.mapped_bytes_, 0);
    locked_ = std::exchange(other.locked_, false);
    return *this;
}

LockedBytes::~LockedBytes() {
    release();
}

void LockedBytes::shorten(std::size_t size) {
    TRADECTL_ASSERT(size <= size_);
    wipe({data_ + size, size_ - size});
    size_ = size;
}

void LockedBytes::release() noexcept {
    if (data_ == nullptr) return;
    wipe({data_, mapped_bytes_});
    // What could not be locked is not kept: another time it may be.
    if (!locked_ || mapped_bytes_ != whole_pages(1) || !pool().give(data_))
        static_cast<void>(::munmap(data_, mapped_bytes_));
    data_ = nullptr;
}

}  // namespace tradectl::keys
