#include "host/base/process_paths.hpp"

#include "host/base/system_error.hpp"

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include <limits.h>
#include <unistd.h>

namespace tradectl {
namespace {

struct Place {
    const char* service_variable;  ///< set by systemd for a unit; may hold several, colons between
    const char* xdg_variable;
    const char* below_home;
};

bool is_absolute(const char* path) {
    return path != nullptr && path[0] == '/';
}

Expected<std::string> find_place(const Place& place, const Environment& env) {
    if (place.service_variable != nullptr) {
        const char* service = env(place.service_variable);
        if (is_absolute(service)) {
            const std::string_view all = service;
            return std::string(all.substr(0, all.find(':')));
        }
    }
    const char* xdg = env(place.xdg_variable);
    if (is_absolute(xdg)) return std::string(xdg) + "/tradectl";
    const char* home = env("HOME");
    if (is_absolute(home)) return std::string(home) + place.below_home + "/tradectl";
    return fail(ErrorCode::NotFound,
                std::string("neither ") + place.xdg_variable + " nor HOME is an absolute path");
}

}  // namespace

const char* process_environment(const char* name) {
    return std::getenv(name);
}

Expected<std::string> state_directory(const Environment& env) {
    return find_place({"STATE_DIRECTORY", "XDG_STATE_HOME", "/.local/state"}, env);
}

Expected<std::string> data_directory(const Environment& env) {
    return find_place({nullptr, "XDG_DATA_HOME", "/.local/share"}, env);
}

Expected<std::string> config_directory(const Environment& env) {
    return find_place({"CONFIGURATION_DIRECTORY", "XDG_CONFIG_HOME", "/.config"}, env);
}

Expected<std::string> executable_path() {
    char path[PATH_MAX];
    const ssize_t bytes = ::readlink("/proc/self/exe", path, sizeof(path));
    if (bytes < 0) return system_failure(errno, "/proc/self/exe", "read link");
    return std::string(path, static_cast<std::size_t>(bytes));
}

}  // namespace tradectl
