#include "host/net/connection_pool.hpp"

#include "host/net/http_link.hpp"
#include "host/net/loop.hpp"
#include "host/net/net_parts.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::net {

struct ConnectionPool::Idle {
    std::shared_ptr<HttpLink> link;
    std::unique_ptr<Timer> end;
};

ConnectionPool::ConnectionPool(Loop& loop, NetCounters& counters, DialOrder order, Limits limits)
    : loop_(loop), counters_(counters), order_(std::move(order)), limits_(limits) {}

ConnectionPool::~ConnectionPool() {
    drop_idle();
}

std::uint64_t ConnectionPool::ask(Got got) {
    const std::uint64_t ticket = ++last_number_;
    waiting_.emplace(ticket, std::move(got));
    serve();
    return ticket;
}

void ConnectionPool::cancel(std::uint64_t ticket) {
    waiting_.erase(ticket);
}

void ConnectionPool::give_back(const std::shared_ptr<HttpLink>& link) {
    if (link->is_usable()) {
        keep(link);
    } else {
        link->close();
        count_closed();
    }
    serve();
}

void ConnectionPool::drop_idle() {
    for (Idle& idle : idle_) {
        idle.link->close();
        count_closed();
    }
    idle_.clear();
}

void ConnectionPool::serve() {
    while (!waiting_.empty() && !idle_.empty()) {
        const auto link = std::move(idle_.back().link);
        idle_.pop_back();
        if (link->is_usable()) {
            take_first()(link);
        } else {
            link->close();
            count_closed();
        }
    }
    while (dials_.size() < waiting_.size() && open_ + dials_.size() < limits_.connections_max)
        start_dial();
}

void ConnectionPool::start_dial() {
    const std::uint64_t number = ++last_number_;
    dials_.emplace(number, dial(loop_, order_, [this, number](auto wire) {
                       on_dialed(number, std::move(wire));
                   }));
}

void ConnectionPool::on_dialed(std::uint64_t number, Expected<std::shared_ptr<Wire>> wire) {
    dials_.erase(number);
    if (!wire) {
        if (!waiting_.empty()) take_first()(fail(wire.error()));
        return serve();
    }
    ++open_;
    ++counters_.connections_opened;
    ++counters_.connections_now;
    auto link = std::make_shared<HttpLink>(std::move(*wire));
    link->start([this, key = link.get()] { on_idle_end(key); });
    if (waiting_.empty()) {
        keep(link);
    } else if (link->is_usable()) {
        take_first()(link);
    } else {
        // A venue that hangs up at once is not dialled for ever on one caller's account.
        link->close();
        count_closed();
        take_first()(fail(ErrorCode::Unavailable, order_.to.host + ": hung up at once"));
    }
    serve();
}

void ConnectionPool::keep(const std::shared_ptr<HttpLink>& link) {
    auto end = std::make_unique<Timer>(loop_);
    end->after(limits_.idle_ns_max, [this, key = link.get()] {
        const auto it = std::find_if(
            idle_.begin(), idle_.end(), [key](const Idle& idle) { return idle.link.get() == key; });
        if (it == idle_.end()) return;
        it->link->close();
        on_idle_end(key);
    });
    idle_.push_back({link, std::move(end)});
}

void ConnectionPool::on_idle_end(const HttpLink* link) {
    const auto it = std::find_if(
        idle_.begin(), idle_.end(), [link](const Idle& idle) { return idle.link.get() == link; });
    if (it == idle_.end()) return;
    idle_.erase(it);
    count_closed();
}

void ConnectionPool::count_closed() {
    --open_;
    --counters_.connections_now;
}

ConnectionPool::Got ConnectionPool::take_first() {
    const auto first = waiting_.begin();
    Got got = std::move(first->second);
    waiting_.erase(first);
    return got;
}

}  // namespace tradectl::net
