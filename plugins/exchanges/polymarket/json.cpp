#include "json.hpp"

#include <cstring>
#include <type_traits>

#include <simdjson.h>

namespace tradectl::polymarket {

namespace {

namespace dom = simdjson::dom;

static_assert(sizeof(dom::element) == 2 * sizeof(void*));
static_assert(std::is_trivially_copyable_v<dom::element>);

Unexpected bad(std::string_view key, std::string_view what) {
    return fail(ErrorCode::InvalidArgument,
                "field \"" + std::string(key) + "\": " + std::string(what));
}

template <typename T>
Expected<T> named(std::string_view key, Expected<T> value) {
    if (value) return value;
    return bad(key, value.error().message);
}

/// Digits of a JSON number, at most 18 behind the point: a double would round.
Expected<Decimal> number_of(dom::element element) {
    if (std::int64_t value = 0; element.get(value) == simdjson::SUCCESS)
        return Decimal::from_int(value);
    double value = 0;
    if (element.get(value) != simdjson::SUCCESS)
        return fail(ErrorCode::InvalidArgument, "expected a decimal");
    // The shortest text that gives this double again is what the sender wrote, up to 15 digits.
    char text[64];
    const char* end = simdjson::internal::to_chars(text, text + sizeof text, value);
    return Decimal::parse({text, static_cast<std::size_t>(end - text)}, Rounding::HalfEven);
}

Expected<Decimal> decimal_of_text(std::string_view text) {
    if (text.empty()) return Decimal{};
    return Decimal::parse(text, Rounding::HalfEven);
}

Expected<std::int64_t> integer_of_text(std::string_view text) {
    const auto value = Decimal::parse(text);
    const auto one = Decimal::from_int(1);
    if (!value || !value->is_multiple_of(one))
        return fail(ErrorCode::InvalidArgument, "expected an integer");
    const auto whole = value->raw() / one.raw();
    if (whole > INT64_MAX || whole < INT64_MIN)
        return fail(ErrorCode::InvalidArgument, "expected an integer of 64 bits");
    return static_cast<std::int64_t>(whole);
}

/// ISO text as the venue writes it: also with a blank, and with an offset of hours alone.
Expected<Timestamp> time_of_text(std::string_view text) {
    if (text.empty()) return Timestamp::none();
    if (const auto number = integer_of_text(text)) return time_of_number(*number);
    std::string whole(text);
    const std::size_t size = whole.size();
    const bool hours_alone =
        size > 19 && (whole[size - 3] == '+' || whole[size - 3] == '-') && size > 10;
    if (hours_alone) whole += ":00";
    if (const auto time = Timestamp::parse(whole)) return *time;
    return fail(ErrorCode::InvalidArgument,
                "not a time: \"" + std::string(text.substr(0, 40)) + "\"");
}

}  // namespace

struct JsonView::Access {
    static JsonView make(const dom::element& element) {
        JsonView out;
        std::memcpy(out.element_.data(), &element, sizeof element);
        return out;
    }
    static dom::element element(const JsonView& view) {
        dom::element out;
        std::memcpy(static_cast<void*>(&out), view.element_.data(), sizeof out);
        return out;
    }
};

Timestamp time_of_number(std::int64_t value) {
    constexpr std::int64_t kSecondsMax = 100'000'000'000;  // the year 5138
    if (value < 0) return Timestamp::none();
    std::int64_t unit = 1;
    if (value < kSecondsMax)
        unit = kNsPerSecond;
    else if (value < kSecondsMax * 1'000)
        unit = kNsPerMillisecond;
    else if (value < kSecondsMax * 1'000'000)
        unit = 1'000;
    return value > INT64_MAX / unit ? Timestamp::none() : Timestamp{value * unit};
}

bool JsonView::is_object() const {
    return Access::element(*this).is_object();
}
bool JsonView::is_array() const {
    return Access::element(*this).is_array();
}
bool JsonView::is_null() const {
    return Access::element(*this).is_null();
}

bool JsonView::has(std::string_view key) const {
    dom::element found;
    return Access::element(*this).at_key(key).get(found) == simdjson::SUCCESS && !found.is_null();
}

Expected<JsonView> JsonView::at(std::string_view key) const {
    dom::element found;
    const auto element = Access::element(*this);
    if (!element.is_object()) return fail(ErrorCode::InvalidArgument, "expected an object");
    if (element.at_key(key).get(found) != simdjson::SUCCESS) return bad(key, "missing");
    return Access::make(found);
}

Expected<std::string_view> JsonView::as_text() const {
    std::string_view out;
    if (Access::element(*this).get(out) != simdjson::SUCCESS)
        return fail(ErrorCode::InvalidArgument, "expected a text");
    return out;
}

Expected<Decimal> JsonView::as_decimal() const {
    if (const auto text = as_text()) return decimal_of_text(*text);
    return number_of(Access::element(*this));
}

Expected<std::int64_t> JsonView::as_integer() const {
    if (const auto text = as_text()) return integer_of_text(*text);
    std::int64_t out = 0;
    if (Access::element(*this).get(out) == simdjson::SUCCESS) return out;
    return fail(ErrorCode::InvalidArgument, "expected an integer");
}

Expected<Timestamp> JsonView::as_time() const {
    if (const auto text = as_text()) return time_of_text(*text);
    const auto number = as_integer();
    if (!number) return fail(ErrorCode::InvalidArgument, "expected a time");
    return time_of_number(*number);
}

Expected<std::string_view> JsonView::text(std::string_view key) const {
    const auto value = at(key);
    return value ? named(key, value->as_text()) : fail(value.error());
}
Expected<Decimal> JsonView::decimal(std::string_view key) const {
    const auto value = at(key);
    return value ? named(key, value->as_decimal()) : fail(value.error());
}
Expected<std::int64_t> JsonView::integer(std::string_view key) const {
    const auto value = at(key);
    return value ? named(key, value->as_integer()) : fail(value.error());
}
Expected<Timestamp> JsonView::time(std::string_view key) const {
    const auto value = at(key);
    return value ? named(key, value->as_time()) : fail(value.error());
}
Expected<bool> JsonView::boolean(std::string_view key) const {
    const auto value = at(key);
    if (!value) return fail(value.error());
    bool out = false;
    if (Access::element(*value).get(out) != simdjson::SUCCESS)
        return bad(key, "expected true or false");
    return out;
}

std::string_view JsonView::text_or(std::string_view key, std::string_view fallback) const {
    const auto value = text(key);
    return value ? *value : fallback;
}
Decimal JsonView::decimal_or(std::string_view key, Decimal fallback) const {
    const auto value = decimal(key);
    return value ? *value : fallback;
}
std::int64_t JsonView::integer_or(std::string_view key, std::int64_t fallback) const {
    const auto value = integer(key);
    return value ? *value : fallback;
}
bool JsonView::boolean_or(std::string_view key, bool fallback) const {
    const auto value = boolean(key);
    return value ? *value : fallback;
}
Timestamp JsonView::time_or(std::string_view key, Timestamp fallback) const {
    const auto value = time(key);
    return value ? *value : fallback;
}

Status JsonView::each(const std::function<Status(JsonView)>& visit) const {
    dom::array array;
    if (Access::element(*this).get(array) != simdjson::SUCCESS) return {};
    for (const dom::element element : array)
        if (Status done = visit(Access::make(element)); !done) return done;
    return {};
}

Status JsonView::each_member(const std::function<Status(std::string_view, JsonView)>& visit) const {
    dom::object object;
    if (Access::element(*this).get(object) != simdjson::SUCCESS) return {};
    for (const dom::key_value_pair member : object)
        if (Status done = visit(member.key, Access::make(member.value)); !done) return done;
    return {};
}

std::size_t JsonView::size() const {
    dom::array array;
    if (Access::element(*this).get(array) != simdjson::SUCCESS) return 0;
    return array.size();
}

struct JsonDocument::Parser {
    dom::parser parser{kBytesMax};
};

JsonDocument::JsonDocument() : parser_(std::make_unique<Parser>()) {}
JsonDocument::~JsonDocument() = default;

Expected<JsonView> JsonDocument::parse(std::string_view text) {
    if (text.size() > kBytesMax)
        return fail(
            ErrorCode::InvalidArgument,
            "json: " + std::to_string(text.size()) + " bytes, limit " + std::to_string(kBytesMax));
    dom::element root;
    const auto error = parser_->parser.parse(text.data(), text.size()).get(root);
    if (error != simdjson::SUCCESS)
        return fail(ErrorCode::InvalidArgument,
                    std::string("json: ") + simdjson::error_message(error));
    return JsonView::Access::make(root);
}

std::string json_quoted(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out.append(1, '\\').append(1, c);
        else if (byte < 0x20)
            out.append("\\u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15U]);
        else
            out += c;
    }
    return out + "\"";
}

}  // namespace tradectl::polymarket
