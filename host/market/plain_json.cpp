#include "host/market/plain_json.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tradectl::market {
namespace {

constexpr std::size_t kDepthMax = 64;
constexpr std::size_t kNodesMin = 64;

/// Reads from the front; each part leaves `at_` behind it, or returns false.
class PlainReader {
  public:
    PlainReader(std::string_view text, std::vector<JsonNode>& nodes)
        : at_(text.data()), end_(text.data() + text.size()), nodes_(nodes) {}

    bool run() {
        skip_blanks();
        if (at_ == end_ || (*at_ != '{' && *at_ != '[') || !value({}, 1)) return false;
        skip_blanks();
        return at_ == end_;
    }

  private:
    bool value(std::string_view key, std::size_t depth);
    bool array(std::size_t depth);
    bool object(std::size_t depth);
    bool string(std::string_view& out);
    bool number(std::string_view& out);
    bool word(std::string_view word);

    JsonNode& add(std::string_view key, JsonKind kind) {
        if (count_ == nodes_.size()) nodes_.resize(2 * nodes_.size() + kNodesMin);
        JsonNode& node = nodes_[count_++];
        node.key = key;
        node.text = {};
        node.end = count_;
        node.kind = kind;
        return node;
    }
    void skip_blanks() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r' || *at_ == '\n'))
            ++at_;
    }
    /// Whether `c` comes next, behind blanks; it is read then.
    bool take(char c) {
        if (at_ != end_ && *at_ <= ' ') skip_blanks();
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }
    bool digits() {
        const char* const begin = at_;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9')
            ++at_;
        return at_ != begin;
    }

    const char* at_;
    const char* end_;
    std::vector<JsonNode>& nodes_;  ///< with room for more than `count_`
    std::uint32_t count_ = 0;
};

bool PlainReader::value(std::string_view key, std::size_t depth) {
    if (at_ == end_ || depth > kDepthMax) return false;
    switch (*at_) {
        case '"': return string(add(key, JsonKind::String).text);
        case '{':
        case '[': {
            const std::uint32_t at = count_;
            const bool object_next = *at_ == '{';
            add(key, object_next ? JsonKind::Object : JsonKind::Array);
            ++at_;
            if (!(object_next ? object(depth) : array(depth))) return false;
            nodes_[at].end = count_;
            return true;
        }
        case 't': add(key, JsonKind::True); return word("true");
        case 'f': add(key, JsonKind::False); return word("false");
        case 'n': add(key, JsonKind::Null); return word("null");
        default: return number(add(key, JsonKind::Number).text);
    }
}

bool PlainReader::array(std::size_t depth) {
    if (take(']')) return true;
    do {
        skip_blanks();
        if (!value({}, depth + 1)) return false;
    } while (take(','));
    return take(']');
}

bool PlainReader::object(std::size_t depth) {
    if (take('}')) return true;
    do {
        skip_blanks();
        std::string_view key;
        if (at_ == end_ || *at_ != '"' || !string(key) || !take(':')) return false;
        skip_blanks();
        if (!value(key, depth + 1)) return false;
    } while (take(','));
    return take('}');
}

/// From its first quote on.
bool PlainReader::string(std::string_view& out) {
    const char* const begin = ++at_;
#ifdef __SSE2__
    constexpr std::ptrdiff_t kStep = 16;
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i escape = _mm_set1_epi8('\\');
    const __m128i blank = _mm_set1_epi8(' ');
    for (; end_ - at_ >= kStep; at_ += kStep) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at_));
        // Signed: what is not ASCII is below a blank, too.
        const __m128i ends =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, escape)),
                         _mm_cmplt_epi8(bytes, blank));
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(ends));
        if (mask == 0) continue;
        at_ += __builtin_ctz(mask);
        break;
    }
#endif
    while (at_ != end_ && *at_ >= ' ' && static_cast<signed char>(*at_) >= 0 && *at_ != '"' &&
           *at_ != '\\')
        ++at_;
    if (at_ == end_ || *at_ != '"') return false;
    out = {begin, static_cast<std::size_t>(at_ - begin)};
    ++at_;
    return true;
}

bool PlainReader::number(std::string_view& out) {
    const char* const begin = at_;
    if (*at_ == '-') ++at_;
    const char* const whole = at_;
    if (!digits() || (*whole == '0' && at_ - whole > 1)) return false;
    if (at_ != end_ && *at_ == '.') {
        ++at_;
        if (!digits()) return false;
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
        ++at_;
        if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
        if (!digits()) return false;
    }
    out = {begin, static_cast<std::size_t>(at_ - begin)};
    return true;
}

bool PlainReader::word(std::string_view word) {
    if (static_cast<std::size_t>(end_ - at_) < word.size()) return false;
    if (std::memcmp(at_, word.data(), word.size()) != 0) return false;
    at_ += word.size();
    return true;
}

}  // namespace

bool read_plain_json(std::string_view text, std::vector<JsonNode>& nodes) {
    return PlainReader(text, nodes).run();
}

}  // namespace tradectl::market
