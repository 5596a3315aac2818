#include "cli/program.hpp"

#include "cli/envelope.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"
#include "cli/version.hpp"
#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/config/scalar.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace tradectl::cli {
namespace {

constexpr int kColumnsMin = 20;

const char* variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : nullptr;
}

Terminal look_at_terminal(const Globals& globals) {
    Terminal terminal;
    terminal.is_terminal = ::isatty(STDOUT_FILENO) == 1;
    const char* term = variable("TERM");
    const bool dumb = term == nullptr || std::string_view(term) == "dumb";
    terminal.color =
        terminal.is_terminal && !dumb && !globals.no_color && variable("NO_COLOR") == nullptr;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= kColumnsMin)
        terminal.columns = size.ws_col;
    return terminal;
}

/// What the environment says about options that are no keys of the configuration.
Status apply_environment(Globals& globals) {
    if (globals.config.empty() && variable("TRADECTL_CONFIG") != nullptr)
        globals.config = variable("TRADECTL_CONFIG");
    if (variable("TRADECTL_NO_INPUT") != nullptr) globals.no_input = true;
    const auto duration = [](const char* name, std::optional<std::int64_t>& ns) -> Status {
        if (ns || variable(name) == nullptr) return {};
        const auto value = config::parse_duration(variable(name));
        if (!value) return fail(ErrorCode::Usage, std::string(name) + ": " + value.error().message);
        ns = *value;
        return {};
    };
    const Status status = duration("TRADECTL_TIMEOUT", globals.timeout_ns);
    return status ? duration("TRADECTL_LOCK_WAIT", globals.lock_wait_ns) : status;
}

Answer failed(const Error& error) {
    Answer answer;
    answer.exit_code = exit_code_of(error.code);
    answer.errors.push_back(error_object(error));
    return answer;
}

/// Commands return errors as values; what a library throws all the same ends here, by name.
Expected<Answer> run_guarded(const Command& command, Context& context) {
    try {
        return command.run()(context);
    } catch (const std::exception& error) {
        log(LogLevel::Error, "cli", "unexpected exception", {{"what", error.what()}});
        return fail(ErrorCode::Internal, std::string("unexpected exception: ") + error.what());
    }
}

Expected<Answer> run_command(const std::vector<const Command*>& path,
                             Globals& globals,
                             Context& context) {
    const Status status = apply_environment(globals);
    if (!status) return fail(status.error());
    if (path.back()->requires_config() && globals.config.empty())
        return fail(ErrorCode::Usage,
                    "CONFIG is missing (give it after " + words_of(path) +
                        ", by -c or by TRADECTL_CONFIG)");
    return run_guarded(*path.back(), context);
}

Answer help_answer(const Parsed& parsed, const std::vector<Option>& globals) {
    Answer answer;
    answer.text = help_text(parsed.path, globals);
    answer.data.set("help", answer.text);
    return answer;
}

Answer version_answer() {
    Answer answer;
    answer.text = version_text();
    answer.data = version_json();
    return answer;
}

bool asks_for_json(const std::vector<std::string>& arguments) {
    return std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
}

void print_errors(const Answer& answer) {
    for (const Json& error : answer.errors) {
        const std::string text(error.find_text("message").value_or("failed"));
        for (std::size_t at = 0; at <= text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            std::fprintf(stderr, "tradectl: %s\n", text.substr(at, end - at).c_str());
            at = end + 1;
        }
    }
}

/// Prints the answer; a full or closed standard output makes a good answer an Io failure.
int print_answer(const Answer& answer,
                 const EnvelopeParts& parts,
                 const Globals& globals,
                 Context& context) {
    print_errors(answer);
    std::string text = answer.text;
    if (globals.quiet && answer.exit_code == ExitCode::Ok) text.clear();
    if (globals.json) text = envelope(answer, parts).dump() + "\n";
    const Status status = context.write(text);
    if (status) return static_cast<int>(answer.exit_code);
    std::fprintf(stderr, "tradectl: %s\n", status.error().message.c_str());
    return static_cast<int>(answer.exit_code == ExitCode::Ok ? ExitCode::Io : answer.exit_code);
}

std::string command_words(const std::vector<const Command*>& path) {
    if (path.size() < 2) return "";
    return words_of({path.begin() + 1, path.end()});
}

}  // namespace

int run_program(const Command& root, Globals& globals, int argc, char** argv) {
    const SystemClock clock;
    EnvelopeParts parts;
    parts.started_at = clock.now();
    const std::vector<Option> options = global_options(globals);
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const Expected<Parsed> parsed = parse(root, options, arguments);
    // A command line that cannot be parsed must be answered in the form it asks for.
    globals.json = globals.json || asks_for_json(arguments);
    Context context(globals, look_at_terminal(globals));
    Answer answer;
    if (!parsed) {
        answer = failed(parsed.error());
    } else if (parsed->wanted == Wanted::Help) {
        answer = help_answer(*parsed, options);
    } else if (parsed->wanted == Wanted::Version) {
        answer = version_answer();
    } else {
        const Status status =
            open_log({.level = globals.verbose ? LogLevel::Debug : LogLevel::Warning});
        if (!status) std::fprintf(stderr, "tradectl: %s\n", status.error().message.c_str());
        auto result = run_command(parsed->path, globals, context);
        answer = result ? std::move(*result) : failed(result.error());
    }
    if (parsed) parts.command = command_words(parsed->path);
    parts.finished_at = clock.now();
    parts.warnings = context.warnings();
    return print_answer(answer, parts, globals, context);
}

}  // namespace tradectl::cli
