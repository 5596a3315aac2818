#include "host/engine/venue_links.hpp"

#include "host/engine/session_keys.hpp"
#include "host/engine/session_parts.hpp"
#include "host/exchange/venue_wire.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tradectl::engine {

namespace {

constexpr std::chrono::seconds kLook{1};
constexpr std::chrono::hours kReadAnew{24};

net::VenueLink net_link(const config::ExchangeConfig& exchange,
                        const plugin::WireManifest& manifest) {
    const config::NetworkConfig& network = exchange.network;
    net::VenueLink link;
    link.name = exchange.name;
    link.hosts = network.hosts.empty() ? manifest.hosts : network.hosts;
    link.proxy = network.proxy;
    link.ca_file = network.ca_file;
    link.pins = network.pins;
    for (const auto& bucket : manifest.buckets)
        link.buckets.push_back({bucket.name, bucket.per_second, bucket.burst});
    link.request_timeout_ns = network.request_timeout_ns;
    link.connect_timeout_ns = network.connect_timeout_ns;
    link.heartbeat_ns = network.heartbeat_ns;
    link.silence_ns = network.silence_ns;
    link.deflate = network.deflate ? net::Deflate::Offered : net::Deflate::Off;
    link.record = network.record_dir;
    return link;
}

Expected<keys::SigningPolicy> policy_of(const config::ExchangeConfig& exchange) {
    keys::SigningPolicy policy;
    policy.keys = exchange.keys;
    policy.chains = exchange.signing.chains;
    for (const std::string& text : exchange.signing.contracts) {
        const auto address = keys::parse_address(text);
        if (!address) {
            return fail(ErrorCode::Config,
                        "exchange '" + exchange.name + "': signing.contracts: '" + text +
                            "' is no address, or its checksum (EIP-55) is wrong");
        }
        policy.contracts.push_back(*address);
    }
    return policy;
}

}  // namespace

Expected<std::unique_ptr<VenueLinks>> VenueLinks::open(const config::Config& config,
                                                       const PluginSet& plugins,
                                                       const LinkParts& parts) {
    std::unique_ptr<VenueLinks> links(new VenueLinks(parts));
    if (auto opened = links->open_keys(config); !opened) return fail(opened.error());
    net::VenueNetOptions options;
    options.seed = config.seed;
    for (std::uint32_t i = 0; i < config.exchanges.size(); ++i) {
        const auto& manifest = plugins.exchanges[i].library->manifest().wire;
        links->names_.push_back(config.exchanges[i].name);
        if (!manifest) continue;
        options.venues.push_back(net_link(config.exchanges[i], *manifest));
        if (auto added = links->add_link(config, plugins, i); !added) return fail(added.error());
    }
    if (options.venues.empty()) return links;
    auto hub = exchange::WireHub::open(std::move(options), parts.clock, parts.disk, parts.bell);
    if (!hub) return fail(hub.error());
    links->hub_ = std::move(*hub);
    return links;
}

Status VenueLinks::open_keys(const config::Config& config) {
    auto store = keys::KeyStore::open(
        key_store_options(config, parts_.paths, parts_.disk, keys::KeyStoreOptions::Salt::Make));
    if (!store) return fail(store.error());
    store_ = std::move(*store);
    reports_ = store_->reload();
    for (const auto& report : reports_) {
        const bool used = std::any_of(
            config.exchanges.begin(), config.exchanges.end(), [&](const auto& exchange) {
                return std::find(exchange.keys.begin(), exchange.keys.end(), report.name) !=
                       exchange.keys.end();
            });
        if (!used) continue;
        if (auto usable = check_key_report(report, config.mode); !usable) return usable;
    }
    return {};
}

Status VenueLinks::add_link(const config::Config& config,
                            const PluginSet& plugins,
                            std::uint32_t index) {
    const auto& exchange = config.exchanges[index];
    auto policy = policy_of(exchange);
    if (!policy) return fail(policy.error());
    const PluginUse& use = plugins.exchanges[index];
    links_.push_back({index,
                      static_cast<net::VenueIndex>(links_.size()),
                      exchange::Reach(*use.library->manifest().wire, use.settings),
                      std::make_unique<exchange::KeyDesk>(*store_, std::move(*policy))});
    return {};
}

std::unique_ptr<exchange::Wire> VenueLinks::wire(std::uint32_t exchange) {
    const auto found = std::find_if(
        links_.begin(), links_.end(), [&](const Link& link) { return link.exchange == exchange; });
    if (found == links_.end()) return nullptr;
    return std::make_unique<exchange::VenueWire>(
        *hub_,
        *found->desk,
        exchange::VenueWireOptions{.name = names_[exchange],
                                   .venue = found->venue,
                                   .reach = found->reach,
                                   .bell = parts_.bell});
}

VenueLinks::~VenueLinks() {
    if (!watcher_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    watcher_.join();
}

void VenueLinks::watch_keys() {
    if (!reports_.empty()) watcher_ = std::thread([this] { watch(); });
}

void VenueLinks::reload() {
    {
        const std::lock_guard lock(mutex_);
        wanted_ = true;
    }
    changed_.notify_one();
}

std::vector<keys::KeyReport> VenueLinks::take_reports() {
    const std::lock_guard lock(mutex_);
    return std::exchange(news_, {});
}

void VenueLinks::watch() {
    using std::chrono::steady_clock;
    auto due = steady_clock::now() + kReadAnew;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        changed_.wait_for(lock, kLook, [this] { return stopping_ || wanted_; });
        if (stopping_) return;
        const bool wanted = std::exchange(wanted_, false) || steady_clock::now() >= due;
        lock.unlock();
        std::vector<keys::KeyReport> reports;
        if (wanted || store_->files_changed()) {
            reports = store_->reload();
            due = steady_clock::now() + kReadAnew;
        }
        std::erase_if(reports, [](const keys::KeyReport& report) {
            return report.change == keys::KeyReport::Change::None && !report.error;
        });
        lock.lock();
        for (auto& report : reports)
            news_.push_back(std::move(report));
        if (!reports.empty()) parts_.bell();
    }
}

std::vector<exchange::KeyUseNote> VenueLinks::take_uses() {
    std::vector<exchange::KeyUseNote> uses;
    for (const Link& link : links_) {
        for (auto& use : link.desk->take_uses())
            uses.push_back(std::move(use));
    }
    return uses;
}

}  // namespace tradectl::engine
