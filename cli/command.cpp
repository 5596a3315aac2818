#include "cli/command.hpp"

#include "host/base/assert.hpp"
#include "host/config/scalar.hpp"

#include <cstdio>
#include <utility>

namespace tradectl::cli {
namespace {

std::vector<std::string> split_names(std::string_view names) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= names.size();) {
        const std::size_t comma = std::min(names.find(',', at), names.size());
        out.emplace_back(names.substr(at, comma - at));
        at = comma + 1;
    }
    return out;
}

Option make_option(std::string_view names, std::string value, std::string help) {
    Option option;
    option.names = split_names(names);
    option.value = std::move(value);
    option.help = std::move(help);
    return option;
}

std::function<Status(const std::string&)> take_duration(std::optional<std::int64_t>& ns) {
    return [&ns](const std::string& text) -> Status {
        const auto value = config::parse_duration(text);
        if (!value) return fail(value.error());
        ns = *value;
        return {};
    };
}

std::function<Status(const std::string&)> take_flag(bool& target) {
    return [&target](const std::string&) -> Status {
        target = true;
        return {};
    };
}

/// Anything that a text can be assigned to.
template <typename Target>
std::function<Status(const std::string&)> take_text(Target& target) {
    return [&target](const std::string& text) -> Status {
        target = text;
        return {};
    };
}

std::function<Status(const std::string&)> take_more(std::vector<std::string>& target) {
    return [&target](const std::string& text) -> Status {
        target.push_back(text);
        return {};
    };
}

}  // namespace

Command& Command::add(std::string name, std::string summary) {
    commands_.push_back(std::make_unique<Command>(std::move(name), std::move(summary)));
    return *commands_.back();
}

Option& Command::add_option(std::string_view names, std::string value, std::string help) {
    options_.push_back(make_option(names, std::move(value), std::move(help)));
    last_ = Last::Option;
    return options_.back();
}

Command& Command::flag(std::string_view names, std::string help, bool& target) {
    add_option(names, "", std::move(help)).take = take_flag(target);
    return *this;
}

Command& Command::option(std::string_view names,
                         std::string value,
                         std::string help,
                         std::string& target) {
    add_option(names, std::move(value), std::move(help)).take = take_text(target);
    return *this;
}

Command& Command::option(std::string_view names,
                         std::string value,
                         std::string help,
                         std::optional<std::string>& target) {
    add_option(names, std::move(value), std::move(help)).take = take_text(target);
    return *this;
}

Command& Command::option(std::string_view names,
                         std::string value,
                         std::string help,
                         std::vector<std::string>& target) {
    Option& option = add_option(names, std::move(value), std::move(help));
    option.repeats = true;
    option.take = take_more(target);
    return *this;
}

Command& Command::option(std::string_view names,
                         std::string value,
                         std::string help,
                         std::optional<std::int64_t>& target) {
    add_option(names, std::move(value), std::move(help)).take =
        [&target](const std::string& text) -> Status {
        const auto number = config::parse_integer(text);
        if (!number) return fail(number.error());
        target = *number;
        return {};
    };
    return *this;
}

Command& Command::duration(std::string_view names,
                           std::string help,
                           std::optional<std::int64_t>& ns) {
    add_option(names, "DURATION", std::move(help)).take = take_duration(ns);
    return *this;
}

Command& Command::positional(std::string name,
                             std::string help,
                             std::string& target,
                             Presence presence) {
    Positional word;
    word.name = std::move(name);
    word.help = std::move(help);
    word.required = presence == Presence::Required;
    word.take = take_text(target);
    positionals_.push_back(std::move(word));
    last_ = Last::Positional;
    return *this;
}

Command& Command::positional(std::string name,
                             std::string help,
                             std::vector<std::string>& target,
                             Presence presence) {
    Positional word;
    word.name = std::move(name);
    word.help = std::move(help);
    word.required = presence == Presence::Required;
    word.repeats = true;
    word.take = take_more(target);
    positionals_.push_back(std::move(word));
    last_ = Last::Positional;
    return *this;
}

Command& Command::choices(std::vector<std::string> words) {
    TRADECTL_ASSERT(last_ != Last::None);
    if (last_ == Last::Option)
        options_.back().choices = std::move(words);
    else
        positionals_.back().choices = std::move(words);
    return *this;
}

