#include "host/market/capture_line.hpp"

#include "host/market/capture_fields.hpp"

namespace tradectl::market {
namespace {

Unexpected bad_line(const char* what) {
    return fail(ErrorCode::Corrupt, what);
}

/// `NANOSECONDS JSON`.
Expected<CaptureLine> read_nanoseconds(std::string_view line) {
    const std::size_t blank = line.find(' ');
    std::uint64_t time = 0;
    if (!read_number(line.substr(0, blank), time) || time > static_cast<std::uint64_t>(INT64_MAX))
        return bad_line("no receive time in nanoseconds at its start");
    if (blank == std::string_view::npos) return bad_line("no message behind the receive time");
    return CaptureLine{.received = static_cast<tradectl_time>(time),
                       .json = line.substr(blank + 1)};
}

/// `SECONDS: JSON`.
Expected<CaptureLine> read_timed(std::string_view line) {
    const std::size_t colon = line.find(": ");
    CaptureLine out;
    if (colon == std::string_view::npos || !read_seconds(line.substr(0, colon), out.received))
        return bad_line("no receive time in seconds at its start");
    out.json = line.substr(colon + 2);
    return out;
}

/// `wss:URL <-> SECONDS`, `wss:URL <- SECONDS: JSON`, `URL -> SECONDS: JSON` or `SECONDS: JSON`.
Expected<CaptureLine> read_playback(std::string_view line) {
    if (line.starts_with("configuration: ")) return CaptureLine{.type = CaptureLine::Type::Note};
    if (line.starts_with("wss:")) {
        // What goes out to the venue is no news, and neither line's time orders anything.
        const bool opened = line.find(" <-> ") != std::string_view::npos;
        if (!opened && line.find(" <- ") == std::string_view::npos)
            return bad_line("a note on a connection without a mark");
        return CaptureLine{.type = opened ? CaptureLine::Type::Connected : CaptureLine::Type::Note};
    }
    constexpr std::string_view kAnswer = " -> ";
    if (!line.starts_with("http")) return read_timed(line);
    const std::size_t mark = line.find(kAnswer);
    if (mark == std::string_view::npos) return bad_line("a call without an answer");
    auto out = read_timed(line.substr(mark + kAnswer.size()));
    if (!out) return out;
    out->type = CaptureLine::Type::Answer;
    out->url = line.substr(0, mark);
    return out;
}

}  // namespace

Expected<CaptureLine> read_capture_line(CaptureFrame frame, std::string_view line) {
    switch (frame) {
        case CaptureFrame::Nanoseconds: return read_nanoseconds(line);
        case CaptureFrame::Playback: return read_playback(line);
        case CaptureFrame::Bare: break;
    }
    return CaptureLine{.json = line};
}

}  // namespace tradectl::market
