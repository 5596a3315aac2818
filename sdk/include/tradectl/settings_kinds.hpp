/// The kinds of settings. Each knows its schema property, its bounds and how to read itself.
#pragma once

#include "decimal.hpp"
#include "expected.hpp"
#include "json_reader.hpp"
#include "settings_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl {

/// What all kinds share. `name`, `help` and texts in options must be literals.
template <typename T>
class Setting {
  public:
    constexpr Setting(std::string_view name, std::string_view help) : name_(name), help_(help) {}
    [[nodiscard]] constexpr std::string_view name() const { return name_; }
    [[nodiscard]] constexpr std::string_view help() const { return help_; }
    [[nodiscard]] constexpr const T& operator*() const { return value_; }
    [[nodiscard]] constexpr const T* operator->() const { return &value_; }

  protected:
    T value_{};

  private:
    std::string_view name_;
    std::string_view help_;
};

namespace settings_detail {
[[nodiscard]] inline Unexpected out_of_bounds(const std::string& value,
                                              const std::string& min,
                                              const std::string& max) {
    return fail(ErrorCode::InvalidArgument, value + " is not in " + min + " .. " + max);
}

/// "min .. max" of decimals, where null is no bound.
[[nodiscard]] inline Status check_decimal(Decimal value, Decimal min, Decimal max) {
    if ((min.is_null() || value >= min) && (max.is_null() || value <= max)) return {};
    return out_of_bounds(value.to_string(),
                         min.is_null() ? "any" : min.to_string(),
                         max.is_null() ? "any" : max.to_string());
}

[[nodiscard]] inline Expected<Decimal> read_decimal(JsonReader& reader, Decimal min, Decimal max) {
    const auto text = reader.text();
    if (!text) return fail(text.error());
    const auto value = Decimal::parse(*text);
    if (!value) return fail(value.error());
    if (const Status inside = check_decimal(*value, min, max); !inside) return fail(inside.error());
    return *value;
}

constexpr void write_decimal_kind(SchemaText& out, Decimal min, Decimal max) {
    out.put(R"("type":"string","format":"decimal")");
    if (!min.is_null()) out.put(R"(,"x-minimum":)"), out.put_decimal(min);
    if (!max.is_null()) out.put(R"(,"x-maximum":)"), out.put_decimal(max);
}
}  // namespace settings_detail

struct IntegerOptions {
    std::optional<std::int64_t> fallback = {};
    std::int64_t min = std::numeric_limits<std::int64_t>::min();
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

class IntegerSetting : public Setting<std::int64_t> {
  public:
    constexpr IntegerSetting(std::string_view name, IntegerOptions options, std::string_view help)
        : Setting(name, help), options_(options) {
        value_ = options.fallback.value_or(0);
    }
    [[nodiscard]] constexpr bool is_required() const { return !options_.fallback.has_value(); }
    constexpr void write_property(SchemaText& out) const {
        out.put(R"("type":"integer")");
        if (options_.min != IntegerOptions{}.min)
            out.put(R"(,"minimum":)"), out.put_integer(options_.min);
        if (options_.max != IntegerOptions{}.max)
            out.put(R"(,"maximum":)"), out.put_integer(options_.max);
        if (options_.fallback) out.put(R"(,"default":)"), out.put_integer(*options_.fallback);
    }
    Status read(JsonReader& reader) {
        const auto value = reader.integer();
        if (!value) return fail(value.error());
        if (*value < options_.min || *value > options_.max)
            return settings_detail::out_of_bounds(
                std::to_string(*value), std::to_string(options_.min), std::to_string(options_.max));
        value_ = *value;
        return {};
    }
    Status use_fallback() { return {}; }

  private:
    IntegerOptions options_;
};

struct BooleanOptions {
    std::optional<bool> fallback = {};
};

class BooleanSetting : public Setting<bool> {
  public:
    constexpr BooleanSetting(std::string_view name, BooleanOptions options, std::string_view help)
        : Setting(name, help), options_(options) {
        value_ = options.fallback.value_or(false);
    }
    [[nodiscard]] constexpr bool is_required() const { return !options_.fallback.has_value(); }
    constexpr void write_property(SchemaText& out) const {
        out.put(R"("type":"boolean")");
        if (options_.fallback)
            out.put(*options_.fallback ? R"(,"default":true)" : R"(,"default":false)");
    }
    Status read(JsonReader& reader) {
        const auto value = reader.boolean();
        if (!value) return fail(value.error());
        value_ = *value;
        return {};
    }
    Status use_fallback() { return {}; }

