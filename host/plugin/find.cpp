#include "host/plugin/find.hpp"

#include "host/base/system_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <map>

#include <sys/stat.h>
#include <unistd.h>

namespace tradectl::plugin {
namespace {

constexpr std::array<std::string_view, 6> kOriginNames{
    "--plugin", "TRADECTL_PLUGIN_PATH", "config", "data home", "libdir", "build tree"};
constexpr std::string_view kSuffix = ".so";

std::string name_of(const std::string& path) {
    const std::string file = std::filesystem::path(path).filename();
    return file.ends_with(kSuffix) ? file.substr(0, file.size() - kSuffix.size()) : file;
}

Status add_directory(SearchPath& search, Origin origin, std::string_view path) {
    if (!path.starts_with('/')) {
        return fail(ErrorCode::InvalidArgument,
                    std::string(to_string(origin)) + ": \"" + std::string(path) +
                        "\" is not an absolute path");
    }
    search.entries.push_back({origin, std::string(path)});
    return {};
}

Status add_environment(SearchPath& search, const char* value) {
    std::string_view rest = value == nullptr ? "" : value;
    while (!rest.empty()) {
        const std::size_t colon = rest.find(':');
        if (auto done = add_directory(search, Origin::Environment, rest.substr(0, colon)); !done)
            return done;
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 1);
    }
    return {};
}

/// Paths of the plugins in one directory; none when it cannot be read.
std::vector<std::string> files_in(const std::string& directory) {
    std::vector<std::string> files;
    std::error_code error;
    for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error)) {
        if (it->path().extension() == kSuffix) files.push_back(it->path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

Status check_mode(const std::string& path, const std::string& file, bool want_file) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return system_failure(errno, path, "plugin");
    if (want_file && !S_ISREG(info.st_mode))
        return fail(ErrorCode::Permission, file + ": plugin: not a regular file");
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) == 0) return {};
    return fail(ErrorCode::Permission,
                file + ": plugin: " + (want_file ? "" : "its directory " + path + " is ") +
                    "writable by group or others: chmod go-w " + path);
}

}  // namespace

std::string_view to_string(Origin origin) {
    return kOriginNames.at(static_cast<std::size_t>(origin));
}

Expected<SearchPath> make_search_path(const std::vector<std::string>& option_files,
                                      const std::vector<std::string>& config_directories,
                                      const Environment& env) {
    SearchPath search;
    for (const std::string& file : option_files) {
        std::error_code error;
        const auto absolute = std::filesystem::absolute(file, error);
        if (error) return system_failure(error.value(), file, "--plugin");
        search.entries.push_back({Origin::Option, absolute.lexically_normal()});
    }
    if (auto done = add_environment(search, env("TRADECTL_PLUGIN_PATH")); !done)
        return fail(done.error());
    for (const std::string& directory : config_directories) {
        if (auto done = add_directory(search, Origin::Config, directory); !done)
            return fail(done.error());
    }
    if (const auto data = data_directory(env))
        search.entries.push_back({Origin::DataHome, *data + "/plugins"});
    search.entries.push_back({Origin::LibraryDirectory, TRADECTL_PLUGIN_DIRECTORY});
    if (const auto program = executable_path()) {
        const auto build = std::filesystem::path(*program).parent_path().parent_path() / "plugins";
        if (build != TRADECTL_PLUGIN_DIRECTORY)
            search.entries.push_back({Origin::BuildTree, build});
    }
    return search;
}

std::vector<Candidate> list_candidates(const SearchPath& search) {
    std::vector<Candidate> candidates;
    std::map<std::string, std::string> first_of_name;
    for (const auto& [origin, path] : search.entries) {
        const auto files =
            origin == Origin::Option ? std::vector<std::string>{path} : files_in(path);
        for (const std::string& file : files) {
            const auto [first, is_new] = first_of_name.emplace(name_of(file), file);
            if (!is_new && first->second == file) continue;  // the same directory twice
            candidates.push_back({first->first, file, origin, is_new ? "" : first->second});
        }
    }
    return candidates;
}

Expected<std::string> find(const SearchPath& search, std::string_view name) {
    if (name.starts_with('/')) {
        if (auto done = check_file(std::string(name)); !done) return fail(done.error());
        return std::string(name);
    }
    if (name.find('/') != std::string_view::npos)
        return fail(ErrorCode::InvalidArgument,
                    "plugin " + std::string(name) + ": neither a name nor an absolute path");
    for (const Candidate& candidate : list_candidates(search)) {
        if (candidate.name != name) continue;
        if (auto done = check_file(candidate.path); !done) return fail(done.error());
        return candidate.path;
    }
    std::string places;
    for (const auto& entry : search.entries)
        places += (places.empty() ? "" : ", ") + entry.path;
    return fail(
        ErrorCode::NotFound,
        "plugin " + std::string(name) + ": not found in " + (places.empty() ? "nothing" : places));
}

Status check_file(const std::string& path) {
    if (auto done = check_mode(path, path, true); !done) return done;
    if (::access(path.c_str(), R_OK) != 0) return system_failure(errno, path, "plugin");
    std::error_code error;
    const auto target = std::filesystem::canonical(path, error);
    if (error) return system_failure(error.value(), path, "plugin");
    for (const auto& directory :
         {std::filesystem::path(path).parent_path(), target.parent_path()}) {
        if (auto done = check_mode(directory, path, false); !done) return done;
    }
    return {};
}

}  // namespace tradectl::plugin
