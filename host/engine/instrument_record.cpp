#include "host/engine/instrument_record.hpp"

#include "host/base/json.hpp"

#include <array>
#include <utility>

namespace tradectl::engine {

namespace {

using market::InstrumentSpec;

constexpr std::int64_t kVersion = 1;
constexpr std::string_view kResolved = "resolved_price";

struct TextField {
    std::string_view name;
    std::string InstrumentSpec::*member;
};
constexpr std::array<TextField, 6> kTexts{{{"name", &InstrumentSpec::name},
                                           {"venue", &InstrumentSpec::venue},
                                           {"venue_symbol", &InstrumentSpec::venue_symbol},
                                           {"base", &InstrumentSpec::base},
                                           {"quote", &InstrumentSpec::quote},
                                           {"settle", &InstrumentSpec::settle}}};

struct DecimalField {
    std::string_view name;
    Decimal InstrumentSpec::*member;
};
constexpr std::array<DecimalField, 10> kDecimals{
    {{"tick", &InstrumentSpec::tick},
     {"lot", &InstrumentSpec::lot},
     {"quantity_min", &InstrumentSpec::quantity_min},
     {"quantity_max", &InstrumentSpec::quantity_max},
     {"notional_min", &InstrumentSpec::notional_min},
     {"price_min", &InstrumentSpec::price_min},
     {"price_max", &InstrumentSpec::price_max},
     {"multiplier", &InstrumentSpec::multiplier},
     {"margin_initial", &InstrumentSpec::margin_initial},
     {"margin_maintenance", &InstrumentSpec::margin_maintenance}}};

Unexpected corrupt(const std::string& what) {
    return fail(ErrorCode::Corrupt, "a kept instrument: " + what);
}

/// A decimal that is left out is null: no such limit.
Expected<Decimal> read_decimal(const Json& json, std::string_view name) {
    const Json* found = json.find(name);
    if (found == nullptr) return Decimal::null();
    const auto value = found->as_text() == nullptr ? Expected<Decimal>(Decimal::null())
                                                   : Decimal::parse(*found->as_text());
    if (!value || value->is_null()) return corrupt(std::string(name) + " is no decimal");
    return *value;
}

Status read_decimals(const Json& json, KeptInstrument& kept) {
    for (const DecimalField& field : kDecimals) {
        const auto value = read_decimal(json, field.name);
        if (!value) return fail(value.error());
        kept.spec.*field.member = *value;
    }
    const auto resolved = read_decimal(json, kResolved);
    if (!resolved) return fail(resolved.error());
    kept.resolved_price = *resolved;
    return {};
}

Expected<std::int64_t> read_integer(const Json& json, std::string_view name) {
    const Json* found = json.find(name);
    const auto value = found == nullptr ? std::nullopt : found->as_integer();
    if (!value) return corrupt(std::string(name) + " is no integer");
    return *value;
}

}  // namespace

std::string instrument_text(const InstrumentSpec& spec, Decimal resolved_price) {
    Json json = Json::object();
    json.set("v", kVersion);
    for (const TextField& field : kTexts)
        json.set(field.name, spec.*field.member);
    for (const DecimalField& field : kDecimals) {
        if (!(spec.*field.member).is_null())
            json.set(field.name, Json::text_of(spec.*field.member));
    }
    if (!resolved_price.is_null()) json.set(kResolved, Json::text_of(resolved_price));
    json.set("kind", spec.kind);
    json.set("status", spec.status);
    json.set("close_time", spec.close_time.ns());
    return json.dump();
}

Expected<KeptInstrument> parse_instrument(std::string_view text) {
    const auto json = parse_json(text);
    if (!json) return corrupt(json.error().message);
    const auto version = read_integer(*json, "v");
    if (!version) return fail(version.error());
    if (*version != kVersion) {
        return fail(ErrorCode::Unsupported,
                    "a kept instrument: version " + std::to_string(*version) +
                        ", this program knows " + std::to_string(kVersion));
    }
    KeptInstrument kept;
    InstrumentSpec& spec = kept.spec;
    for (const TextField& field : kTexts) {
        const auto found = json->find_text(field.name);
        if (!found) return corrupt(std::string(field.name) + " is no text");
        spec.*field.member = *found;
    }
    if (auto read = read_decimals(*json, kept); !read) return fail(read.error());
    const auto kind = read_integer(*json, "kind");
    const auto status = read_integer(*json, "status");
    const auto close_time = read_integer(*json, "close_time");
    for (const auto* number : {&kind, &status, &close_time})
        if (!*number) return fail(number->error());
    spec.kind = static_cast<std::uint32_t>(*kind);
    spec.status = static_cast<std::uint32_t>(*status);
    spec.close_time = Timestamp{*close_time};
    return kept;
}

}  // namespace tradectl::engine
