/// JSON from outside, read field by field. Nothing here throws; what is missing, mistyped or out of
/// bounds is an error that names the field.
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tradectl::polymarket {

/// A place in a parsed document; valid as long as its JsonDocument holds that text. [engine]
class JsonView {
  public:
    [[nodiscard]] bool is_object() const;
    [[nodiscard]] bool is_array() const;
    [[nodiscard]] bool is_null() const;
    /// Whether the object has the member, and it is not null.
    [[nodiscard]] bool has(std::string_view key) const;
    /// InvalidArgument when there is no such member.
    [[nodiscard]] Expected<JsonView> at(std::string_view key) const;

    // Members by name. The first group fails when the member is missing or null; the texts of
    // the views live as long as the document.
    [[nodiscard]] Expected<std::string_view> text(std::string_view key) const;
    /// A text or a number; exact, but for a number in scientific form, of at most 18 decimals. An
    /// empty text is zero, as the venue writes it.
    [[nodiscard]] Expected<Decimal> decimal(std::string_view key) const;
    [[nodiscard]] Expected<std::int64_t> integer(std::string_view key) const;
    [[nodiscard]] Expected<bool> boolean(std::string_view key) const;
    /// Seconds or milliseconds since 1970 as a number or a text, or ISO text. None for an empty
    /// text.
    [[nodiscard]] Expected<Timestamp> time(std::string_view key) const;
    // The second takes `fallback` when it is missing or null, or of another type.
    [[nodiscard]] std::string_view text_or(std::string_view key, std::string_view fallback) const;
    [[nodiscard]] Decimal decimal_or(std::string_view key, Decimal fallback) const;
    [[nodiscard]] std::int64_t integer_or(std::string_view key, std::int64_t fallback) const;
    [[nodiscard]] bool boolean_or(std::string_view key, bool fallback) const;
    [[nodiscard]] Timestamp time_or(std::string_view key, Timestamp fallback) const;

    // The value itself.
    [[nodiscard]] Expected<std::string_view> as_text() const;
    [[nodiscard]] Expected<Decimal> as_decimal() const;
    [[nodiscard]] Expected<std::int64_t> as_integer() const;
    [[nodiscard]] Expected<Timestamp> as_time() const;

    /// Visits each element of an array, or nothing when it is none; stops at the first error.
    [[nodiscard]] Status each(const std::function<Status(JsonView)>& visit) const;
    /// Visits each member of an object.
    [[nodiscard]] Status each_member(
        const std::function<Status(std::string_view, JsonView)>& visit) const;
    [[nodiscard]] std::size_t size() const;

  private:
    friend class JsonDocument;
    struct Access;
    alignas(void*) std::array<std::byte, 2 * sizeof(void*)> element_{};
};

/// Owns the parser and the last document. [engine]
class JsonDocument {
  public:
    /// Longer texts are refused.
    static constexpr std::size_t kBytesMax = std::size_t{32} << 20;

    JsonDocument();
    ~JsonDocument();
    JsonDocument(const JsonDocument&) = delete;
    JsonDocument& operator=(const JsonDocument&) = delete;

    /// InvalidArgument for anything that is not one JSON document in UTF-8. Ends the last one.
    [[nodiscard]] Expected<JsonView> parse(std::string_view text);

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size.
[[nodiscard]] Timestamp time_of_number(std::int64_t value);

/// `text` as a JSON string with its quotes.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace tradectl::polymarket
