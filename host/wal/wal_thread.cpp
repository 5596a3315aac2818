#include "host/wal/wal_thread.hpp"

#include "host/base/bounded_queue.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace tradectl::wal {
namespace {

constexpr std::size_t kSparesMax = 8;
// How long to wait before the next step of making a segment while nothing else happens, and after
// the device was full.
constexpr std::int64_t kIdlePrefillNs = 5 * kNsPerMillisecond;
constexpr std::int64_t kNoSpacePauseNs = kNsPerSecond;

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

// Looks for `ready` without sleeping. The time is read with std::chrono and not through the Clock:
// a wait is real even where the session's time is not. The core is offered to others again and
// again: the scheduler may have put the one who is waited for, or who waits for us, on the same.
template <typename Ready>
bool spin(std::int64_t spin_ns, Ready&& ready) {
    if (ready()) return true;
    if (spin_ns <= 0) return false;
    const auto end = std::chrono::steady_clock::now() + std::chrono::nanoseconds(spin_ns);
    do {
        for (int i = 0; i < 32; ++i) {
            relax();
            if (ready()) return true;
        }
        std::this_thread::yield();
    } while (std::chrono::steady_clock::now() < end);
    return false;
}

}  // namespace

struct WalThread::Shared {
    Shared(std::unique_ptr<Writer> the_writer,
           const Clock& the_clock,
           std::function<void()> the_progress,
           WalThreadOptions the_options)
        : writer(std::move(the_writer)),
          clock(the_clock),
          on_progress(std::move(the_progress)),
          options(the_options),
          queue(std::max(1u, the_options.queue_batches)),
          durable(writer->durable_sequence().value) {}

    void run();
    Status write_queued(Batch first);
    Status write_group();
    Status sync_if_due();
    Status prefill_if_idle(bool idle);
    std::optional<Batch> wait();
    std::int64_t wait_ns() const;
    void publish();
    void stop_for(const Error& error);
    void keep_spare(std::vector<std::byte> bytes);

    std::unique_ptr<Writer> writer;  // [wal] from the start of the thread to its end
    const Clock& clock;
    std::function<void()> on_progress;
    WalThreadOptions options;
    BoundedQueue<Batch> queue;
    std::atomic<std::uint64_t> pushed{0};
    std::uint64_t popped = 0;  // [wal]
    bool busy = false;         // [wal] the last round wrote something
    bool device_full = false;  // [wal] the last step of making a segment ended with NoSpace
    Batch group;               // [wal] queued batches that go out as one
    std::atomic<std::uint64_t> durable;
    std::atomic<bool> failed{false};
    std::atomic<bool> space_low{false};

    mutable std::mutex mutex;  // of what follows
    std::condition_variable progress;
    std::optional<Error> failure;
    std::optional<Error> no_space;
    std::vector<std::vector<std::byte>> spares;

    std::thread thread;
};

std::int64_t WalThread::Shared::wait_ns() const {
    if (const auto deadline = writer->sync_deadline_ns())
        return std::max<std::int64_t>(0, *deadline - clock.monotonic_ns());
    if (writer->prefill_done()) return -1;
    return device_full ? kNoSpacePauseNs : kIdlePrefillNs;
}

// The next batch; nothing when there is something else to do, or when the queue is closed.
std::optional<Batch> WalThread::Shared::wait() {
    const auto pending = [this] { return pushed.load(std::memory_order_acquire) > popped; };
    std::optional<Batch> batch =
        spin(busy ? options.spin_ns : 0, pending) ? queue.try_pop() : queue.pop(wait_ns());
    busy = batch.has_value();
    if (busy) ++popped;
    return batch;
}

void WalThread::Shared::run() {
    for (;;) {
        auto batch = wait();
        const bool idle = !batch;
        Status status = batch ? write_queued(std::move(*batch)) : Status{};
        if (status) status = sync_if_due();
        if (status) status = prefill_if_idle(idle);
        if (!status) return stop_for(status.error());
        if (!idle || !queue.closed() || queue.size() != 0) continue;
        status = writer->sync();
        if (!status) return stop_for(status.error());
        return publish();
    }
}

// Writes all that is queued; batches that fit into one go out as one.
Status WalThread::Shared::write_queued(Batch first) {
    group = std::move(first);
    for (std::uint32_t taken = 1; taken < options.queue_batches; ++taken) {
        auto batch = queue.try_pop();
        if (!batch) break;
        ++popped;
        if (group.bytes.size() + batch->bytes.size() > writer->batch_bytes_max()) {
            if (auto status = write_group(); !status) return status;
            group = std::move(*batch);
            continue;
        }
        group.bytes.insert(group.bytes.end(), batch->bytes.begin(), batch->bytes.end());
        group.records += batch->records;
        group.urgency = std::max(group.urgency, batch->urgency);
        keep_spare(std::move(batch->bytes));
    }
    return write_group();
}

