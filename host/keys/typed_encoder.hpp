/// The message of EIP-712 typed data, read and hashed in one go.
#pragma once

#include "host/keys/json_cursor.hpp"
#include "host/keys/typed_data.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tradectl::keys {

/// Encodes one message. Not kept longer than that: it refers to plan, text and result. [any]
class TypedEncoder {
  public:
    TypedEncoder(const TypePlan& plan, std::string_view message, TypedHash& result)
        : plan_(plan), cursor_(message), result_(result) {}

    /// Puts the struct hash, calls and spenders into the result.
    Status run();

  private:
    bool structure(std::size_t index, Word& hash);
    bool members(const Structure& type, std::vector<std::byte>& words, std::uint64_t* seen);
    bool value(const Field& field, std::size_t dimensions, Word& word);
    bool array(const Field& field, std::size_t dimensions, Word& word);
    bool atom(const Field& field, Word& word);
    bool boolean(const Field& field, Word& word);
    bool integer(const Field& field, Word& word);
    bool text(const Field& field, Word& word);
    bool dynamic_bytes(const Field& field, Word& word);
    bool address(const Field& field, Word& word);
    bool fixed_bytes(const Field& field, Word& word);
    bool refuse(const Field& field, std::string_view why);

    const TypePlan& plan_;
    JsonCursor cursor_;
    TypedHash& result_;
    std::string problem_;
    std::string room_;
    std::vector<std::byte> last_bytes_;
    unsigned depth_ = 0;
};

}  // namespace tradectl::keys
