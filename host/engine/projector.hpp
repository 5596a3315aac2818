/// Brings the ledger and the audit log up to the log, never beyond what is durable.
#pragma once

#include "host/audit/log_writer.hpp"
#include "host/base/disk.hpp"
#include "host/ledger/ledger.hpp"
#include "host/wal/reader.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>

namespace tradectl::engine {

/// Reads the log behind the writer and applies it in batches. Under a real clock it has a thread of
/// its own; under a simulated one the session calls `catch_up`.
class Projector {
  public:
    static constexpr std::size_t kBatchRecordsMax = 512;

    /// A checkpoint of the audit log is made this long after the first entry that none covers,
    /// after LogWriter::kCheckpointEntries of them, and at the end.
    static constexpr std::chrono::seconds kCheckpointAfter{1};

    /// `disk` must outlive it. Without `audit` there is no audit log. Errors of the ledger and the
    /// reader.
    static Expected<std::unique_ptr<Projector>> open(Disk& disk,
                                                     std::string wal_directory,
                                                     ledger::Ledger ledger,
                                                     std::optional<audit::LogWriter> audit = {});
    ~Projector();
    Projector(const Projector&) = delete;
    Projector& operator=(const Projector&) = delete;

    /// Applies everything up to `mark`. [projector], or [engine] when no thread was started.
    Status catch_up(WalSequence mark);

    /// What the thread does between records: called with the last record applied by all, it does
    /// one short step and returns after how many nanoseconds it wants the next. Before
    /// `start_thread`.
    using IdleWork = std::function<std::int64_t(WalSequence applied)>;
    void set_idle_work(IdleWork work) { idle_work_ = std::move(work); }
    /// Gives it a thread. A ledger that another program has locked is tried again; anything else
    /// stops the projector.
    void start_thread();
    /// The log is durable up to here. [any]
    void notify(WalSequence mark);
    /// Applies what was notified, ends the thread, and signs a last checkpoint; the first failure.
    Status stop();

    /// [any]
    [[nodiscard]] WalSequence applied() const { return WalSequence{applied_.load()}; }
    /// Why it cannot go on for now, or nothing: another program has locked the ledger. [any]
    [[nodiscard]] std::optional<std::string> waits_for() const;
    /// Why it stopped, or nothing. [any]
    [[nodiscard]] std::optional<Error> failure() const;

  private:
    using Lock = std::unique_lock<std::mutex>;

    Projector(Disk& disk,
              std::string directory,
              ledger::Ledger ledger,
              std::optional<audit::LogWriter> audit);
    Status apply_some(WalSequence mark);
    Status apply_to_ledger(std::span<const wal::Record> batch);
    Status apply_to_audit(std::span<const wal::Record> batch);
    Status checkpoint();
    void run();
    bool wait_for_work(Lock& lock);
    void work_if_idle();
    [[nodiscard]] bool checkpoint_due() const;

    Disk& disk_;
    std::string directory_;
    ledger::Ledger ledger_;
    std::optional<audit::LogWriter> audit_;
    std::optional<std::chrono::steady_clock::time_point> checkpoint_due_;  // of pending entries
    std::optional<wal::RecordReader> reader_;
    std::atomic<std::uint64_t> applied_{0};

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    WalSequence mark_;
    bool stopping_ = false;
    std::optional<Error> failure_;
    std::optional<std::string> waits_for_;
    IdleWork idle_work_;                              // [projector]
    std::chrono::steady_clock::time_point idle_due_;  // [projector]
    std::thread thread_;
};

}  // namespace tradectl::engine
