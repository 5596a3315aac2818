/// A list without memory of its own beyond a fixed room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>

namespace tradectl {

/// `N` items at most, of a plain type. Only what is in it is made and copied: such lists are built
/// for every order.
template <typename T, std::size_t N>
class ShortList {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

  public:
    ShortList() = default;
    ShortList(const ShortList& other) { assign(other); }
    ShortList& operator=(const ShortList& other) {
        if (this != &other) assign(other);
        return *this;
    }

    /// False when the list is full; nothing is added then.
    [[nodiscard]] bool push(const T& item) {
        if (count_ == N) return false;
        new (storage_ + count_ * sizeof(T)) T(item);
        ++count_;
        return true;
    }
    /// Takes out the item at `at`; the others keep their order.
    void erase(T* at) {
        std::memmove(
            static_cast<void*>(at), at + 1, sizeof(T) * static_cast<std::size_t>(end() - at - 1));
        --count_;
    }
    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] const T& operator[](std::size_t i) const { return begin()[i]; }
    [[nodiscard]] const T* begin() const {
        return std::launder(reinterpret_cast<const T*>(storage_));
    }
    [[nodiscard]] const T* end() const { return begin() + count_; }
    [[nodiscard]] T* begin() { return std::launder(reinterpret_cast<T*>(storage_)); }
    [[nodiscard]] T* end() { return begin() + count_; }
    static constexpr std::size_t capacity() { return N; }

  private:
    void assign(const ShortList& other) {
        count_ = other.count_;
        std::memcpy(storage_, other.storage_, count_ * sizeof(T));
    }

    alignas(T) std::byte storage_[N * sizeof(T)];
    std::uint32_t count_ = 0;
};

}  // namespace tradectl
