#include "cli/control_words.hpp"

#include "host/engine/queries.hpp"
#include "host/ops/control_client.hpp"

namespace tradectl::cli {

Expected<Target> target_of(Context& context) {
    auto document = context.load_config();
    if (!document) return fail(document.error());
    auto directory = engine::state_directory_of(document->config);
    if (!directory) return fail(directory.error());
    Target target{std::move(*document), {*directory}};
    const auto disk = make_posix_disk();
    auto there = engine::check_state(*disk, target.paths, target.document.config.name);
    if (!there) return fail(there.error());
    return target;
}

Expected<Json> ask_instance(const Target& target,
                            std::string_view command,
                            const Json& body,
                            std::int64_t timeout_ns) {
    auto said = ops::ask_control(target.paths.control(), command, body, timeout_ns);
    if (said || said.error().code != ErrorCode::NotFound) return said;
    const std::string& name = target.document.config.name;
    const auto disk = make_posix_disk();
    const auto lives = engine::is_running(*disk, target.paths);
    if (!lives) return fail(lives.error());
    if (*lives) {
        return fail(ErrorCode::Locked,
                    "state directory " + target.paths.root +
                        " is held by a process that takes no requests: it starts, stops, or is "
                        "another command");
    }
    return fail(ErrorCode::Unavailable,
                "no instance of '" + name + "' runs: start one with `tradectl run CONFIG`");
}

}  // namespace tradectl::cli
