// The part of the session that wires what the config names.
#include "host/base/hex.hpp"
#include "host/base/log.hpp"
#include "host/config/settings.hpp"
#include "host/engine/listings.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/trust_gate.hpp"
#include "host/market/synth.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

Expected<PluginUse> load_one(plugin::Loader& loader,
                             TrustGate& gate,
                             const plugin::SearchPath& path,
                             const std::string& name,
                             plugin::PluginKind kind,
                             const config::Node& settings,
                             const std::string& where,
                             config::Problems& problems) {
    auto file = plugin::find(path, name);
    if (!file) return fail(file.error());
    auto library = loader.load(*file, gate.admission(name, *file));
    if (!library) return fail(library.error());
    const auto& manifest = (*library)->manifest();
    if (manifest.kind != kind) {
        return fail(ErrorCode::Config,
                    where + ": plugin '" + name + "' is of kind " +
                        std::string(plugin::to_string(manifest.kind)) + ", want " +
                        std::string(plugin::to_string(kind)));
    }
    for (const auto& warning : (*library)->warnings()) {
        log(LogLevel::Warning, "plugin", warning, {{"path", (*library)->path()}});
    }
    auto checked = config::validate_settings(settings, manifest.settings, where + ".settings");
    problems.insert(problems.end(), checked.errors.begin(), checked.errors.end());
    return PluginUse{*library, std::move(checked.values)};
}

/// Denied is the gate's word for a plugin that is not trusted; nobody could do without an exchange.
Unexpected not_loaded(const Error& error) {
    return fail(error.code == ErrorCode::Denied ? ErrorCode::Config : error.code, error.message);
}

bool all_refused(const std::vector<PluginUse>& uses) {
    return !uses.empty() && std::all_of(uses.begin(), uses.end(), [](const PluginUse& use) {
        return use.library == nullptr;
    });
}

/// A venue that keeps its own accounts has a setting for their names; the config says them once.
void give_accounts(const config::ExchangeConfig& exchange, PluginUse& use) {
    const Json* properties = use.library->manifest().settings.find("properties");
    if (properties == nullptr || properties->find("accounts") == nullptr) return;
    Json accounts = Json::array();
    for (const auto& account : exchange.accounts)
        accounts.push(account);
    use.settings.set("accounts", std::move(accounts));
}

market::SynthOptions synth_options(const config::SynthConfig& config,
                                   const tradectl_instrument& instrument,
                                   std::uint64_t seed) {
    market::SynthOptions options;
    options.seed = config.seed.value_or(seed);
    options.start = config.start;
    options.trades = config.trades_max;
    options.price = config.price;
    options.tick = Decimal::from_abi(instrument.tick);
    options.lot = Decimal::from_abi(instrument.lot);
    options.quantity_mean = config.quantity_mean;
    options.interval_mean_ns = config.interval_mean_ns;
    options.spread_ticks = config.spread_ticks;
    options.volatility_ppm = config.volatility_ppm;
    options.trend_ppm = config.trend_ppm;
    options.jump_ppm = config.jump_ppm_max;
    options.gap_max_ns = config.gap_ns_max;
    options.regime_trades_min = config.regime_trades_min;
    options.regime_trades_max = config.regime_trades_max;
    options.weights = {
        config.weight_trend, config.weight_mean_reversion, config.weight_jump, config.weight_gap};
    options.quotes = config.quotes ? market::SynthOptions::Quotes::BeforeEachTrade
                                   : market::SynthOptions::Quotes::None;
    return options;
}

}  // namespace