  private:
    BooleanOptions options_;
};

struct DecimalOptions {
    std::optional<Decimal> fallback = {};
    Decimal min = Decimal::null();  ///< null: no bound
    Decimal max = Decimal::null();
};

class DecimalSetting : public Setting<Decimal> {
  public:
    constexpr DecimalSetting(std::string_view name, DecimalOptions options, std::string_view help)
        : Setting(name, help), options_(options) {
        value_ = options.fallback.value_or(Decimal::null());
    }
    [[nodiscard]] constexpr bool is_required() const { return !options_.fallback.has_value(); }
    constexpr void write_property(SchemaText& out) const {
        settings_detail::write_decimal_kind(out, options_.min, options_.max);
        if (options_.fallback) out.put(R"(,"default":)"), out.put_decimal(*options_.fallback);
    }
    Status read(JsonReader& reader) {
        const auto value = settings_detail::read_decimal(reader, options_.min, options_.max);
        if (!value) return fail(value.error());
        value_ = *value;
        return {};
    }
    Status use_fallback() { return {}; }

  private:
    DecimalOptions options_;
};

/// All in nanoseconds.
struct DurationOptions {
    std::optional<std::int64_t> fallback = {};
    std::int64_t min = 0;
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

/// A span of time; the value is nanoseconds, as the host passes it.
class DurationSetting : public Setting<std::int64_t> {
  public:
    constexpr DurationSetting(std::string_view name, DurationOptions options, std::string_view help)
        : Setting(name, help), options_(options) {
        value_ = options.fallback.value_or(0);
    }
    [[nodiscard]] constexpr bool is_required() const { return !options_.fallback.has_value(); }
    constexpr void write_property(SchemaText& out) const {
        out.put(R"("type":"string","format":"duration","x-minimum":)");
        out.put_duration(options_.min);
        if (options_.max != DurationOptions{}.max)
            out.put(R"(,"x-maximum":)"), out.put_duration(options_.max);
        if (options_.fallback) out.put(R"(,"default":)"), out.put_duration(*options_.fallback);
    }
    Status read(JsonReader& reader) {
        const auto value = reader.integer();
        if (!value) return fail(value.error());
        if (*value < options_.min || *value > options_.max)
            return settings_detail::out_of_bounds(std::to_string(*value) + "ns",
                                                  std::to_string(options_.min) + "ns",
                                                  std::to_string(options_.max) + "ns");
        value_ = *value;
        return {};
    }
    Status use_fallback() { return {}; }

  private:
    DurationOptions options_;
};

struct TextOptions {
    std::optional<std::string_view> fallback = {};
    std::uint32_t bytes_max = 255;                 ///< at most 255
    std::array<std::string_view, 8> choices = {};  ///< the allowed values, when there are any
};

/// A text of at most 255 bytes, held in place so that the struct can be built while compiling.
class InlineText {
  public:
    static constexpr std::size_t kBytesMax = 255;
    constexpr void assign(std::string_view text) {
        size_ = std::min(text.size(), kBytesMax);
        for (std::size_t i = 0; i < size_; ++i)
            data_[i] = text[i];
    }
    [[nodiscard]] constexpr std::string_view view() const { return {data_.data(), size_}; }
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
    friend constexpr bool operator==(const InlineText& text, std::string_view other) {
        return text.view() == other;
    }

  private:
    std::array<char, kBytesMax> data_{};
    std::size_t size_ = 0;
};

class TextSetting : public Setting<InlineText> {
  public:
    constexpr TextSetting(std::string_view name, TextOptions options, std::string_view help)
        : Setting(name, help), options_(options) {
        value_.assign(options.fallback.value_or(""));
    }
    [[nodiscard]] constexpr bool is_required() const { return !options_.fallback.has_value(); }
    constexpr void write_property(SchemaText& out) const {
        out.put(R"("type":"string","maxLength":)");
        out.put_integer(bytes_max());
        const char* separator = R"(,"enum":[)";
        for (const std::string_view choice : options_.choices) {
            if (choice.empty()) continue;
            out.put(separator);
            out.put_quoted(choice);
            separator = ",";
        }
        if (separator[1] == '\0') out.put(']');
        if (options_.fallback) out.put(R"(,"default":)"), out.put_quoted(*options_.fallback);
    }
    Status read(JsonReader& reader);
    Status use_fallback() { return {}; }

