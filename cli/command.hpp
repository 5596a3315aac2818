/// What a command is: its words, its options and what it does. parse.cpp turns the tree into
/// CLI11's, so that no other file needs that header; help and completions are written from it.
///
/// A new command: one cmd_NAME.cpp with `void register_NAME(Command& root)`, its line in
/// commands.hpp and main.cpp, man/tradectl-NAME.1, a transcript test.
///
///     struct Options { std::string since; bool csv = false; };
///     void register_orders(Command& root) {
///         auto options = std::make_shared<Options>();
///         root.add("orders", "orders, from the ledger")
///             .needs_config()
///             .option("--since", "TIME", "only newer ones", options->since)
///             .flag("--csv", "as CSV", options->csv)
///             .example("tradectl orders configs/demo.yaml --since 2026-01-01")
///             .runs([options](Context& context) { return run(*options, context); });
///     }
#pragma once

#include "cli/exit_code.hpp"
#include "host/base/json.hpp"
#include "host/config/load.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::cli {

/// Options that every command has.
struct Globals {
    std::string config;  ///< path or "-"; empty: none was given
    std::optional<std::string> state_dir;
    std::vector<std::string> set;  ///< KEY=VALUE
    std::optional<std::string> seed;
    std::optional<std::string> log_file;
    std::optional<std::int64_t> timeout_ns;
    std::optional<std::int64_t> lock_wait_ns;
    bool json = false;
    bool quiet = false;
    bool verbose = false;
    bool no_input = false;
    bool no_color = false;
};

/// What standard output can show.
struct Terminal {
    bool is_terminal = false;
    bool color = false;  ///< a terminal, no --no-color, no NO_COLOR, TERM not dumb
    int columns = 80;
};

/// A finished command's answer. The frame prints `text`, or the envelope with `data` for --json.
struct Answer {
    ExitCode exit_code = ExitCode::Ok;
    std::string text;            ///< whole lines for standard output
    Json data = Json::object();  ///< the same facts
    std::vector<Json> errors;    ///< objects with at least `code` and `message`; printed to stderr
};

/// What a running command may use.
class Context {
  public:
    Context(const Globals& globals, Terminal terminal) : globals_(globals), terminal_(terminal) {}

    [[nodiscard]] const Globals& globals() const { return globals_; }
    [[nodiscard]] const Terminal& terminal() const { return terminal_; }

    /// One line to standard error at once, and to the envelope's warnings. Silent with -q.
    void warn(std::string text);
    [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

    /// Writes to standard output at once: for commands that run long. Io when it is closed or full.
    Status write(std::string_view text);

    /// --state-dir, --seed, --log-file and --set as layers over the file; Usage for a bad --set.
    [[nodiscard]] Expected<std::vector<config::Override>> overrides() const;
    /// The configuration that the command line names, merged and checked; its warnings are passed
    /// on. A missing file is a Permission or NotFound error, a bad one a Config error.
    [[nodiscard]] Expected<config::Document> load_config();

  private:
    const Globals& globals_;
    Terminal terminal_;
    std::vector<std::string> warnings_;
};

struct Option {
    std::vector<std::string> names;  ///< "-c", "--config"
    std::string value;               ///< "FILE"; empty for a flag
    std::string help;
    std::vector<std::string> choices;
    bool repeats = false;
    /// Takes one value as typed (empty for a flag); InvalidArgument becomes a usage error.
    std::function<Status(const std::string&)> take;
};

struct Positional {
    std::string name;  ///< "CONFIG"
    std::string help;
    bool required = true;
    bool repeats = false;
    std::vector<std::string> choices;
    std::function<Status(const std::string&)> take;
};

/// One node of the tree. Targets of options must live as long as the tree: keep them in a
/// shared_ptr that `runs` captures.
class Command {
  public:
    using Run = std::function<Expected<Answer>(Context&)>;
    enum class Presence { Required, Optional };

    Command(std::string name, std::string summary)
        : name_(std::move(name)), summary_(std::move(summary)) {}

    /// A command below this one; the reference stays valid.
    Command& add(std::string name, std::string summary);

    /// `names`: "-x,--long" or "--long". `value` is the word for it in the help.
    Command& flag(std::string_view names, std::string help, bool& target);
    Command& option(std::string_view names,
                    std::string value,
                    std::string help,
                    std::string& target);
    Command& option(std::string_view names,
                    std::string value,
                    std::string help,
                    std::optional<std::string>& target);
    /// May be given more than once.
    Command& option(std::string_view names,
                    std::string value,
                    std::string help,
                    std::vector<std::string>& target);
    Command& option(std::string_view names,
                    std::string value,
                    std::string help,
                    std::optional<std::int64_t>& target);
    /// As "5s", in nanoseconds.
    Command& duration(std::string_view names, std::string help, std::optional<std::int64_t>& ns);

    Command& positional(std::string name,
                        std::string help,
                        std::string& target,
                        Presence presence = Presence::Required);
    /// All the rest.
    Command& positional(std::string name,
                        std::string help,
                        std::vector<std::string>& target,
                        Presence presence = Presence::Required);
    /// Words that the option or positional declared last accepts.
    Command& choices(std::vector<std::string> words);
    /// Takes the configuration as first positional too, and refuses to run without one.
    Command& needs_config();
    /// The same, but runs without one too.
    Command& may_take_config();

    Command& description(std::string text);  ///< a few lines under the usage line
    Command& example(std::string line);
    Command& runs(Run run);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& summary() const { return summary_; }
    [[nodiscard]] const std::string& description() const { return description_; }
    [[nodiscard]] const std::vector<std::string>& examples() const { return examples_; }
    [[nodiscard]] const std::vector<Option>& options() const { return options_; }
    [[nodiscard]] const std::vector<Positional>& positionals() const { return positionals_; }
    [[nodiscard]] const std::vector<std::unique_ptr<Command>>& commands() const {
        return commands_;
    }
    [[nodiscard]] const Command* find(std::string_view name) const;
    [[nodiscard]] bool takes_config() const { return config_.has_value(); }
    [[nodiscard]] bool requires_config() const { return config_ == Presence::Required; }
    [[nodiscard]] const Run& run() const { return run_; }

  private:
    Option& add_option(std::string_view names, std::string value, std::string help);

    std::string name_;
    std::string summary_;
    std::string description_;
    std::vector<std::string> examples_;
    std::vector<Option> options_;
    std::vector<Positional> positionals_;
    std::vector<std::unique_ptr<Command>> commands_;
    enum class Last { None, Option, Positional } last_ = Last::None;  ///< what choices() means
    std::optional<Presence> config_;  ///< nothing: it is not taken as a positional
    Run run_;
};

/// The options of every command, bound to `globals`, which must outlive them.
[[nodiscard]] std::vector<Option> global_options(Globals& globals);

}  // namespace tradectl::cli
