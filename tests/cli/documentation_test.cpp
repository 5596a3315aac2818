// Help, manual pages and completions name the same options, for every command there is.
#include "tests/cli/child.hpp"

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

using Words = std::vector<std::string>;
using Names = std::set<std::string>;

struct Place {
    Words path;
    Json json;
};

void collect(const Json& command, const Words& path, std::vector<Place>& places) {
    places.push_back({path, command});
    for (const Json& child : *command.find("commands")->as_array()) {
        Words below = path;
        below.emplace_back(child.find_text("name").value_or(""));
        collect(child, below, places);
    }
}

/// The root first.
const std::vector<Place>& all_places() {
    static const std::vector<Place> places = [] {
        std::vector<Place> out;
        const Json document = run_tradectl({"help", "--json"}).json();
        collect(*document.find("data"), {}, out);
        return out;
    }();
    return places;
}

Names names_in(const Json& command, const char* key) {
    Names names;
    for (const Json& option : *command.find(key)->as_array()) {
        for (const Json& name : *option.find("names")->as_array())
            names.insert(*name.as_text());
    }
    return names;
}

Names global_names() {
    Names names = names_in(all_places().front().json, "global_options");
    names.insert({"-h", "--help"});
    return names;
}

std::string joined(const Words& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

/// Options that a page lists: `.It Fl c , -config` in mdoc, `\fB\-\-config\fP` in man.
Names names_in_page(const std::string& page) {
    Names names;
    std::istringstream lines(page);
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind(".It Fl ", 0) == 0) {
            std::istringstream words(line.substr(7));
            bool is_name = true;
            for (std::string word; words >> word;) {
                if (is_name) names.insert("-" + word);
                is_name = word == "," || word == "Fl";
            }
        }
        static const std::regex bold(R"(\\fB(\\-(?:\\-)?[a-zA-Z](?:[a-z]|\\-)*)\\f[PR])");
        for (std::sregex_iterator it(line.begin(), line.end(), bold), end; it != end; ++it)
            names.insert(std::regex_replace((*it)[1].str(), std::regex(R"(\\-)"), "-"));
    }
    return names;
}

std::string page_of(const std::string& name) {
    return read_text(std::string(TRADECTL_SOURCE_DIR "/man/") + name + ".1");
}

TEST(Documentation, HelpFitsOneScreenAndEndsWithAnExample) {
    for (const Place& place : all_places()) {
        Words line = place.path;
        line.emplace_back("--help");
        const ChildResult result = run_tradectl(line);
        EXPECT_EQ(result.exit_status, 0);
        EXPECT_LE(std::count(result.out.begin(), result.out.end(), '\n'), 48) << joined(place.path);
        const std::size_t at = result.out.rfind("\nExample");
        ASSERT_NE(at, std::string::npos) << joined(place.path);
        const std::size_t last = result.out.rfind('\n', result.out.size() - 2) + 1;
        EXPECT_GT(last, at);
        EXPECT_NE(result.out.find("tradectl", last), std::string::npos) << joined(place.path);
        std::istringstream lines(result.out);
        for (std::string text; std::getline(lines, text);)
            EXPECT_LE(text.size(), 100U) << text;
    }
}

TEST(Documentation, HelpOfBothFormsIsTheSame) {
    for (const Place& place : all_places()) {
        Words first = place.path;
        first.emplace_back("-h");
        Words second = place.path;
        second.insert(second.begin(), "help");
        EXPECT_EQ(run_tradectl(first).out, run_tradectl(second).out) << joined(place.path);
    }
}

TEST(Documentation, EveryCommandHasAManualPageWithItsOptions) {
    for (const Json& command : *all_places().front().json.find("commands")->as_array()) {
        const std::string name = "tradectl-" + std::string(*command.find_text("name"));
        const std::string page = page_of(name);
        ASSERT_FALSE(page.empty()) << "man/" << name << ".1 is missing";
        std::vector<Place> places;
        collect(command, {name}, places);
        Names wanted;
        for (const Place& place : places) {
            wanted.merge(names_in(place.json, "options"));
            EXPECT_NE(page.find(place.path.back().substr(place.path.size() > 1 ? 0 : 9)),
                      std::string::npos)
                << joined(place.path);
        }
        Names listed = names_in_page(page);
        for (const std::string& shared : global_names()) {
            if (wanted.count(shared) == 0) listed.erase(shared);
        }
        EXPECT_EQ(listed, wanted) << name;
    }
}

TEST(Documentation, TheMainPageListsTheOptionsOfEveryCommand) {
    Names wanted = global_names();
    wanted.insert({"-V", "--version"});
    EXPECT_EQ(names_in_page(page_of("tradectl")), wanted);
}

TEST(Documentation, BashCompletesExactlyTheOptionsOfEachCommand) {
    const ChildResult script = run_tradectl({"completion", "bash"});
    for (const Place& place : all_places()) {
        std::string line = script.out + "COMP_WORDS=(tradectl " + joined(place.path) + " -)\n";
        line += "COMP_CWORD=" + std::to_string(place.path.size() + 1) + "\n_tradectl\n";
        line += "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
        const ChildResult result = run_program_at("/bin/bash", {"-c", line});
        Names given;
        std::istringstream lines(result.out);
        for (std::string word; std::getline(lines, word);)
            given.insert(word);
        Names wanted = names_in(place.json, "options");
        wanted.merge(global_names());
        if (place.path.empty()) wanted.insert({"-V", "--version"});
        EXPECT_EQ(given, wanted) << joined(place.path) << result.err;
    }
}

/// The lines of a script that speak of one place.
std::string lines_with(const std::string& script, const std::string& start) {
    std::string out;
    std::istringstream lines(script);
    for (std::string line; std::getline(lines, line);) {
        if (line.find(start) != std::string::npos) out += line + "\n";
    }
    return out;
}

TEST(Documentation, ZshAndFishNameTheOptionsOfEachCommand) {
    const std::string zsh = run_tradectl({"completion", "zsh"}).out;
    const std::string fish = run_tradectl({"completion", "fish"}).out;
    for (const Place& place : all_places()) {
        const std::string path = joined(place.path);
        const std::string in_zsh = lines_with(zsh, "'" + path + "') choices=(");
        const std::string in_fish = lines_with(fish, "__tradectl_place '" + path + "'\"");
        Names wanted = names_in(place.json, "options");
        wanted.merge(global_names());
        for (const std::string& name : wanted) {
            const bool is_long = name.size() > 2;
            EXPECT_TRUE(std::regex_search(in_zsh, std::regex("[ (]" + name + "[ )]")))
                << path << name;
            const std::string form = is_long ? "-l " + name.substr(2) : "-s " + name.substr(1);
            EXPECT_TRUE(std::regex_search(in_fish, std::regex(" " + form + " "))) << path << name;
        }
    }
}

TEST(Documentation, TheManualRepeatsTheExitStatuses) {
    const Json document = run_tradectl({"help", "exit-codes", "--json"}).json();
    const std::string page = page_of("tradectl");
    const std::size_t from = page.find(".Sh EXIT STATUS");
    const std::string section = page.substr(from, page.find(".Sh EXAMPLES") - from);
    std::string wanted;
    for (const Json& row : *document.find("data")->find("exit_codes")->as_array())
        wanted += ".It " + row.find("code")->dump() + "\n" + *row.find("meaning")->as_text() + "\n";
    EXPECT_NE(section.find(wanted), std::string::npos) << wanted;
}

}  // namespace
}  // namespace tradectl::cli
