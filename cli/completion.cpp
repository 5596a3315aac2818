#include "cli/completion.hpp"

#include <utility>

namespace tradectl::cli {
namespace {

/// Everything that may follow one command.
struct Place {
    std::string path;  ///< "config check"; empty: the root
    const Command* command;
};

void collect(const Command& command, const std::string& path, std::vector<Place>& places) {
    places.push_back({path, &command});
    for (const auto& child : command.commands())
        collect(*child, path.empty() ? child->name() : path + " " + child->name(), places);
}

std::vector<Place> places_of(const Command& root) {
    std::vector<Place> places;
    collect(root, "", places);
    return places;
}

std::vector<Option> options_of(const Place& place, const std::vector<Option>& globals) {
    std::vector<Option> options = place.command->options();
    options.insert(options.end(), globals.begin(), globals.end());
    Option help;
    help.names = {"-h", "--help"};
    help.help = "help about the command";
    options.push_back(help);
    if (!place.path.empty()) return options;
    Option version;
    version.names = {"-V", "--version"};
    version.help = "version, build and plugin ABI";
    options.push_back(version);
    return options;
}

/// Commands, options and choices in one line of words.
std::string words_at(const Place& place, const std::vector<Option>& globals) {
    std::string words;
    const auto add = [&](const std::string& word) { words += (words.empty() ? "" : " ") + word; };
    for (const auto& child : place.command->commands())
        add(child->name());
    for (const Positional& word : place.command->positionals()) {
        for (const std::string& choice : word.choices)
            add(choice);
    }
    for (const Option& option : options_of(place, globals)) {
        for (const std::string& name : option.names)
            add(name);
    }
    return words;
}

std::string valued_options(const std::vector<Place>& places, const std::vector<Option>& globals) {
    std::string names;
    for (const Place& place : places) {
        for (const Option& option : options_of(place, globals)) {
            if (option.value.empty()) continue;
            for (const std::string& name : option.names) {
                if (("|" + names + "|").find("|" + name + "|") == std::string::npos)
                    names += (names.empty() ? "" : "|") + name;
            }
        }
    }
    return names;
}

std::string bash_script(const Command& root, const std::vector<Option>& globals) {
    const std::vector<Place> places = places_of(root);
    std::string known;
    std::string cases;
    for (const Place& place : places) {
        known += (known.empty() ? "" : "|") + std::string("'") + place.path + "'";
        cases += "        '" + place.path + "') words='" + words_at(place, globals) + "' ;;\n";
    }
    return "# bash completion for tradectl\n"
           "_tradectl() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    local path='' next word words='' i\n"
           "    COMPREPLY=()\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        word=${COMP_WORDS[i]}\n"
           "        next=${path:+$path }$word\n"
           "        case $next in " +
           known +
           ") path=$next ;; esac\n"
           "    done\n"
           "    case $previous in " +
           valued_options(places, globals) +
           ")\n"
           "        mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
           "        return ;;\n"
           "    esac\n"
           "    case $path in\n" +
           cases +
           "    esac\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
           "    [[ $current == -* ]] || mapfile -t -O ${#COMPREPLY[@]} COMPREPLY"
           " < <(compgen -f -- \"$current\")\n"
           "}\n"
           "complete -o filenames -F _tradectl tradectl\n";
}

std::string zsh_script(const Command& root, const std::vector<Option>& globals) {
    std::string cases;
    std::string known;
    for (const Place& place : places_of(root)) {
        known += (known.empty() ? "" : "|") + std::string("'") + place.path + "'";
        cases += "        '" + place.path + "') choices=(" + words_at(place, globals) + ") ;;\n";
    }
    return "#compdef tradectl\n"
           "# zsh completion for tradectl\n"
           "_tradectl() {\n"
           "    local place='' next word\n"
           "    local -a choices\n"
           "    for word in \"${words[@]:1:$((CURRENT - 2))}\"; do\n"
           "        next=${place:+$place }$word\n"
           "        case $next in " +
           known +
           ") place=$next ;; esac\n"
           "    done\n"
           "    case $place in\n" +
           cases +
           "    esac\n"
           "    compadd -- \"${choices[@]}\"\n"
           "    _files\n"
           "}\n"
           "compdef _tradectl tradectl\n";
}

/// In single quotes of fish.
std::string fish_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string fish_option(const Option& option) {
    std::string line;
    for (const std::string& name : option.names)
        line += name.size() > 2 ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (!option.value.empty()) line += " -r";
    return line + " -d " + fish_quoted(option.help);
}

std::string fish_script(const Command& root, const std::vector<Option>& globals) {
    const std::vector<Place> places = places_of(root);
    std::string known;
    for (const Place& place : places) {
        if (!place.path.empty()) known += " '" + place.path + "'";
    }
    std::string out =
        "# fish completion for tradectl\n"
        "function __tradectl_place\n"
        "    set -l place ''\n"
        "    for word in (commandline -opc)[2..-1]\n"
        "        set -l next (string trim \"$place $word\")\n"
        "        contains -- \"$next\"" +
        known +
        "; and set place \"$next\"\n"
        "    end\n"
        "    test \"$place\" = \"$argv[1]\"\n"
        "end\n";
    for (const Place& place : places) {
        const std::string start =
            "complete -c tradectl -n \"__tradectl_place '" + place.path + "'\"";
        for (const auto& child : place.command->commands())
            out +=
                start + " -f -a " + child->name() + " -d " + fish_quoted(child->summary()) + "\n";
        for (const Positional& word : place.command->positionals()) {
            for (const std::string& choice : word.choices)
                out += start + " -f -a " + choice + "\n";
        }
        for (const Option& option : options_of(place, globals))
            out += start + fish_option(option) + "\n";
    }
    return out;
}

}  // namespace

std::string completion_script(Shell shell,
                              const Command& root,
                              const std::vector<Option>& globals) {
    switch (shell) {
        case Shell::Bash: return bash_script(root, globals);
        case Shell::Zsh: return zsh_script(root, globals);
        case Shell::Fish: return fish_script(root, globals);
    }
    return "";
}

}  // namespace tradectl::cli
