/// The message of EIP-712 typed data, read and hashed in one go.
#pragma once

#include "host/keys/json_cursor.hpp"
#include "host/keys/typed_data.hpp"

#include <tradectl/expected.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::keys {

/// Addresses whose checksum was right, the newest in place of the oldest: an account's orders name
/// the same few, and a checksum costs a hash.
class KnownAddresses {
  public:
    /// As `parse_address`.
    std::optional<Address> parse(std::string_view text);

  private:
    struct Entry {
        std::string text;
        Address address{};
    };
    std::array<Entry, 8> entries_;
    std::size_t next_ = 0;
};

/// Encodes one message. Not kept longer than that: it refers to plan, text and result. [any]
class TypedEncoder {
  public:
    /// Where the message's text ends: with what was given, or it is the last member of an object
    /// whose end was given too.
    enum class Ending { Text, Object };

    TypedEncoder(const TypePlan& plan,
                 std::string_view message,
                 KnownAddresses& addresses,
                 TypedHash& result)
        : plan_(plan), cursor_(message), addresses_(addresses), result_(result) {}

    /// Puts the struct hash, calls and spenders into the result.
    Status run(Ending ending);

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
    KnownAddresses& addresses_;
    TypedHash& result_;
    std::string problem_;
    std::string room_;
    std::vector<std::byte> last_bytes_;
    unsigned depth_ = 0;
};

}  // namespace tradectl::keys
