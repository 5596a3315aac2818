#include "cli/help.hpp"

#include "cli/parse.hpp"
#include "cli/table.hpp"
#include "host/config/suggest.hpp"

#include <utility>

namespace tradectl::cli {
namespace {

constexpr std::string_view kConfigHelp =
    "configuration; - is standard input; or -c, or TRADECTL_CONFIG";

enum class Level { Root, Below };

std::string names_of(const Option& option) {
    std::string text = option.names.front().size() > 2 ? "    " : "";
    for (const std::string& name : option.names)
        text += (text.empty() || text.back() == ' ' ? "" : ", ") + name;
    return option.value.empty() ? text : text + " " + option.value;
}

/// Longer lists are for the manual page.
constexpr std::size_t kChoicesShown = 10;
/// More options of its own leave no room on a screen for those that every command has.
constexpr std::size_t kOptionsBesideGlobals = 20;

std::string with_choices(const std::string& help, const std::vector<std::string>& choices) {
    if (choices.empty()) return help;
    if (choices.size() > kChoicesShown)
        return help + ": one of " + std::to_string(choices.size()) + ", see the manual page";
    return help + ": " + config::join(choices);
}

std::string indented(const Table& table) {
    std::string out;
    for (const char c : table.body()) {
        if (out.empty() || out.back() == '\n') out += "  ";
        out += c;
    }
    return out;
}

std::string words_text(const Command& command) {
    Table table({{"name"}, {"help"}});
    if (command.takes_config()) table.add({"CONFIG", std::string(kConfigHelp)});
    for (const Positional& word : command.positionals())
        table.add({word.name, with_choices(word.help, word.choices)});
    return indented(table);
}

std::string options_text(const std::vector<Option>& options) {
    Table table({{"names"}, {"help"}});
    for (const Option& option : options)
        table.add({names_of(option), with_choices(option.help, option.choices)});
    return indented(table);
}

std::string commands_text(const Command& command) {
    Table table({{"name"}, {"summary"}});
    for (const auto& child : command.commands())
        table.add({child->name(), child->summary()});
    return indented(table);
}

std::string usage_of(const std::vector<const Command*>& path) {
    const Command& command = *path.back();
    std::string text = "Usage: " + words_of(path);
    if (!command.commands().empty()) {
        text += " COMMAND [OPTIONS]";
        if (!command.run()) return text;
        text += "\n       " + words_of(path);
    }
    if (!command.options().empty()) text += " [OPTIONS]";
    if (command.takes_config()) text += command.requires_config() ? " CONFIG" : " [CONFIG]";
    for (const Positional& word : command.positionals()) {
        const std::string name = word.name + (word.repeats ? "..." : "");
        text += word.required ? " " + name : " [" + name + "]";
    }
    return text;
}

/// The options that the parser itself answers, behind the others.
std::vector<Option> with_builtin(std::vector<Option> options, Level level) {
    Option help;
    help.names = {"-h", "--help"};
    help.help = "this text";
    options.push_back(help);
    if (level == Level::Below) return options;
    Option version;
    version.names = {"-V", "--version"};
    version.help = "version, build and plugin ABI";
    options.push_back(version);
    return options;
}

Json describe_options(const std::vector<Option>& options) {
    Json list = Json::array();
    for (const Option& option : options) {
        Json names = Json::array();
        for (const std::string& name : option.names)
            names.push(name);
        Json entry = Json::object();
        entry.set("names", std::move(names));
        entry.set("value", option.value);
        entry.set("help", option.help);
        list.push(std::move(entry));
    }
    return list;
}

}  // namespace

std::string help_text(const std::vector<const Command*>& path, const std::vector<Option>& globals) {
    const Command& command = *path.back();
    std::string text = words_of(path) + ": " + command.summary() + "\n\n" + usage_of(path) + "\n";
    if (!command.description().empty()) text += "\n" + command.description() + "\n";
    const std::string words = words_text(command);
    if (!words.empty()) text += "\n" + words;
    if (!command.commands().empty()) text += "\nCommands:\n" + commands_text(command);
    if (!command.options().empty()) text += "\nOptions:\n" + options_text(command.options());
    if (command.options().size() > kOptionsBesideGlobals)
        text += "\nOptions of every command: tradectl --help\n";
    else
        text += "\nOptions of every command:\n" +
                options_text(with_builtin(globals, path.size() == 1 ? Level::Root : Level::Below));
    text += command.examples().size() > 1 ? "\nExamples:\n" : "\nExample:\n";
    for (const std::string& line : command.examples())
        text += "  " + line + "\n";
    return text;
}

std::string exit_codes_text() {
    Table table({{"code", Align::Right}, {"meaning"}});
    for (const ExitCodeHelp& row : exit_codes())
        table.add({std::to_string(static_cast<int>(row.code)), std::string(row.meaning)});
    return table.to_string();
}

Json describe(const Command& command, const std::vector<Option>& globals) {
    Json out = Json::object();
    out.set("name", command.name());
    out.set("summary", command.summary());
    out.set("takes_config", command.takes_config());
    Json& words = out.set("positionals", Json::array());
    for (const Positional& word : command.positionals())
        words.push(word.name);
    out.set("options", describe_options(command.options()));
    out.set("global_options", describe_options(globals));
    Json& children = out.set("commands", Json::array());
    for (const auto& child : command.commands())
        children.push(describe(*child, globals));
    return out;
}

}  // namespace tradectl::cli
