/// Which requests of an exchange plugin may go out without a durable step.
#pragma once

#include "host/base/json.hpp"
#include "host/plugin/manifest.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::exchange {

/// What a manifest says of harmless requests, with the hosts of the settings that it names. Pure.
class Reach {
  public:
    /// `settings` is what the plugin was configured with.
    Reach(const plugin::WireManifest& manifest, const Json& settings);

    /// Whether the request changes nothing at its venue: GET and HEAD, and what the manifest
    /// lists. Of a JSON-RPC batch each call must be listed.
    [[nodiscard]] bool is_harmless(std::string_view method,
                                   std::string_view url,
                                   std::span<const std::byte> body) const;

    /// Paths and queries of the URLs in those settings: a provider's key may stand there.
    [[nodiscard]] const std::vector<std::string>& private_parts() const { return private_parts_; }

  private:
    struct Rule {
        plugin::HarmlessRequest request;
        std::vector<std::string> authorities;  ///< empty: any allowed host
    };
    void add_host(const Json& url, Rule& rule);

    std::vector<Rule> rules_;
    std::vector<std::string> private_parts_;
};

}  // namespace tradectl::exchange
