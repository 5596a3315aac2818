/// The lines of recordings of raw messages: receive time and message, several files as one.
#pragma once

#include "host/base/text_input.hpp"
#include "host/market/capture_format.hpp"
#include "host/market/capture_report.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::market {

struct CaptureLine {
    enum class Type : std::uint8_t {
        Message,
        Answer,     ///< of a REST call, named by `url`
        Connected,  ///< a connection was opened: what it carried before may have holes
        Note,       ///< of the recorder
    };
    Type type = Type::Message;
    tradectl_time received = TRADECTL_TIME_NONE;
    std::string_view url;
    std::string_view json;
};

/// Takes a line apart; it keeps views into it. Corrupt when it has not the frame's form.
[[nodiscard]] Expected<CaptureLine> read_capture_line(CaptureFrame frame, std::string_view line);

/// Reads several recordings merged by receive time, equal times in the order of the list, or one
/// after the other where nobody noted times. [any]
class CaptureLines {
  public:
    /// `zip_member` is that of every zip file; empty: the only one.
    CaptureLines(std::vector<std::string> paths, std::string zip_member, CaptureFrame frame);

    /// Opens all files. What TextInput::open says.
    Status open();
    /// The next line, valid until the next call; nothing at the end of all. Blank lines are left
    /// out. Corrupt, with the line's place, for content that is damaged, cut short or in another
    /// form; Io.
    Expected<std::optional<CaptureLine>> next();

    /// Which input `next` returned a line of last, from 0.
    [[nodiscard]] std::size_t input() const { return current_; }
    [[nodiscard]] const TextInput& text() const { return inputs_[current_].text; }
    /// Bytes on disk: of all inputs, and those of the others than `text` that were read.
    [[nodiscard]] std::uint64_t bytes_all() const;
    [[nodiscard]] std::uint64_t bytes_of_others() const;
    /// Place of the line that `next` returned last.
    [[nodiscard]] CapturePlace place() const;
    /// A Corrupt error at that place: `FILE:LINE: what`.
    [[nodiscard]] Unexpected damage(const std::string& what) const;

  private:
    struct Input {
        TextInput text;
        std::optional<CaptureLine> head;  ///< nothing at the end
    };
    Status advance(Input& input);

    std::vector<std::string> paths_;
    std::string zip_member_;
    CaptureFrame frame_;
    std::vector<Input> inputs_;
    std::size_t current_ = 0;
    bool started_ = false;
};

}  // namespace tradectl::market
