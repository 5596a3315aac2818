#include "host/exchange/sign_worker.hpp"

#include <utility>

namespace tradectl::exchange {

SignWorker::SignWorker(KeyDesk& desk, std::function<void()> on_done)
    : desk_(desk), on_done_(std::move(on_done)), thread_([this] { run(); }) {}

SignWorker::~SignWorker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void SignWorker::sign(std::uint64_t prepare_id, std::vector<SignRequest> requests) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back({prepare_id, std::move(requests)});
    }
    changed_.notify_one();
}

std::vector<SignWorker::Done> SignWorker::take_done() {
    const std::lock_guard lock(mutex_);
    return std::exchange(done_, {});
}

Signatures SignWorker::sign_all(const std::vector<SignRequest>& requests) {
    std::vector<std::vector<std::byte>> signatures;
    for (const SignRequest& request : requests) {
        auto signature = desk_.sign_beside(request);
        if (!signature) return fail(signature.error());
        signatures.push_back(std::move(*signature));
    }
    return signatures;
}

void SignWorker::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (stopping_) return;
        const Job job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        Signatures signatures = sign_all(job.requests);
        lock.lock();
        done_.push_back({job.prepare_id, std::move(signatures)});
        lock.unlock();
        on_done_();
        lock.lock();
    }
}

}  // namespace tradectl::exchange
