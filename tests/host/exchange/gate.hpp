/// What tests wait for, instead of time.
#pragma once

#include <condition_variable>
#include <mutex>

namespace tradectl::exchange {

/// Counts up; threads wait until it has come so far. [any]
class Count {
  public:
    void add() {
        {
            const std::lock_guard lock(mutex_);
            ++count_;
        }
        changed_.notify_all();
    }
    void wait_for(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return count_ >= count; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

/// Opens once. [any]
class Gate {
  public:
    void open() { count_.add(); }
    void wait() { count_.wait_for(1); }

  private:
    Count count_;
};

}  // namespace tradectl::exchange
