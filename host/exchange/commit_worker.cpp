#include "host/exchange/commit_worker.hpp"

#include "host/base/log.hpp"

#include <utility>

namespace tradectl::exchange {

CommitWorker::CommitWorker(KvWriter& writer, std::function<void()> on_commit)
    : writer_(writer), on_commit_(std::move(on_commit)), thread_([this] { run(); }) {}

CommitWorker::~CommitWorker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void CommitWorker::commit(std::vector<KvPut> puts) {
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(puts));
    }
    changed_.notify_one();
}

std::uint64_t CommitWorker::durable() const {
    const std::lock_guard lock(mutex_);
    return durable_;
}

Status CommitWorker::status() const {
    const std::lock_guard lock(mutex_);
    if (error_) return fail(*error_);
    return {};
}

void CommitWorker::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        if (error_) {
            queue_.clear();
            continue;
        }
        // Everything that queued up meanwhile is one transaction: it is a prefix of what was put.
        std::vector<KvPut> puts;
        const std::uint64_t count = queue_.size();
        for (auto& entry : queue_) {
            puts.insert(puts.end(),
                        std::make_move_iterator(entry.begin()),
                        std::make_move_iterator(entry.end()));
        }
        queue_.clear();
        lock.unlock();
        Status written = writer_.commit(puts);
        lock.lock();
        if (written) {
            durable_ += count;
        } else {
            error_ = written.error();
            log(LogLevel::Error, "exchange", "store of the plugin: " + error_->message);
        }
        lock.unlock();
        on_commit_();
        lock.lock();
    }
}

}  // namespace tradectl::exchange
