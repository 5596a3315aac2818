/// What the audit commands share: the log of a configuration, and files beside it.
#pragma once

#include "cli/command.hpp"
#include "host/audit/query.hpp"
#include "host/engine/audit_log.hpp"

#include <tradectl/expected.hpp>

#include <memory>
#include <optional>
#include <string>

namespace tradectl::cli {

/// Puts --key on a command.
void add_key_option(Command& command, std::string& key);
/// A verifier key as text, or the file that holds one. Usage when it is neither.
[[nodiscard]] Expected<audit::Verifier> verifier_of(const std::string& word);

/// The audit log of the configuration that the command line names; `disk` ends after the reader.
struct OpenAudit {
    std::unique_ptr<Disk> disk;
    engine::StatePaths paths;
    std::optional<audit::LogReader> reader;
};
/// `key` may be empty. Denied when the log is another one or signed by another key.
[[nodiscard]] Expected<OpenAudit> open_audit_of(Context& context, const std::string& key);
/// As open_audit_of for commands that only need the log: what is Denied there is Corrupt here.
[[nodiscard]] Expected<OpenAudit> open_sound_audit_of(Context& context, const std::string& key);

/// A file of the user's: Io when it cannot be read, whatever the cause; InvalidArgument above 1
/// MiB.
[[nodiscard]] Expected<std::string> read_user_file(const std::string& path);
[[nodiscard]] Expected<bool> user_file_exists(const std::string& path);
/// Replaces it as a whole. Io when it cannot be written.
[[nodiscard]] Status write_user_file(const std::string& path, const std::string& text);

/// {"origin", "size", "root"} and the note.
[[nodiscard]] Json checkpoint_json(const audit::LogReader& log);

/// An answer of status 2 that names what is wrong.
[[nodiscard]] Answer bad_answer(const Error& error);
/// Whether an error is what a check was looking for.
[[nodiscard]] bool is_finding(const Error& error);

/// The subcommands that have files of their own.
void register_audit_query(Command& audit);
void register_audit_why(Command& audit);
void register_audit_proofs(Command& audit);

}  // namespace tradectl::cli
