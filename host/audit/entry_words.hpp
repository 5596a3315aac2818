/// The words of entries that nobody else needs. They are part of the format: see tradectl-audit(5).
#pragma once

#include "host/wal/record.hpp"

#include <cstdint>
#include <string_view>

namespace tradectl::audit {

/// "trade_execute", "order_cancel" ...
[[nodiscard]] std::string_view word_of(wal::StepKind step);
/// "pending", "in_progress", "completed", "failed", "rolled_back".
[[nodiscard]] std::string_view word_of(wal::StepStatus status);
/// "available", "held" ...
[[nodiscard]] std::string_view word_of(wal::Bucket bucket);
/// "acknowledged", "filled" ...
[[nodiscard]] std::string_view order_status_word(std::uint32_t status);
/// "matched", "mined", "confirmed", "retrying", "failed"; empty for none.
[[nodiscard]] std::string_view settlement_word(std::uint32_t settlement);
/// "idempotent", "duplicate_rejected", "query_only"; empty for none.
[[nodiscard]] std::string_view identity_class_word(std::uint32_t identity_class);
/// "time", "block_height", "nonce"; empty for none.
[[nodiscard]] std::string_view fence_word(std::uint32_t fence);

/// Event codes: those of EU RTS 24, annex I, table 2, field 21, where one fits, else ours.
[[nodiscard]] std::string_view event_of(const wal::ResultBody& body);
[[nodiscard]] std::string_view event_of(wal::NoteKind kind);

}  // namespace tradectl::audit
