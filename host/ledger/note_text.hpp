/// The lists of a note as JSON text, and back.
#pragma once

#include "host/ledger/rows.hpp"
#include "host/wal/record.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tradectl::ledger {

/// `[{"reason":3,"passed":false,"value":"1","limit":"2"},...]`; what is null is left out.
void write_verdicts(const wal::Verdicts& verdicts, std::string& out);
Expected<std::vector<wal::Verdict>> read_verdicts(std::string_view text);

/// `[{"name":"cash","value":"100"},...]`, in the order of the record.
std::string write_numbers(const wal::Numbers& numbers);
Expected<std::vector<NamedNumber>> read_numbers(std::string_view text);

}  // namespace tradectl::ledger
