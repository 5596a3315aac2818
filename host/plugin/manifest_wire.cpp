#include "host/plugin/manifest_wire.hpp"

#include <cmath>

namespace tradectl::plugin {
namespace {

/// More than any venue needs; an index of a bucket travels in 32 bits.
constexpr std::size_t kItemsMax = 256;
constexpr double kRateMax = 1e6;

Unexpected bad(const std::string& what) {
    return fail(ErrorCode::Config, what);
}

/// The list with that key, or none. Config when it is no list or too long.
Expected<const Json::Array*> list_of(const Json& json, std::string_view key) {
    static const Json::Array kNone;
    const Json* list = json.find(key);
    if (list == nullptr) return &kNone;
    if (list->as_array() == nullptr) return bad("\"" + std::string(key) + "\" is not a list");
    if (list->as_array()->size() > kItemsMax) {
        return bad("\"" + std::string(key) + "\" has more than " + std::to_string(kItemsMax) +
                   " items");
    }
    return list->as_array();
}

Expected<std::vector<std::string>> texts_of(const Json& json, std::string_view key) {
    const auto list = list_of(json, key);
    if (!list) return fail(list.error());
    std::vector<std::string> texts;
    for (const Json& item : **list) {
        if (item.as_text() == nullptr || item.as_text()->empty())
            return bad("\"" + std::string(key) + "\" holds what is not a text");
        texts.push_back(*item.as_text());
    }
    return texts;
}

Expected<HarmlessRequest> read_harmless(const Json& json) {
    HarmlessRequest request;
    const auto method = json.find_text("method");
    const auto path = json.find_text("path");
    if (!method || method->empty()) return bad("\"harmless\": \"method\" is missing or not a text");
    if (!path || (!path->starts_with('/') && *path != "*"))
        return bad("\"harmless\": \"path\" is missing or does not begin with '/'");
    request.method = *method;
    request.path = *path;
    request.host_setting = json.find_text("host_setting").value_or("");
    auto rpc = texts_of(json, "rpc");
    if (!rpc) return bad("\"harmless\": " + rpc.error().message);
    request.rpc = std::move(*rpc);
    if (request.path == "*" && (request.host_setting.empty() || request.rpc.empty()))
        return bad("\"harmless\": \"path\" may be * with \"host_setting\" and \"rpc\" alone");
    return request;
}

Expected<RateBucket> read_bucket(const Json& json) {
    const auto name = json.find_text("name");
    if (!name || name->empty()) return bad("\"buckets\": \"name\" is missing or not a text");
    RateBucket bucket{.name = std::string(*name)};
    const auto rate = [&](std::string_view key, double least, double& out) {
        const Json* member = json.find(key);
        const auto value = member == nullptr ? std::nullopt : member->as_real();
        if (!value || !std::isfinite(*value) || *value < least || *value > kRateMax) return false;
        out = *value;
        return true;
    };
    if (!rate("per_second", 0.001, bucket.per_second))
        return bad("\"buckets\": \"" + bucket.name + "\": \"per_second\" is not 0.001 to 1000000");
    if (!rate("burst", 1, bucket.burst))
        return bad("\"buckets\": \"" + bucket.name + "\": \"burst\" is not 1 to 1000000");
    return bucket;
}

}  // namespace

Expected<WireManifest> read_wire(const Json& json) {
    if (json.as_object() == nullptr) return bad("not an object");
    WireManifest wire;
    auto hosts = texts_of(json, "hosts");
    if (!hosts) return fail(hosts.error());
    wire.hosts = std::move(*hosts);
    const auto harmless = list_of(json, "harmless");
    if (!harmless) return fail(harmless.error());
    for (const Json& item : **harmless) {
        auto request = read_harmless(item);
        if (!request) return fail(request.error());
        wire.harmless.push_back(std::move(*request));
    }
    const auto buckets = list_of(json, "buckets");
    if (!buckets) return fail(buckets.error());
    for (const Json& item : **buckets) {
        auto bucket = read_bucket(item);
        if (!bucket) return fail(bucket.error());
        wire.buckets.push_back(std::move(*bucket));
    }
    return wire;
}

}  // namespace tradectl::plugin
