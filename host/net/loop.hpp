/// The net's one thread: what runs on it, and its timers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace tradectl::net {

/// Runs what is posted, in order, on one thread; whatever belongs to the net's sessions lives
/// there.
class Loop {
  public:
    Loop();
    /// As `stop`; what never ran is dropped on the calling thread.
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Runs `task` later on the loop's thread. [any]
    void post(std::function<void()> task);
    /// Ends the thread after the task that it is in. [any but io]
    void stop();

    /// Posts to the loop as long as it lives, from threads that may outlive it. [any]
    [[nodiscard]] std::function<void(std::function<void()>)> mailbox() const;
    [[nodiscard]] boost::asio::io_context& context() const;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // shared with mailboxes, which may come last
};

/// Calls once, later; a destroyed or cancelled timer never does. [io]
class Timer {
  public:
    explicit Timer(Loop& loop);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// Forgets what it was set to before. A time in the past is now.
    void after(std::int64_t ns, std::function<void()> call);
    void cancel();

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // shared with the wait that is under way
};

}  // namespace tradectl::net
