#include "tests/net_support/answering_server.hpp"

#include <chrono>
#include <cstdlib>
#include <utility>

namespace tradectl::net {

namespace {

bool is_whole(const std::string& request) {
    const std::size_t head = request.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const std::size_t at = request.find("Content-Length: ");
    const std::size_t body =
        at == std::string::npos ? 0 : std::strtoul(request.c_str() + at + 16, nullptr, 10);
    return request.size() == head + 4 + body;
}

}  // namespace

AnsweringServer::AnsweringServer(Tls tls, std::string body)
    : listener_(tls), body_(std::move(body)), thread_([this] { serve(); }) {}

AnsweringServer::~AnsweringServer() {
    stopping_ = true;
    listener_.wake();
    thread_.join();
}

std::size_t AnsweringServer::requests_of(std::size_t connections) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return connections_ >= connections; });
    return connections_ == connections ? requests_ : static_cast<std::size_t>(-1);
}

void AnsweringServer::serve() {
    while (!stopping_) {
        const auto end = listener_.accept();
        if (stopping_) return;
        if (end) talk(*end);
        const std::lock_guard lock(mutex_);
        ++connections_;
        changed_.notify_all();
    }
}

void AnsweringServer::talk(ServerEnd& end) {
    for (;;) {
        const std::string request = end.read_request();
        if (!is_whole(request)) return;
        {
            const std::lock_guard lock(mutex_);
            ++requests_;
        }
        if (!end.answer(200, body_)) return;
    }
}

}  // namespace tradectl::net
