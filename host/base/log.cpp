#include "host/base/log.hpp"

#include "host/base/json.hpp"
#include "host/base/system_error.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <memory>
#include <mutex>

#include <fcntl.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace tradectl {
namespace {

constexpr std::array<std::string_view, 6> kLevelNames{
    "trace", "debug", "info", "warning", "error", "off"};

/// The lines are made here; spdlog takes them to where they go.
std::shared_ptr<spdlog::logger> make_logger(spdlog::sink_ptr sink) {
    auto logger = std::make_shared<spdlog::logger>("tradectl", std::move(sink));
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);
    logger->set_error_handler([](const std::string&) {});  // a full disk must not stop trading
    return logger;
}

struct LogState {
    std::mutex mutex;
    // Shared: a line being written keeps the old target alive while open_log replaces it.
    std::shared_ptr<spdlog::logger> logger =
        make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    LogFormat format = LogFormat::Text;
    std::atomic<LogLevel> level{LogLevel::Info};
};

LogState& log_state() {
    // Never destroyed: threads may log while the process ends.
    static auto* const kState = new LogState;
    return *kState;
}

Timestamp wall_clock() {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return Timestamp{std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count()};
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
    });
}

/// Text that could be misread is quoted as JSON does it.
void append_value(std::string& line, std::string_view text) {
    const bool plain = !text.empty() && !has_control_character(text) &&
                       text.find_first_of(" \"=") == std::string_view::npos;
    line += plain ? std::string(text) : Json(text).dump();
}

std::string text_line(LogLevel level,
                      std::string_view area,
                      std::string_view message,
                      std::initializer_list<LogField> fields) {
    std::string line = wall_clock().to_string();
    line.append(" ").append(to_string(level)).append(" ").append(area).append(": ");
    if (has_control_character(message))
        append_value(line, message);
    else
        line += message;
    for (const LogField& field : fields) {
        line.append(" ").append(field.key).append("=");
        if (const auto* text = std::get_if<std::string_view>(&field.value))
            append_value(line, *text);
        else
            line += std::to_string(std::get<std::int64_t>(field.value));
    }
    return line;
}

std::string json_line(LogLevel level,
                      std::string_view area,
                      std::string_view message,
                      std::initializer_list<LogField> fields) {
    Json line = Json::object();
    line.set("time", wall_clock().to_string());
    line.set("level", to_string(level));
    line.set("area", area);
    line.set("message", message);
    for (const LogField& field : fields)
        line.set(field.key, std::visit([](const auto& value) { return Json(value); }, field.value));
    return line.dump();
}

}  // namespace

std::string_view to_string(LogLevel level) {
    return kLevelNames.at(static_cast<std::size_t>(level));
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
    for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
        if (kLevelNames[i] == text) return static_cast<LogLevel>(i);
    }
    return std::nullopt;
}

Status open_log(const LogOptions& options) {
    spdlog::sink_ptr sink;
    if (options.file.empty()) {
        sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
        // Made here for its mode, and because the library's own exception hides the reason.
        const int fd =
            ::open(options.file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) return system_failure(errno, options.file, "open log");
        ::close(fd);
        try {
            sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
        } catch (const spdlog::spdlog_ex& error) {
            return fail(ErrorCode::Io, options.file + ": open log: " + error.what());
        }
    }
    LogState& state = log_state();
    const std::lock_guard lock(state.mutex);
    state.logger = make_logger(std::move(sink));
    state.format = options.format;
    state.level = options.level;
    return {};
}

bool log_enabled(LogLevel level) noexcept {
    return level != kLogOff && level >= log_state().level.load(std::memory_order_relaxed);
}

void log(LogLevel level,
         std::string_view area,
         std::string_view message,
         std::initializer_list<LogField> fields) noexcept {
    if (!log_enabled(level)) return;
    try {
        LogState& state = log_state();
        std::unique_lock lock(state.mutex);
        const auto logger = state.logger;
        const LogFormat format = state.format;
        lock.unlock();
        const auto line = format == LogFormat::Json ? json_line(level, area, message, fields)
                                                    : text_line(level, area, message, fields);
        logger->log(spdlog::level::info, spdlog::string_view_t(line));
    } catch (const std::exception&) {
        // Out of memory, most likely. The line is lost, as the contract says; there is no other
        // place to say so.
    }
}

}  // namespace tradectl
