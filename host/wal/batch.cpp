#include "host/wal/batch.hpp"

#include <utility>

namespace tradectl::wal {

Expected<WalSequence> BatchBuilder::close_record(RecordType type, std::size_t bytes_before) {
    if (batch_.bytes.size() > bytes_max_) {
        const std::size_t wanted = batch_.bytes.size();
        batch_.bytes.resize(bytes_before);
        return fail(ErrorCode::Quota,
                    "wal: a batch of " + std::to_string(wanted) + " bytes is above the limit of " +
                        std::to_string(bytes_max_));
    }
    if (type == RecordType::Intent) {
        holds_intent_ = true;
        batch_.urgency = Urgency::SyncNow;
    }
    if (batch_.records++ == 0) batch_.first_sequence = next_;
    const WalSequence given = next_;
    ++next_.value;
    return given;
}

Batch BatchBuilder::take(std::vector<std::byte> spare) {
    Batch full = std::move(batch_);
    batch_ = Batch{};
    batch_.bytes = std::move(spare);
    batch_.bytes.clear();
    holds_intent_ = false;
    return full;
}

void BatchBuilder::discard() {
    next_.value -= batch_.records;
    batch_.bytes.clear();
    batch_.records = 0;
    batch_.urgency = Urgency::CanWait;
    holds_intent_ = false;
}

}  // namespace tradectl::wal
