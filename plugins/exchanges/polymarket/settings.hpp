/// What a user can set of the Polymarket exchange, by group. The defaults are in defaults.hpp.
#pragma once

#include "defaults.hpp"

#include <tradectl/settings.hpp>
#include <tradectl/timestamp.hpp>

namespace tradectl::polymarket {

struct UrlSettings {
    TextSetting clob{"clob_url", {.fallback = defaults::kClobUrl}, "where orders are placed"};
    TextSetting ws{"ws_url",
                   {.fallback = defaults::kWsUrl},
                   "WebSocket address in front of /market and /user"};
    TextSetting gamma{"gamma_url", {.fallback = defaults::kGammaUrl}, "where markets are listed"};
    TextSetting data{"data_url",
                     {.fallback = defaults::kDataUrl},
                     "where positions and other wallets' trades are told"};
    IntegerSetting data_version{"data_version",
                                {.fallback = 2, .min = 1, .max = 2},
                                "routes of the data API: 1, or 2 below /v2"};
    TextListSetting rpc{"rpc_urls",
                        {.fallback = defaults::kRpcUrls, .items_max = 8},
                        "JSON-RPC end points of the chain, in order of preference"};
    TextSetting rpc_mode{
        "rpc_mode",
        {.fallback = "fallback", .bytes_max = 16, .choices = {"fallback", "quorum"}},
        "take the first answer, or only what two end points agree upon"};
};

struct WalletSettings {
    TextSetting key{"wallet", {.fallback = "wallet", .bytes_max = 64}, "name of the signing key"};
    TextSetting address{"address",
                        {.fallback = "", .bytes_max = 42},
                        "address of the signing key; empty: markets and wallets are read, nothing "
                        "is traded"};
    TextSetting funder{"funder",
                       {.fallback = "", .bytes_max = 42},
                       "wallet that holds the funds; empty: the signing key's own"};
    IntegerSetting signature_type{
        "signature_type",
        {.fallback = 0, .min = 0, .max = 3},
        "0 own account, 1 proxy wallet, 2 Safe, 3 contract wallet; all but 0 need a funder"};
    IntegerSetting api_key_nonce{
        "api_key_nonce", {.fallback = 0, .min = 0}, "the same nonce gives the same API key again"};
    TextSetting secret_key{"secret_key",
                           {.fallback = "clob-secret", .bytes_max = 64},
                           "name under which the API key's secret is stored"};
    TextSetting passphrase_key{"passphrase_key",
                               {.fallback = "clob-passphrase", .bytes_max = 64},
                               "name under which the API key's passphrase is stored"};
};

struct ContractSettings {
    IntegerSetting chain_id{"chain_id", {.fallback = 137, .min = 1}, "137 Polygon, 80002 Amoy"};
    TextSetting exchange{"exchange",
                         {.fallback = defaults::kExchangeV2, .bytes_max = 42},
                         "exchange contract of order version 2"};
    TextSetting neg_risk_exchange{"neg_risk_exchange",
                                  {.fallback = defaults::kNegRiskExchangeV2, .bytes_max = 42},
                                  "exchange contract of order version 2, neg-risk markets"};
    TextSetting exchange_v3{"exchange_v3",
                            {.fallback = defaults::kExchangeV3, .bytes_max = 42},
                            "exchange contract of order version 3"};
    TextSetting exchange_v1{"exchange_v1",
                            {.fallback = defaults::kExchangeV1, .bytes_max = 42},
                            "exchange contract of order version 1"};
    TextSetting neg_risk_exchange_v1{"neg_risk_exchange_v1",
                                     {.fallback = defaults::kNegRiskExchangeV1, .bytes_max = 42},
                                     "exchange contract of order version 1, neg-risk markets"};
    TextSetting collateral{
        "collateral", {.fallback = defaults::kCollateral, .bytes_max = 42}, "pUSD token"};
    TextSetting usdc_e{
        "usdc_e", {.fallback = defaults::kUsdcE, .bytes_max = 42}, "bridged USDC token"};
    TextSetting usdc{"usdc", {.fallback = defaults::kUsdc, .bytes_max = 42}, "native USDC token"};
    TextSetting conditional_tokens{"conditional_tokens",
                                   {.fallback = defaults::kConditionalTokens, .bytes_max = 42},
                                   "outcome tokens of order version 2"};
    TextSetting position_manager{"position_manager",
                                 {.fallback = defaults::kPositionManager, .bytes_max = 42},
                                 "outcome tokens of order version 3"};
    TextSetting neg_risk_adapter{"neg_risk_adapter",
                                 {.fallback = defaults::kNegRiskAdapter, .bytes_max = 42},
                                 "redeems outcome tokens of neg-risk markets"};
    TextSetting order_version{
        "order_version",
        {.fallback = "auto", .bytes_max = 8, .choices = {"auto", "1", "2", "3"}},
        "version that orders are built in; auto: as the venue and the token id say"};
};

struct TimingSettings {
    DurationSetting ping{"ping_interval",
                         {.fallback = 10 * kNsPerSecond, .min = kNsPerSecond, .max = kNsPerMinute},
                         "time between two pings on a stream"};
    DurationSetting stale{
        "stale_after",
        {.fallback = 30 * kNsPerSecond, .min = 2 * kNsPerSecond, .max = kNsPerHour},
        "a stream that says nothing for so long, not even to a ping, is opened anew"};
    DurationSetting poll_down{
        "poll_interval_down",
        {.fallback = 2 * kNsPerSecond, .min = 100 * kNsPerMillisecond, .max = kNsPerMinute},
        "time between two reads of orders and trades while the user stream is down"};
    DurationSetting poll_up{"poll_interval",
                            {.fallback = 30 * kNsPerSecond, .min = kNsPerSecond, .max = kNsPerHour},
                            "the same while it is up"};
    DurationSetting reconnect_min{
        "reconnect_min",
        {.fallback = 500 * kNsPerMillisecond, .min = 10 * kNsPerMillisecond, .max = kNsPerMinute},
        "first wait before a silent or refused stream is opened again; doubles"};
    DurationSetting reconnect_max{
        "reconnect_max",
        {.fallback = kNsPerMinute, .min = kNsPerSecond, .max = kNsPerHour},
        "longest wait before a silent or refused stream is opened again"};
    DurationSetting market_cache{"market_cache",
                                 {.fallback = kNsPerMinute, .min = 0, .max = kNsPerDay},
                                 "how long tick, minimum, fee and neg-risk of a market are kept; "
                                 "an order waits for older ones to be read anew"};
    DurationSetting market_cache_max{
        "market_cache_max",
        {.fallback = 10 * kNsPerMinute, .min = 0, .max = kNsPerDay},
        "an order of a market that was read longer ago, and cannot be read now, is refused"};
    DurationSetting balance_cache{
        "balance_cache",
        {.fallback = kNsPerMinute, .min = 0, .max = kNsPerHour},
        "how long balances on the chain are kept; dropped with each fill and write"};
    DurationSetting clock_interval{
        "clock_interval",
        {.fallback = kNsPerMinute, .min = kNsPerSecond, .max = kNsPerDay},
        "time between two looks at the venue's clock"};
    DurationSetting skew_max{"clock_skew_max",
                             {.fallback = 30 * kNsPerSecond, .min = 0, .max = kNsPerDay},
                             "difference to the venue's clock above which no order that adds risk "
                             "leaves; above 1 s a warning is logged"};
    DurationSetting gtd_security{"gtd_security",
                                 {.fallback = kNsPerMinute, .min = 0, .max = kNsPerHour},
                                 "the venue ends a GTD order so much before its expiration"};
    DurationSetting gtd_min{"gtd_min",
                            {.fallback = 3 * kNsPerMinute, .min = 0, .max = kNsPerDay},
                            "an expiration nearer than this is refused before it is sent"};
};

struct FollowSettings {
    DurationSetting shortest{
        "activity_interval",
        {.fallback = kNsPerSecond, .min = 200 * kNsPerMillisecond, .max = kNsPerHour},
        "shortest time between two reads of a followed wallet's trades, behind news"};
    DurationSetting idle{
        "activity_interval_idle",
        {.fallback = 5 * kNsPerSecond, .min = 200 * kNsPerMillisecond, .max = kNsPerHour},
        "the same of a wallet that does nothing"};
    DurationSetting overlap{"activity_overlap",
                            {.fallback = 2 * kNsPerMinute, .min = kNsPerSecond, .max = kNsPerDay},
                            "a trade that is told so much later than the newest is still heard"};
};

struct MarketSettings {
    TextListSetting discover{"discover",
                             {.items_max = 64, .bytes_max = 128},
                             "open markets that become instruments: tag, or category/tag for those "
                             "with both; each a name or a number"};
    DurationSetting discover_interval{
        "discover_interval",
        {.fallback = kNsPerMinute, .min = kNsPerSecond, .max = kNsPerDay},
        "time between two looks for new markets"};
    IntegerSetting discover_max{"discover_max",
                                {.fallback = 500, .min = 1, .max = 100'000},
                                "discovery stops at so many instruments of this exchange"};
    DurationSetting review_interval{
        "market_interval",
        {.fallback = kNsPerMinute, .min = kNsPerSecond, .max = kNsPerDay},
        "time between two reads of what became of the instruments' markets"};
    DurationSetting closing_before{"closing_before",
                                   {.fallback = 0, .min = 0, .max = 365 * kNsPerDay},
                                   "an instrument is told as closing so long before its close "
                                   "time; 0: when the market takes no orders"};
};

struct TradingSettings {
    TextSetting heartbeat{
        "heartbeat",
        {.fallback = "off", .bytes_max = 4, .choices = {"off", "on"}},
        "off: open orders live on when we die; on: the venue cancels them all 10 s after we do"};
    DurationSetting heartbeat_interval{
        "heartbeat_interval",
        {.fallback = 5 * kNsPerSecond, .min = 100 * kNsPerMillisecond, .max = 9 * kNsPerSecond},
        "time between two heartbeats; the venue waits 10 s"};
    IntegerSetting batch_max{"batch_max",
                             {.fallback = 15, .min = 1, .max = 15},
                             "most orders in one request; the venue takes 15"};
    IntegerSetting assets_max{"assets_per_stream",
                              {.fallback = 500, .min = 1, .max = 500},
                              "most outcome tokens on one market stream"};
    IntegerSetting hot_streams{"hot_streams",
                               {.fallback = 1, .min = 1, .max = 2},
                               "market streams that carry the same; with two, losing either loses "
                               "nothing"};
    DecimalSetting notional_min{"notional_min",
                                {.fallback = 1_d, .min = 0_d},
                                "least value of an order that takes, in collateral"};
};

struct GasSettings {
    DecimalSetting tip_floor{"gas_tip_min",
                             {.fallback = 25_d, .min = 0_d, .max = 100000_d},
                             "least tip of a transaction, in gwei"};
    DecimalSetting fee_cap{"gas_fee_max",
                           {.fallback = 500_d, .min = 0_d, .max = 100000_d},
                           "a transaction that would pay more a unit of gas is refused, in gwei"};
    IntegerSetting limit_max{"gas_limit_max",
                             {.fallback = 1'000'000, .min = 21'000, .max = 30'000'000},
                             "most gas of one transaction"};
    TextSetting approve_unlimited{
        "approve_unlimited",
        {.fallback = "no", .bytes_max = 4, .choices = {"no", "yes"}},
        "whether an approval of collateral without an amount may be without limit"};
};

struct Settings {
    UrlSettings urls;
    WalletSettings wallet;
    ContractSettings contracts;
    TimingSettings timing;
    FollowSettings follow;
    MarketSettings markets;
    TradingSettings trading;
    GasSettings gas;
};

}  // namespace tradectl::polymarket
