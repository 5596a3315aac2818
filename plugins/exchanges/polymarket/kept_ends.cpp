// What the market channel said of markets' ends, over restarts.
#include "bytes.hpp"
#include "feed.hpp"

namespace tradectl::polymarket {

namespace {
constexpr std::string_view kEndPrefix = "e/";
constexpr std::int64_t kKeptNs = 30 * kNsPerDay;
}  // namespace

void keep_end(ExchangeHost& host, std::string_view token, const Market& market) {
    const std::string pays =
        market.pays.is_null() ? "" : R"(,"pays":")" + market.pays.to_string() + "\"";
    const std::string record = R"({"status":)" + std::to_string(market.ended) + R"(,"time":)" +
                               std::to_string(host.now().ns()) + pays + "}";
    if (const Status put = host.kv_put(std::string(kEndPrefix) + std::string(token), record); !put)
        host.log(LogLevel::Error, "end of a market: " + put.error().message);
}

void recall_ends(ExchangeHost& host, JsonDocument& document, Markets& markets) {
    std::vector<std::string> old;
    const Status walked = host.kv_each(kEndPrefix, [&](std::string_view key, Bytes value) {
        const auto json = document.parse(as_text(value));
        if (!json) return host.log(LogLevel::Error, std::string(key) + ": " + json.error().message);
        const Timestamp time{json->integer_or("time", 0)};
        if (host.now().minus(time) > kKeptNs) old.emplace_back(key);
        const auto instrument = markets.instrument(key.substr(kEndPrefix.size()));
        if (!instrument) return;
        Market& market = markets.entry(*instrument);
        market.ended = static_cast<std::uint32_t>(json->integer_or("status", 0));
        market.pays = json->decimal_or("pays", Decimal::null());
    });
    if (!walked) host.log(LogLevel::Error, "ends of markets: " + walked.error().message);
    for (const std::string& key : old)
        static_cast<void>(host.kv_erase(key));
}

}  // namespace tradectl::polymarket