Expected<PluginSet> load_plugins(const config::Config& config,
                                 const std::vector<std::string>& plugin_files,
                                 plugin::Loader& loader) {
    auto path = plugin::make_search_path(plugin_files, config.plugin_paths);
    if (!path) return fail(path.error());
    auto gate = TrustGate::open(config);
    if (!gate) return fail(gate.error());
    PluginSet set;
    config::Problems problems;
    for (std::size_t i = 0; i < config.exchanges.size(); ++i) {
        const auto& exchange = config.exchanges[i];
        auto use = load_one(loader,
                            *gate,
                            *path,
                            exchange.plugin,
                            plugin::PluginKind::Exchange,
                            exchange.settings,
                            "exchanges[" + std::to_string(i) + "]",
                            problems);
        if (!use) return not_loaded(use.error());
        give_accounts(exchange, *use);
        set.exchanges.push_back(std::move(*use));
    }
    for (std::size_t i = 0; i < config.strategies.size(); ++i) {
        const auto& strategy = config.strategies[i];
        auto use = load_one(loader,
                            *gate,
                            *path,
                            strategy.plugin,
                            plugin::PluginKind::Strategy,
                            strategy.settings,
                            "strategies[" + std::to_string(i) + "]",
                            problems);
        if (!use && use.error().code == ErrorCode::Denied)
            use = PluginUse{.library = nullptr, .settings = {}, .refused = use.error().message};
        if (!use) return fail(use.error());
        set.strategies.push_back(std::move(*use));
    }
    if (!problems.empty()) return fail(config::to_error(problems));
    if (all_refused(set.strategies)) return fail(ErrorCode::Config, set.strategies.front().refused);
    set.trust_warning = gate->warning();
    return set;
}

std::vector<std::string> plugin_notes(const config::Config& config, const PluginSet& plugins) {
    std::vector<std::string> notes;
    const auto add = [&](const std::string& scope, const PluginUse& use) {
        if (use.library == nullptr) {
            notes.push_back(scope + " refused: " + use.refused);
            return;
        }
        const auto& manifest = use.library->manifest();
        notes.push_back(scope + " plugin " + manifest.id + " " + manifest.version + " sha256 " +
                        to_hex(use.library->sha256()));
    };
    for (std::size_t i = 0; i < plugins.exchanges.size(); ++i)
        add("exchange:" + config.exchanges[i].name, plugins.exchanges[i]);
    for (std::size_t i = 0; i < plugins.strategies.size(); ++i)
        add("strategy:" + config.strategies[i].name, plugins.strategies[i]);
    return notes;
}

Expected<RunnerOptions> runner_options(const config::Config& config,
                                       const market::InstrumentTable& table,
                                       std::uint32_t index) {
    const auto& strategy = config.strategies[index];
    RunnerOptions options;
    options.index = index;
    options.seed = config.seed + 2000 + index;
    options.bar_rules = bar_rules(config, table);
    for (std::uint32_t e = 0; e < config.exchanges.size(); ++e) {
        if (config.exchanges[e].name == strategy.exchange) options.exchange = e;
    }
    options.account =
        table.find_account(strategy.exchange, strategy.account).value_or(TRADECTL_HANDLE_NONE);
    if (options.account == TRADECTL_HANDLE_NONE) {
        return fail(ErrorCode::Config,
                    "strategy '" + strategy.name + "': exchange '" + strategy.exchange +
                        "' has no account '" + strategy.account + "'");
    }
    for (const auto& name : strategy.instruments) {
        if (name.find('*') != name.npos) continue;
        if (!table.find(name)) {
            return fail(ErrorCode::Config,
                        "strategy '" + strategy.name + "': no instrument '" + name + "'");
        }
    }
    return options;
}

bool is_traded(const config::Config& config, std::uint32_t exchange) {
    const std::string& name = config.exchanges[exchange].name;
    return std::any_of(config.strategies.begin(),
                       config.strategies.end(),
                       [&](const auto& strategy) { return strategy.exchange == name; });
}

