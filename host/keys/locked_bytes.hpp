/// Memory for what must not be seen: locked against swapping, left out of core dumps, wiped.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace tradectl::keys {

/// OpenSSL keeps the private keys that it parses in memory of its own that is locked and left out
/// of core dumps, once this was called. Cheap when repeated. [any]
void set_up_locked_memory();

/// A buffer in pages of its own (mlock, MADV_DONTDUMP); a process that has one leaves no core dump
/// (PR_SET_DUMPABLE). Where nobody may lock memory the rest holds. Moves, never copies. [any], one
/// thread at a time.
class LockedBytes {
  public:
    LockedBytes() = default;
    /// `capacity` zero bytes, of which `size()` is all. Stops the process without memory.
    explicit LockedBytes(std::size_t capacity);
    /// A copy of `bytes`.
    explicit LockedBytes(std::span<const std::byte> bytes);
    LockedBytes(LockedBytes&& other) noexcept;
    LockedBytes& operator=(LockedBytes&& other) noexcept;
    ~LockedBytes();
    LockedBytes(const LockedBytes&) = delete;
    LockedBytes& operator=(const LockedBytes&) = delete;

    [[nodiscard]] std::span<std::byte> bytes() { return {data_, size_}; }
    [[nodiscard]] std::span<const std::byte> bytes() const { return {data_, size_}; }
    [[nodiscard]] std::string_view text() const {
        return {reinterpret_cast<const char*>(data_), size_};
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// Keeps the first `size` bytes and wipes the others; `size` is at most `size()`.
    void shorten(std::size_t size);
    /// Whether the system locked it.
    [[nodiscard]] bool locked() const { return locked_; }

  private:
    void release() noexcept;

    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t mapped_bytes_ = 0;
    bool locked_ = false;
};

/// Overwrites in a way that no compiler leaves out.
void wipe(std::span<std::byte> bytes);

}  // namespace tradectl::keys
