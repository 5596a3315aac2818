/// What one engine turn writes to the log, as one all-or-nothing unit.
#pragma once

#include "host/wal/format.hpp"
#include "host/wal/record.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tradectl::wal {

enum class Urgency : std::uint8_t {
    CanWait,  ///< durable with the next urgent batch, or after 5 ms without a batch
    SyncNow,
};

/// Encoded records with consecutive sequences. After a restart all of them are there or none.
struct Batch {
    std::vector<std::byte> bytes;
    WalSequence first_sequence;
    std::uint32_t records = 0;
    Urgency urgency = Urgency::CanWait;

    [[nodiscard]] bool empty() const { return records == 0; }
    [[nodiscard]] WalSequence last_sequence() const {
        return WalSequence{first_sequence.value + records - 1};
    }
};

/// Collects the records of a turn and gives each its sequence. [engine]
class BatchBuilder {
  public:
    /// `next` is the sequence of the first record; `bytes_max` the writer's `batch_bytes_max()`.
    explicit BatchBuilder(WalSequence next, std::size_t bytes_max = kBatchBytesMax)
        : next_(next), bytes_max_(bytes_max) {}

    /// Encodes one record; `header.sequence` and, from the body, `header.type` are set here. An
    /// IntentBody makes the batch SyncNow. InvalidArgument when a field is too long, Quota when the
    /// batch is full (take it and add again); the batch is then as before.
    template <typename Body>
    Expected<WalSequence> add(RecordHeader header, const Body& body) {
        header.type = type_of(body);
        header.sequence = next_;
        const std::size_t before = batch_.bytes.size();
        if (auto status = encode(header, body, batch_.bytes); !status) return fail(status.error());
        return close_record(header.type, before);
    }

    /// Has the batch synced at once although it holds no intent.
    void sync_now() { batch_.urgency = Urgency::SyncNow; }

    [[nodiscard]] bool empty() const { return batch_.empty(); }
    [[nodiscard]] bool holds_intent() const { return holds_intent_; }
    [[nodiscard]] std::size_t bytes() const { return batch_.bytes.size(); }
    /// What the next record will get.
    [[nodiscard]] WalSequence next_sequence() const { return next_; }

    /// Hands over what was collected and starts the next batch, in the memory of `spare` when a
    /// used one is passed back.
    [[nodiscard]] Batch take(std::vector<std::byte> spare = {});
    /// Forgets what was collected; its sequences are given out again.
    void discard();

  private:
    static RecordType type_of(const IntentBody&) { return RecordType::Intent; }
    static RecordType type_of(const ResultBody&) { return RecordType::Result; }
    static RecordType type_of(const RollbackBody&) { return RecordType::Rollback; }
    static RecordType type_of(const ResolveBody&) { return RecordType::Resolve; }
    static RecordType type_of(const KvBody&) { return RecordType::Kv; }
    static RecordType type_of(const NoteBody&) { return RecordType::Note; }
    static RecordType type_of(const SealBody&) { return RecordType::Seal; }
    Expected<WalSequence> close_record(RecordType type, std::size_t bytes_before);

    Batch batch_;
    WalSequence next_;
    std::size_t bytes_max_;
    bool holds_intent_ = false;
};

}  // namespace tradectl::wal
