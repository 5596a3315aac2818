/// A JSON text read forwards, without a tree: what is signed is on the way of every order.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace tradectl::keys {

/// Reads RFC 8259 text piece by piece. The first piece that is not as asked for makes every later
/// call fail too, so that callers look once at the end or where they need a value; `error()` says
/// where. The text must outlive the cursor and the views it gave. [any]
class JsonCursor {
  public:
    explicit JsonCursor(std::string_view text) : text_(text) {}

    /// Begins an object or array.
    bool open(char bracket);
    /// The next member's key, to be followed by one call that reads its value. False at the end of
    /// the object, which is read, and after a failure.
    bool next_member(std::string_view& key);
    /// Whether an item follows; at the end of the array it is read.
    bool next_item();
    /// A text without quotes; a view of the input when nothing in it is escaped, else of `room`.
    bool string(std::string_view& value, std::string& room);
    /// A number's or literal's characters, or a text's without quotes: how integers may be given.
    bool scalar(std::string_view& value);
    /// A value of any kind, as it stands in the text.
    bool skip(std::string_view& value);
    /// Moves over exactly `piece` when the text goes on with it.
    bool take(std::string_view piece);
    /// Nothing but white space is left.
    bool at_end();

    [[nodiscard]] bool failed() const { return failed_; }
    /// The first character of the next value; 0 at the end.
    [[nodiscard]] char peek();
    [[nodiscard]] std::size_t offset() const { return at_; }
    /// All that was not read.
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

  private:
    enum class Place { First, Later };

    bool give_up();
    void blanks();
    bool key_and_colon(std::string_view& key);
    bool skip_string();
    bool skip_plain();
    bool skip_nested(unsigned depth);
    bool unescape(std::string_view raw, std::string& room);

    std::string_view text_;
    std::size_t at_ = 0;
    Place place_ = Place::First;
    bool failed_ = false;
};

}  // namespace tradectl::keys
