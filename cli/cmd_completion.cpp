// completion: prints what a shell needs to complete commands and options.
#include "cli/commands.hpp"
#include "cli/completion.hpp"

namespace tradectl::cli {
namespace {

struct Options {
    std::string shell;
};

Answer run(const Options& options, const Command& root) {
    Globals unused;
    const Shell shell = options.shell == "bash"  ? Shell::Bash
                        : options.shell == "zsh" ? Shell::Zsh
                                                 : Shell::Fish;
    Answer answer;
    answer.text = completion_script(shell, root, global_options(unused));
    answer.data.set("shell", options.shell);
    answer.data.set("script", answer.text);
    return answer;
}

}  // namespace

void register_completion(Command& root) {
    auto options = std::make_shared<Options>();
    root.add("completion", "completion script of a shell")
        .positional("SHELL", "the shell", options->shell)
        .choices({"bash", "zsh", "fish"})
        .example("source <(tradectl completion bash)")
        .runs([options, &root](Context&) -> Expected<Answer> { return run(*options, root); });
}

}  // namespace tradectl::cli
