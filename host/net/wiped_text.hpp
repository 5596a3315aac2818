/// Text that may hold a secret: its memory is overwritten before it is given back.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tradectl::net {

/// Grows at its end, moves, and is never copied by accident. A plain value type. [any]
class WipedText {
  public:
    WipedText() = default;
    explicit WipedText(std::string_view text) { append(text); }
    /// Takes the text over and wipes where it was.
    explicit WipedText(std::string&& text);
    WipedText(WipedText&& other) noexcept;
    WipedText& operator=(WipedText&& other) noexcept;
    ~WipedText();

    void append(std::string_view text);
    /// Room for so many bytes in all, so that appending does not move what is there.
    void reserve(std::size_t bytes);
    void clear();
    [[nodiscard]] WipedText copy() const { return WipedText(view()); }

    /// Valid until the next change.
    [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }
    [[nodiscard]] std::span<const std::byte> bytes() const {
        return std::as_bytes(std::span(bytes_.get(), size_));
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
    std::size_t room_ = 0;
};

/// Overwrites a text in a way that no optimiser takes out, and empties it. [any]
void wipe(std::string& text);

}  // namespace tradectl::net
