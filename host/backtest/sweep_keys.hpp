/// The keys that a sweep may vary: those of the configuration and those of its plugins' settings.
#pragma once

#include "host/backtest/sweep_axis.hpp"
#include "host/config/load.hpp"
#include "host/config/rule.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::backtest {

class SweepKeys {
  public:
    /// Reads the manifests of the plugins that `document` names; runs none of their code. Config
    /// when a plugin is missing or refused.
    [[nodiscard]] static Expected<SweepKeys> of(const config::Document& document,
                                                const std::vector<std::string>& plugin_files);

    /// Replaces the axis' key by its full path and checks each value against what the key may hold.
    ///
    /// A key is a path as `--set` takes it ("strategies.momentum.settings.fast", or
    /// "strategies.0.settings.fast" for the same), or the end of one path alone ("fast"); ends in
    /// strategies' settings go before others. Config: no such key (the nearest one is named),
    /// several that it could mean, one that does not change a backtest, a value of another kind or
    /// out of bounds.
    [[nodiscard]] Status resolve(SweepAxis& axis) const;

    /// All paths, in the order of the manual page.
    [[nodiscard]] std::vector<std::string> paths() const;

  private:
    struct Key {
        std::string path;
        config::Rule rule;
    };
    void collect(const config::Node* node, const config::Rule& rule, const std::string& path);
    void collect_items(const config::Node* node, const config::Rule& rule, const std::string& path);
    [[nodiscard]] Expected<const Key*> find(const std::string& key) const;
    /// The path of a list's item, by its name when it has one.
    std::string item_path(const std::string& list, const config::Node& item, std::size_t index);
    /// The path with items by name where it has them by place.
    [[nodiscard]] std::string by_name(const std::string& path) const;

    std::vector<Key> keys_;
    std::vector<std::pair<std::string, std::string>> places_;  // "list.0", "list.name"
};

}  // namespace tradectl::backtest
