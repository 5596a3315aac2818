#include "host/engine/check_config.hpp"

#include "host/config/settings.hpp"
#include "host/plugin/find.hpp"
#include "host/plugin/inventory.hpp"

#include <utility>

namespace tradectl::engine {

namespace {

config::Problem problem_at(const config::Node& node, std::string path, std::string message) {
    return {
        .origin = node.origin, .path = std::move(path), .message = std::move(message), .hint = {}};
}

void check_one(const plugin::SearchPath& path,
               const std::string& name,
               plugin::PluginKind kind,
               const config::Node& settings,
               const std::string& where,
               config::Problems& problems) {
    auto file = plugin::find(path, name);
    if (!file) {
        problems.push_back(problem_at(settings, where + ".plugin", file.error().message));
        return;
    }
    const auto item = plugin::inspect({.name = name, .path = *file});
    if (!item.refused.empty()) {
        problems.push_back(problem_at(settings, where + ".plugin", item.refused));
        return;
    }
    if (item.manifest->kind != kind) {
        problems.push_back(problem_at(settings,
                                      where + ".plugin",
                                      "plugin '" + name + "' is of kind " +
                                          std::string(plugin::to_string(item.manifest->kind)) +
                                          ", want " + std::string(plugin::to_string(kind))));
        return;
    }
    auto checked =
        config::validate_settings(settings, item.manifest->settings, where + ".settings");
    problems.insert(problems.end(), checked.errors.begin(), checked.errors.end());
}

}  // namespace

config::Problems check_plugins(const config::Config& config,
                               const std::vector<std::string>& plugin_files) {
    config::Problems problems;
    auto path = plugin::make_search_path(plugin_files, config.plugin_paths);
    if (!path) {
        problems.push_back(problem_at({}, "plugins.paths", path.error().message));
        return problems;
    }
    for (std::size_t i = 0; i < config.exchanges.size(); ++i) {
        check_one(*path,
                  config.exchanges[i].plugin,
                  plugin::PluginKind::Exchange,
                  config.exchanges[i].settings,
                  "exchanges[" + std::to_string(i) + "]",
                  problems);
    }
    for (std::size_t i = 0; i < config.strategies.size(); ++i) {
        check_one(*path,
                  config.strategies[i].plugin,
                  plugin::PluginKind::Strategy,
                  config.strategies[i].settings,
                  "strategies[" + std::to_string(i) + "]",
                  problems);
    }
    return problems;
}

}  // namespace tradectl::engine
