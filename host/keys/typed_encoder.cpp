#include "host/keys/typed_encoder.hpp"

#include "host/base/hash.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace tradectl::keys {
namespace {

constexpr unsigned kDepthMax = 16;
constexpr std::size_t kWordBytes = sizeof(Word);

bool in_range(const Word& magnitude, bool negative, const FieldType& type) {
    if (type.atom == Atom::Unsigned) return !negative && bit_length(magnitude) <= type.size;
    if (bit_length(magnitude) < type.size) return true;
    // The one negative number whose magnitude needs all bits: a power of two.
    unsigned bits = 0;
    for (const std::byte byte : magnitude)
        bits += static_cast<unsigned>(std::popcount(std::to_integer<unsigned>(byte)));
    return negative && bits == 1 && bit_length(magnitude) == type.size;
}

Address address_in(const Word& word) {
    Address address{};
    std::copy(word.end() - address.size(), word.end(), address.begin());
    return address;
}

}  // namespace

std::optional<Address> KnownAddresses::parse(std::string_view text) {
    for (const Entry& entry : entries_) {
        if (entry.text == text) return entry.address;
    }
    const auto address = parse_address(text);
    if (!address) return std::nullopt;
    entries_.at(next_) = {std::string(text), *address};
    next_ = (next_ + 1) % entries_.size();
    return address;
}

Status TypedEncoder::run(Ending ending) {
    const bool done = structure(plan_.primary, result_.struct_hash);
    if (done && (ending == Ending::Text || cursor_.take("}")) && cursor_.at_end()) return {};
    std::string why = "typed data: message: ";
    if (problem_.empty())
        why += "not JSON at byte " + std::to_string(cursor_.offset());
    else
        why += problem_;
    return fail(ErrorCode::InvalidArgument, std::move(why));
}

bool TypedEncoder::refuse(const Field& field, std::string_view why) {
    if (problem_.empty()) problem_ = "member '" + field.name + "': " + std::string(why);
    return false;
}

bool TypedEncoder::structure(std::size_t index, Word& hash) {
    const Structure& type = plan_.structures[index];
    if (++depth_ > kDepthMax) {
        problem_ = "type '" + type.name + "': nested too deep";
        return false;
    }
    std::vector<std::byte> words((type.fields.size() + 1) * kWordBytes);
    std::copy(type.type_hash.begin(), type.type_hash.end(), words.begin());
    std::array<std::uint64_t, 2> seen{};
    if (!members(type, words, seen.data())) return false;
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
        if ((seen[i / 64] >> (i % 64) & 1) == 0) return refuse(type.fields[i], "missing");
    }
    hash = keccak256(words);
    --depth_;
    return true;
}

bool TypedEncoder::members(const Structure& type,
                           std::vector<std::byte>& words,
                           std::uint64_t* seen) {
    if (!cursor_.open('{')) return false;
    AllowedCall call;
    std::size_t expected = 0;  // members mostly come in the order of the type
    std::string_view key;
    while (cursor_.next_member(key)) {
        std::size_t i = expected;
        if (i >= type.fields.size() || type.fields[i].name != key) {
            for (i = 0; i < type.fields.size() && type.fields[i].name != key; ++i) {
            }
            if (i == type.fields.size()) {
                problem_ = "type '" + type.name + "' has no member '" + std::string(key) + "'";
                return false;
            }
        }
        const Field& field = type.fields[i];
        if ((seen[i / 64] >> (i % 64) & 1) != 0) return refuse(field, "given twice");
        seen[i / 64] |= std::uint64_t{1} << (i % 64);
        Word word{};
        if (!value(field, field.type.dimensions.size(), word)) return false;
        std::copy(word.begin(), word.end(), words.begin() + (i + 1) * kWordBytes);
        if (type.spender == i) result_.spenders.push_back(address_in(word));
        if (type.call_target == i) call.target = address_in(word);
        if (type.call_data == i) call.data = last_bytes_;
        expected = i + 1;
    }
    if (type.call_target && type.call_data) result_.calls.push_back(std::move(call));
    return !cursor_.failed();
}

