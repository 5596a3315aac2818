#include "host/config/load.hpp"

#include "host/base/hash.hpp"
#include "host/base/hex.hpp"
#include "host/config/bind.hpp"
#include "host/config/check.hpp"
#include "host/config/cross_check.hpp"
#include "host/config/layers.hpp"
#include "host/config/rule_json.hpp"
#include "host/config/yaml.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace tradectl::config {
namespace {

std::string hash_of(const Node& merged) {
    const Json json = to_json(merged, config_rules(), DurationForm::Text, SecretForm::Redacted);
    return to_hex(sha256(bytes_of(json.dump())));
}

/// All layers in one tree, the lowest first.
Node merge(std::string_view text, const LoadOptions& options, Problems& problems) {
    Origin place;
    place.source = Source::File;
    place.name = options.file_name;
    place.directory = options.directory;
    Node tree = read_yaml(text, place, problems);
    if (tree.kind == Node::Kind::Null) {
        tree.origin = place;
        tree.kind = Node::Kind::Map;
    }
    if (tree.kind != Node::Kind::Map) return tree;
    expand_variables(tree, options.environment, problems);
    apply_variables(tree, options, problems);
    apply_overrides(tree, options, problems);
    return tree;
}

Unexpected system_failure(const std::string& path, const char* what, int reason) {
    const ErrorCode code = reason == ENOENT                      ? ErrorCode::NotFound
                           : reason == EACCES || reason == EPERM ? ErrorCode::Permission
                                                                 : ErrorCode::Io;
    return fail(code, path + ": " + what + ": " + std::strerror(reason));
}

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

Expected<std::string> read_stream(std::FILE* file, const std::string& path) {
    std::string content(kConfigBytesMax + 1, '\0');
    const std::size_t size = std::fread(content.data(), 1, content.size(), file);
    if (std::ferror(file) != 0) return system_failure(path, "read", errno);
    if (size > kConfigBytesMax)
        return fail(ErrorCode::Config,
                    path + ": above the limit of " + std::to_string(kConfigBytesMax) + " bytes");
    content.resize(size);
    return content;
}

std::string working_directory() {
    std::error_code error;
    const std::filesystem::path path = std::filesystem::current_path(error);
    return error ? "/" : path.string();
}

}  // namespace

Outcome load_text(std::string_view text, const LoadOptions& options) {
    Outcome outcome;
    outcome.warnings = suspicious_variables(options.environment);
    const Node tree = merge(text, options, outcome.errors);
    // A file that is no YAML would only be followed by complaints about what it lacks.
    if (!outcome.errors.empty() && tree.children.empty()) return outcome;
    Node merged = check(tree, config_rules(), "", outcome.errors);
    cross_check(merged, outcome.errors);
    if (!outcome.errors.empty()) return outcome;
    Document document;
    document.config = bind(merged);
    document.hash = hash_of(merged);
    document.merged = std::move(merged);
    outcome.document = std::move(document);
    return outcome;
}

Expected<std::string> read_source(const std::string& path) {
    if (path == "-") return read_stream(stdin, "standard input");
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return system_failure(path, "open", errno);
    if (S_ISDIR(info.st_mode)) return fail(ErrorCode::Io, path + ": is a directory");
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
    if (!file) return system_failure(path, "open", errno);
    return read_stream(file.get(), path);
}

LoadOptions options_for(const std::string& path) {
    LoadOptions options;
    options.working_directory = working_directory();
    options.environment = process_variables();
    if (path == "-") {
        options.file_name = "stdin";
        options.directory = options.working_directory;
        return options;
    }
    options.file_name = path;
    options.directory = (std::filesystem::path(options.working_directory) / path)
                            .lexically_normal()
                            .parent_path()
                            .string();
    return options;
}

Expected<Document> load_file(const std::string& path, std::vector<Override> overrides) {
    const auto text = read_source(path);
    if (!text) return fail(text.error());
    LoadOptions options = options_for(path);
    options.overrides = std::move(overrides);
    Outcome outcome = load_text(*text, options);
    if (!outcome.document) return fail(to_error(outcome.errors));
    return std::move(*outcome.document);
}

Variables process_variables() {
    Variables variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos)
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

}  // namespace tradectl::config
