/// The thread that makes a plugin's puts durable.
#pragma once

#include "host/exchange/kv_store.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace tradectl::exchange {

/// Commits in order, numbered from 1. After a failure nothing more is written. [any]
class CommitWorker {
  public:
    /// `writer` must outlive the worker; `on_commit` is called on its thread after each commit,
    /// failed or not.
    CommitWorker(KvWriter& writer, std::function<void()> on_commit);
    /// Writes what is queued, then ends.
    ~CommitWorker();
    CommitWorker(const CommitWorker&) = delete;
    CommitWorker& operator=(const CommitWorker&) = delete;

    void commit(std::vector<KvPut> puts);
    /// Commits that are on the device.
    [[nodiscard]] std::uint64_t durable() const;
    [[nodiscard]] Status status() const;

  private:
    void run();

    KvWriter& writer_;
    std::function<void()> on_commit_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::vector<KvPut>> queue_;
    std::uint64_t durable_ = 0;
    std::optional<Error> error_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace tradectl::exchange