bool TypedEncoder::value(const Field& field, std::size_t dimensions, Word& word) {
    if (dimensions > 0) return array(field, dimensions, word);
    if (field.type.atom == Atom::Struct) return structure(field.type.structure, word);
    return atom(field, word);
}

bool TypedEncoder::array(const Field& field, std::size_t dimensions, Word& word) {
    if (!cursor_.open('[')) return refuse(field, "no list");
    std::vector<std::byte> words;
    while (cursor_.next_item()) {
        Word item{};
        if (!value(field, dimensions - 1, item)) return false;
        words.insert(words.end(), item.begin(), item.end());
    }
    if (cursor_.failed()) return false;
    const auto length = field.type.dimensions[dimensions - 1];
    if (length && words.size() != *length * kWordBytes) {
        return refuse(field,
                      std::to_string(words.size() / kWordBytes) + " items in place of " +
                          std::to_string(*length));
    }
    word = keccak256(words);
    return true;
}

bool TypedEncoder::atom(const Field& field, Word& word) {
    switch (field.type.atom) {
        case Atom::Unsigned:
        case Atom::Signed: return integer(field, word);
        case Atom::Text: return text(field, word);
        case Atom::Bytes: return dynamic_bytes(field, word);
        case Atom::Account: return address(field, word);
        case Atom::FixedBytes: return fixed_bytes(field, word);
        case Atom::Boolean: return boolean(field, word);
        case Atom::Struct: break;
    }
    return refuse(field, "no value of its own");
}

bool TypedEncoder::boolean(const Field& field, Word& word) {
    const bool truth = cursor_.take("true");
    if (!truth && !cursor_.take("false")) return refuse(field, "neither true nor false");
    word = word_of(std::uint64_t{truth ? 1U : 0U});
    return true;
}

bool TypedEncoder::integer(const Field& field, Word& word) {
    const bool quoted = cursor_.peek() == '"';
    std::string_view digits;
    if (!cursor_.scalar(digits)) return refuse(field, "no integer");
    const bool negative = digits.starts_with('-');
    if (negative) digits.remove_prefix(1);
    if (!quoted && digits.starts_with('0') && digits != "0")
        return refuse(field, "no JSON integer");
    const auto magnitude = parse_unsigned(digits);
    if (!magnitude) return refuse(field, "no integer of at most 256 bits");
    if (!in_range(*magnitude, negative, field.type)) {
        return refuse(field,
                      std::string("out of the range of ") +
                          (field.type.atom == Atom::Signed ? "int" : "uint") +
                          std::to_string(field.type.size));
    }
    word = negative ? negated(*magnitude) : *magnitude;
    return true;
}

bool TypedEncoder::text(const Field& field, Word& word) {
    std::string_view value;
    if (!cursor_.string(value, room_)) return refuse(field, "no text");
    word = keccak256(bytes_of(value));
    return true;
}

bool TypedEncoder::dynamic_bytes(const Field& field, Word& word) {
    std::string_view digits;
    if (cursor_.peek() != '"' || !cursor_.scalar(digits) || !digits.starts_with("0x"))
        return refuse(field, "not bytes as 0x and digits");
    digits.remove_prefix(2);
    last_bytes_.resize(digits.size() / 2);
    if (!decode_hex(digits, last_bytes_)) return refuse(field, "not bytes as 0x and digits");
    word = keccak256(last_bytes_);
    return true;
}

bool TypedEncoder::address(const Field& field, Word& word) {
    std::string_view digits;
    if (cursor_.peek() != '"' || !cursor_.scalar(digits)) return refuse(field, "no address");
    const auto address = addresses_.parse(digits);
    if (!address) return refuse(field, "no address (40 digits behind 0x, checksum right)");
    word = word_of(*address);
    return true;
}

bool TypedEncoder::fixed_bytes(const Field& field, Word& word) {
    std::string_view digits;
    if (cursor_.peek() != '"' || !cursor_.scalar(digits) || !digits.starts_with("0x") ||
        !decode_hex(digits.substr(2), std::span(word).first(field.type.size)))
        return refuse(field, "not " + std::to_string(field.type.size) + " bytes behind 0x");
    return true;
}

}  // namespace tradectl::keys
