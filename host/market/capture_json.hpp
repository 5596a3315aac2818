/// One JSON text as a flat list of nodes, numbers and strings as they are written.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace tradectl::market {

enum class JsonKind : std::uint8_t { Missing, Null, False, True, Number, String, Array, Object };

/// One value and, behind it, all that it holds.
struct JsonNode {
    std::string_view key;   ///< its name in the object around it, else empty
    std::string_view text;  ///< of a string its characters, of a number its digits as written
    std::uint32_t end = 0;  ///< index of the first node that is not inside of it
    JsonKind kind = JsonKind::Missing;
};

/// A value in a CaptureJson; valid until the next parse.
class JsonView {
  public:
    /// Goes over the values inside of an array or an object.
    class Iterator {
      public:
        Iterator(const JsonNode* nodes, std::uint32_t at) : nodes_(nodes), at_(at) {}
        JsonView operator*() const { return {nodes_, at_}; }
        Iterator& operator++() {
            at_ = nodes_[at_].end;
            return *this;
        }
        bool operator==(const Iterator& other) const { return at_ == other.at_; }

      private:
        const JsonNode* nodes_;
        std::uint32_t at_;
    };

    JsonView() = default;
    JsonView(const JsonNode* nodes, std::uint32_t at) : nodes_(nodes), at_(at) {}

    [[nodiscard]] JsonKind kind() const { return nodes_ ? nodes_[at_].kind : JsonKind::Missing; }
    [[nodiscard]] bool is(JsonKind wanted) const { return kind() == wanted; }
    [[nodiscard]] explicit operator bool() const { return !is(JsonKind::Missing); }
    [[nodiscard]] std::string_view key() const {
        return nodes_ ? nodes_[at_].key : std::string_view{};
    }
    /// Empty when it is neither a string nor a number.
    [[nodiscard]] std::string_view text() const {
        return nodes_ ? nodes_[at_].text : std::string_view{};
    }
    /// The first member of that name; missing when it is no object or has none.
    [[nodiscard]] JsonView operator[](std::string_view name) const {
        if (!is(JsonKind::Object)) return {};
        for (const JsonView member : *this)
            if (same_name(member.key(), name)) return member;
        return {};
    }
    /// The n-th element, from 0; missing when it is no array or too short.
    [[nodiscard]] JsonView at(std::size_t n) const {
        if (!is(JsonKind::Array)) return {};
        for (const JsonView element : *this)
            if (n-- == 0) return element;
        return {};
    }
    [[nodiscard]] Iterator begin() const { return {nodes_, holds() ? at_ + 1 : 0}; }
    [[nodiscard]] Iterator end() const { return {nodes_, holds() ? nodes_[at_].end : 0}; }
    [[nodiscard]] std::size_t size() const {
        std::size_t count = 0;
        for (auto it = begin(); it != end(); ++it)
            ++count;
        return count;
    }

  private:
    /// Most names are one letter, and most of those looked at are others.
    [[nodiscard]] static bool same_name(std::string_view a, std::string_view b) {
        return a.size() == b.size() && (a.empty() || (a[0] == b[0] && (a.size() == 1 || a == b)));
    }
    [[nodiscard]] bool holds() const { return is(JsonKind::Array) || is(JsonKind::Object); }

    const JsonNode* nodes_ = nullptr;
    std::uint32_t at_ = 0;
};

/// Reads JSON texts one after the other, keeping its memory. [any]
class CaptureJson {
  public:
    CaptureJson();
    ~CaptureJson();

    /// The whole text as one object or array, valid until the next call. Corrupt when it is
    /// anything else than one value of RFC 8259 in UTF-8, or nested deeper than 64 levels.
    Expected<JsonView> parse(std::string_view text);

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
    std::vector<JsonNode> nodes_;
};

}  // namespace tradectl::market
