#include "host/audit/entry_line.hpp"

#include "host/base/hash.hpp"
#include "host/base/hex.hpp"
#include "host/base/utf8.hpp"

#include <array>
#include <charconv>

namespace tradectl::audit {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD, for what is not UTF-8

bool is_continuation(unsigned char byte) {
    return (byte & 0xc0) == 0x80;
}

/// The short form where JSON has one, as RFC 8785 wants it.
void append_control(unsigned char c, std::string& out) {
    constexpr std::string_view kShort = "\b\t\n\f\r";
    constexpr std::string_view kLetters = "btnfr";
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::size_t at = kShort.find(static_cast<char>(c));
    out += '\\';
    if (at != std::string_view::npos) {
        out += kLetters[at];
        return;
    }
    out += "u00";
    out += kDigits[c >> 4];
    out += kDigits[c & 15];
}

/// The longest whole characters of at most `bytes_max` bytes.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
    std::size_t at = bytes_max;
    while (at > 0 && is_continuation(static_cast<unsigned char>(text[at])))
        --at;
    return text.substr(0, at);
}

}  // namespace

void EntryLine::key(std::string_view key) {
    const char last = out_.back();
    if (last != '{' && last != '[') out_ += ',';
    out_ += '"';
    out_ += key;
    out_ += "\":";
}

void EntryLine::escaped(std::string_view value) {
    while (!value.empty()) {
        const auto c = static_cast<unsigned char>(value.front());
        if (c == '"' || c == '\\') {
            out_ += '\\';
            out_ += value.front();
        } else if (c < 0x20) {
            append_control(c, out_);
        } else {
            const std::size_t bytes = utf8_bytes(value);
            out_ += bytes == 0 ? kReplacement : value.substr(0, bytes);
            value.remove_prefix(bytes == 0 ? 1 : bytes);
            continue;
        }
        value.remove_prefix(1);
    }
}

void EntryLine::quoted(std::string_view value, std::size_t bytes_max) {
    out_ += '"';
    if (value.size() <= bytes_max) {
        escaped(value);
    } else {
        escaped(cut(value, bytes_max));
        out_ += "... sha256:" + to_hex(sha256(bytes_of(value)));
    }
    out_ += '"';
}

EntryLine& EntryLine::name(std::string_view key_, std::string_view value) {
    if (value.empty()) return *this;
    key(key_);
    quoted(value, limits_.name_bytes);
    return *this;
}

EntryLine& EntryLine::text(std::string_view key_, std::string_view value) {
    if (value.empty()) return *this;
    key(key_);
    quoted(value, limits_.text_bytes);
    return *this;
}

EntryLine& EntryLine::decimal(std::string_view key_, Decimal value) {
    if (value.is_null()) return *this;
    key(key_);
    std::array<char, 64> text{};
    const char* end = value.write(text.data());
    out_ += '"';
    out_.append(text.data(), static_cast<std::size_t>(end - text.data()));
    out_ += '"';
    return *this;
}

EntryLine& EntryLine::number(std::string_view key_, std::uint64_t value) {
    key(key_);
    std::array<char, 24> text{};
    const auto done = std::to_chars(text.data(), text.data() + text.size(), value);
    out_.append(text.data(), static_cast<std::size_t>(done.ptr - text.data()));
    return *this;
}

EntryLine& EntryLine::number_if(std::string_view key_, std::uint64_t value) {
    return value == 0 ? *this : number(key_, value);
}

EntryLine& EntryLine::boolean(std::string_view key_, bool value) {
    key(key_);
    out_ += value ? "true" : "false";
    return *this;
}

EntryLine& EntryLine::time(std::string_view key_, Timestamp value) {
    if (value.is_none()) return *this;
    key(key_);
    const std::string text = value.to_string();  // nine digits and "Z"
    out_ += '"';
    out_.append(text, 0, text.size() - 4);
    out_ += "Z\"";
    return *this;
}

EntryLine& EntryLine::begin_object(std::string_view key_) {
    key(key_);
    out_ += '{';
    return *this;
}

EntryLine& EntryLine::begin_list(std::string_view key_) {
    key(key_);
    out_ += '[';
    return *this;
}

EntryLine& EntryLine::begin_item() {
    if (out_.back() != '[') out_ += ',';
    out_ += '{';
    return *this;
}

EntryLine& EntryLine::end_object() {
    out_ += '}';
    return *this;
}

EntryLine& EntryLine::end_list() {
    out_ += ']';
    return *this;
}

}  // namespace tradectl::audit
