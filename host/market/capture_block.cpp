#include "host/market/capture_block.hpp"

#include "host/market/plain_json.hpp"

namespace tradectl::market {

void CaptureBlock::work(std::string_view text) {
    entries_.clear();
    units_.clear();
    levels_.clear();
    lines_ = 0;
    BlockLines lines(text, '\n');
    std::string_view line;
    while (lines.next(line)) {
        ++lines_;
        if (line.empty()) continue;
        Entry& entry = entries_.emplace_back();
        entry.text = line;
        entry.number = lines_;
        if (decoder_ != nullptr && line.size() <= kCaptureLineBytesMax) decode(entry);
    }
}

void CaptureBlock::decode(Entry& entry) {
    const auto line = read_capture_line(frame_, entry.text);
    if (!line || line->type == CaptureLine::Type::Connected ||
        line->type == CaptureLine::Type::Note)
        return;
    if (!read_plain_json(line->json, nodes_)) return;
    if (!decoder_->decode(line->url, JsonView{nodes_.data(), 0}, message_)) return;
    entry.decoded = true;
    entry.line = *line;
    entry.type = message_.type;
    // All in one place: a message of its own for each line would wander through memory.
    entry.units_begin = static_cast<std::uint32_t>(units_.size());
    units_.insert(units_.end(), message_.units.begin(), message_.units.end());
    entry.units_end = static_cast<std::uint32_t>(units_.size());
    entry.levels_begin = static_cast<std::uint32_t>(levels_.size());
    levels_.insert(levels_.end(), message_.levels.begin(), message_.levels.end());
    entry.levels_end = static_cast<std::uint32_t>(levels_.size());
}

CaptureLine CaptureBlock::line_of(const Entry& entry) const {
    CaptureLine line = entry.line;
    line.message.emplace(
        entry.type,
        std::span(units_).subspan(entry.units_begin, entry.units_end - entry.units_begin),
        std::span(levels_).subspan(entry.levels_begin, entry.levels_end - entry.levels_begin));
    return line;
}

}  // namespace tradectl::market
