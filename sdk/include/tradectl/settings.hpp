/// Typed settings of a plugin: each is written once, with its default, bounds and help.
///
///     struct Settings {
///         IntegerSetting lookback{
///             "lookback", {.fallback = 20, .min = 1, .max = 4096}, "trades to look back over"};
///         DecimalSetting quantity{"quantity", {.min = 0_d}, "quantity of an entry"};
///     };
///
/// While compiling the struct becomes the schema in the manifest (`write_schema`); `configure`
/// reads the host's JSON object into it (`read_settings`). `*settings.lookback` is the value.
/// A setting without `.fallback` is required. At most 24 in one struct; a member that is a struct
/// of settings itself groups them, and leaves no trace in the schema.
#pragma once

#include "decimal.hpp"
#include "expected.hpp"
#include "json_reader.hpp"
#include "settings_kinds.hpp"
#include "settings_members.hpp"
#include "settings_text.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tradectl {

/// For a plugin without settings.
struct NoSettings {};

/// Writes the JSON schema of a struct of settings.
template <typename Settings>
constexpr void write_schema(SchemaText& out) {
    const Settings settings{};
    const char* separator = "";
    out.put(R"({"type":"object","additionalProperties":false,"required":[)");
    settings_detail::each_member(settings, [&](const auto& setting) {
        if (!setting.is_required()) return;
        out.put(separator);
        out.put_quoted(setting.name());
        separator = ",";
    });
    out.put(R"(],"properties":{)");
    separator = "";
    settings_detail::each_member(settings, [&](const auto& setting) {
        out.put(separator);
        separator = ",";
        out.put_key(setting.name());
        out.put('{');
        setting.write_property(out);
        out.put(',');
        out.put_key("description");
        out.put_quoted(setting.help());
        out.put('}');
    });
    out.put("}}");
}

namespace settings_detail {
/// Reads the value of `key` into the setting of that name. NotFound when there is none.
template <typename Settings>
Status read_member(Settings& settings,
                   const std::string& key,
                   JsonReader& reader,
                   std::vector<std::string>& seen) {
    Status result = fail(ErrorCode::InvalidArgument, "setting \"" + key + "\": unknown");
    for (const std::string& earlier : seen)
        if (earlier == key)
            return fail(ErrorCode::InvalidArgument, "setting \"" + key + "\": given twice");
    each_member(settings, [&](auto& setting) {
        if (setting.name() != key) return;
        result = setting.read(reader);
        if (!result)
            result =
                fail(result.error().code, "setting \"" + key + "\": " + result.error().message);
    });
    seen.push_back(key);
    return result;
}
}  // namespace settings_detail

/// Fills `settings` from one flat JSON object; what it does not name gets its default.
/// InvalidArgument for an unknown, doubled, missing, mistyped or out of bounds setting, by name.
template <typename Settings>
Status read_settings(Settings& settings, std::string_view json) {
    settings = Settings{};
    JsonReader reader{json};
    if (Status opened = reader.begin_object(); !opened) return opened;
    std::vector<std::string> seen;
    std::string key;
    for (;;) {
        const auto more = reader.next_member(key);
        if (!more) return fail(more.error());
        if (!*more) break;
        if (Status done = settings_detail::read_member(settings, key, reader, seen); !done)
            return done;
    }
    if (Status done = reader.finish(); !done) return done;
    Status result;
    settings_detail::each_member(settings, [&](auto& setting) {
        for (const std::string& given : seen)
            if (given == setting.name()) return;
        if (!result) return;
        if (setting.is_required())
            result = fail(ErrorCode::InvalidArgument,
                          "setting \"" + std::string(setting.name()) + "\": missing");
        else
            result = setting.use_fallback();
    });
    return result;
}

}  // namespace tradectl
