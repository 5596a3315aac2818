#include "host/backtest/sweep_plan.hpp"

#include "host/backtest/statistics.hpp"
#include "host/backtest/sweep_keys.hpp"
#include "host/base/hash.hpp"
#include "host/base/hex.hpp"
#include "host/config/suggest.hpp"
#include "host/engine/check_config.hpp"
#include "host/market/data_file.hpp"
#include "host/plugin/find.hpp"
#include "host/plugin/inventory.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace tradectl::backtest {
namespace {

constexpr int kFormat = 1;
constexpr std::size_t kDigestChars = 12;

Expected<config::Document> load(const SweepOptions& options,
                                const std::vector<config::Override>& more) {
    config::LoadOptions load = options.load;
    load.overrides.insert(load.overrides.end(), more.begin(), more.end());
    auto outcome = config::load_text(options.config_text, load);
    if (!outcome.document) return fail(config::to_error(outcome.errors));
    return std::move(*outcome.document);
}

/// Keys of everything that a report counts.
std::vector<std::string> statistic_keys() {
    std::vector<Statistic> all;
    const CurveMeter curve({}, kNsPerDay);
    curve.append(curve.drawdowns(), all);
    TradeMeter({}).append(0, all);
    std::vector<std::string> keys;
    for (const Statistic& statistic : all)
        keys.push_back(statistic.key);
    return keys;
}

Status check_rank(const std::string& rank) {
    const auto keys = statistic_keys();
    if (std::find(keys.begin(), keys.end(), rank) != keys.end()) return {};
    return fail(ErrorCode::Usage,
                "--rank: no statistic '" + rank + "' (" + config::hint_for(rank, keys) + ")");
}

/// Names and digests of the plugin files that the config uses.
Expected<Json> plugin_digests(const config::Config& config,
                              const std::vector<std::string>& plugin_files) {
    auto path = plugin::make_search_path(plugin_files, config.plugin_paths);
    if (!path) return fail(path.error());
    std::set<std::string> names;
    for (const auto& exchange : config.exchanges)
        names.insert(exchange.plugin);
    for (const auto& strategy : config.strategies)
        names.insert(strategy.plugin);
    Json out = Json::object();
    for (const std::string& name : names) {
        auto file = plugin::find(*path, name);
        if (!file) return fail(file.error());
        out.set(name, plugin::inspect({.name = name, .path = *file}).sha256);
    }
    return out;
}

/// What tells one recording from another: a header's checksum covers the index, which covers the
/// blocks.
Expected<Json> data_marks(const config::Config& config) {
    Json out = Json::array();
    for (const auto& data : config.data) {
        if (data.file.empty()) continue;
        const auto file = market::DataFile::open(data.file);
        if (!file) return fail(file.error());
        Json& mark = out.push(Json::object());
        mark.set("file", data.file);
        mark.set("records", (*file)->size());
        mark.set("checksum", (*file)->header().header_crc);
    }
    return out;
}

Json axes_json(const SweepGrid& grid) {
    Json out = Json::array();
    for (const SweepAxis& axis : grid.axes()) {
        Json& entry = out.push(Json::object());
        entry.set("key", axis.key);
        Json values = Json::array();
        for (const std::string& value : axis.values)
            values.push(value);
        entry.set("values", std::move(values));
    }
    return out;
}

Json time_json(const std::optional<Timestamp>& time) {
    return time ? Json::text_of(*time) : Json();
}

Expected<Json> head_of(const SweepOptions& options, const SweepPlan& plan) {
    auto plugins = plugin_digests(plan.base.config, options.plugin_files);
    if (!plugins) return fail(plugins.error());
    auto data = data_marks(plan.base.config);
    if (!data) return fail(data.error());
    Json head = Json::object();
    head.set("sweep", kFormat);
    head.set("name", plan.base.config.name);
    head.set("config_hash", plan.base.hash);
    head.set("axes", axes_json(plan.grid));
    head.set("plugins", std::move(*plugins));
    head.set("data", std::move(*data));
    head.set("from", time_json(options.from));
    head.set("until", time_json(options.until));
    head.set("sample_ns", options.sample_ns);
    head.set("walk_forward", options.walk ? Json(*options.walk) : Json());
    // What is tested depends on what was best; otherwise one sweep can be ranked in many ways.
    if (options.walk) head.set("rank", options.rank);
    Json versions = Json::array();
    for (const auto& [name, version] : options.versions)
        versions.push(name + " " + version);
    head.set("versions", std::move(versions));
    return head;
}

Expected<SweepGrid> grid_of(const SweepOptions& options, const config::Document& document) {
    const auto keys = SweepKeys::of(document, options.plugin_files);
    if (!keys) return fail(keys.error());
    std::vector<SweepAxis> axes;
    for (const std::string& text : options.axes) {
        auto axis = parse_axis(text);
        if (!axis) return fail(axis.error());
        if (auto resolved = keys->resolve(*axis); !resolved) return fail(resolved.error());
        axes.push_back(std::move(*axis));
    }
    return SweepGrid::of(std::move(axes));
}

}  // namespace

Expected<config::Document> document_at(const SweepOptions& options,
                                       const SweepGrid& grid,
                                       std::uint64_t point) {
    std::vector<config::Override> overrides;
    const auto values = grid.values(point);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string& key = grid.axes()[i].key;
        overrides.push_back({.path = key, .value = values[i], .flag = "--sweep " + key});
    }
    return load(options, overrides);
}

Expected<SweepPlan> plan_sweep(const SweepOptions& options) {
    const auto plain = load(options, {});
    if (!plain) return fail(plain.error());
    auto grid = grid_of(options, *plain);
    if (!grid) return fail(grid.error());
    if (auto ranked = check_rank(options.rank); !ranked) return fail(ranked.error());
    std::optional<WalkSplit> split;
    if (options.walk) {
        const auto parsed = parse_walk(*options.walk);
        if (!parsed) return fail(parsed.error());
        split = *parsed;
    }
    auto base = document_at(options, *grid, 0);
    if (!base) return fail(base.error());
    const auto problems = engine::check_plugins(base->config, options.plugin_files);
    if (!problems.empty()) return fail(config::to_error(problems));
    SweepPlan plan{.base = std::move(*base),
                   .grid = std::move(*grid),
                   .split = split,
                   .head = {},
                   .directory = options.out_dir};
    auto head = head_of(options, plan);
    if (!head) return fail(head.error());
    plan.head = std::move(*head);
    if (!plan.directory.empty()) return plan;
    const auto root = sweeps_directory();
    if (!root) return fail(root.error());
    const std::string digest = to_hex(sha256(bytes_of(plan.head.dump()))).substr(0, kDigestChars);
    plan.directory = *root + "/" + plan.base.config.name + "/" + digest;
    return plan;
}

}  // namespace tradectl::backtest
