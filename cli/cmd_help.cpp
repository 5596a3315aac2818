// help: topics, and any command's help.
#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"

#include <utility>

namespace tradectl::cli {
namespace {

struct Options {
    std::vector<std::string> topic;
};

Answer exit_codes_answer() {
    Answer answer;
    answer.text = exit_codes_text();
    Json& list = answer.data.set("exit_codes", Json::array());
    for (const ExitCodeHelp& row : exit_codes()) {
        Json entry = Json::object();
        entry.set("code", static_cast<int>(row.code));
        entry.set("meaning", row.meaning);
        list.push(std::move(entry));
    }
    return answer;
}

Expected<Answer> run(const Options& options, const Command& root, Globals& globals) {
    if (options.topic == std::vector<std::string>{"exit-codes"}) return exit_codes_answer();
    std::vector<const Command*> path = {&root};
    for (const std::string& word : options.topic) {
        const Command* next = path.back()->find(word);
        if (next == nullptr)
            return fail(ErrorCode::Usage,
                        "no help about '" + word + "' (see tradectl help, or help exit-codes)");
        path.push_back(next);
    }
    const std::vector<Option> shared = global_options(globals);
    Answer answer;
    answer.text = help_text(path, shared);
    answer.data = describe(*path.back(), shared);
    return answer;
}

}  // namespace

void register_help(Command& root, Globals& globals) {
    auto options = std::make_shared<Options>();
    root.add("help", "help about a command, or exit-codes")
        .positional("TOPIC", "command, or exit-codes", options->topic, Command::Presence::Optional)
        .example("tradectl help exit-codes")
        .runs([options, &root, &globals](Context&) { return run(*options, root, globals); });
}

}  // namespace tradectl::cli
