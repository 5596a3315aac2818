/// From text to a checked configuration: all problems at once, each with its place.
#pragma once

#include "host/config/config.hpp"
#include "host/config/problem.hpp"

#include <tradectl/expected.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::config {

inline constexpr std::size_t kConfigBytesMax = 1024 * 1024;
inline constexpr std::size_t kConfigDepthMax = 32;

/// One value from the command line, laid over file and environment.
struct Override {
    std::string path;   ///< "seed", "strategies.momentum.settings.quantity", "data.0.file"
    std::string value;  ///< scalar text; a list or map in YAML's flow form is accepted
    std::string flag;   ///< what the user typed: "--seed", "--set seed"
};

/// Environment variables by name.
using Variables = std::map<std::string, std::string, std::less<>>;

struct LoadOptions {
    std::string file_name = "config";  ///< for messages
    std::string directory;             ///< absolute; paths written in the file are relative to it
    std::string
        working_directory;  ///< absolute; paths from flags and environment are relative to it
    std::vector<Override> overrides;
    /// `${VAR}` and the `TRADECTL_*` layer read only this.
    Variables environment;
};

/// A loaded configuration. `document` is there exactly when `errors` is empty.
struct Document {
    Config config;
    Node merged;       ///< every key, defaults filled in, each with its origin
    std::string hash;  ///< SHA-256 in hex of the merged values without secrets
};
struct Outcome {
    Problems errors;
    Problems warnings;
    std::optional<Document> document;
};

/// Reads, merges (flags, environment, file, defaults) and checks. Never throws. [any]
[[nodiscard]] Outcome load_text(std::string_view text, const LoadOptions& options);

/// The text of a configuration file; NotFound, Permission, Io, or Config when it is too large.
/// "-" is standard input.
[[nodiscard]] Expected<std::string> read_source(const std::string& path);

/// `options` for that path: file name, directories; environment from the process.
[[nodiscard]] LoadOptions options_for(const std::string& path);

/// read_source and load_text. A problem of the file is a Config error with one line a problem.
[[nodiscard]] Expected<Document> load_file(const std::string& path,
                                           std::vector<Override> overrides = {});

/// The environment of this process.
[[nodiscard]] Variables process_variables();

}  // namespace tradectl::config
