#include "host/base/json.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

// The library's code is compiled here, and only here.
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>

namespace tradectl {

Json Json::array() {
    return Json(Array{});
}
Json Json::object() {
    return Json(Object{});
}

bool operator==(const Json& a, const Json& b) {
    return a.value_ == b.value_;
}
bool operator==(const JsonMember& a, const JsonMember& b) {
    return a.key == b.key && a.value == b.value;
}

std::optional<bool> Json::as_boolean() const {
    const bool* value = std::get_if<bool>(&value_);
    return value ? std::optional(*value) : std::nullopt;
}

std::optional<std::int64_t> Json::as_integer() const {
    const auto* value = std::get_if<std::int64_t>(&value_);
    return value ? std::optional(*value) : std::nullopt;
}

std::optional<double> Json::as_real() const {
    if (const auto* value = std::get_if<double>(&value_)) return *value;
    if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
    return std::nullopt;
}

Json* Json::find(std::string_view key) {
    Object* members = as_object();
    if (members == nullptr) return nullptr;
    for (JsonMember& member : *members) {
        if (member.key == key) return &member.value;
    }
    return nullptr;
}

const Json* Json::find(std::string_view key) const {
    return const_cast<Json*>(this)->find(key);
}

std::optional<std::string_view> Json::find_text(std::string_view key) const {
    const Json* member = find(key);
    const std::string* text = member ? member->as_text() : nullptr;
    return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

Json& Json::set(std::string_view key, Json value) {
    if (is_null()) value_ = Object{};
    Object* members = as_object();
    TRADECTL_ASSERT(members != nullptr);
    if (Json* old = find(key)) return *old = std::move(value);
    return members->emplace_back(JsonMember{std::string(key), std::move(value)}).value;
}

Json& Json::push(Json value) {
    if (is_null()) value_ = Array{};
    Array* items = as_array();
    TRADECTL_ASSERT(items != nullptr);
    return items->emplace_back(std::move(value));
}

namespace {

void append_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"': out += "\\\""; continue;
            case '\\': out += "\\\\"; continue;
            case '\n': out += "\\n"; continue;
            case '\r': out += "\\r"; continue;
            case '\t': out += "\\t"; continue;
            default: break;
        }
        if (static_cast<unsigned char>(c) >= 0x20) {
            out += c;
            continue;
        }
        constexpr char kDigits[] = "0123456789abcdef";
        out += "\\u00";
        out += kDigits[static_cast<unsigned char>(c) >> 4];
        out += kDigits[c & 15];
    }
    out += '"';
}

template <typename Number>
void append_number(std::string& out, Number number) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append_real(std::string& out, double real) {
    if (!std::isfinite(real)) {
        out += "null";
        return;
    }
    const std::size_t start = out.size();
    append_number(out, real);
    if (out.find_first_of(".e", start) == std::string::npos) out += ".0";
}

class Writer {
  public:
    Writer(std::string& out, JsonStyle style) : out_(out), pretty_(style == JsonStyle::Pretty) {}

    void write(const Json& json) {
        switch (json.kind()) {
            case Json::Kind::Null: out_ += "null"; break;
            case Json::Kind::Boolean: out_ += *json.as_boolean() ? "true" : "false"; break;
            case Json::Kind::Integer: append_number(out_, *json.as_integer()); break;
            case Json::Kind::Real: append_real(out_, *json.as_real()); break;
            case Json::Kind::Text: append_text(out_, *json.as_text()); break;
            case Json::Kind::Array:
                write_list('[', ']', *json.as_array(), [&](const Json& item) { write(item); });
                break;
            case Json::Kind::Object:
                write_list('{', '}', *json.as_object(), [&](const JsonMember& member) {
                    append_text(out_, member.key);
                    out_ += pretty_ ? ": " : ":";
                    write(member.value);
                });
                break;
        }
    }

  private:
    template <typename List, typename WriteItem>
    void write_list(char open, char close, const List& list, WriteItem&& write_item) {
        out_ += open;
        depth_ += 1;
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (i > 0) out_ += ',';
            new_line();
            write_item(list[i]);
        }
        depth_ -= 1;
        if (!list.empty()) new_line();
        out_ += close;
    }
    void new_line() {
        if (!pretty_) return;
        out_ += '\n';
        out_.append(depth_ * 2, ' ');
    }

    std::string& out_;
    bool pretty_;
    std::size_t depth_ = 0;
};

/// Builds our values from the parser's events.
class Builder {
  public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    using Code = boost::json::error_code;
    using Text = boost::json::string_view;

