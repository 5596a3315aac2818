/// The ways of a config's exchanges to their venues: one net, one store of keys, and for each
/// exchange what its section of the config lets it do.
#pragma once

#include "host/base/clock.hpp"
#include "host/base/disk.hpp"
#include "host/config/config.hpp"
#include "host/engine/state_dir.hpp"
#include "host/exchange/key_desk.hpp"
#include "host/exchange/reach.hpp"
#include "host/exchange/wire.hpp"
#include "host/exchange/wire_hub.hpp"
#include "host/keys/key_store.hpp"

#include <tradectl/expected.hpp>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tradectl::engine {

struct PluginSet;

/// What the links need of whoever opens them; all must outlive them.
struct LinkParts {
    const Clock& clock;
    Disk& disk;  ///< stored keys and recordings
    StatePaths paths;
    std::function<void()> bell;  ///< [net] and [signer]
};

/// [engine]
class VenueLinks {
  public:
    ~VenueLinks();
    VenueLinks(const VenueLinks&) = delete;
    VenueLinks& operator=(const VenueLinks&) = delete;

    /// Reads all keys (it blocks). Permission when one that an exchange may use cannot be read,
    /// Config for what a section says wrongly; a stored key that no venue gave yet is no error.
    static Expected<std::unique_ptr<VenueLinks>> open(const config::Config& config,
                                                      const PluginSet& plugins,
                                                      const LinkParts& parts);

    /// The way of the exchange at that index; null when its plugin reaches no network. Ends before
    /// the links.
    [[nodiscard]] std::unique_ptr<exchange::Wire> wire(std::uint32_t exchange);

    /// From now on keys are read anew when their files change, once a day and when `reload` asks,
    /// by a thread of their own: a command that gives a key may take its time.
    void watch_keys();
    void reload();
    /// What became of keys that changed or could not be read since the last call.
    [[nodiscard]] std::vector<keys::KeyReport> take_reports();
    /// How the keys were when they were read first.
    [[nodiscard]] const std::vector<keys::KeyReport>& reports() const { return reports_; }
    /// First uses of keys since the last call.
    [[nodiscard]] std::vector<exchange::KeyUseNote> take_uses();

  private:
    struct Link {
        std::uint32_t exchange = 0;
        net::VenueIndex venue = 0;
        exchange::Reach reach;
        std::unique_ptr<exchange::KeyDesk> desk;
    };

    explicit VenueLinks(const LinkParts& parts) : parts_(parts) {}
    void watch();
    Status open_keys(const config::Config& config);
    Status add_link(const config::Config& config, const PluginSet& plugins, std::uint32_t index);

    LinkParts parts_;
    std::unique_ptr<keys::KeyStore> store_;
    std::vector<keys::KeyReport> reports_;
    std::vector<Link> links_;
    std::vector<std::string> names_;
    std::unique_ptr<exchange::WireHub> hub_;

    std::mutex mutex_;  // of what follows
    std::condition_variable changed_;
    std::vector<keys::KeyReport> news_;
    bool wanted_ = false;
    bool stopping_ = false;
    std::thread watcher_;
};

}  // namespace tradectl::engine