Status fill_table(const config::Config& config, market::InstrumentTable& table) {
    for (const auto& exchange : config.exchanges) {
        for (const auto& account : exchange.accounts) {
            if (auto added = table.add_account(exchange.name, account); !added) {
                return fail(added.error());
            }
        }
    }
    for (const auto& from : config.instruments) {
        const auto or_null = [](const std::optional<Decimal>& value) {
            return value.value_or(Decimal::null());
        };
        market::InstrumentSpec spec;
        spec.name = from.name;
        spec.venue = from.venue;
        spec.venue_symbol = from.venue_symbol;
        spec.kind = static_cast<std::uint32_t>(from.kind);
        spec.base = from.base;
        spec.quote = from.quote;
        spec.tick = from.tick;
        spec.lot = from.lot;
        spec.quantity_min = or_null(from.quantity_min);
        spec.quantity_max = or_null(from.quantity_max);
        spec.notional_min = or_null(from.notional_min);
        spec.price_min = or_null(from.price_min);
        spec.price_max = or_null(from.price_max);
        spec.multiplier = from.multiplier;
        spec.settle = from.settle;
        if (from.margin) {
            spec.margin_initial = from.margin->initial;
            spec.margin_maintenance = from.margin->maintenance;
        }
        spec.close_time = from.close_time;
        if (auto added = table.add(spec); !added) return fail(added.error());
    }
    return add_mirrored(config, table);
}

Expected<std::unique_ptr<market::Source>> open_sources(const config::Config& config,
                                                       const market::InstrumentTable& table) {
    std::vector<std::unique_ptr<market::Source>> sources;
    for (std::size_t i = 0; i < config.data.size(); ++i) {
        const auto& data = config.data[i];
        if (!data.exchange.empty()) continue;  // it comes over the network
        const auto handle = table.find(data.instrument);
        if (!handle) {
            return fail(ErrorCode::Config,
                        "data[" + std::to_string(i) + "]: no instrument '" + data.instrument + "'");
        }
        const auto index = static_cast<std::uint32_t>(i);
        if (!data.synth) {
            auto file = open_file(data, *table.instrument(*handle), index);
            if (!file) return fail(file.error());
            sources.push_back(std::move(*file));
            continue;
        }
        const auto options =
            synth_options(*data.synth, *table.instrument(*handle), config.seed + i);
        auto synth = market::SynthSource::create(options, *handle, index);
        if (!synth) {
            return fail(ErrorCode::Config,
                        "data[" + std::to_string(i) + "].synth: " + synth.error().message);
        }
        sources.push_back(std::move(*synth));
    }
    if (sources.size() == 1) return std::move(sources.front());
    return std::unique_ptr<market::Source>(
        std::make_unique<market::MergedSource>(std::move(sources)));
}

exchange::AddInstrument adder(Trading& trading, std::uint32_t exchange) {
    return [&trading, exchange](const tradectl_instrument& record,
                                tradectl_instrument_handle& out) -> tradectl_status {
        if (!trading.add_instrument) return TRADECTL_UNSUPPORTED;
        return trading.add_instrument(exchange, record, out);
    };
}

void ExchangeHost::log(LogLevel level, std::string_view text) {
    tradectl::log(level, "exchange", text, {{"instance", name_}});
}

tradectl_status ExchangeHost::find_instrument(std::string_view name,
                                              tradectl_instrument_handle& out) {
    const auto found = trading_.table.find(name);
    if (!found) return TRADECTL_NOT_FOUND;
    out = *found;
    return TRADECTL_OK;
}

tradectl_status ExchangeHost::find_asset(std::string_view name, tradectl_asset_handle& out) {
    const auto found = trading_.table.add_asset(name);
    if (!found) return TRADECTL_INVALID_ARGUMENT;
    out = *found;
    return TRADECTL_OK;
}

tradectl_status ExchangeHost::find_account(std::string_view name, tradectl_account_handle& out) {
    const auto found = trading_.table.find_account(name_, name);
    if (!found) return TRADECTL_NOT_FOUND;
    out = *found;
    return TRADECTL_OK;
}

}  // namespace tradectl::engine
