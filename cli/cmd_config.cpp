// config: starter, check, merged result and schema of configuration files.
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "cli/table.hpp"
#include "host/base/disk.hpp"
#include "host/config/describe.hpp"
#include "host/engine/check_config.hpp"

#include <filesystem>
#include <utility>

namespace tradectl::cli {
namespace {

struct NewOptions {
    std::string kind;
    std::string out;
};

Json problem_object(const config::Problem& problem) {
    Json out = error_object({ErrorCode::Config, problem.to_string()});
    out.set("place", problem.origin.to_string());
    if (problem.origin.line != 0) {
        out.set("line", problem.origin.line);
        out.set("column", problem.origin.column);
    }
    out.set("key", problem.path);
    out.set("reason", problem.message);
    out.set("hint", problem.hint);
    return out;
}

Status write_new_file(const std::string& path, const std::string& text) {
    std::error_code error;
    const auto full = std::filesystem::absolute(path, error);
    if (error) return fail(ErrorCode::Io, path + ": " + error.message());
    const auto disk = make_posix_disk();
    auto file = disk->open(full.string(), {.write = true, .create = true, .exclusive = true});
    if (!file && file.error().code == ErrorCode::BadState)
        return fail(ErrorCode::Usage, path + ": is there already, and is not overwritten");
    if (!file) return fail(file.error());
    const Status status = (*file)->write(0, std::as_bytes(std::span(text)));
    return status ? (*file)->sync() : status;
}

Expected<Answer> run_new(const NewOptions& options) {
    auto text = config::new_config(options.kind);
    if (!text) return fail(ErrorCode::Usage, text.error().message);
    Answer answer;
    answer.data.set("kind", options.kind);
    if (!options.out.empty()) {
        const Status status = write_new_file(options.out, *text);
        if (!status) return fail(status.error());
        answer.text = options.out + " written; next: tradectl config check " + options.out + "\n";
        answer.data.set("file", options.out);
        return answer;
    }
    answer.data.set("text", *text);
    answer.text = std::move(*text);
    return answer;
}

/// Like Context::load_config, but with every problem as an object of its own.
Expected<Answer> run_check(Context& context) {
    auto layers = context.overrides();
    if (!layers) return fail(layers.error());
    const auto text = config::read_source(context.globals().config);
    if (!text) {
        const auto document = context.load_config();
        return fail(document ? text.error() : document.error());
    }
    config::LoadOptions options = config::options_for(context.globals().config);
    options.overrides = std::move(*layers);
    const config::Outcome outcome = config::load_text(*text, options);
    for (const config::Problem& warning : outcome.warnings)
        context.warn(warning.to_string());
    Answer answer;
    for (const config::Problem& problem : outcome.errors)
        answer.errors.push_back(problem_object(problem));
    answer.data.set("file", options.file_name);
    if (!outcome.document) {
        answer.exit_code = ExitCode::Config;
        return answer;
    }
    const config::Config& config = outcome.document->config;
    for (const config::Problem& problem : engine::check_plugins(config, {}))
        answer.errors.push_back(problem_object(problem));
    if (!answer.errors.empty()) {
        answer.exit_code = ExitCode::Config;
        return answer;
    }
    answer.data.set("name", config.name);
    answer.data.set("mode", config::to_string(config.mode));
    answer.data.set("hash", outcome.document->hash);
    answer.text = options.file_name + ": valid (" + config.name + ", mode " +
                  std::string(config::to_string(config.mode)) + ", clock " +
                  std::string(config::to_string(config.clock)) + ")\n";
    return answer;
}

Expected<Answer> run_show(Context& context) {
    const auto document = context.load_config();
    if (!document) return fail(document.error());
    Table table({{"key"}, {"value"}, {"origin"}});
    Json values = Json::array();
    for (const config::ShownValue& value : config::show(*document)) {
        table.add({value.path, value.value, value.origin});
        Json entry = Json::object();
        entry.set("key", value.path);
        entry.set("value", value.value);
        entry.set("origin", value.origin);
        values.push(std::move(entry));
    }
    Answer answer;
    answer.text = table.to_string();
    answer.data.set("hash", document->hash);
    answer.data.set("config", config::to_json(*document));
    answer.data.set("values", std::move(values));
    return answer;
}

Expected<Answer> run_schema() {
    Answer answer;
    answer.data.set("schema", config::schema());
    answer.text = config::schema().dump(JsonStyle::Pretty) + "\n";
    return answer;
}

std::vector<std::string> kind_names() {
    std::vector<std::string> names;
    for (const config::StarterKind& kind : config::starter_kinds())
        names.emplace_back(kind.name);
    return names;
}

}  // namespace

void register_config(Command& root) {
    Command& group = root.add("config", "write, check and explain configuration files");
    group.example("tradectl config check configs/demo.yaml");

    auto fresh = std::make_shared<NewOptions>();
    group.add("new", "print a commented starter")
        .positional("KIND", "what for", fresh->kind)
        .choices(kind_names())
        .option("-o,--out", "FILE", "write it there; never overwrites", fresh->out)
        .example("tradectl config new paper -o my.yaml")
        .runs([fresh](Context&) { return run_new(*fresh); });
    group.add("check", "all problems of a configuration, each with file, line and key")
        .needs_config()
        .example("tradectl config check configs/demo.yaml")
        .runs([](Context& context) { return run_check(context); });
    group.add("show", "the merged configuration: each value and where it comes from")
        .needs_config()
        .example("tradectl config show configs/demo.yaml --set seed=7")
        .runs([](Context& context) { return run_show(context); });
    group.add("schema", "JSON Schema of configuration files, for editors")
        .example("tradectl config schema > tradectl.schema.json")
        .runs([](Context&) { return run_schema(); });
}

}  // namespace tradectl::cli
