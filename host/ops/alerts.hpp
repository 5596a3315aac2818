/// Tells people of what costs money, outside of the trading path. Configuration: alerts in
/// tradectl.yaml(5), which has the fields of a message too.
#pragma once

#include "host/config/config.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace tradectl::ops {

using AlertKind = config::AlertKind;

struct Alert {
    AlertKind kind{};
    std::string subject;  ///< what it is about: "all", "strategy:momentum", an instrument
    std::string text;     ///< one line, no secret
    Timestamp time;
};

/// Sends one message; may be called again with the same one. Unavailable: try again later. It ends
/// soon after `give_up` says true. [any]
using AlertSender =
    std::function<Status(const std::string& body, const std::function<bool()>& give_up)>;

struct AlertChannel {
    std::string name;  ///< "webhook", for the log
    AlertSender send;
};

struct AlertOptions {
    std::string name;  ///< of the session
    std::string mode;
    std::map<AlertKind, config::AlertMode> modes;  ///< without an entry: on
    std::int64_t min_interval_ns = kNsPerMinute;   ///< between two of one kind and subject
    std::int64_t retry_ns = kNsPerSecond;          ///< before the first retry; then 4 times as long
    int attempts_max = 5;
};

/// A thread for each channel, so that one that hangs does not hold up another. Messages of one kind
/// and subject that come too soon are held: the latest goes out when the interval is over, and says
/// how many it stands for. [any]
class Alerts {
  public:
    /// Messages that wait for one channel; more are lost, counted and told.
    static constexpr std::size_t kWaitingMax = 64;

    Alerts(AlertOptions options, std::vector<AlertChannel> channels);
    /// As `finish(0)`.
    ~Alerts();
    Alerts(const Alerts&) = delete;
    Alerts& operator=(const Alerts&) = delete;

    /// Takes a lock for a moment, and never waits for a channel.
    void post(Alert alert);
    /// Sends what is left, for at most `wait_ns`, then ends the threads. What could not be sent is
    /// in the log.
    void finish(std::int64_t wait_ns);

  private:
    struct Window {
        std::int64_t until_ns = 0;
        Alert latest;
        std::size_t held = 0;  // 0: nothing waits
    };
    struct Message {
        std::string body;
        std::int64_t due_ns = 0;
        int attempts = 0;
    };
    struct Outlet {
        AlertChannel channel;
        std::deque<Message> waiting;
        bool sending = false;
        std::thread thread;
    };

    void run(Outlet& outlet);
    void send(Outlet& outlet, Message message, std::unique_lock<std::mutex>& lock);
    void release_held(std::int64_t now);
    void queue(const Alert& alert, std::size_t suppressed);
    [[nodiscard]] std::int64_t next_due(const Outlet& outlet) const;
    [[nodiscard]] bool all_sent() const;
    [[nodiscard]] std::string body_of(const Alert& alert, std::size_t suppressed) const;

    const AlertOptions options_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::pair<AlertKind, std::string>, Window> windows_;
    std::vector<std::unique_ptr<Outlet>> outlets_;
    std::size_t lost_ = 0;
    bool finishing_ = false;
    bool given_up_ = false;
};

/// The channels of a configuration: its webhook and its command.
[[nodiscard]] std::vector<AlertChannel> alert_channels(const config::AlertsConfig& config);

}  // namespace tradectl::ops
