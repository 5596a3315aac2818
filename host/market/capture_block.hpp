/// The lines of a block of recorded messages, decoded apart from those before them.
#pragma once

#include "host/base/text_blocks.hpp"
#include "host/market/capture_decoder.hpp"
#include "host/market/capture_line.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace tradectl::market {

/// Decodes the messages of a block that any decoder of the venue can, alone. What is wrong with the
/// other lines the reader finds out in their turn. [one thread at a time]
class CaptureBlock final : public BlockWork {
  public:
    /// Without a venue it finds the lines alone.
    CaptureBlock(CaptureFrame frame, std::optional<CaptureVenue> venue)
        : frame_(frame), decoder_(venue ? make_capture_decoder(*venue) : nullptr) {}

    /// A line that is not empty.
    struct Entry {
        std::string_view text;
        std::uint32_t number = 0;            ///< of the block's lines, from 1
        std::optional<CaptureLine> decoded;  ///< with a message; none: nobody looked at it
    };

    void work(std::string_view text) override;

    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] std::uint32_t lines() const { return lines_; }

  private:
    void decode(Entry& entry);

    CaptureFrame frame_;
    std::unique_ptr<CaptureDecoder> decoder_;
    std::vector<JsonNode> nodes_;
    std::vector<Entry> entries_;
    std::vector<std::unique_ptr<CaptureMessage>> messages_;  ///< kept for the next block
    std::size_t decoded_ = 0;
    std::uint32_t lines_ = 0;
};

}  // namespace tradectl::market
