/// A small pull reader of JSON (RFC 8259) for settings and plain venue messages.
#pragma once

#include "expected.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace tradectl {

/// Reads one document from front to back; each call takes the next value or says at which byte it
/// is not there (InvalidArgument). The text must outlive the reader. [any]
///
///     reader.begin_object(); while (more = reader.next_member(key)) ... reader.text() ...
class JsonReader {
  public:
    static constexpr int kDepthMax = 32;

    explicit JsonReader(std::string_view text) : text_(text) {}

    Status begin_object() { return open('{', "an object"); }
    Status begin_array() { return open('[', "an array"); }
    /// False at the end of the object, else its next key; the value comes next.
    Expected<bool> next_member(std::string& key);
    /// False at the end of the array; else its next value comes next.
    Expected<bool> next_item() { return next(']'); }

    Expected<std::string> text();
    /// A number without fraction and exponent that fits 64 bits.
    Expected<std::int64_t> integer();
    Expected<bool> boolean();
    /// Takes the next value, whatever it is.
    Status skip() { return skip_value(0); }
    /// Nothing but blanks may follow.
    Status finish();

    [[nodiscard]] std::size_t offset() const { return at_; }

  private:
    [[nodiscard]] Unexpected expected(std::string_view what) const {
        return fail(ErrorCode::InvalidArgument,
                    "json: byte " + std::to_string(at_) + ": expected " + std::string(what));
    }
    void skip_blanks() {
        while (at_ < text_.size() && std::string_view{" \t\r\n"}.find(text_[at_]) != text_.npos)
            ++at_;
    }
    [[nodiscard]] char peek() {
        skip_blanks();
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    Status open(char bracket, std::string_view what);
    Expected<bool> next(char closing);
    bool take_word(std::string_view word);
    Status skip_value(int depth);
    Status skip_number();
    Status escape(std::string& out);
    Expected<std::uint32_t> hex4();
    static void append_utf8(std::string& out, std::uint32_t code);

    std::string_view text_;
    std::size_t at_ = 0;
    bool after_open_ = false;
};

inline Status JsonReader::open(char bracket, std::string_view what) {
    if (peek() != bracket) return expected(what);
    ++at_;
    after_open_ = true;
    return {};
}

inline Expected<bool> JsonReader::next(char closing) {
    const bool first = after_open_;
    after_open_ = false;
    const char c = peek();
    if (c == closing) {
        ++at_;
        return false;
    }
    if (first) return true;
    if (c != ',') return expected(closing == ']' ? "',' or ']'" : "',' or '}'");
    ++at_;
    if (peek() == closing) return expected("a value after ','");
    return true;
}

inline Expected<bool> JsonReader::next_member(std::string& key) {
    const auto more = next('}');
    if (!more || !*more) return more;
    auto name = text();
    if (!name) return fail(name.error());
    key = std::move(*name);
    if (peek() != ':') return expected("':'");
    ++at_;
    return true;
}

inline Expected<std::string> JsonReader::text() {
    if (peek() != '"') return expected("a string");
    ++at_;
    std::string out;
    for (; at_ < text_.size(); ++at_) {
        const char c = text_[at_];
        if (c == '"') {
            ++at_;
            return out;
        }
        if (static_cast<unsigned char>(c) < 0x20) return expected("no control character");
        if (c != '\\') {
            out.push_back(c);
            continue;
        }
        ++at_;
        if (const Status done = escape(out); !done) return fail(done.error());
    }
    return expected("the end of the string");
}

/// Stands on the character after the backslash; ends on the last one of the escape.
inline Status JsonReader::escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (at_ >= text_.size()) return expected("an escape");
    if (const auto place = kNames.find(text_[at_]); place != kNames.npos) {
        out.push_back(kMeanings[place]);
        return {};
    }
    if (text_[at_] != 'u') return expected("an escape");
    const auto high = hex4();
    if (!high) return fail(high.error());
    std::uint32_t code = *high;
    if (code >= 0xdc00 && code < 0xe000) return expected("no lone surrogate");
    if (code >= 0xd800 && code < 0xdc00) {
        if (text_.substr(at_ + 1, 2) != "\\u") return expected("a second surrogate");
        at_ += 2;
        const auto low = hex4();
        if (!low) return fail(low.error());
        if (*low < 0xdc00 || *low >= 0xe000) return expected("a second surrogate");
        code = 0x10000 + ((code - 0xd800) << 10) + (*low - 0xdc00);
    }
    append_utf8(out, code);
    return {};
}

