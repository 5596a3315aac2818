/// The host's log: one line for each event, for people (text) or for machines (JSON).
#pragma once

#include <tradectl/enums.hpp>
#include <tradectl/expected.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tradectl {

/// The level that lets nothing through.
inline constexpr LogLevel kLogOff = static_cast<LogLevel>(TRADECTL_LOG_ERROR + 1);
enum class LogFormat { Text, Json };

/// "trace", "debug", "info", "warning", "error" or "off".
[[nodiscard]] std::string_view to_string(LogLevel level);
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view text);

struct LogOptions {
    LogLevel level = LogLevel::Info;
    LogFormat format = LogFormat::Text;
    std::string file = {};  ///< appended to, made with mode 0600; empty: stderr
};

/// One named value of a line. Views: valid during the call that takes it.
struct LogField {
    LogField(std::string_view name, std::string_view text) : key(name), value(text) {}
    LogField(std::string_view name, const char* text) : key(name), value(std::string_view(text)) {}
    LogField(std::string_view name, const std::string& text)
        : key(name), value(std::string_view(text)) {}
    template <std::integral T>
    LogField(std::string_view name, T number)
        : key(name), value(static_cast<std::int64_t>(number)) {}

    std::string_view key;
    std::variant<std::string_view, std::int64_t> value;
};

/// Sends the log elsewhere; lines written so far stay where they are. Until the first call, Info
/// and above go to stderr as text. Permission, NotFound or Io when the file cannot be opened: the
/// log is then as before. [any]
[[nodiscard]] Status open_log(const LogOptions& options);

/// Whether a line of that level would be written: ask before building costly fields. [any]
[[nodiscard]] bool log_enabled(LogLevel level) noexcept;

/// Writes one line: time (UTC), level, the part of the house that speaks ("wal", "plugin"), message
/// and fields. Control characters are escaped, so that one call is always one line. Never throws: a
/// line that cannot be written is lost. Usual keys: instance, instrument, account, request_id,
/// op_id, path. [any]
void log(LogLevel level,
         std::string_view area,
         std::string_view message,
         std::initializer_list<LogField> fields = {}) noexcept;

}  // namespace tradectl
