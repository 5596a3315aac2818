#include "host/engine/journal.hpp"

#include <utility>

namespace tradectl::engine {

Journal::Journal(std::unique_ptr<wal::Writer> writer,
                 const Clock& clock,
                 std::int64_t latency_ns,
                 Batches batches)
    : clock_(clock),
      latency_ns_(latency_ns),
      batches_(batches),
      batch_bytes_max_(writer->batch_bytes_max()),
      builder_(writer->next_sequence(), writer->batch_bytes_max()),
      writer_(std::move(writer)),
      marked_(writer_->durable_sequence()),
      durable_(marked_) {}

std::unique_ptr<Journal> Journal::threaded(std::unique_ptr<wal::Writer> writer,
                                           const Clock& clock,
                                           std::function<void()> on_progress) {
    std::unique_ptr<Journal> journal(new Journal(std::move(writer), clock, 0, Batches::ByTurn));
    journal->thread_ =
        wal::WalThread::start(std::move(journal->writer_), clock, std::move(on_progress));
    return journal;
}

std::unique_ptr<Journal> Journal::simulated(std::unique_ptr<wal::Writer> writer,
                                            const Clock& clock,
                                            std::int64_t latency_ns) {
    return std::unique_ptr<Journal>(
        new Journal(std::move(writer), clock, latency_ns, Batches::ByTurn));
}

std::unique_ptr<Journal> Journal::gathered(std::unique_ptr<wal::Writer> writer,
                                           const Clock& clock,
                                           std::int64_t latency_ns) {
    return std::unique_ptr<Journal>(
        new Journal(std::move(writer), clock, latency_ns, Batches::Gathered));
}

Status Journal::hand_over(wal::Batch& batch) {
    if (thread_) return thread_->try_enqueue(batch);
    if (auto written = writer_->append(batch, clock_.monotonic_ns()); !written) return written;
    if (auto synced = writer_->sync(); !synced) return synced;
    while (writer_->prefill_due() && !writer_->prefill_done()) {
        if (auto filled = writer_->prefill(); !filled) break;  // admit() tells when it matters
    }
    batch.bytes.clear();
    return {};
}

/// What was collected becomes durable the latency from now.
void Journal::mark_turn() {
    const WalSequence last{builder_.next_sequence().value - 1};
    if (thread_ || last == marked_) return;
    marks_.push_back({last, clock_.now().plus_ns(latency_ns_)});
    marked_ = last;
}

Status Journal::flush() {
    if (batches_ == Batches::ByTurn) return write_out();
    if (failure_) return fail(*failure_);
    mark_turn();
    return {};
}

Status Journal::write_out() {
    if (failure_) return fail(*failure_);
    if (!builder_.empty())
        waiting_.push_back(
            builder_.take(thread_ ? thread_->take_spare() : std::vector<std::byte>{}));
    while (!waiting_.empty()) {
        if (auto handed = hand_over(waiting_.front()); !handed) {
            if (handed.error().code == ErrorCode::Unavailable) return {};
            failure_ = handed.error();
            return fail(*failure_);
        }
        waiting_.pop_front();
    }
    mark_turn();
    return {};
}

Status Journal::admit() const {
    if (failure_) return fail(*failure_);
    if (!waiting_.empty()) return fail(ErrorCode::Unavailable, "wal: the queue is full");
    return thread_ ? thread_->admit() : writer_->admit();
}

WalSequence Journal::durable() {
    if (thread_) return thread_->durable_sequence();
    const Timestamp now = clock_.now();
    while (!marks_.empty() && marks_.front().due <= now) {
        durable_ = marks_.front().sequence;
        marks_.pop_front();
    }
    return durable_;
}

std::optional<Timestamp> Journal::next_durable_time() const {
    if (marks_.empty()) return std::nullopt;
    return marks_.front().due;
}

std::optional<Error> Journal::failure() const {
    if (failure_) return failure_;
    return thread_ ? thread_->failure() : std::nullopt;
}

Status Journal::close() {
    while (!builder_.empty() || !waiting_.empty()) {
        if (auto handed = write_out(); !handed) return handed;
        if (!waiting_.empty()) {
            // The queue is full: what it holds becoming durable makes room.
            if (auto waited = thread_->wait_durable(
                    WalSequence{waiting_.front().first_sequence.value - 1}, 60 * kNsPerSecond);
                !waited) {
                return waited;
            }
        }
    }
    return thread_ ? thread_->stop() : writer_->sync();
}

}  // namespace tradectl::engine
