#include "host/config/exchange_rules.hpp"

#include "host/base/assert.hpp"
#include "host/base/base64.hpp"
#include "host/config/check.hpp"
#include "host/config/read_node.hpp"
#include "host/config/rule_kinds.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::config {
namespace {

constexpr std::size_t kAddressDigits = 40;
constexpr std::size_t kDigestBytes = 32;

Rule texts_rule(std::string_view name, std::string_view help, std::string_view item) {
    return list(name, help, text("", item)).items(0, kItemsMax);
}

Rule network_rule() {
    return map(
        "network",
        "how the plugin reaches its venue",
        {texts_rule("hosts",
                    "hosts that it may speak to; without it those of its manifest",
                    "host, or host:port"),
         text("proxy", "URL of a proxy, scheme http"),
         scalar(RuleKind::Path, "ca_file", "PEM file of roots in the place of the system's"),
         texts_rule("pins",
                    "public keys, one of which the venue's chain must have; without it any "
                    "that the roots vouch for",
                    "base64 of SHA-256"),
         duration("request_timeout", "from a request to its whole answer")
             .at_least("100ms")
             .at_most("10m")
             .otherwise("30s"),
         duration("connect_timeout", "until a stream is open")
             .at_least("100ms")
             .at_most("10m")
             .otherwise("60s"),
         duration("heartbeat", "between two pings of a stream")
             .at_least("100ms")
             .at_most("10m")
             .otherwise("10s"),
         duration("silence", "an open stream without a message for so long is stale")
             .at_least("100ms")
             .at_most("1d")
             .otherwise("30s"),
         scalar(RuleKind::Boolean, "deflate", "offer compression of streams").otherwise("false"),
         scalar(RuleKind::Path, "record", "directory for a recording of the traffic")});
}

Rule signing_rule() {
    return map(
        "signing",
        "what its keys may sign; what is not listed is refused",
        {list("chains",
              "chain ids",
              scalar(RuleKind::Integer, "", "chain id").at_least("1").at_most("9007199254740991"))
             .items(0, kItemsMax),
         texts_rule("contracts", "addresses of contracts", "0x and 40 hex digits")});
}

NetworkConfig bind_network(const Node& map) {
    NetworkConfig network;
    network.hosts = texts(child(map, "hosts"));
    if (const Node* proxy = map.find("proxy")) network.proxy = proxy->text;
    network.ca_file = path_or_empty(map, "ca_file");
    network.pins = texts(child(map, "pins"));
    network.request_timeout_ns = duration(map, "request_timeout");
    network.connect_timeout_ns = duration(map, "connect_timeout");
    network.heartbeat_ns = duration(map, "heartbeat");
    network.silence_ns = duration(map, "silence");
    network.deflate = child(map, "deflate").text == "true";
    network.record_dir = path_or_empty(map, "record");
    return network;
}

SigningConfig bind_signing(const Node& map) {
    SigningConfig signing;
    for (const Node& chain : child(map, "chains").children) {
        const auto id = parse_integer(chain.text);
        TRADECTL_ASSERT(id.has_value());
        signing.chains.push_back(static_cast<std::uint64_t>(*id));
    }
    signing.contracts = texts(child(map, "contracts"));
    return signing;
}

bool is_address(std::string_view text) {
    if (!text.starts_with("0x") || text.size() != 2 + kAddressDigits) return false;
    return std::all_of(text.begin() + 2, text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
}

bool is_pin(std::string_view text) {
    const auto bytes = from_base64(text);
    return bytes && bytes->size() == kDigestBytes;
}

/// Complains of each item of the list `map.key` that is none of its kind.
void check_items(const Node& map,
                 const std::string& path,
                 std::string_view key,
                 bool (*fits)(std::string_view),
                 const std::string& want,
                 Problems& problems) {
    const Node* list = map.find(key);
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->children.size(); ++i) {
        const Node& item = list->children[i];
        if (fits(item.text)) continue;
        problems.push_back({item.origin,
                            join_path(join_path(path, key), i),
                            "'" + item.text + "' is not " + want,
                            ""});
    }
}

}  // namespace

Rule exchange_rule() {
    return map(
        "",
        "an exchange plugin and its accounts",
        {text("name", "the venue's name, as instruments refer to it")
             .like(Pattern::Name)
             .required(),
         text("plugin", "name of the plugin").required(),
         list("accounts",
              "accounts at the venue; without it one that is called main",
              text("", "name of an account").like(Pattern::Name))
             .items(0, kItemsMax),
         list("keys",
              "names of keys that it may use, of those under keys",
              text("", "name of a key").like(Pattern::Name))
             .items(0, kItemsMax),
         signing_rule(),
         network_rule(),
         scalar(RuleKind::Integer,
                "instruments_max",
                "instruments that its plugin may add while it runs, beside those of the config; "
                "one that is over does not count")
             .at_least("0")
             .at_most("100000")
             .otherwise("1000"),
         text("mirrors",
              "name of an exchange above that reaches its venue: each of its instruments is "
              "traded here too, with its market and this exchange's name at the end")
             .like(Pattern::Name),
         duration("never_arrived_after",
                  "for a venue whose requests have no fence: an order that it does not know, "
                  "neither open nor filled, counts as never arrived this long after its "
                  "intent; without it an operator decides")
             .at_least("1s"),
         settings("what the plugin asks for: tradectl plugin info PLUGIN")});
}

ExchangeConfig bind_exchange(const Node& map) {
    ExchangeConfig exchange;
    exchange.name = child(map, "name").text;
    exchange.plugin = child(map, "plugin").text;
    exchange.accounts = texts(child(map, "accounts"));
    if (exchange.accounts.empty()) exchange.accounts.emplace_back("main");
    exchange.keys = texts(child(map, "keys"));
    exchange.signing = bind_signing(child(map, "signing"));
    exchange.network = bind_network(child(map, "network"));
    const auto instruments_max = parse_integer(child(map, "instruments_max").text);
    TRADECTL_ASSERT(instruments_max.has_value());
    exchange.instruments_max = static_cast<std::uint32_t>(*instruments_max);
    if (const Node* mirrors = map.find("mirrors")) exchange.mirrors = mirrors->text;
    if (map.find("never_arrived_after") != nullptr)
        exchange.never_arrived_after_ns = duration(map, "never_arrived_after");
    exchange.settings = child(map, "settings");
    return exchange;
}

void check_exchange(const Node& map, const std::string& path, Problems& problems) {
    if (const Node* signing = map.find("signing")) {
        check_items(*signing,
                    join_path(path, "signing"),
                    "contracts",
                    is_address,
                    "an address: 0x and 40 hex digits",
                    problems);
    }
    if (const Node* network = map.find("network")) {
        check_items(
            *network, join_path(path, "network"), "pins", is_pin, "base64 of 32 bytes", problems);
    }
}

}  // namespace tradectl::config
