/// The lines of a block of recorded messages, decoded apart from those before them.
#pragma once

#include "host/base/text_blocks.hpp"
#include "host/market/capture_decoder.hpp"
#include "host/market/capture_line.hpp"

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
        std::uint32_t number = 0;  ///< of the block's lines, from 1
        bool decoded = false;      ///< false: nobody looked at it
        // Of one that was decoded.
        CaptureLine line;
        std::string_view type;
        std::uint32_t units_begin = 0;
        std::uint32_t units_end = 0;
        std::uint32_t levels_begin = 0;
        std::uint32_t levels_end = 0;
    };

    void work(std::string_view text) override;

    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    /// The line with its message, of an entry that was decoded; both are valid until the next
    /// block.
    [[nodiscard]] CaptureLine line_of(const Entry& entry) const;
    [[nodiscard]] std::uint32_t lines() const { return lines_; }

  private:
    void decode(Entry& entry);

    CaptureFrame frame_;
    std::unique_ptr<CaptureDecoder> decoder_;
    std::vector<JsonNode> nodes_;
    CaptureMessage message_;
    std::vector<Entry> entries_;
    std::vector<CaptureUnit> units_;    ///< of all entries
    std::vector<CaptureLevel> levels_;  ///< of all entries
    std::uint32_t lines_ = 0;
};

}  // namespace tradectl::market