/// Reads the four digits behind the place where it stands, and ends on the last.
inline Expected<std::uint32_t> JsonReader::hex4() {
    const std::string_view digits = text_.substr(std::min(at_ + 1, text_.size()), 4);
    std::uint32_t code = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() != 4 || read.ptr != digits.data() + 4 || read.ec != std::errc{})
        return expected("four hexadecimal digits");
    at_ += 4;
    return code;
}

inline void JsonReader::append_utf8(std::string& out, std::uint32_t code) {
    const auto tail = [&](unsigned shift) {
        out.push_back(static_cast<char>(0x80U | ((code >> shift) & 0x3fU)));
    };
    if (code < 0x80) {
        out.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
        out.push_back(static_cast<char>(0xc0U | (code >> 6)));
        tail(0);
    } else if (code < 0x10000) {
        out.push_back(static_cast<char>(0xe0U | (code >> 12)));
        tail(6), tail(0);
    } else {
        out.push_back(static_cast<char>(0xf0U | (code >> 18)));
        tail(12), tail(6), tail(0);
    }
}

inline Expected<std::int64_t> JsonReader::integer() {
    const char first = peek();
    if (first != '-' && (first < '0' || first > '9')) return expected("an integer");
    std::int64_t value = 0;
    const char* begin = text_.data() + at_;
    const auto read = std::from_chars(begin, text_.data() + text_.size(), value);
    if (read.ec != std::errc{}) return expected("an integer of at most 64 bits");
    const auto digits = std::string_view{begin, static_cast<std::size_t>(read.ptr - begin)};
    const std::string_view unsigned_digits = digits.substr(first == '-' ? 1 : 0);
    if (unsigned_digits.size() > 1 && unsigned_digits[0] == '0') return expected("an integer");
    const std::size_t end = at_ + digits.size();
    if (end < text_.size() && std::string_view{".eE"}.find(text_[end]) != std::string_view::npos)
        return expected("an integer");
    at_ = end;
    return value;
}

inline bool JsonReader::take_word(std::string_view word) {
    skip_blanks();
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
}

inline Expected<bool> JsonReader::boolean() {
    if (take_word("true")) return true;
    if (take_word("false")) return false;
    return expected("true or false");
}

inline Status JsonReader::skip_number() {
    const auto digits = [&] {
        const std::size_t first = at_;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9')
            ++at_;
        return at_ > first;
    };
    if (text_[at_] == '-') ++at_;
    if (!digits()) return expected("a value");
    if (at_ < text_.size() && text_[at_] == '.') {
        ++at_;
        if (!digits()) return expected("a digit");
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
        ++at_;
        if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
        if (!digits()) return expected("a digit");
    }
    return {};
}

inline Status JsonReader::skip_value(int depth) {
    if (depth > kDepthMax) return expected("fewer than 32 levels");
    const char c = peek();
    if (c == '\0') return expected("a value");
    if (c == '"') {
        const auto skipped = text();
        if (!skipped) return fail(skipped.error());
        return {};
    }
    if (c != '{' && c != '[') {
        if (take_word("true") || take_word("false") || take_word("null")) return {};
        return skip_number();
    }
    ++at_;
    after_open_ = true;
    std::string key;
    for (;;) {
        const auto more = c == '{' ? next_member(key) : next_item();
        if (!more) return fail(more.error());
        if (!*more) return {};
        if (const Status done = skip_value(depth + 1); !done) return done;
    }
}

inline Status JsonReader::finish() {
    skip_blanks();
    if (at_ != text_.size()) return expected("the end of the document");
    return {};
}

}  // namespace tradectl
