/// Recursive Length Prefix, Ethereum's encoding of byte strings and lists (Yellow Paper, appendix
/// B). Writing only.
#pragma once

#include "host/keys/evm_word.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace tradectl::keys {

/// Writes items one behind the other. A list is written by wrapping what was written before.
class RlpWriter {
  public:
    void bytes(std::span<const std::byte> value);
    /// Big-endian without leading zeros; zero is the empty string.
    void number(const Word& value);
    /// Everything that `items` holds, as one list.
    void list(const RlpWriter& items);

    [[nodiscard]] const std::vector<std::byte>& written() const { return out_; }

  private:
    void head(std::byte base, std::size_t bytes);

    std::vector<std::byte> out_;
};

}  // namespace tradectl::keys
