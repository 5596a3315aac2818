#include "host/market/capture_block.hpp"

#include "host/market/plain_json.hpp"

namespace tradectl::market {

void CaptureBlock::work(std::string_view text) {
    entries_.clear();
    decoded_ = 0;
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
    if (!line ||
        (line->type != CaptureLine::Type::Message && line->type != CaptureLine::Type::Answer))
        return;
    if (!read_plain_json(line->json, nodes_)) return;
    if (decoded_ == messages_.size()) messages_.push_back(std::make_unique<CaptureMessage>());
    CaptureMessage& message = *messages_[decoded_];
    if (!decoder_->decode(line->url, JsonView{nodes_.data(), 0}, message)) return;
    entry.decoded = *line;
    entry.decoded->message = &message;
    ++decoded_;
}

}  // namespace tradectl::market
