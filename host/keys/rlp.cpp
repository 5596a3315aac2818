#include "host/keys/rlp.hpp"

#include <algorithm>

namespace tradectl::keys {
namespace {

constexpr std::byte kText{0x80};
constexpr std::byte kList{0xc0};
constexpr std::size_t kShortBytesMax = 55;

}  // namespace

void RlpWriter::head(std::byte base, std::size_t bytes) {
    const auto lead = std::to_integer<std::size_t>(base);
    if (bytes <= kShortBytesMax) {
        out_.push_back(static_cast<std::byte>(lead + bytes));
        return;
    }
    std::size_t digits = 0;
    for (std::size_t rest = bytes; rest != 0; rest >>= 8)
        ++digits;
    out_.push_back(static_cast<std::byte>(lead + kShortBytesMax + digits));
    for (std::size_t i = digits; i-- > 0;)
        out_.push_back(static_cast<std::byte>(bytes >> (8 * i)));
}

void RlpWriter::bytes(std::span<const std::byte> value) {
    if (value.size() != 1 || value.front() >= kText) head(kText, value.size());
    out_.insert(out_.end(), value.begin(), value.end());
}

void RlpWriter::number(const Word& value) {
    const auto* first =
        std::find_if(value.begin(), value.end(), [](std::byte b) { return b != std::byte{0}; });
    bytes(std::span(first, value.end()));
}

void RlpWriter::list(const RlpWriter& items) {
    head(kList, items.out_.size());
    out_.insert(out_.end(), items.out_.begin(), items.out_.end());
}

}  // namespace tradectl::keys