  private:
    [[nodiscard]] constexpr std::uint32_t bytes_max() const {
        return std::min<std::uint32_t>(options_.bytes_max, InlineText::kBytesMax);
    }
    TextOptions options_;
};

inline Status TextSetting::read(JsonReader& reader) {
    const auto text = reader.text();
    if (!text) return fail(text.error());
    if (text->size() > bytes_max())
        return fail(ErrorCode::InvalidArgument,
                    std::to_string(text->size()) + " bytes are over the limit of " +
                        std::to_string(bytes_max()));
    const auto is_choice = [](std::string_view choice) { return !choice.empty(); };
    const auto& choices = options_.choices;
    const bool is_free = std::none_of(choices.begin(), choices.end(), is_choice);
    if (!is_free && std::find(choices.begin(), choices.end(), *text) == choices.end()) {
        std::string allowed;
        for (const std::string_view choice : choices)
            if (!choice.empty()) allowed += (allowed.empty() ? "" : ", ") + std::string(choice);
        return fail(ErrorCode::InvalidArgument, "\"" + *text + "\" is not one of " + allowed);
    }
    value_.assign(*text);
    return {};
}

/// `fallback` is JSON text.
struct TextListOptions {
    std::optional<std::string_view> fallback = "[]";
    std::uint32_t items_max = 1024;
    std::uint32_t bytes_max = 255;  ///< of one item
};

/// A list of texts. The value of a fallback is there after `read_settings`.
class TextListSetting : public Setting<std::vector<std::string>> {
  public:
    constexpr TextListSetting(std::string_view name, TextListOptions options, std::string_view help)
        : Setting(name, help), options_(options) {}
    [[nodiscard]] constexpr bool is_required() const { return !options_.fallback.has_value(); }
    constexpr void write_property(SchemaText& out) const {
        out.put(R"("type":"array","items":{"type":"string","maxLength":)");
        out.put_integer(options_.bytes_max);
        out.put(R"(},"maxItems":)");
        out.put_integer(options_.items_max);
        if (options_.fallback) out.put(R"(,"default":)"), out.put(*options_.fallback);
    }
    Status read(JsonReader& reader);
    Status use_fallback() {
        JsonReader reader{*options_.fallback};
        return read(reader);
    }

  private:
    TextListOptions options_;
};

inline Status TextListSetting::read(JsonReader& reader) {
    if (Status opened = reader.begin_array(); !opened) return opened;
    value_.clear();
    for (;;) {
        const auto more = reader.next_item();
        if (!more) return fail(more.error());
        if (!*more) return {};
        auto text = reader.text();
        if (!text) return fail(text.error());
        if (text->size() > options_.bytes_max)
            return fail(ErrorCode::InvalidArgument,
                        "item of " + std::to_string(text->size()) + " bytes is over the limit of " +
                            std::to_string(options_.bytes_max));
        if (value_.size() == options_.items_max)
            return fail(ErrorCode::InvalidArgument,
                        "more than " + std::to_string(options_.items_max) + " items");
        value_.push_back(std::move(*text));
    }
}

/// `fallback` is JSON text.
struct DecimalMapOptions {
    std::optional<std::string_view> fallback = "{}";
    Decimal min = Decimal::null();
    Decimal max = Decimal::null();
};

/// Decimals by name, in the order given. The value of a fallback is there after `read_settings`.
class DecimalMapSetting : public Setting<std::vector<std::pair<std::string, Decimal>>> {
  public:
    constexpr DecimalMapSetting(std::string_view name,
                                DecimalMapOptions options,
                                std::string_view help)
        : Setting(name, help), options_(options) {}
    [[nodiscard]] constexpr bool is_required() const { return !options_.fallback.has_value(); }
    constexpr void write_property(SchemaText& out) const {
        out.put(R"("type":"object","additionalProperties":{)");
        settings_detail::write_decimal_kind(out, options_.min, options_.max);
        out.put('}');
        if (options_.fallback) out.put(R"(,"default":)"), out.put(*options_.fallback);
    }
    Status read(JsonReader& reader);
    Status use_fallback() {
        JsonReader reader{*options_.fallback};
        return read(reader);
    }
    /// Null when the name is not there.
    [[nodiscard]] Decimal find(std::string_view key) const {
        for (const auto& [name, value] : value_)
            if (name == key) return value;
        return Decimal::null();
    }

  private:
    DecimalMapOptions options_;
};

inline Status DecimalMapSetting::read(JsonReader& reader) {
    if (Status opened = reader.begin_object(); !opened) return opened;
    value_.clear();
    std::string key;
    for (;;) {
        const auto more = reader.next_member(key);
        if (!more) return fail(more.error());
        if (!*more) return {};
        const auto value = settings_detail::read_decimal(reader, options_.min, options_.max);
        if (!value) return fail(value.error().code, "\"" + key + "\": " + value.error().message);
        if (!find(key).is_null())
            return fail(ErrorCode::InvalidArgument, "\"" + key + "\": given twice");
        value_.emplace_back(key, *value);
    }
}

}  // namespace tradectl
