#include "cli/version.hpp"

#include <tradectl/abi/entry.h>

namespace tradectl::cli {
namespace {

std::string build() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return "sanitized";
#elif defined(__OPTIMIZE__)
    return "release";
#else
    return "debug";
#endif
}

std::string compiler() {
#if defined(__clang__)
    return "clang " __clang_version__;
#else
    return "gcc " __VERSION__;
#endif
}

std::string plugin_abi() {
    return std::to_string(TRADECTL_ABI_MAJOR) + "." + std::to_string(TRADECTL_ABI_MINOR);
}

}  // namespace

std::string version_text() {
    return "tradectl " TRADECTL_VERSION " (" + build() + ", " + compiler() + ", plugin ABI " +
           plugin_abi() + ")\n";
}

Json version_json() {
    Json out = Json::object();
    out.set("version", TRADECTL_VERSION);
    out.set("build", build());
    out.set("compiler", compiler());
    out.set("plugin_abi", plugin_abi());
    return out;
}

}  // namespace tradectl::cli
