/// Records as text, for people and programs. Every field has a name; no record holds a secret.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/json.hpp"
#include "host/wal/record.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tradectl::wal {

enum class DumpForm : std::uint8_t {
    JsonLine,  ///< one JSON object: compact, keys always in the same order
    Text,      ///< one line: sequence, time, type, then NAME=VALUE for what is set
};

struct DumpOptions {
    WalSequence from;  ///< first record; 0: the oldest that is kept
    WalSequence to;    ///< last record; 0: the last that can be read
    DumpForm form = DumpForm::JsonLine;
};

/// A record with all its fields. Decimals, times and ids are text ("1.5", UTC with nanoseconds);
/// enumerations have the names of tradectl-wal(5); bytes are lower-case hexadecimal; text that is
/// not UTF-8 has U+FFFD where it is not. Corrupt when the body cannot be decoded.
Expected<Json> to_json(const Record& record);
/// The line for one record, without an end of line.
Expected<std::string> to_line(const Record& record, DumpForm form);

/// Passes one line a record to `sink` in the log's order; an error of `sink` ends the dump and is
/// returned. Changes nothing on disk, and may run beside a writer. When the log is corrupt all
/// records in front of the damage are passed on, then comes Corrupt with the place. NotFound when
/// `from` is older than what is kept, or there is no log. [any]
Status dump(Disk& disk,
            const std::string& directory,
            const DumpOptions& options,
            const std::function<Status(std::string_view line)>& sink);

}  // namespace tradectl::wal
