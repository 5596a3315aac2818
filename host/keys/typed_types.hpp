/// The types of EIP-712 typed data, made ready to encode: names resolved, type hashes computed.
#pragma once

#include "host/keys/evm_word.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl {
class Json;
}

namespace tradectl::keys {

enum class Atom { Unsigned, Signed, Boolean, Account, FixedBytes, Bytes, Text, Struct };

/// What a member holds; Account is `address`.
struct FieldType {
    Atom atom = Atom::Unsigned;
    unsigned size = 0;          ///< bits of an integer, bytes of FixedBytes
    std::size_t structure = 0;  ///< of Struct: index into `TypePlan::structures`
    /// Array lengths, innermost first; nothing where any length goes.
    std::vector<std::optional<std::size_t>> dimensions;
};

struct Field {
    std::string name;
    FieldType type;
};

/// One struct type. A struct with an address member `to` or `target` and a bytes member `data` is a
/// call that the signature allows.
struct Structure {
    std::string name;
    std::vector<Field> fields;
    std::string encoded_type;  ///< encodeType: "Mail(Person from,string contents)Person(...)"
    Word type_hash{};
    std::optional<std::size_t> call_target;
    std::optional<std::size_t> call_data;
    std::optional<std::size_t> spender;  ///< an address member of this name gets an allowance
};

struct TypePlan {
    std::vector<Structure> structures;
    std::size_t primary = 0;
};

/// Reads `types` (name -> [{name, type}]). InvalidArgument names the type and member at fault: an
/// unknown type, a name used twice, a size that no integer has, an array of length 0. EIP712Domain
/// may be there and is no type of a message. [any]
Expected<TypePlan> plan_types(const Json& types, std::string_view primary_type);

/// What a domain says.
struct Domain {
    Word separator{};
    std::string name;
    std::optional<Word> chain_id;
    std::optional<Address> contract;
};

/// Reads `domain`, whose members are hashed in the standard order. `declared` is EIP712Domain of
/// the types, or null: it may not say anything else than the members that are there.
/// InvalidArgument otherwise. [any]
Expected<Domain> read_domain(const Json& domain, const Json* declared);

}  // namespace tradectl::keys
