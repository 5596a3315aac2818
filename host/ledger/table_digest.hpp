/// Whether two ledgers say the same in every table.
#pragma once

#include "host/ledger/reader.hpp"

#include <tradectl/expected.hpp>

#include <map>
#include <string>

namespace tradectl::ledger {

/// By table: the SHA-256 of all its rows in the order of their key, in hexadecimal. The same for
/// the same records, however they were batched. Reads all of the ledger.
Expected<std::map<std::string, std::string>> table_digests(Reader& reader);

}  // namespace tradectl::ledger
