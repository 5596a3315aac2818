#include "tests/venues/polymarket/simulator.hpp"

#include "tests/venues/polymarket/connection.hpp"
#include "tests/venues/polymarket/feed.hpp"
#include "tests/venues/polymarket/trading.hpp"
#include "tests/venues/polymarket/venue.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace polysim {

class Simulator::Loop {
  public:
    explicit Loop(const Options& options);
    ~Loop();

    std::string call(const Request& request);

    std::map<std::string, int> ports;
    std::unique_ptr<TlsServer> tls;

  private:
    struct Listener {
        int fd;
        std::string prefix;
        const TlsServer* tls;
    };

    void add(const std::string& name, const std::string& prefix, int port, const TlsServer* with);
    void run();
    void turn(std::vector<pollfd>& polled);
    int wait_ms(const World& world) const;
    void hand_out(World& world);
    void accept_on(World& world, const Listener& listener);
    void drop_ended(World& world);

    std::mutex mutex_;  ///< over everything below, and the connections
    World world_;
    std::vector<Listener> listeners_;
    std::map<int, std::unique_ptr<Connection>> connections_;
    int wake_;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

Simulator::Loop::Loop(const Options& options)
    : world_{options.seed}, wake_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    if (!options.tls_directory.empty()) tls = std::make_unique<TlsServer>(options.tls_directory);
    add("clob", "", options.port, tls.get());
    add("gamma", "/gamma", 0, tls.get());
    add("data", "/data-api", 0, tls.get());
    for (const char* node : {"0", "1", "2"}) {
        add(std::string{"rpc"} + node, std::string{"/rpc/"} + node, 0, tls.get());
    }
    add("control", "", 0, nullptr);
    ports["ws"] = ports["clob"];
    thread_ = std::thread{[this] { run(); }};
}

Simulator::Loop::~Loop() {
    stop_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_, &one, sizeof one);
    thread_.join();
    for (const auto& listener : listeners_)
        close(listener.fd);
    close(wake_);
}

void Simulator::Loop::add(const std::string& name,
                          const std::string& prefix,
                          int port,
                          const TlsServer* with) {
    const Listening made = listen_on(port);
    listeners_.push_back({made.fd, prefix, with});
    ports[name] = made.port;
}

std::string Simulator::Loop::call(const Request& request) {
    std::string body;
    {
        const std::lock_guard lock{mutex_};
        Delivery delivery;
        body = serve(world_, request, delivery).body;
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_, &one, sizeof one);
    return body;
}

int Simulator::Loop::wait_ms(const World& world) const {
    std::int64_t wait = 1000;
    if (!world.frozen_ms) wait = std::min(wait, next_due_ms(world) - world.now_ms());
    for (const auto& [id, connection] : connections_) {
        wait = std::min(wait, connection->due_ms() - steady_ms());
    }
    return static_cast<int>(std::max<std::int64_t>(0, wait));
}

void Simulator::Loop::run() {
    std::vector<pollfd> polled;
    while (!stop_) {
        int wait = 0;
        {
            const std::lock_guard lock{mutex_};
            polled.assign(1, {wake_, POLLIN, 0});
            for (const auto& listener : listeners_)
                polled.push_back({listener.fd, POLLIN, 0});
            for (const auto& [id, connection] : connections_) {
                const short events = connection->wants_to_write() ? POLLIN | POLLOUT : POLLIN;
                polled.push_back({connection->fd(), events, 0});
            }
            wait = wait_ms(world_);
        }
        poll(polled.data(), polled.size(), wait);
        const std::lock_guard lock{mutex_};
        turn(polled);
    }
}

void Simulator::Loop::turn(std::vector<pollfd>& polled) {
    std::uint64_t rung = 0;
    [[maybe_unused]] const auto count = read(wake_, &rung, sizeof rung);
    pass_time(world_);
    std::size_t at = 1;
    // Connections first: accepting adds to the map that `polled` was made from.
    at += listeners_.size();
    for (auto& [id, connection] : connections_) {
        if ((polled[at++].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            connection->on_readable(world_);
        }
    }
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        if ((polled[1 + i].revents & POLLIN) != 0) accept_on(world_, listeners_[i]);
    }
    hand_out(world_);
    for (auto& [id, connection] : connections_)
        connection->flush(world_);
    drop_ended(world_);
}

void Simulator::Loop::accept_on(World& world, const Listener& listener) {
    for (int fd = accept_from(listener.fd); fd >= 0; fd = accept_from(listener.fd)) {
        const int id = world.next_id++;
        ++world.connections[listener.prefix.empty() ? "clob" : listener.prefix.substr(1)];
        connections_[id] = std::make_unique<Connection>(id, fd, listener.tls, listener.prefix);
    }
}

void Simulator::Loop::hand_out(World& world) {
    std::map<int, Connection*> by_session;
    for (auto& [id, connection] : connections_)
        by_session[connection->session()] = connection.get();
    for (const Push& push : world.pushes) {
        const auto found = by_session.find(push.session);
        if (found != by_session.end()) found->second->push(push);
    }
    world.pushes.clear();
}

void Simulator::Loop::drop_ended(World& world) {
    for (auto at = connections_.begin(); at != connections_.end();) {
        if (!at->second->over()) {
            ++at;
            continue;
        }
        if (at->second->session() != 0) close_session(world, at->second->session());
        at = connections_.erase(at);
    }
}

Simulator::Simulator(const Options& options) : loop_{std::make_unique<Loop>(options)} {}

Simulator::~Simulator() = default;

int Simulator::port(const std::string& service) const {
    return loop_->ports.at(service);
}

std::string Simulator::url(const std::string& service) const {
    const bool secure = loop_->tls != nullptr && service != "control";
    const std::string scheme = service == "ws" ? "ws" : "http";
    return scheme + (secure ? "s" : "") + "://127.0.0.1:" + std::to_string(port(service));
}

std::string Simulator::describe() const {
    Json line = Json::object();
    for (const auto& [service, port] : loop_->ports)
        line.set(service, url(service));
    line.set("certificate", loop_->tls ? loop_->tls->certificate_path() : std::string{});
    return line.dump();
}

std::string Simulator::control(const std::string& name, const std::string& json) {
    Request request;
    request.method = "POST";
    request.path = "/control/" + name;
    request.body = json;
    return loop_->call(request);
}

std::string Simulator::ledger() {
    Request request;
    request.method = "GET";
    request.path = "/control/ledger";
    return loop_->call(request);
}

}  // namespace polysim