    [[nodiscard]] Json take() { return std::move(root_); }
    /// Our own reason when an event was refused; empty when the grammar was broken.
    [[nodiscard]] const std::string& refusal() const { return refusal_; }

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return open(Json::object()); }
    bool on_object_end(std::size_t, Code& code) {
        if (const std::string* twice = repeated_key()) {
            return refuse("key \"" + *twice + "\" stands twice", code);
        }
        open_.pop_back();
        return true;
    }
    bool on_array_begin(Code&) { return open(Json::array()); }
    bool on_array_end(std::size_t, Code&) {
        open_.pop_back();
        return true;
    }
    bool on_key_part(Text part, std::size_t, Code&) { return keep(part); }
    bool on_key(Text part, std::size_t, Code&) {
        keep(part);
        open_.back()->as_object()->push_back({std::exchange(text_, {}), {}});
        return true;
    }
    bool on_string_part(Text part, std::size_t, Code&) { return keep(part); }
    bool on_string(Text part, std::size_t, Code&) {
        keep(part);
        place(Json(std::exchange(text_, {})));
        return true;
    }
    bool on_number_part(Text part, Code&) { return keep(part); }
    bool on_int64(std::int64_t number, Text, Code&) {
        text_.clear();
        place(Json(number));
        return true;
    }
    bool on_uint64(std::uint64_t, Text, Code& code) { return refuse_integer(code); }
    bool on_double(double, Text part, Code& code) {
        keep(part);
        const std::string digits = std::exchange(text_, {});
        // The parser falls back to a real for an integer of any length.
        if (digits.find_first_of(".eE") == std::string::npos) return refuse_integer(code);
        // Its own conversion is off by a unit in the last place at times: this one never is.
        double number = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (read.ec != std::errc{}) return refuse("number outside of the range of reals", code);
        place(Json(number));
        return true;
    }
    bool on_bool(bool value, Code&) {
        place(Json(value));
        return true;
    }
    bool on_null(Code&) {
        place(Json());
        return true;
    }
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }

  private:
    bool keep(Text part) {
        text_.append(part.data(), part.size());
        return true;
    }
    /// Containers stay where they are while they are open: only the innermost one grows.
    Json* place(Json value) {
        if (open_.empty()) return &(root_ = std::move(value));
        if (Json::Array* items = open_.back()->as_array())
            return &items->emplace_back(std::move(value));
        return &(open_.back()->as_object()->back().value = std::move(value));
    }
    bool open(Json container) {
        open_.push_back(place(std::move(container)));
        return true;
    }
    bool refuse(std::string why, Code& code) {
        refusal_ = std::move(why);
        code = boost::json::error::syntax;
        return false;
    }
    bool refuse_integer(Code& code) { return refuse("integer outside of -2^63..2^63-1", code); }
    /// Of the innermost object. Sorting keeps many keys from costing their square.
    const std::string* repeated_key() const {
        std::vector<const std::string*> keys;
        for (const JsonMember& member : *open_.back()->as_object())
            keys.push_back(&member.key);
        std::sort(keys.begin(), keys.end(), [](auto* a, auto* b) { return *a < *b; });
        const auto twice =
            std::adjacent_find(keys.begin(), keys.end(), [](auto* a, auto* b) { return *a == *b; });
        return twice == keys.end() ? nullptr : *twice;
    }

    Json root_;
    std::vector<Json*> open_;
    std::string text_;
    std::string refusal_;
};

std::string place_of(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return "line " + std::to_string(line) + ", column " +
           std::to_string(before.size() - line_start + 1);
}

}  // namespace

std::string Json::dump(JsonStyle style) const {
    std::string out;
    Writer(out, style).write(*this);
    return out;
}

Expected<Json> parse_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes_max) {
        return fail(ErrorCode::InvalidArgument,
                    "json: longer than " + std::to_string(limits.bytes_max) + " bytes");
    }
    boost::json::parse_options options;
    options.max_depth = limits.depth_max;
    boost::json::basic_parser<Builder> parser(options);
    boost::json::error_code code;
    try {
        std::size_t used = parser.write_some(false, text.data(), text.size(), code);
        if (!code && used < text.size()) code = boost::json::error::extra_data;
        if (!code) return parser.handler().take();
        const std::string& refusal = parser.handler().refusal();
        return fail(ErrorCode::InvalidArgument,
                    "json: " + place_of(text, std::min(used, text.size())) + ": " +
                        (refusal.empty() ? code.message() : refusal));
    } catch (const std::exception& error) {
        return fail(ErrorCode::InvalidArgument, std::string("json: ") + error.what());
    }
}

}  // namespace tradectl
