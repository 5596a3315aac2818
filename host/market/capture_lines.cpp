#include "host/market/capture_lines.hpp"

#include <utility>

namespace tradectl::market {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

CaptureLines::CaptureLines(std::vector<std::string> paths,
                           std::string zip_member,
                           CaptureFrame frame,
                           Decoding decoding)
    : paths_(std::move(paths)),
      zip_member_(std::move(zip_member)),
      frame_(frame),
      decoding_(decoding),
      workers_(decoding.jobs) {
    if (decoding_.venue && !decodes_alone(*decoding_.venue)) decoding_.venue.reset();
}

Status CaptureLines::open() {
    for (const std::string& path : paths_) {
        auto blocks = TextBlocks::open(path,
                                       {.block_bytes = decoding_.block_bytes,
                                        .line_bytes_max = kCaptureLineBytesMax,
                                        .zip_member = zip_member_},
                                       workers_);
        if (!blocks) return fail(blocks.error());
        inputs_.emplace_back(*std::move(blocks));
    }
    return {};
}

/// False at the end of the input.
Expected<bool> CaptureLines::next_block(Input& input) {
    if (input.block != nullptr) input.lines_before += input.block->lines();
    input.block = nullptr;
    input.entry = 0;
    const auto block = input.blocks.next();
    if (!block) return fail(block.error());
    if (!*block) return false;
    input.block = static_cast<const CaptureBlock*>((*block)->work);
    if (input.block != nullptr) return true;
    // The first one, which is small: many files are not larger.
    input.first = std::make_unique<CaptureBlock>(frame_, std::nullopt);
    input.first->work((*block)->text);
    input.block = input.first.get();
    input.blocks.set_work([frame = frame_, venue = decoding_.venue] {
        return std::make_unique<CaptureBlock>(frame, venue);
    });
    return true;
}

/// Reads the next line of an input into its head.
Status CaptureLines::advance(Input& input) {
    input.head.reset();
    while (true) {
        if (input.block == nullptr || input.entry == input.block->entries().size()) {
            const auto more = next_block(input);
            if (!more) return fail(more.error());
            if (!*more) return {};
            continue;
        }
        const auto& entry = input.block->entries()[input.entry++];
        input.line = input.lines_before + entry.number;
        std::string_view text = entry.text;
        if (entry.decoded) {
            input.head = input.block->line_of(entry);
            return {};
        }
        if (input.line == 1 && text.starts_with(kByteOrderMark))
            text.remove_prefix(kByteOrderMark.size());
        if (text.empty()) continue;
        const auto line = read(input, text);
        if (!line) return fail(line.error());
        input.head = *line;
        return {};
    }
}

/// A line that nobody looked at yet.
Expected<CaptureLine> CaptureLines::read(Input& input, std::string_view text) const {
    const auto damaged = [&input](const char* before, const std::string& what) {
        return fail(ErrorCode::Corrupt,
                    input.path() + before + std::to_string(input.line) + ": " + what);
    };
    if (text.size() > kCaptureLineBytesMax)
        return damaged(": line ", "longer than " + std::to_string(kCaptureLineBytesMax) + " bytes");
    auto line = read_capture_line(frame_, text);
    if (!line) return damaged(":", line.error().message);
    return line;
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
        bytes += input.blocks.bytes_all();
    return bytes;
}

std::uint64_t CaptureLines::bytes_of_others() const {
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i)
        if (i != current_) bytes += inputs_[i].bytes_done();
    return bytes;
}

CapturePlace CaptureLines::place() const {
    if (inputs_.empty()) return {};
    return {inputs_[current_].path(), inputs_[current_].line};
}

Unexpected CaptureLines::damage(const std::string& what) const {
    const CapturePlace at = place();
    return fail(ErrorCode::Corrupt, at.file + ":" + std::to_string(at.line) + ": " + what);
}

}  // namespace tradectl::market