Command& Command::needs_config() {
    config_ = Presence::Required;
    return *this;
}

Command& Command::may_take_config() {
    config_ = Presence::Optional;
    return *this;
}

Command& Command::description(std::string text) {
    description_ = std::move(text);
    return *this;
}

Command& Command::example(std::string line) {
    examples_.push_back(std::move(line));
    return *this;
}

Command& Command::runs(Run run) {
    run_ = std::move(run);
    return *this;
}

const Command* Command::find(std::string_view name) const {
    for (const auto& command : commands_) {
        if (command->name() == name) return command.get();
    }
    return nullptr;
}

std::vector<Option> global_options(Globals& globals) {
    std::vector<Option> out;
    const auto flag = [&](std::string_view names, std::string help, bool& target) {
        out.push_back(make_option(names, "", std::move(help)));
        out.back().take = take_flag(target);
    };
    const auto text = [&](std::string_view names, std::string value, std::string help, auto& to) {
        out.push_back(make_option(names, std::move(value), std::move(help)));
        out.back().take = take_text(to);
    };
    const auto duration = [&](std::string_view names, std::string help, auto& ns) {
        out.push_back(make_option(names, "DURATION", std::move(help)));
        out.back().take = take_duration(ns);
    };
    text("-c,--config", "FILE", "configuration; - is standard input", globals.config);
    text("--state-dir", "DIR", "state directory", globals.state_dir);
    out.push_back(make_option("--set", "KEY=VALUE", "lay a value over the configuration"));
    out.back().repeats = true;
    out.back().take = take_more(globals.set);
    text("--seed", "N", "seed of everything random in a simulation", globals.seed);
    text("--log-file", "FILE", "log there instead of standard error", globals.log_file);
    flag("--json", "one JSON document on standard output", globals.json);
    flag("-q,--quiet", "print nothing when all is well", globals.quiet);
    flag("-v,--verbose", "say more on standard error", globals.verbose);
    flag("--no-input", "never ask", globals.no_input);
    duration("--timeout", "longest wait for one answer of a venue", globals.timeout_ns);
    duration("--lock-wait", "longest wait for a lock of another process", globals.lock_wait_ns);
    flag("--no-color", "no colour, no animation", globals.no_color);
    return out;
}

void Context::warn(std::string text) {
    if (!globals_.quiet) std::fprintf(stderr, "tradectl: warning: %s\n", text.c_str());
    warnings_.push_back(std::move(text));
}

Status Context::write(std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (written && std::fflush(stdout) == 0) return {};
    return fail(ErrorCode::Io, "standard output: cannot be written");
}

Expected<std::vector<config::Override>> Context::overrides() const {
    std::vector<config::Override> out;
    for (const std::string& entry : globals_.set) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string::npos || equals == 0)
            return fail(ErrorCode::Usage, "--set: '" + entry + "' is not KEY=VALUE");
        const std::string key = entry.substr(0, equals);
        out.push_back({key, entry.substr(equals + 1), "--set " + key});
    }
    const auto add = [&](const char* path, const std::optional<std::string>& value, auto flag) {
        if (value) out.push_back({path, *value, flag});
    };
    add("state_dir", globals_.state_dir, "--state-dir");
    add("seed", globals_.seed, "--seed");
    add("log.file", globals_.log_file, "--log-file");
    return out;
}

Expected<config::Document> Context::load_config() {
    auto layers = overrides();
    if (!layers) return fail(layers.error());
    const auto text = config::read_source(globals_.config);
    if (!text) {
        const bool missing = text.error().code == ErrorCode::NotFound;
        return fail(missing ? ErrorCode::Config : text.error().code, text.error().message);
    }
    config::LoadOptions options = config::options_for(globals_.config);
    options.overrides = std::move(*layers);
    config::Outcome outcome = config::load_text(*text, options);
    for (const config::Problem& warning : outcome.warnings)
        warn(warning.to_string());
    if (!outcome.document) return fail(to_error(outcome.errors));
    return std::move(*outcome.document);
}

}  // namespace tradectl::cli
