/// JSON values as RFC 8259 has them, with two additions to strictness: a key may stand once in an
/// object, and an integer must fit 64 signed bits. Decimals travel as text.
#pragma once

#include <tradectl/expected.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tradectl {

struct JsonMember;

enum class JsonStyle { Compact, Pretty };

/// One value: null, boolean, integer, real, text, array or object. Objects keep the order of their
/// keys. A plain value type. [any]
class Json {
  public:
    enum class Kind { Null, Boolean, Integer, Real, Text, Array, Object };
    using Array = std::vector<Json>;
    using Object = std::vector<JsonMember>;

    // Defined behind JsonMember: clang wants it complete for each of them.
    Json() noexcept;
    Json(const Json&);
    Json(Json&&) noexcept;
    Json& operator=(const Json&);
    Json& operator=(Json&&) noexcept;
    ~Json();

    Json(std::nullptr_t);
    template <std::integral T>
    Json(T value);
    Json(double value);
    Json(const char* value);
    Json(std::string_view value);
    Json(std::string value);
    Json(Array items);
    Json(Object members);

    [[nodiscard]] static Json array();
    [[nodiscard]] static Json object();
    /// The text form of a Decimal, a Timestamp or whatever else has `to_string()`.
    template <typename T>
    [[nodiscard]] static Json text_of(const T& value) {
        return Json(value.to_string());
    }

    [[nodiscard]] Kind kind() const { return static_cast<Kind>(value_.index()); }
    [[nodiscard]] bool is_null() const { return kind() == Kind::Null; }

    /// The value when it is of that kind, else nothing. `as_real` takes integers too.
    [[nodiscard]] std::optional<bool> as_boolean() const;
    [[nodiscard]] std::optional<std::int64_t> as_integer() const;
    [[nodiscard]] std::optional<double> as_real() const;
    [[nodiscard]] const std::string* as_text() const { return std::get_if<std::string>(&value_); }
    [[nodiscard]] const Array* as_array() const { return std::get_if<Array>(&value_); }
    [[nodiscard]] Array* as_array() { return std::get_if<Array>(&value_); }
    [[nodiscard]] const Object* as_object() const { return std::get_if<Object>(&value_); }
    [[nodiscard]] Object* as_object() { return std::get_if<Object>(&value_); }

    /// The member with that key; null when there is none or this is not an object. Ends with the
    /// next change of this value.
    [[nodiscard]] const Json* find(std::string_view key) const;
    [[nodiscard]] Json* find(std::string_view key);
    /// The text member with that key; nothing when it is missing or not text.
    [[nodiscard]] std::optional<std::string_view> find_text(std::string_view key) const;
    /// Adds or replaces a member and returns it; a null value becomes an object first.
    Json& set(std::string_view key, Json value);
    /// Adds an item at the end and returns it; a null value becomes an array first.
    Json& push(Json value);

    /// RFC 8259 text. Reals are written with the fewest digits that read back the same; one that is
    /// not finite is written as null. Pretty indents by two blanks and does not end with a newline.
    [[nodiscard]] std::string dump(JsonStyle style = JsonStyle::Compact) const;

    /// Same kind and value; objects compare with the order of their keys.
    friend bool operator==(const Json& a, const Json& b);

  private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

struct JsonMember {
    std::string key;
    Json value;
    friend bool operator==(const JsonMember&, const JsonMember&);
};

inline Json::Json() noexcept = default;
inline Json::Json(const Json&) = default;
inline Json::Json(Json&&) noexcept = default;
inline Json& Json::operator=(const Json&) = default;
inline Json& Json::operator=(Json&&) noexcept = default;
inline Json::~Json() = default;
inline Json::Json(std::nullptr_t) {}
template <std::integral T>
Json::Json(T value) {
    if constexpr (std::same_as<T, bool>)
        value_ = value;
    else
        value_ = static_cast<std::int64_t>(value);
}
inline Json::Json(double value) : value_(value) {}
inline Json::Json(const char* value) : value_(std::string(value)) {}
inline Json::Json(std::string_view value) : value_(std::string(value)) {}
inline Json::Json(std::string value) : value_(std::move(value)) {}
inline Json::Json(Array items) : value_(std::move(items)) {}
inline Json::Json(Object members) : value_(std::move(members)) {}

struct JsonLimits {
    std::size_t bytes_max = 16u << 20;
    std::size_t depth_max = 32;
};

/// Reads one JSON text. InvalidArgument with line and column for anything that is not RFC 8259, a
/// key that stands twice, an integer outside of 64 signed bits, or a limit passed.
[[nodiscard]] Expected<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

}  // namespace tradectl
