/// The rows of a block of text, decoded apart from those before them.
#pragma once

#include "host/base/text_blocks.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tradectl::market {

/// Decodes what it can of a block: each line is either decoded or odd. What is wrong with an odd
/// one, or whether something is, the reader of the file knows, which takes it in its turn. [one
/// thread at a time]
class RowBlock : public BlockWork {
  public:
    struct Odd {
        std::uint32_t line = 0;    ///< of the block, from 0
        std::uint32_t offset = 0;  ///< where it begins
    };

    void work(std::string_view text) final;

    [[nodiscard]] std::uint32_t lines() const { return lines_; }
    [[nodiscard]] const std::vector<Odd>& odd() const { return odd_; }
    /// The text of the n-th decoded row, from 0. It counts lines: for messages.
    [[nodiscard]] std::string_view decoded_row(std::size_t n) const;

  protected:
    enum class Fit : std::uint8_t { Decoded, Odd };

  private:
    /// Another block begins.
    virtual void clear() = 0;
    /// Keeps what a row holds, which is not empty and stays until the next `clear`.
    virtual Fit decode(std::string_view row) = 0;

    std::string_view text_;
    std::vector<Odd> odd_;
    std::uint32_t lines_ = 0;
};

}  // namespace tradectl::market
