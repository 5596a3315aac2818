// The only file that includes CLI11: its header costs seconds.
#include "cli/parse.hpp"

#include "host/config/suggest.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

namespace tradectl::cli {
namespace {

/// What CLI11 found for one option; handed on after the parse, so that all messages are ours.
struct Found {
    const Option* option;
    CLI::Option* parsed;
};

struct Level {
    const Command* command = nullptr;
    CLI::App* app = nullptr;
    CLI::Option* help = nullptr;
    CLI::Option* version = nullptr;
    std::vector<Found> options;
    CLI::Option* words = nullptr;  ///< all positionals in one list
};

using Levels = std::map<const Command*, Level>;

std::string joined_names(const Option& option) {
    std::string text;
    for (const std::string& name : option.names)
        text += (text.empty() ? "" : ",") + name;
    return text;
}

void add_option(CLI::App& app, const Option& option, Level& level) {
    CLI::Option* parsed = nullptr;
    if (option.value.empty()) {
        parsed = app.add_flag(joined_names(option));
        parsed->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    } else {
        parsed = app.add_option(joined_names(option));
        parsed->expected(1);
        parsed->multi_option_policy(option.repeats ? CLI::MultiOptionPolicy::TakeAll
                                                   : CLI::MultiOptionPolicy::Throw);
        parsed->allow_extra_args(false);
    }
    level.options.push_back({&option, parsed});
}

void build(const Command& command,
           const std::vector<Option>& globals,
           CLI::App& app,
           Levels& levels) {
    Level& level = levels[&command];
    level.command = &command;
    level.app = &app;
    app.set_help_flag();
    app.allow_extras();
    app.require_subcommand(0, 1);
    level.help = app.add_flag("-h,--help");
    for (const Option& option : globals)
        add_option(app, option, level);
    for (const Option& option : command.options())
        add_option(app, option, level);
    for (const auto& child : command.commands())
        build(*child, globals, *app.add_subcommand(child->name()), levels);
    if (command.commands().empty() || command.run()) {
        level.words = app.add_option("words");
        level.words->expected(0, 1'000'000);
        level.words->allow_extra_args(true);
    }
}

Unexpected usage(const std::vector<const Command*>& path, std::string message, std::string hint) {
    if (hint.empty()) hint = "see " + words_of(path) + " --help";
    return fail(ErrorCode::Usage, std::move(message) + " (" + hint + ")");
}

std::vector<std::string> option_names(const Level& level) {
    std::vector<std::string> names = {"--help"};
    for (const Found& found : level.options) {
        for (const std::string& name : found.option->names) {
            if (name.size() > 2) names.push_back(name);
        }
    }
    return names;
}

/// A word that nothing took: a misspelt option or command.
Status refuse_extra(const Level& level,
                    const std::vector<const Command*>& path,
                    const std::string& word) {
    if (word.size() > 1 && word[0] == '-') {
        const std::string bare = word.substr(0, word.find('='));
        const std::string guess = config::nearest(bare, option_names(level));
        return usage(path,
                     "unknown option '" + bare + "'",
                     guess.empty() ? "" : "did you mean '" + guess + "'?");
    }
    std::vector<std::string> names;
    for (const auto& child : level.command->commands())
        names.push_back(child->name());
    if (names.empty()) return usage(path, "unexpected argument '" + word + "'", "");
    const std::string guess = config::nearest(word, names);
    return usage(path,
                 "unknown command '" + word + "'",
                 guess.empty() ? "" : "did you mean '" + guess + "'?");
}

Status check_choice(const std::vector<std::string>& choices, const std::string& value) {
    if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end())
        return {};
    return fail(ErrorCode::InvalidArgument,
                "'" + value + "' is not one of " + config::join(choices));
}

Status hand_on(const Level& level, const std::vector<const Command*>& path) {
    for (const Found& found : level.options) {
        if (found.parsed->count() == 0) continue;
        const std::string& name = found.option->names.back();
        for (const std::string& value : found.parsed->results()) {
            Status status = check_choice(found.option->choices, value);
            if (status) status = found.option->take(value);
            if (!status) return usage(path, name + ": " + status.error().message, "");
        }
    }
    return {};
}

Status take_word(const Positional& positional,
                 const std::string& word,
                 const std::vector<const Command*>& path) {
    Status status = check_choice(positional.choices, word);
    if (status) status = positional.take(word);
    if (!status) return usage(path, positional.name + ": " + status.error().message, "");
    return {};
}

/// Positionals in order; the configuration comes first where a command takes one.
Status hand_on_words(const Level& level,
                     const std::vector<const Command*>& path,
                     const Found& config,
                     std::vector<std::string> words) {
    const Command& command = *level.command;
    if (command.takes_config()) {
        if (config.parsed->count() == 0 && !words.empty()) {
            const Status status = config.option->take(words.front());
            if (!status) return fail(status.error());
            words.erase(words.begin());
        }
    }
    std::size_t next = 0;
    for (const Positional& positional : command.positionals()) {
        if (next >= words.size() && positional.required)
            return usage(path, positional.name + " is missing", "");
        const std::size_t end =
            positional.repeats ? words.size() : std::min(next + 1, words.size());
        for (; next < end; ++next) {
            const Status status = take_word(positional, words[next], path);
            if (!status) return status;
        }
    }
    if (next < words.size()) return usage(path, "unexpected argument '" + words[next] + "'", "");
    return {};
}

std::string lower_first(std::string text) {
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z' && text.substr(0, 2) != "RE")
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

/// The commands that were named, from the root down.
std::vector<const Command*> path_of(const Command& root, const Levels& levels) {
    std::vector<const Command*> path = {&root};
    for (bool deeper = true; deeper;) {
        deeper = false;
        for (const auto& child : path.back()->commands()) {
            if (!levels.at(child.get()).app->parsed()) continue;
            path.push_back(child.get());
            deeper = true;
            break;
        }
    }
    return path;
}

/// A command that runs and has commands below it: its own words and options mean nothing to those.
Status refuse_above(const Level& level,
                    const std::vector<const Command*>& here,
                    const std::vector<const Command*>& path) {
    if (here.size() == path.size() || level.words == nullptr) return {};
    if (level.words->count() > 0) {
        const std::string& word = level.words->results().front();
        return usage(path, "unexpected argument '" + word + "'", "");
    }
    const auto& own = level.command->options();
    for (const Found& found : level.options) {
        const bool is_own = found.option >= own.data() && found.option < own.data() + own.size();
        if (is_own && found.parsed->count() > 0)
            return usage(path, "'" + found.option->names.back() + "' is not for this command", "");
    }
    return {};
}

Status hand_on_all(const Levels& levels, const std::vector<const Command*>& path) {
    for (std::size_t i = 0; i < path.size(); ++i) {
        const Level& level = levels.at(path[i]);
        const std::vector<const Command*> here(path.begin(),
                                               path.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        for (const std::string& word : level.app->remaining(false)) {
            const Status status = refuse_extra(level, here, word);
            if (!status) return status;
        }
        if (auto refused = refuse_above(level, here, path); !refused) return refused;
        const Status status = hand_on(level, here);
        if (!status) return status;
    }
    return {};
}

}  // namespace

std::string words_of(const std::vector<const Command*>& path) {
    std::string text;
    for (const Command* command : path)
        text += (text.empty() ? "" : " ") + command->name();
    return text;
}

Expected<Parsed> parse(const Command& root,
                       const std::vector<Option>& globals,
                       const std::vector<std::string>& arguments) {
    CLI::App app;
    Levels levels;
    build(root, globals, app, levels);
    levels[&root].version = app.add_flag("-V,--version");
    Parsed parsed;
    try {
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
        app.parse(reversed);
    } catch (const CLI::Error& error) {
        return usage(path_of(root, levels), lower_first(error.what()), "");
    }
    parsed.path = path_of(root, levels);
    const Level& last = levels.at(parsed.path.back());
    for (const Command* command : parsed.path) {
        if (levels.at(command).help->count() > 0) parsed.wanted = Wanted::Help;
    }
    if (levels.at(&root).version->count() > 0) parsed.wanted = Wanted::Version;
    if (parsed.wanted != Wanted::Run) return parsed;
    Status status = hand_on_all(levels, parsed.path);
    if (status && last.words == nullptr) status = usage(parsed.path, "a command is missing", "");
    if (status) {
        const auto is_config = [](const Found& f) { return f.option->names.back() == "--config"; };
        Found config = *std::find_if(last.options.begin(), last.options.end(), is_config);
        for (const Command* command : parsed.path) {
            const Level& level = levels.at(command);
            const auto found = std::find_if(level.options.begin(), level.options.end(), is_config);
            if (found->parsed->count() > 0) config = *found;
        }
        status = hand_on_words(last, parsed.path, config, last.words->results());
    }
    if (!status) return fail(status.error());
    return parsed;
}

}  // namespace tradectl::cli
