#include "tests/venues/polymarket/json.hpp"

#include <charconv>

namespace polysim {
namespace {

constexpr int kDepthMax = 64;

class Reader {
  public:
    explicit Reader(std::string_view text) : text_{text} {}

    std::optional<Json> document() {
        auto value = read(0);
        skip();
        if (!value || at_ != text_.size()) return std::nullopt;
        return value;
    }

  private:
    void skip() {
        while (at_ < text_.size() && std::string_view{" \t\r\n"}.find(text_[at_]) != text_.npos)
            ++at_;
    }
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool take(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }

    std::optional<Json> read(int depth) {
        if (depth > kDepthMax) return std::nullopt;
        skip();
        switch (peek()) {
            case '{': return read_object(depth);
            case '[': return read_array(depth);
            case '"': return read_text();
            case 't': return take("true") ? std::optional<Json>{Json{true}} : std::nullopt;
            case 'f': return take("false") ? std::optional<Json>{Json{false}} : std::nullopt;
            case 'n': return take("null") ? std::optional<Json>{Json{}} : std::nullopt;
            default: return read_number();
        }
    }

    std::optional<Json> read_object(int depth) {
        Json object = Json::object();
        take("{");
        skip();
        if (take("}")) return object;
        while (true) {
            skip();
            if (peek() != '"') return std::nullopt;
            const auto name = read_text();
            skip();
            if (!name || object.has(name->text()) || !take(":")) return std::nullopt;
            auto value = read(depth + 1);
            if (!value) return std::nullopt;
            object.set(name->text(), std::move(*value));
            skip();
            if (take("}")) return object;
            if (!take(",")) return std::nullopt;
        }
    }

    std::optional<Json> read_array(int depth) {
        Json array = Json::array();
        take("[");
        skip();
        if (take("]")) return array;
        while (true) {
            auto value = read(depth + 1);
            if (!value) return std::nullopt;
            array.push(std::move(*value));
            skip();
            if (take("]")) return array;
            if (!take(",")) return std::nullopt;
        }
    }

    std::optional<Json> read_number() {
        const std::size_t begin = at_;
        take("-");
        const std::size_t whole = digits();
        if (whole == 0 || (whole > 1 && text_[at_ - whole] == '0')) return std::nullopt;
        if (take(".") && digits() == 0) return std::nullopt;
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (digits() == 0) return std::nullopt;
        }
        return Json::number(std::string{text_.substr(begin, at_ - begin)});
    }

    std::size_t digits() {
        const std::size_t begin = at_;
        while (peek() >= '0' && peek() <= '9')
            ++at_;
        return at_ - begin;
    }

    std::optional<Json> read_text() {
        std::string out;
        take("\"");
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '"') return Json{std::move(out)};
            if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
            if (c != '\\') {
                out += c;
            } else if (!read_escape(out)) {
                return std::nullopt;
            }
        }
        return std::nullopt;
    }

    bool read_escape(std::string& out) {
        const char c = peek();
        ++at_;
        constexpr std::string_view kNames = "\"\\/bfnrt";
        constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
        if (const auto i = kNames.find(c); c != '\0' && i != kNames.npos) {
            out += kValues[i];
            return true;
        }
        if (c != 'u') return false;
        auto unit = read_unit();
        if (!unit) return false;
        if (*unit >= 0xD800 && *unit < 0xDC00) {
            if (!take("\\u")) return false;
            const auto low = read_unit();
            if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
            unit = 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
        } else if (*unit >= 0xDC00 && *unit <= 0xDFFF) {
            return false;
        }
        append_utf8(out, *unit);
        return true;
    }

    std::optional<std::uint32_t> read_unit() {
        if (text_.size() - at_ < 4) return std::nullopt;
        std::uint32_t unit = 0;
        const char* first = text_.data() + at_;
        const auto [end, error] = std::from_chars(first, first + 4, unit, 16);
        if (error != std::errc{} || end != first + 4) return std::nullopt;
        at_ += 4;
        return unit;
    }

    static void append_utf8(std::string& out, std::uint32_t point) {
        const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
        if (point < 0x80) return byte(point);
        if (point < 0x800) {
            byte(0xC0 | (point >> 6));
        } else if (point < 0x10000) {
            byte(0xE0 | (point >> 12));
            byte(0x80 | ((point >> 6) & 0x3F));
        } else {
            byte(0xF0 | (point >> 18));
            byte(0x80 | ((point >> 12) & 0x3F));
            byte(0x80 | ((point >> 6) & 0x3F));
        }
        byte(0x80 | (point & 0x3F));
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

void write_text(std::string& out, std::string_view text) {
    constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto value = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (value < 0x20) {
            out += "\\u00";
            out += kHex[value >> 4];
            out += kHex[value & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace

Json Json::of(Kind kind) {
    Json value;
    value.kind_ = kind;
    return value;
}

Json Json::object(std::initializer_list<Member> members) {
    Json value = object();
    value.members_ = members;
    return value;
}

Json Json::number(std::string text) {
    Json value = of(Kind::Number);
    value.text_ = std::move(text);
    return value;
}

Json Json::texts(const std::vector<std::string>& values) {
    Json list = array();
    for (const auto& value : values)
        list.push(value);
    return list;
}

std::optional<Json> Json::parse(std::string_view text) {
    return Reader{text}.document();
}

const std::string& Json::text() const {
    return text_;
}

std::string Json::text_or(std::string_view fallback) const {
    return is_text() || is_number() ? text_ : std::string{fallback};
}

std::optional<std::int64_t> Json::integer() const {
    std::int64_t value = 0;
    const char* end = text_.data() + text_.size();
    const auto [stop, error] = std::from_chars(text_.data(), end, value);
    if (text_.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

bool Json::has(std::string_view name) const {
    for (const auto& member : members_) {
        if (member.first == name) return true;
    }
    return false;
}

const Json& Json::operator[](std::string_view name) const {
    static const Json null;
    for (const auto& member : members_) {
        if (member.first == name) return member.second;
    }
    return null;
}

Json& Json::set(std::string name, Json value) {
    kind_ = Kind::Object;
    for (auto& member : members_) {
        if (member.first == name) {
            member.second = std::move(value);
            return *this;
        }
    }
    members_.emplace_back(std::move(name), std::move(value));
    return *this;
}

Json& Json::push(Json value) {
    kind_ = Kind::Array;
    items_.push_back(std::move(value));
    return *this;
}

std::string Json::dump() const {
    std::string out;
    write(out);
    return out;
}

void Json::write(std::string& out) const {
    const char* separator = "";
    switch (kind_) {
        case Kind::Null: out += "null"; return;
        case Kind::Boolean: out += flag_ ? "true" : "false"; return;
        case Kind::Number: out += text_; return;
        case Kind::Text: write_text(out, text_); return;
        case Kind::Array:
            out += '[';
            for (const auto& item : items_) {
                out += separator;
                item.write(out);
                separator = ",";
            }
            out += ']';
            return;
        case Kind::Object:
            out += '{';
            for (const auto& [name, value] : members_) {
                out += separator;
                write_text(out, name);
                out += ':';
                value.write(out);
                separator = ",";
            }
            out += '}';
            return;
    }
}

}  // namespace polysim
