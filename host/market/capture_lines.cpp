#include "host/market/capture_lines.hpp"

#include "host/market/capture_fields.hpp"

#include <utility>

namespace tradectl::market {
namespace {

/// A whole book of a large market is one line.
constexpr std::size_t kLineBytesMax = std::size_t{16} << 20;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

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

CaptureLines::CaptureLines(std::vector<std::string> paths,
                           std::string zip_member,
                           CaptureFrame frame)
    : paths_(std::move(paths)), zip_member_(std::move(zip_member)), frame_(frame) {}

Status CaptureLines::open() {
    for (const std::string& path : paths_) {
        auto text = TextInput::open(path,
                                    {.line_bytes_max = kLineBytesMax,
                                     .zip_member = zip_member_,
                                     .read_ahead = TextInput::ReadAhead::On});
        if (!text) return fail(text.error());
        inputs_.push_back({*std::move(text), std::nullopt});
    }
    return {};
}

/// Reads the next line of an input into its head.
Status CaptureLines::advance(Input& input) {
    input.head.reset();
    while (true) {
        const auto line = input.text.next();
        if (!line) {
            // A line too long is the input's fault, not the caller's.
            Error error = line.error();
            if (error.code == ErrorCode::InvalidArgument) error.code = ErrorCode::Corrupt;
            return fail(std::move(error));
        }
        if (!*line) return {};
        std::string_view text = **line;
        if (input.text.line_number() == 1 && text.starts_with(kByteOrderMark))
            text.remove_prefix(kByteOrderMark.size());
        if (text.empty()) continue;
        const auto parts = read_capture_line(frame_, text);
        if (!parts)
            return fail(parts.error().code,
                        input.text.path() + ":" + std::to_string(input.text.line_number()) + ": " +
                            parts.error().message);
        input.head = *parts;
        return {};
    }
}

Expected<std::optional<CaptureLine>> CaptureLines::next() {
    if (!started_) {
        for (Input& input : inputs_)
            if (auto status = advance(input); !status) return fail(status.error());
        started_ = true;
    } else if (auto status = advance(inputs_[current_]); !status) {
        return fail(status.error());
    }
    const CaptureLine* first = nullptr;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const auto& head = inputs_[i].head;
        // A line without a time goes before all that have one, and the first of them in the list.
        if (!head || (first != nullptr && head->received >= first->received)) continue;
        first = &*head;
        current_ = i;
    }
    if (first == nullptr) return std::optional<CaptureLine>{};
    return std::optional{*first};
}

std::uint64_t CaptureLines::bytes_all() const {
    std::uint64_t bytes = 0;
    for (const Input& input : inputs_)
        bytes += input.text.bytes_all();
    return bytes;
}

std::uint64_t CaptureLines::bytes_of_others() const {
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i)
        if (i != current_) bytes += inputs_[i].text.bytes_done();
    return bytes;
}

CapturePlace CaptureLines::place() const {
    if (inputs_.empty()) return {};
    const TextInput& text = inputs_[current_].text;
    return {text.path(), text.line_number()};
}

Unexpected CaptureLines::damage(const std::string& what) const {
    const CapturePlace at = place();
    return fail(ErrorCode::Corrupt, at.file + ":" + std::to_string(at.line) + ": " + what);
}

}  // namespace tradectl::market
