/// The thread that makes batches durable while the engine goes on.
#pragma once

#include "host/base/clock.hpp"
#include "host/wal/batch.hpp"
#include "host/wal/writer.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace tradectl::wal {

struct WalThreadOptions {
    std::uint32_t queue_batches = 256;
    /// How long the thread looks for a next batch after it wrote one, and a waiter for the mark,
    /// before they sleep: longer than a usual sync, because waking a sleeper costs a third of one.
    /// 0: never.
    std::int64_t spin_ns = 200 * kNsPerMicrosecond;
};

/// Owns the writer and its thread. Batches that queue up during a sync share the next one.
class WalThread {
  public:
    /// `on_progress` is called on the WAL thread when `durable_sequence` or `failure` changed; it
    /// must be quick and wake whoever waits. `clock` must outlive the thread.
    static std::unique_ptr<WalThread> start(std::unique_ptr<Writer> writer,
                                            const Clock& clock,
                                            std::function<void()> on_progress,
                                            WalThreadOptions options = {});
    /// Stops without a report; call `stop` to hear of a failure.
    ~WalThread();
    WalThread(const WalThread&) = delete;
    WalThread& operator=(const WalThread&) = delete;

    /// [engine] Whether a batch would be taken now: ask before giving sequences to new intents.
    /// Unavailable when the queue is full (the engine denies with wal_backlog), NoSpace when only
    /// batches without an intent are taken, else the failure that stopped the thread.
    [[nodiscard]] Status admit() const;
    /// [engine] Hands over one batch; sequences follow on from the batch before. Unavailable when
    /// the queue is full, and the failure that stopped the thread; `batch` is then untouched.
    /// Intents are taken even when `admit` says NoSpace, so that what is built can be written.
    Status try_enqueue(Batch& batch);
    /// [engine] Memory of a batch that was written, for the builder; empty when there is none.
    [[nodiscard]] std::vector<std::byte> take_spare();

    /// [any] Everything up to here is on the device.
    [[nodiscard]] WalSequence durable_sequence() const;
    /// [any] Why the thread stopped writing, or nothing.
    [[nodiscard]] std::optional<Error> failure() const;
    /// [any] Waits until `sequence` is durable. Unavailable after `timeout_ns`; else the failure.
    Status wait_durable(WalSequence sequence, std::int64_t timeout_ns);

    /// [engine] Writes and syncs all that was taken, ends the thread, and says whether all of it is
    /// durable. A second call gives the same answer.
    Status stop();

  private:
    struct Shared;
    WalThread();
    std::unique_ptr<Shared> shared_;
};

}  // namespace tradectl::wal
