#include "host/ops/control_server.hpp"

#include "host/base/log.hpp"
#include "host/ops/control_line.hpp"

#include <array>
#include <utility>

#include <pwd.h>

namespace tradectl::ops {

std::string user_name(std::uint32_t uid) {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
        return "uid " + std::to_string(uid);
    }
    return found->pw_name;
}

// ---- ControlCall

namespace {

std::string describe(const net::Peer& peer, const std::string& user) {
    return user + " (uid " + std::to_string(peer.uid) + "), pid " + std::to_string(peer.pid);
}

}  // namespace

ControlCall::ControlCall(net::Peer peer, Json body, net::Reply reply)
    : command_(body.find_text("command").value_or("")),
      body_(std::move(body)),
      user_(user_name(peer.uid)),
      who_(describe(peer, user_)),
      reply_(std::move(reply)) {}

ControlCall::ControlCall(ControlCall&& other) noexcept
    : command_(std::move(other.command_)),
      body_(std::move(other.body_)),
      user_(std::move(other.user_)),
      who_(std::move(other.who_)),
      reply_(std::exchange(other.reply_, nullptr)) {}

ControlCall& ControlCall::operator=(ControlCall&& other) noexcept {
    std::swap(command_, other.command_);
    std::swap(body_, other.body_);
    std::swap(user_, other.user_);
    std::swap(who_, other.who_);
    std::swap(reply_, other.reply_);
    return *this;
}

ControlCall::~ControlCall() {
    if (reply_) refuse({ErrorCode::Internal, "control: nobody answered the request"});
}

std::string ControlCall::text(std::string_view key, std::string_view other) const {
    return std::string(body_.find_text(key).value_or(other));
}

void ControlCall::answer(const Json& data) {
    if (auto reply = std::exchange(reply_, nullptr)) reply(answer_line(data));
}

void ControlCall::refuse(const Error& error) {
    if (auto reply = std::exchange(reply_, nullptr)) reply(refusal_line(error));
}

// ---- ControlServer

ControlServer::ControlServer(std::function<void()> ring) : ring_(std::move(ring)) {}

Expected<std::unique_ptr<ControlServer>> ControlServer::open(const std::string& path,
                                                             std::function<void()> ring) {
    std::unique_ptr<ControlServer> control(new ControlServer(std::move(ring)));
    auto server = net::LineServer::open({.path = path}, *control);
    if (!server) return fail(server.error());
    control->server_ = std::move(*server);
    return control;
}

ControlServer::~ControlServer() {
    stop(0);
}

std::optional<ControlCall> ControlServer::take() {
    // Before looking: a request that comes now is told again.
    waiting_.store(false);
    auto call = calls_.try_pop();
    if (call && calls_.size() > 0) waiting_.store(true);
    return call;
}

ControlServer::Denied ControlServer::take_denied() {
    // Before looking: whoever comes now is told of again.
    has_denied_.store(false);
    Denied out;
    while (auto who = denied_.try_pop())
        out.who.push_back(std::move(*who));
    out.more = denied_more_.exchange(0);
    return out;
}

void ControlServer::stop(std::int64_t wait_ns) {
    calls_.close();
    while (auto call = calls_.try_pop()) {
        call->refuse({ErrorCode::Unavailable, "control: the instance is stopping"});
    }
    if (server_) server_->stop(wait_ns);
}

void ControlServer::on_request(const net::Peer& peer, std::string line, net::Reply reply) {
    auto request = parse_request(line);
    if (!request) return reply(refusal_line(request.error()));
    ControlCall call(peer, std::move(*request), std::move(reply));
    switch (calls_.push(std::move(call))) {
        case BoundedQueue<ControlCall>::Push::Done:
            waiting_.store(true);
            ring_();
            return;
        case BoundedQueue<ControlCall>::Push::Full:
            return call.refuse({ErrorCode::Unavailable,
                                "control: " + std::to_string(kWaitingMax) + " requests wait"});
        case BoundedQueue<ControlCall>::Push::Closed: break;
    }
    call.refuse({ErrorCode::Unavailable, "control: the instance is stopping"});
}

std::string ControlServer::refusal(const net::Peer& peer, const Error& error) {
    log(LogLevel::Warning,
        "control",
        "a client was sent away: " + error.message,
        {{"uid", static_cast<std::int64_t>(peer.uid)}, {"pid", peer.pid}});
    if (error.code == ErrorCode::Permission) {
        const auto kept = denied_.push(describe(peer, user_name(peer.uid)));
        if (kept != BoundedQueue<std::string>::Push::Done) ++denied_more_;
        has_denied_.store(true);
        ring_();
    }
    return refusal_line({error.code, "control: " + error.message});
}

}  // namespace tradectl::ops
