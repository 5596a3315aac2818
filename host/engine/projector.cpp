#include "host/engine/projector.hpp"

#include "host/base/log.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tradectl::engine {

namespace {

/// What both have: records behind it are read again, and passed over where they are known.
WalSequence applied_by_all(const ledger::Ledger& ledger,
                           const std::optional<audit::LogWriter>& audit) {
    const WalSequence applied = ledger.applied_sequence();
    return audit ? std::min(applied, audit->applied()) : applied;
}

}  // namespace

Projector::Projector(Disk& disk,
                     std::string directory,
                     ledger::Ledger ledger,
                     std::optional<audit::LogWriter> audit)
    : disk_(disk),
      directory_(std::move(directory)),
      ledger_(std::move(ledger)),
      audit_(std::move(audit)),
      applied_(applied_by_all(ledger_, audit_).value) {}

Expected<std::unique_ptr<Projector>> Projector::open(Disk& disk,
                                                     std::string wal_directory,
                                                     ledger::Ledger ledger,
                                                     std::optional<audit::LogWriter> audit) {
    return std::unique_ptr<Projector>(
        new Projector(disk, std::move(wal_directory), std::move(ledger), std::move(audit)));
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
    if (auto done = apply_to_ledger(batch); !done) return done;
    if (auto done = apply_to_audit(batch); !done) return done;
    applied_.store(batch.back().header.sequence.value);
    return {};
}

Status Projector::apply_to_ledger(std::span<const wal::Record> batch) {
    const std::uint64_t first = batch.front().header.sequence.value;
    const std::uint64_t known = ledger_.applied_sequence().value;
    if (known >= first)
        batch = batch.subspan(std::min<std::size_t>(batch.size(), known - first + 1));
    for (;;) {
        auto applied = ledger_.apply(batch);
        if (applied) {
            const std::lock_guard lock(mutex_);
            waits_for_.reset();
            return {};
        }
        // Nothing was applied; another program's lock passes.
        if (applied.error().code != ErrorCode::Locked || !thread_.joinable()) return applied;
        log(LogLevel::Warning, "ledger", "waiting: " + applied.error().message);
        Lock lock(mutex_);
        waits_for_ = applied.error().message;
        if (changed_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; })) {
            return applied;
        }
    }
}

Status Projector::apply_to_audit(std::span<const wal::Record> batch) {
    if (!audit_) return {};
    for (const wal::Record& record : batch) {
        if (auto done = audit_->append(record); !done) return done;
        if (audit_->pending() < audit::LogWriter::kCheckpointEntries) continue;
        if (auto done = checkpoint(); !done) return done;
    }
    if (audit_->pending() > 0 && !checkpoint_due_)
        checkpoint_due_ = std::chrono::steady_clock::now() + kCheckpointAfter;
    return {};
}

Status Projector::checkpoint() {
    checkpoint_due_.reset();
    return audit_ ? audit_->checkpoint() : Status{};
}

bool Projector::checkpoint_due() const {
    return checkpoint_due_ && std::chrono::steady_clock::now() >= *checkpoint_due_;
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

/// False when all is applied and it should stop.
bool Projector::wait_for_work(Lock& lock) {
    const auto ready = [this] { return stopping_ || mark_.value > applied_.load(); };
    auto until = checkpoint_due_;
    if (idle_work_ && (!until || idle_due_ < *until)) until = idle_due_;
    if (until) {
        changed_.wait_until(lock, *until, ready);
    } else {
        changed_.wait(lock, ready);
    }
    return mark_.value > applied_.load() || !stopping_;
}

void Projector::work_if_idle() {
    if (!idle_work_ || std::chrono::steady_clock::now() < idle_due_) return;
    const std::chrono::nanoseconds pause(idle_work_(applied()));
    idle_due_ = std::chrono::steady_clock::now() + pause;
}

void Projector::run() {
    Lock lock(mutex_);
    while (wait_for_work(lock)) {
        const WalSequence mark = mark_;
        lock.unlock();
        Status done = catch_up(mark);
        if (done && checkpoint_due()) done = checkpoint();
        if (done) work_if_idle();
        lock.lock();
        if (!done) {
            failure_ = done.error();
            log(LogLevel::Error, "projector", "the projector stopped: " + failure_->message);
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
    Status done = checkpoint();
    if (!done) failure_ = done.error();
    return done;
}

std::optional<std::string> Projector::waits_for() const {
    const std::lock_guard lock(mutex_);
    return waits_for_;
}

std::optional<Error> Projector::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

}  // namespace tradectl::engine
