/// The venue's own JSON: it must be a witness that shares nothing with what it judges.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace polysim {

/// A JSON value. Objects keep the order of their members; numbers keep their text.
class Json {
  public:
    enum class Kind { Null, Boolean, Number, Text, Array, Object };
    using Member = std::pair<std::string, Json>;

    Json() = default;
    Json(std::nullptr_t) {}
    Json(bool value) : kind_{Kind::Boolean}, flag_{value} {}
    Json(int value) : Json{static_cast<std::int64_t>(value)} {}
    Json(std::int64_t value) : kind_{Kind::Number}, text_{std::to_string(value)} {}
    Json(std::uint64_t value) : kind_{Kind::Number}, text_{std::to_string(value)} {}
    Json(const char* value) : kind_{Kind::Text}, text_{value} {}
    Json(std::string value) : kind_{Kind::Text}, text_{std::move(value)} {}

    static Json array() { return of(Kind::Array); }
    static Json object() { return of(Kind::Object); }
    static Json object(std::initializer_list<Member> members);
    /// A number that is written as `text` says.
    static Json number(std::string text);
    static Json texts(const std::vector<std::string>& values);
    /// Nothing when `text` is not exactly one JSON value of at most 64 levels.
    static std::optional<Json> parse(std::string_view text);

    Kind kind() const { return kind_; }
    bool is_null() const { return kind_ == Kind::Null; }
    bool is_text() const { return kind_ == Kind::Text; }
    bool is_number() const { return kind_ == Kind::Number; }
    bool is_array() const { return kind_ == Kind::Array; }
    bool is_object() const { return kind_ == Kind::Object; }
    bool truth() const { return kind_ == Kind::Boolean && flag_; }
    /// The text of a text or a number; empty for anything else.
    const std::string& text() const;
    /// The whole number in a number or a text of decimal digits.
    std::optional<std::int64_t> integer() const;
    std::int64_t integer_or(std::int64_t fallback) const { return integer().value_or(fallback); }
    std::string text_or(std::string_view fallback) const;

    const std::vector<Json>& items() const { return items_; }
    const std::vector<Member>& members() const { return members_; }
    std::size_t size() const { return is_object() ? members_.size() : items_.size(); }
    bool has(std::string_view name) const;
    /// The member, or a null that lives for ever.
    const Json& operator[](std::string_view name) const;
    Json& set(std::string name, Json value);
    Json& push(Json value);
    /// Compact text.
    std::string dump() const;

  private:
    static Json of(Kind kind);
    void write(std::string& out) const;

    Kind kind_ = Kind::Null;
    bool flag_ = false;
    std::string text_;
    std::vector<Json> items_;
    std::vector<Member> members_;
};

}  // namespace polysim