Status WalThread::Shared::write_group() {
    auto status = writer->append(group, clock.monotonic_ns());
    keep_spare(std::move(group.bytes));
    return status;
}

Status WalThread::Shared::sync_if_due() {
    if (writer->sync_due(clock.monotonic_ns())) {
        if (auto status = writer->sync(); !status) return status;
    }
    publish();
    return {};
}

// Between commits, so that no commit waits behind more than one step.
Status WalThread::Shared::prefill_if_idle(bool idle) {
    const bool due = writer->prefill_due() || (idle && !writer->prefill_done());
    if (!due || queue.size() != 0) return {};
    auto status = writer->prefill();
    device_full = !status && status.error().code == ErrorCode::NoSpace;
    if (!status && !device_full) return status;
    auto admitted = writer->admit();
    {
        const std::lock_guard lock(mutex);
        no_space = admitted ? std::nullopt : std::optional<Error>(admitted.error());
    }
    space_low.store(!admitted, std::memory_order_release);
    return {};
}

void WalThread::Shared::publish() {
    const std::uint64_t now_durable = writer->durable_sequence().value;
    if (now_durable == durable.load(std::memory_order_relaxed)) return;
    {
        const std::lock_guard lock(mutex);
        durable.store(now_durable, std::memory_order_release);
    }
    progress.notify_all();
    if (on_progress) on_progress();
}

void WalThread::Shared::stop_for(const Error& error) {
    {
        const std::lock_guard lock(mutex);
        failure = error;
        durable.store(writer->durable_sequence().value, std::memory_order_release);
        failed.store(true, std::memory_order_release);
    }
    queue.close();
    progress.notify_all();
    if (on_progress) on_progress();
}

void WalThread::Shared::keep_spare(std::vector<std::byte> bytes) {
    const std::lock_guard lock(mutex);
    if (spares.size() < kSparesMax) spares.push_back(std::move(bytes));
}

WalThread::WalThread() = default;

std::unique_ptr<WalThread> WalThread::start(std::unique_ptr<Writer> writer,
                                            const Clock& clock,
                                            std::function<void()> on_progress,
                                            WalThreadOptions options) {
    std::unique_ptr<WalThread> wal(new WalThread);
    wal->shared_ =
        std::make_unique<Shared>(std::move(writer), clock, std::move(on_progress), options);
    wal->shared_->thread = std::thread([shared = wal->shared_.get()] { shared->run(); });
    return wal;
}

WalThread::~WalThread() {
    static_cast<void>(stop());
}

Status WalThread::admit() const {
    if (auto error = failure()) return fail(*error);
    if (shared_->queue.size() >= shared_->queue.capacity())
        return fail(ErrorCode::Unavailable, "wal: the queue is full");
    if (!shared_->space_low.load(std::memory_order_acquire)) return {};
    const std::lock_guard lock(shared_->mutex);
    if (shared_->no_space) return fail(*shared_->no_space);
    return {};
}

Status WalThread::try_enqueue(Batch& batch) {
    switch (shared_->queue.push(std::move(batch))) {
        case BoundedQueue<Batch>::Push::Done:
            shared_->pushed.fetch_add(1, std::memory_order_release);
            return {};
        case BoundedQueue<Batch>::Push::Full:
            return fail(ErrorCode::Unavailable, "wal: the queue is full");
        case BoundedQueue<Batch>::Push::Closed: break;
    }
    if (auto error = failure()) return fail(*error);
    return fail(ErrorCode::BadState, "wal: stopped");
}

std::vector<std::byte> WalThread::take_spare() {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->spares.empty()) return {};
    std::vector<std::byte> spare = std::move(shared_->spares.back());
    shared_->spares.pop_back();
    return spare;
}

WalSequence WalThread::durable_sequence() const {
    return {shared_->durable.load(std::memory_order_acquire)};
}

std::optional<Error> WalThread::failure() const {
    if (!shared_->failed.load(std::memory_order_acquire)) return std::nullopt;
    const std::lock_guard lock(shared_->mutex);
    return shared_->failure;
}

Status WalThread::wait_durable(WalSequence sequence, std::int64_t timeout_ns) {
    const auto done = [&] {
        return durable_sequence() >= sequence || shared_->failed.load(std::memory_order_acquire);
    };
    if (!spin(std::min(shared_->options.spin_ns, timeout_ns), done)) {
        std::unique_lock lock(shared_->mutex);
        shared_->progress.wait_for(lock, std::chrono::nanoseconds(timeout_ns), done);
    }
    if (durable_sequence() >= sequence) return {};
    if (auto error = failure()) return fail(*error);
    return fail(ErrorCode::Unavailable,
                "wal: record " + std::to_string(sequence.value) + " is not durable after " +
                    std::to_string(timeout_ns) + " ns");
}

Status WalThread::stop() {
    shared_->queue.close();
    if (shared_->thread.joinable()) shared_->thread.join();
    if (auto error = failure()) return fail(*error);
    return {};
}

}  // namespace tradectl::wal
