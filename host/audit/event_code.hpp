/// The codes that say what an entry is about: part of the format, see tradectl-audit(5).
#pragma once

#include "host/wal/record.hpp"

#include <string_view>

namespace tradectl::audit {

/// Those of EU RTS 24, annex I, table 2, field 21, where one fits, else ours.
[[nodiscard]] std::string_view event_of(const wal::ResultBody& body);
[[nodiscard]] std::string_view event_of(wal::NoteKind kind);

}  // namespace tradectl::audit
