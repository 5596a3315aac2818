#include "host/engine/projector.hpp"

#include "host/base/log.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace tradectl::engine {

Projector::Projector(Disk& disk, std::string directory, ledger::Ledger ledger)
    : disk_(disk),
      directory_(std::move(directory)),
      ledger_(std::move(ledger)),
      applied_(ledger_.applied_sequence().value) {}

Expected<std::unique_ptr<Projector>> Projector::open(Disk& disk,
                                                     std::string wal_directory,
                                                     ledger::Ledger ledger) {
    return std::unique_ptr<Projector>(
        new Projector(disk, std::move(wal_directory), std::move(ledger)));
}

Projector::~Projector() {
    static_cast<void>(stop());  // a failure was logged when it happened
}

Status Projector::apply_some(WalSequence mark) {
    if (!reader_) {
        auto reader = wal::RecordReader::open(disk_, directory_, WalSequence{applied_.load() + 1});
        if (!reader) return fail(reader.error());
        reader_.emplace(std::move(*reader));
    }
    std::vector<wal::Record> batch;
    std::vector<std::vector<std::byte>> bodies;  // a record lives until the reader's next one
    batch.reserve(kBatchRecordsMax);
    bodies.reserve(kBatchRecordsMax);
    while (batch.size() < kBatchRecordsMax) {
        auto record = reader_->next(mark);
        if (!record) return fail(record.error());
        if (!*record) break;
        bodies.emplace_back((*record)->body.begin(), (*record)->body.end());
        batch.push_back({(*record)->header, bodies.back()});
    }
    if (batch.empty()) return {};
    for (;;) {
        auto applied = ledger_.apply(batch);
        if (applied) break;
        // Nothing was applied; another program's lock passes.
        if (applied.error().code != ErrorCode::Locked || !thread_.joinable()) return applied;
        log(LogLevel::Warning, "ledger", "waiting: " + applied.error().message);
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; })) {
            return applied;
        }
    }
    applied_.store(batch.back().header.sequence.value);
    return {};
}

Status Projector::catch_up(WalSequence mark) {
    while (applied_.load() < mark.value) {
        const auto before = applied_.load();
        if (auto done = apply_some(mark); !done) {
            reader_.reset();  // it may be past what was not applied
            return done;
        }
        if (applied_.load() == before) {
            return fail(
                ErrorCode::Corrupt,
                "wal: record " + std::to_string(before + 1) + " is missing although it is durable");
        }
    }
    return {};
}

void Projector::start_thread() {
    thread_ = std::thread([this] { run(); });
}

void Projector::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || mark_.value > applied_.load(); });
        const WalSequence mark = mark_;
        if (mark.value <= applied_.load()) return;
        lock.unlock();
        Status done = catch_up(mark);
        lock.lock();
        if (!done) {
            failure_ = done.error();
            log(LogLevel::Error, "ledger", "the ledger stopped: " + failure_->message);
            return;
        }
    }
}

void Projector::notify(WalSequence mark) {
    {
        const std::lock_guard lock(mutex_);
        if (mark <= mark_) return;
        mark_ = mark;
    }
    changed_.notify_one();
}

Status Projector::stop() {
    if (thread_.joinable()) {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }
    if (failure_) return fail(*failure_);
    return {};
}

std::optional<Error> Projector::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

}  // namespace tradectl::engine
