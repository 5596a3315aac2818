/// Brings the ledger up to the log, never beyond what is durable.
#pragma once

#include "host/base/disk.hpp"
#include "host/ledger/ledger.hpp"
#include "host/wal/reader.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace tradectl::engine {

/// Reads the log behind the writer and applies it in batches. Under a real clock it has a thread of
/// its own; under a simulated one the session calls `catch_up`.
class Projector {
  public:
    static constexpr std::size_t kBatchRecordsMax = 512;

    /// `disk` must outlive it. Errors of the ledger and the reader.
    static Expected<std::unique_ptr<Projector>> open(Disk& disk,
                                                     std::string wal_directory,
                                                     ledger::Ledger ledger);
    ~Projector();
    Projector(const Projector&) = delete;
    Projector& operator=(const Projector&) = delete;

    /// Applies everything up to `mark`. [projector], or [engine] when no thread was started.
    Status catch_up(WalSequence mark);

    /// Gives it a thread. A ledger that another program has locked is tried again; anything else
    /// stops the projector.
    void start_thread();
    /// The log is durable up to here. [any]
    void notify(WalSequence mark);
    /// Applies what was notified and ends the thread; its first failure.
    Status stop();

    /// [any]
    [[nodiscard]] WalSequence applied() const { return WalSequence{applied_.load()}; }
    /// Why it stopped, or nothing. [any]
    [[nodiscard]] std::optional<Error> failure() const;

  private:
    Projector(Disk& disk, std::string directory, ledger::Ledger ledger);
    Status apply_some(WalSequence mark);
    void run();

    Disk& disk_;
    std::string directory_;
    ledger::Ledger ledger_;
    std::optional<wal::RecordReader> reader_;
    std::atomic<std::uint64_t> applied_{0};

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    WalSequence mark_;
    bool stopping_ = false;
    std::optional<Error> failure_;
    std::thread thread_;
};

}  // namespace tradectl::engine
