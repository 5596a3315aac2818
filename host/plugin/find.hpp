/// Where plugins are looked for, and which files are refused before anybody opens them.
#pragma once

#include "host/base/process_paths.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tradectl::plugin {

/// Where a candidate came from, in the order of search.
enum class Origin { Option, Environment, Config, DataHome, LibraryDirectory, BuildTree };
/// "--plugin", "TRADECTL_PLUGIN_PATH", "config", "data home", "libdir", "build tree".
[[nodiscard]] std::string_view to_string(Origin origin);

struct SearchPath {
    struct Entry {
        Origin origin{};
        std::string path;  ///< absolute: a file for Option, else a directory
    };
    std::vector<Entry> entries;
};

/// The whole search path: `option_files` (--plugin FILE), TRADECTL_PLUGIN_PATH (colons between),
/// `config_directories`, the XDG data home's `tradectl/plugins`, the library directory given at
/// build, `plugins` beside the program's directory. A relative `--plugin FILE` is taken from the
/// current directory, as a user typed it; relative or empty entries elsewhere are InvalidArgument:
/// the current directory is never searched.
[[nodiscard]] Expected<SearchPath> make_search_path(
    const std::vector<std::string>& option_files,
    const std::vector<std::string>& config_directories,
    const Environment& env = process_environment);

/// A file that might be a plugin.
struct Candidate {
    std::string name;  ///< file name without ".so": how a config calls it
    std::string path;
    Origin origin{};
    std::string shadowed_by;  ///< path of an earlier file of that name; empty: this one is used
};

/// All `*.so` files on the path in the order of search; within a directory by name. Directories
/// that do not exist are passed over; an --plugin file is listed even when it does not exist.
[[nodiscard]] std::vector<Candidate> list_candidates(const SearchPath& path);

/// The file for a plugin's name: the first on the path, checked by `check_file`; a first one that
/// is refused is an error and not a reason to go on. A `name` with a slash is an absolute path.
/// NotFound names every place that was searched.
[[nodiscard]] Expected<std::string> find(const SearchPath& path, std::string_view name);

/// NotFound, or Permission for a file that is unreadable, not a regular file, or that group or
/// others may write: itself, its directory, or, for a link, the directory that it points into.
[[nodiscard]] Status check_file(const std::string& path);

}  // namespace tradectl::plugin
