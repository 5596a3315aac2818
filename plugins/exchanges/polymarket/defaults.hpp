/// Every public address, host, id and limit of Polymarket that the plugin starts from. All of them
/// are settings or can be overridden by one; nothing else in the plugin names them.
/// Source: the venue's public clients and documentation as of 2026-11.
#pragma once

#include <string_view>

namespace tradectl::polymarket::defaults {

inline constexpr std::string_view kClobUrl = "https://clob.polymarket.com";
inline constexpr std::string_view kWsUrl = "wss://ws-subscriptions-clob.polymarket.com/ws";
inline constexpr std::string_view kGammaUrl = "https://gamma-api.polymarket.com";
inline constexpr std::string_view kDataUrl = "https://data-api.polymarket.com";
inline constexpr std::string_view kRpcUrls = R"(["https://polygon-rpc.com"])";

/// The manifest's "wire". Rates are those of the lowest tier, with some air.
inline constexpr std::string_view kWire =
    R"({"hosts":["clob.polymarket.com","ws-subscriptions-clob.polymarket.com",)"
    R"("gamma-api.polymarket.com","data-api.polymarket.com","polygon-rpc.com"],)"
    R"("harmless":[{"method":"POST","host_setting":"clob_url","path":"/auth/api-key"},)"
    R"({"method":"POST","host_setting":"clob_url","path":"/v1/heartbeats"},)"
    R"({"method":"POST","host_setting":"rpc_urls","path":"*",)"
    R"("rpc":["eth_call","eth_chainId","eth_getBalance",)"
    R"("eth_blockNumber","eth_getTransactionCount","eth_estimateGas","eth_feeHistory",)"
    R"("eth_maxPriorityFeePerGas","eth_gasPrice",)"
    R"("eth_getBlockByNumber","eth_getTransactionReceipt",)"
    R"("eth_getTransactionByHash"]}],)"
    R"("buckets":[{"name":"clob","per_second":50,"burst":100},)"
    R"({"name":"orders","per_second":40,"burst":60},)"
    R"({"name":"cancels","per_second":80,"burst":120},)"
    R"({"name":"gamma","per_second":20,"burst":60},{"name":"data","per_second":15,"burst":30},)"
    R"({"name":"rpc","per_second":20,"burst":40}]})";

// Contracts on Polygon (chain 137).
inline constexpr std::string_view kCollateral = "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB";
inline constexpr std::string_view kUsdcE = "0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174";
inline constexpr std::string_view kUsdc = "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359";
inline constexpr std::string_view kConditionalTokens = "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045";
inline constexpr std::string_view kPositionManager = "0x006F54F7f9A22e0000CC2AB60031000000ae9fEF";
inline constexpr std::string_view kExchangeV1 = "0x4bFb41d5B3570DeFd03C39a9A4D8dE6Bd8B8982E";
inline constexpr std::string_view kNegRiskExchangeV1 = "0xC5d563A36AE78145C45a50134d48A1215220f80a";
inline constexpr std::string_view kExchangeV2 = "0xE111180000d2663C0091e4f400237545B87B996B";
inline constexpr std::string_view kNegRiskExchangeV2 = "0xe2222d279d744050d28e00520010520000310F59";
inline constexpr std::string_view kExchangeV3 = "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa";
inline constexpr std::string_view kNegRiskAdapter = "0xd91E80cF2E7be2e162c6513ceD06f1dD0dA35296";

// Asset names.
inline constexpr std::string_view kCollateralAsset = "pUSD";

}  // namespace tradectl::polymarket::defaults
