#include "host/market/capture_json.hpp"

#include "host/market/plain_json.hpp"

#include <cstring>
#include <string>

#define SIMDJSON_EXCEPTIONS 0  // errors are values here
#include <simdjson.h>

namespace tradectl::market {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

constexpr std::size_t kDepthMax = 64;
constexpr std::size_t kNodesMin = 64;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at]))
        ++at;
    return at;
}

/// Whether all of it is a number of RFC 8259; the library looks at numbers that it converts alone.
bool is_number(std::string_view text) {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const std::size_t whole = at;
    at = skip_digits(text, at);
    if (at == whole || (text[whole] == '0' && at > whole + 1)) return false;
    if (at < text.size() && text[at] == '.') {
        const std::size_t fraction = ++at;
        at = skip_digits(text, at);
        if (at == fraction) return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        const std::size_t exponent = at;
        at = skip_digits(text, at);
        if (at == exponent) return false;
    }
    return at == text.size();
}

std::string_view without_blanks(std::string_view token) {
    const std::size_t last = token.find_last_not_of(" \t\r\n");
    return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

const char* fault_text(error_code error) {
    switch (error) {
        case simdjson::UTF8_ERROR: return "not utf-8";
        case simdjson::TRAILING_CONTENT: return "text behind the json value";
        case simdjson::DEPTH_ERROR: return "json nested deeper than 64 levels";
        case simdjson::EMPTY: return "no json";
        default: return "not a sound json object or list";
    }
}

/// Writes a value and what it holds behind `nodes`; every part of it is looked at, since the
/// library checks only that.
class Walker {
  public:
    explicit Walker(std::vector<JsonNode>& nodes) : nodes_(nodes) {}

    template <typename Value>
    error_code walk(Value& value, std::string_view key, std::size_t depth);

  private:
    error_code scalar(ondemand::value& value, ondemand::json_type type, JsonNode& node);
    error_code array(ondemand::array values, std::size_t depth);
    error_code object(ondemand::object members, std::size_t depth);

    std::vector<JsonNode>& nodes_;  ///< with room for more than `count_`
    std::uint32_t count_ = 0;
};

template <typename Value>
error_code Walker::walk(Value& value, std::string_view key, std::size_t depth) {
    if (depth > kDepthMax) return simdjson::DEPTH_ERROR;
    ondemand::json_type type{};
    if (const auto error = value.type().get(type)) return error;
    if (count_ == nodes_.size()) nodes_.resize(2 * nodes_.size() + kNodesMin);
    const std::uint32_t at = count_++;
    nodes_[at].key = key;
    nodes_[at].text = {};
    error_code error = simdjson::SUCCESS;
    if (type == ondemand::json_type::array) {
        nodes_[at].kind = JsonKind::Array;
        ondemand::array values;
        error = value.get_array().get(values);
        if (!error) error = array(values, depth);
    } else if (type == ondemand::json_type::object) {
        nodes_[at].kind = JsonKind::Object;
        ondemand::object members;
        error = value.get_object().get(members);
        if (!error) error = object(members, depth);
    } else if constexpr (std::is_same_v<Value, ondemand::value>) {
        error = scalar(value, type, nodes_[at]);
    } else {
        error = simdjson::INCORRECT_TYPE;
    }
    nodes_[at].end = count_;
    return error;
}

error_code Walker::scalar(ondemand::value& value, ondemand::json_type type, JsonNode& node) {
    switch (type) {
        case ondemand::json_type::string:
            node.kind = JsonKind::String;
            return value.get_string().get(node.text);
        case ondemand::json_type::number:
            node.kind = JsonKind::Number;
            node.text = without_blanks(value.raw_json_token());
            return is_number(node.text) ? simdjson::SUCCESS : simdjson::NUMBER_ERROR;
        case ondemand::json_type::boolean: {
            bool truth = false;
            const auto error = value.get_bool().get(truth);
            node.kind = truth ? JsonKind::True : JsonKind::False;
            return error;
        }
        default: {
            node.kind = JsonKind::Null;
            bool null = false;
            if (const auto error = value.is_null().get(null)) return error;
            return null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
        }
    }
}

error_code Walker::array(ondemand::array values, std::size_t depth) {
    for (auto result : values) {
        ondemand::value value;
        if (const auto error = result.get(value)) return error;
        if (const auto error = walk(value, {}, depth + 1)) return error;
    }
    return simdjson::SUCCESS;
}

error_code Walker::object(ondemand::object members, std::size_t depth) {
    for (auto result : members) {
        ondemand::field field;
        if (const auto error = std::move(result).get(field)) return error;
        std::string_view key;
        if (const auto error = field.unescaped_key().get(key)) return error;
        if (const auto error = walk(field.value(), key, depth + 1)) return error;
    }
    return simdjson::SUCCESS;
}

}  // namespace

struct CaptureJson::Parser {
    ondemand::parser parser;
    ondemand::document document;
    std::vector<char> padded;
};

CaptureJson::CaptureJson() : parser_(std::make_unique<Parser>()) {}

CaptureJson::~CaptureJson() = default;

Expected<JsonView> CaptureJson::parse(std::string_view text) {
    if (read_plain_json(text, nodes_)) return JsonView{nodes_.data(), 0};
    auto& padded = parser_->padded;
    if (padded.size() < text.size() + simdjson::SIMDJSON_PADDING)
        padded.resize(2 * text.size() + simdjson::SIMDJSON_PADDING);
    std::memcpy(padded.data(), text.data(), text.size());
    std::memset(padded.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
    auto error =
        parser_->parser.iterate(padded.data(), text.size(), padded.size()).get(parser_->document);
    if (!error) error = Walker(nodes_).walk(parser_->document, {}, 1);
    // A place behind the value is one that something stands at.
    if (!error && !parser_->document.current_location().error()) error = simdjson::TRAILING_CONTENT;
    if (!error) return JsonView{nodes_.data(), 0};
    return fail(ErrorCode::Corrupt, fault_text(error));
}

}  // namespace tradectl::market
