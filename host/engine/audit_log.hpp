/// The audit log of a state directory: its name, its key, and whether one is kept.
#pragma once

#include "host/audit/log_reader.hpp"
#include "host/audit/log_writer.hpp"
#include "host/audit/verify.hpp"
#include "host/base/disk.hpp"
#include "host/config/config.hpp"
#include "host/engine/state_dir.hpp"
#include "host/wal/identity.hpp"

#include <tradectl/expected.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tradectl::engine {

/// What the audit log is to whoever opens the state. One that is there is always held against the
/// WAL.
enum class Audit {
    None,     ///< none is written; one that cannot be read is no witness
    Witness,  ///< none is written; one that cannot be read is an error
    Kept      ///< it is written
};

/// What the config asks for, for a run that keeps its state: None or Kept.
[[nodiscard]] Audit audit_of(const config::Config& config);

/// "tradectl/NAME/LOGID": an audit log belongs to one WAL.
[[nodiscard]] std::string audit_origin(const std::string& name, const wal::Identity& identity);

/// What a session notes about the key that its checkpoints are signed with.
[[nodiscard]] std::string key_use_text(const std::string& verifier_key);

/// Opens the audit log for writing; makes it, and the key that signs it, when there is none and the
/// WAL names no key either. Permission for a key that is missing or not as it must be, Corrupt for
/// a log that does not belong to this key and this WAL or is damaged.
Expected<audit::LogWriter> open_audit(Disk& disk,
                                      const StatePaths& paths,
                                      const std::string& name,
                                      const wal::Identity& identity);

/// The audit log for reading, beside a live run too. Without `key` the verifier key that lies with
/// the log is taken, which must be that of the key that signs, where this user may read it.
/// NotFound when there is no log, Denied when it is not that of this WAL or was not signed with
/// that key, Corrupt when it is damaged.
Expected<audit::LogReader> read_audit(Disk& disk,
                                      const StatePaths& paths,
                                      const std::string& name,
                                      const std::optional<audit::Verifier>& key);

/// Whether the key that signed the log is the one that the last session said it signs with.
Expected<std::vector<audit::Finding>> check_key_use(const audit::LogReader& log,
                                                    const audit::Verifier& key);

/// Holds the audit log against the WAL that it was made from, as far back as that is kept: says
/// which entry is not what its record says and, where no run lives, what the WAL has behind the
/// last one. Corrupt when the WAL is damaged.
Expected<std::vector<audit::Finding>> compare_with_wal(Disk& disk,
                                                       const StatePaths& paths,
                                                       const audit::LogReader& log);

}  // namespace tradectl::engine
