#include "host/keys/json_cursor.hpp"

#include "host/base/json.hpp"
#include "host/base/utf8.hpp"

#include <cstring>

namespace tradectl::keys {
namespace {

constexpr unsigned kDepthMax = 32;

bool blank(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool ends_plain(char c) {
    return c == ',' || c == ']' || c == '}' || blank(c);
}

/// No control characters, and UTF-8 throughout.
bool sound(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c < 0x20) return false;
        const std::size_t bytes = c < 0x80 ? 1 : utf8_bytes(text.substr(at));
        if (bytes == 0) return false;
        at += bytes;
    }
    return true;
}

}  // namespace

bool JsonCursor::give_up() {
    failed_ = true;
    return false;
}

void JsonCursor::blanks() {
    while (at_ < text_.size() && blank(text_[at_]))
        ++at_;
}

char JsonCursor::peek() {
    blanks();
    return failed_ || at_ == text_.size() ? '\0' : text_[at_];
}

bool JsonCursor::open(char bracket) {
    if (peek() != bracket) return give_up();
    ++at_;
    place_ = Place::First;
    return true;
}

bool JsonCursor::next_item() {
    const char c = peek();
    if (c == ']') {
        ++at_;
        place_ = Place::Later;
        return false;
    }
    if (c == '\0') return give_up();
    if (place_ == Place::First) {
        place_ = Place::Later;
        return true;
    }
    if (c != ',') return give_up();
    ++at_;
    return peek() != ']' || give_up();
}

bool JsonCursor::next_member(std::string_view& key) {
    char c = peek();
    if (c == '}') {
        ++at_;
        place_ = Place::Later;
        return false;
    }
    if (place_ == Place::Later) {
        if (c != ',') return give_up();
        ++at_;
        c = peek();
    }
    place_ = Place::Later;
    return key_and_colon(key);
}

bool JsonCursor::key_and_colon(std::string_view& key) {
    if (peek() != '"') return give_up();
    const std::size_t first = at_ + 1;
    if (!skip_string()) return false;
    key = text_.substr(first, at_ - 1 - first);
    // No name that is signed needs an escape, and without them equal keys are equal bytes.
    if (key.find('\\') != std::string_view::npos || peek() != ':') return give_up();
    ++at_;
    return true;
}

bool JsonCursor::skip_string() {
    ++at_;
    while (at_ < text_.size()) {
        const void* const quote = std::memchr(text_.data() + at_, '"', text_.size() - at_);
        if (quote == nullptr) break;
        const auto end = static_cast<std::size_t>(static_cast<const char*>(quote) - text_.data());
        std::size_t slashes = 0;
        while (end - slashes > at_ && text_[end - slashes - 1] == '\\')
            ++slashes;
        at_ = end + 1;
        if (slashes % 2 == 0) return true;
    }
    return give_up();
}

bool JsonCursor::string(std::string_view& value, std::string& room) {
    if (peek() != '"') return give_up();
    const std::size_t first = at_ + 1;
    if (!skip_string()) return false;
    value = text_.substr(first, at_ - 1 - first);
    if (!sound(value)) return give_up();
    if (value.find('\\') == std::string_view::npos) return true;
    if (!unescape(text_.substr(first - 1, at_ - first + 1), room)) return give_up();
    value = room;
    return true;
}

bool JsonCursor::unescape(std::string_view raw, std::string& room) {
    auto text = parse_json(raw);
    if (!text || text->as_text() == nullptr) return false;
    room = *text->as_text();
    return true;
}

bool JsonCursor::skip_plain() {
    const std::size_t first = at_;
    while (at_ < text_.size() && !ends_plain(text_[at_]))
        ++at_;
    return at_ > first || give_up();
}

bool JsonCursor::scalar(std::string_view& value) {
    const char c = peek();
    if (c == '{' || c == '[') return give_up();
    const std::size_t first = at_;
    if (c != '"') {
        if (!skip_plain()) return false;
        value = text_.substr(first, at_ - first);
        return value.find_first_of("\"\\:[{") == std::string_view::npos || give_up();
    }
    if (!skip_string()) return false;
    value = text_.substr(first + 1, at_ - first - 2);
    return true;
}

bool JsonCursor::skip_nested(unsigned depth) {
    if (depth > kDepthMax) return give_up();
    const char close = text_[at_] == '{' ? '}' : ']';
    ++at_;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == '"') {
            if (!skip_string()) return false;
        } else if (c == '{' || c == '[') {
            if (!skip_nested(depth + 1)) return false;
        } else if (c == '}' || c == ']') {
            if (c != close) return give_up();
            ++at_;
            return true;
        } else {
            ++at_;
        }
    }
    return give_up();
}

bool JsonCursor::skip(std::string_view& value) {
    const char c = peek();
    if (c == '\0') return give_up();
    const std::size_t first = at_;
    bool done = false;
    if (c == '{' || c == '[')
        done = skip_nested(1);
    else
        done = c == '"' ? skip_string() : skip_plain();
    value = text_.substr(first, at_ - first);
    return done;
}

bool JsonCursor::take(std::string_view piece) {
    blanks();
    if (failed_ || !text_.substr(at_).starts_with(piece)) return false;
    at_ += piece.size();
    return true;
}

bool JsonCursor::at_end() {
    blanks();
    return !failed_ && at_ == text_.size();
}

}  // namespace tradectl::keys
