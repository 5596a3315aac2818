/// The lines of recordings of raw messages: receive time and message, several files as one.
#pragma once

#include "host/base/text_blocks.hpp"
#include "host/base/text_input.hpp"
#include "host/market/capture_block.hpp"
#include "host/market/capture_report.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::market {

/// Reads several recordings merged by receive time, equal times in the order of the list, or one
/// after the other where nobody noted times. [any]
class CaptureLines {
  public:
    /// Whether the messages are decoded as well, and by whom.
    struct Decoding {
        std::optional<CaptureVenue> venue;  ///< none, or one with a memory: they are not
        unsigned jobs = 1;                  ///< threads, the reader's own one counted
        std::size_t block_bytes = std::size_t{64} << 10;
    };
    /// `zip_member` is that of every zip file; empty: the only one.
    CaptureLines(std::vector<std::string> paths, std::string zip_member, CaptureFrame frame)
        : CaptureLines(std::move(paths), std::move(zip_member), frame, Decoding{}) {}
    CaptureLines(std::vector<std::string> paths,
                 std::string zip_member,
                 CaptureFrame frame,
                 Decoding decoding);

    /// Opens all files. What TextInput::open says.
    Status open();
    /// The next line, valid until the next call; nothing at the end of all. Blank lines are left
    /// out. Corrupt, with the line's place, for content that is damaged, cut short or in another
    /// form; Io.
    Expected<std::optional<CaptureLine>> next();

    /// Which input `next` returned a line of last, from 0.
    [[nodiscard]] std::size_t input() const { return current_; }
    [[nodiscard]] const TextPlace& text() const { return inputs_[current_]; }
    /// Bytes on disk: of all inputs, and those of the others than `text` that were read.
    [[nodiscard]] std::uint64_t bytes_all() const;
    [[nodiscard]] std::uint64_t bytes_of_others() const;
    /// Place of the line that `next` returned last.
    [[nodiscard]] CapturePlace place() const;
    /// A Corrupt error at that place: `FILE:LINE: what`.
    [[nodiscard]] Unexpected damage(const std::string& what) const;

  private:
    struct Input final : TextPlace {
        explicit Input(TextBlocks from) : blocks(std::move(from)) {}
        [[nodiscard]] const std::string& path() const override { return blocks.path(); }
        [[nodiscard]] std::uint64_t line_number() const override { return line; }
        [[nodiscard]] std::uint64_t bytes_done() const override { return blocks.bytes_done(); }

        TextBlocks blocks;
        std::unique_ptr<CaptureBlock> first;
        const CaptureBlock* block = nullptr;  ///< that is being read
        std::size_t entry = 0;                ///< the next one of it
        std::uint64_t lines_before = 0;       ///< of the blocks before it
        std::uint64_t line = 0;
        std::optional<CaptureLine> head;  ///< nothing at the end
    };
    Expected<bool> next_block(Input& input);
    Status advance(Input& input);
    Expected<CaptureLine> read(Input& input, std::string_view text) const;

    std::vector<std::string> paths_;
    std::string zip_member_;
    CaptureFrame frame_;
    Decoding decoding_;
    BlockWorkers workers_;
    std::vector<Input> inputs_;
    std::size_t current_ = 0;
    bool started_ = false;
};

}  // namespace tradectl::market
