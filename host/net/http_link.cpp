#include "host/net/http_link.hpp"

#include <utility>

namespace tradectl::net {

void HttpLink::start(std::function<void()> on_end) {
    on_end_ = std::move(on_end);
    read();
}

bool HttpLink::is_usable() {
    return is_open_ && !done_ && !is_writing_ && wire_->is_quiet();
}

void HttpLink::exchange(std::span<const std::byte> request,
                        RepliesTo method,
                        std::size_t body_bytes_max,
                        Done done) {
    done_ = std::move(done);
    unsent_ = request;
    has_left_ = false;
    was_heard_ = false;
    reader_.emplace(method, body_bytes_max);
    write();
}

void HttpLink::close() {
    done_ = nullptr;
    on_end_ = nullptr;
    if (!std::exchange(is_open_, false)) return;
    wire_->close();
}

void HttpLink::read() {
    wire_->read_some(room_, [self = shared_from_this()](std::error_code error, std::size_t count) {
        if (!self->is_open_) return;
        if (error) return self->on_broken({ErrorCode::Unavailable, error.message()});
        self->on_bytes(std::span(self->room_).first(count));
    });
}

void HttpLink::write() {
    is_writing_ = true;
    // Behind TLS, and in a kernel that took some, nobody can say any more what left.
    if (wire_->writes_blindly()) has_left_ = true;
    wire_->write_some(unsent_,
                      [self = shared_from_this()](std::error_code error, std::size_t count) {
                          self->is_writing_ = false;
                          if (count > 0) self->has_left_ = true;
                          if (!self->is_open_ || !self->done_) return;
                          if (error && !self->has_left_)
                              return self->on_broken({ErrorCode::Unavailable, error.message()});
                          // Whoever stops listening may yet have answered: the reading end finds
                          // out.
                          if (error) return;
                          self->unsent_ = self->unsent_.subspan(count);
                          if (!self->unsent_.empty()) self->write();
                      });
}

void HttpLink::on_bytes(std::span<const std::byte> bytes) {
    if (!done_) return on_broken({ErrorCode::Unavailable, "the peer spoke or hung up"});
    if (bytes.empty()) {
        if (auto ended = reader_->finish(); !ended) return on_broken(ended.error());
        return finish(reader_->take());
    }
    was_heard_ = true;
    const auto is_whole = reader_->feed(bytes);
    if (!is_whole) return on_broken(is_whole.error());
    if (!*is_whole) return read();
    finish(reader_->take());
}

void HttpLink::on_broken(const Error& error) {
    if (done_) return finish(fail(error));
    const auto call = std::exchange(on_end_, nullptr);
    close();
    if (call) call();
}

void HttpLink::finish(Expected<HttpReply> reply) {
    // An answer to half a request is the last one on its connection.
    const bool goes_on = reply && reader_->keeps_connection() && unsent_.empty() && !is_writing_;
    const auto done = std::exchange(done_, nullptr);
    LinkResult result{std::move(reply), has_left_, was_kept_, was_heard_};
    was_kept_ = true;
    if (goes_on)
        read();
    else
        close();
    done(std::move(result));
}

}  // namespace tradectl::net
