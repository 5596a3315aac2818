#include "host/net/wiped_text.hpp"

#include <algorithm>
#include <utility>

#include <openssl/crypto.h>

namespace tradectl::net {

WipedText::WipedText(std::string&& text) {
    append(text);
    wipe(text);
}

WipedText::WipedText(WipedText&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      size_(std::exchange(other.size_, 0)),
      room_(std::exchange(other.room_, 0)) {}

WipedText& WipedText::operator=(WipedText&& other) noexcept {
    if (this == &other) return *this;
    clear();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    room_ = std::exchange(other.room_, 0);
    return *this;
}

WipedText::~WipedText() {
    clear();
}

void WipedText::append(std::string_view text) {
    if (text.empty()) return;
    if (size_ + text.size() > room_) reserve(std::max(size_ + text.size(), 2 * room_));
    std::copy(text.begin(), text.end(), bytes_.get() + size_);
    size_ += text.size();
}

void WipedText::reserve(std::size_t bytes) {
    if (bytes <= room_) return;
    auto larger = std::make_unique<char[]>(bytes);
    std::copy_n(bytes_.get(), size_, larger.get());
    if (room_ > 0) OPENSSL_cleanse(bytes_.get(), room_);
    bytes_ = std::move(larger);
    room_ = bytes;
}

void WipedText::clear() {
    if (room_ > 0) OPENSSL_cleanse(bytes_.get(), room_);
    size_ = 0;
}

void wipe(std::string& text) {
    // The room behind the text may hold what was longer before.
    text.resize(text.capacity());
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

}  // namespace tradectl::net
