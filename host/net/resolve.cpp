#include "host/net/resolve.hpp"

#include <array>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>

namespace tradectl::net {

namespace {

using Resolved = Expected<std::vector<std::string>>;
constexpr auto kResolveLook = std::chrono::milliseconds(50);

Resolved look_up(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (failed != 0) {
        return fail(ErrorCode::Unavailable, host + ": " + ::gai_strerror(failed));
    }
    std::vector<std::string> addresses;
    for (const addrinfo* at = list; at != nullptr; at = at->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (::getnameinfo(at->ai_addr,
                          at->ai_addrlen,
                          text.data(),
                          text.size(),
                          nullptr,
                          0,
                          NI_NUMERICHOST) == 0) {
            addresses.emplace_back(text.data());
        }
    }
    ::freeaddrinfo(list);
    if (addresses.empty()) return fail(ErrorCode::Unavailable, host + ": no address");
    return addresses;
}

/// Shared with the thread that looks: whoever comes last takes it away.
struct Lookup {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Resolved> done;
};

bool is_numeric(const std::string& host) {
    return host.find(':') != std::string::npos ||
           host.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

Expected<std::vector<std::string>> resolve(const std::string& host,
                                           std::int64_t timeout_ns,
                                           const std::function<bool()>& give_up) {
    if (is_numeric(host)) return std::vector<std::string>{host};
    auto lookup = std::make_shared<Lookup>();
    std::thread([lookup, host] {
        auto addresses = look_up(host);
        const std::lock_guard lock(lookup->mutex);
        lookup->done = std::move(addresses);
        lookup->changed.notify_all();
    }).detach();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(timeout_ns);
    std::unique_lock lock(lookup->mutex);
    while (!lookup->done) {
        if (std::chrono::steady_clock::now() >= deadline || (give_up && give_up())) {
            return fail(ErrorCode::Unavailable, host + ": its name was not looked up in time");
        }
        lookup->changed.wait_for(lock, kResolveLook);
    }
    return *lookup->done;
}

void resolve_later(const std::string& host,
                   std::function<void(Expected<std::vector<std::string>>)> done) {
    if (is_numeric(host)) return done(std::vector<std::string>{host});
    try {
        std::thread([host, done] { done(look_up(host)); }).detach();
    } catch (const std::system_error& error) {
        done(
            fail(ErrorCode::Unavailable, host + ": its name cannot be looked up: " + error.what()));
    }
}

}  // namespace tradectl::net
