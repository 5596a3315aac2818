#include "tests/venues/polymarket/connection.hpp"

#include "tests/venues/polymarket/feed.hpp"
#include "tests/venues/polymarket/venue.hpp"

#include <algorithm>
#include <limits>

namespace polysim {

std::int64_t Connection::due_ms() const {
    return later_.empty() ? std::numeric_limits<std::int64_t>::max() : later_.front().due_ms;
}

void Connection::on_readable(World& world) {
    if (wire_.read(in_) == Wire::Outcome::Ended) over_ = true;
    if (session_ == 0) serve_requests(world);
    if (session_ != 0) read_frames(world);
}

void Connection::serve_requests(World& world) {
    // One at a time: an answer that is still to come holds the next request back.
    while (session_ == 0 && later_.empty() && !close_when_sent_) {
        Request request;
        const Cut cut = take_request(in_, request);
        if (cut == Cut::Partial) return;
        if (cut == Cut::Broken) {
            over_ = true;
            return;
        }
        request.connection = id_;
        if (request.path.rfind("/ws/", 0) == 0) return upgrade(world, request);
        if (request.path.rfind("/control/", 0) != 0) request.path = prefix_ + request.path;
        Delivery delivery;
        const Response response = serve(world, request, delivery);
        answer(bytes_of(response), delivery);
        if (request.header("Connection") == "close") close_when_sent_ = true;
    }
}

void Connection::answer(const std::string& bytes, const Delivery& delivery) {
    const std::int64_t start = delivery.delay_ms == 0 ? 0 : steady_ms() + delivery.delay_ms;
    if (delivery.close_without_answer) {
        later_.push_back({start, "", true});
        return;
    }
    const std::string sent = delivery.half ? bytes.substr(0, bytes.size() / 2) : bytes;
    if (delivery.chunk_bytes == 0) {
        later_.push_back({start, sent, delivery.half});
        return;
    }
    std::int64_t due = std::max(start, steady_ms());
    for (std::size_t at = 0; at < sent.size(); at += delivery.chunk_bytes) {
        later_.push_back({due, sent.substr(at, delivery.chunk_bytes), false});
        due += delivery.chunk_ms;
    }
    later_.back().then_close = delivery.half;
}

void Connection::upgrade(World& world, const Request& request) {
    const auto accepted = upgrade_answer(request);
    const bool user = request.path == "/ws/user";
    if (!accepted || (!user && request.path != "/ws/market")) {
        over_ = true;
        return;
    }
    session_ = open_session(world, user ? Channel::User : Channel::Market);
    out_ += *accepted;
}

void Connection::read_frames(World& world) {
    WsFrame frame;
    while (!over_) {
        const Cut cut = take_frame(in_, frame);
        if (cut == Cut::Partial) return;
        if (cut == Cut::Broken) {
            over_ = true;
            return;
        }
        on_frame(world, frame);
    }
}

void Connection::on_frame(World& world, const WsFrame& frame) {
    if (frame.opcode == 8) {
        out_ += bytes_of(WsFrame{8, true, frame.payload});
        close_when_sent_ = true;
    } else if (frame.opcode == 9) {
        out_ += bytes_of(WsFrame{10, true, frame.payload});
    } else if (frame.opcode <= 2) {
        message_ += frame.payload;
        if (!frame.last) return;
        on_text(world, session_, message_);
        message_.clear();
    }
}

void Connection::push(const Push& push) {
    std::string bytes;
    switch (push.kind) {
        case Push::Kind::Text: bytes = bytes_of(WsFrame{1, true, push.text}); break;
        case Push::Kind::Ping: bytes = bytes_of(WsFrame{9, true, push.text}); break;
        case Push::Kind::Close: bytes = bytes_of(WsFrame{8, true, "\x03\xE8"}); break;
        case Push::Kind::Reset:
            wire_.reset_on_close();
            over_ = true;
            return;
        case Push::Kind::Fragments:
            for (std::size_t i = 0; i < push.text.size(); ++i) {
                bytes += bytes_of(
                    WsFrame{i == 0 ? 1 : 0, i + 1 == push.text.size(), push.text.substr(i, 1)});
                if (i == 0) bytes += bytes_of(WsFrame{9, true, "between"});
            }
            break;
    }
    later_.push_back({push.due_ms, bytes, push.kind == Push::Kind::Close});
}

void Connection::flush(World& world) {
    while (!later_.empty() && later_.front().due_ms <= steady_ms()) {
        out_ += later_.front().bytes;
        if (later_.front().then_close) close_when_sent_ = true;
        later_.pop_front();
    }
    if (!out_.empty() && wire_.write(out_) == Wire::Outcome::Ended) over_ = true;
    if (close_when_sent_ && out_.empty() && later_.empty()) over_ = true;
    if (session_ == 0 && !over_ && !in_.empty()) serve_requests(world);
}

}  // namespace polysim
