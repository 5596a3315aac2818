/// One line of a recording of raw messages: receive time and message.
#pragma once

#include "host/market/capture_format.hpp"
#include "host/market/capture_message.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tradectl::market {

/// A whole book of a large market is one line.
inline constexpr std::size_t kCaptureLineBytesMax = std::size_t{16} << 20;

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
    std::optional<CaptureView> message;  ///< what `json` says, when somebody decoded it
};

/// Takes a line apart; it keeps views into it. Corrupt when it has not the frame's form.
[[nodiscard]] Expected<CaptureLine> read_capture_line(CaptureFrame frame, std::string_view line);

}  // namespace tradectl::market
