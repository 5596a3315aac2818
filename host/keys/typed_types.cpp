#include "host/keys/typed_types.hpp"

#include "host/base/hash.hpp"
#include "host/base/json.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace tradectl::keys {
namespace {

constexpr std::string_view kDomainType = "EIP712Domain";
constexpr std::size_t kStructuresMax = 64;
constexpr std::size_t kFieldsMax = 128;
constexpr std::size_t kDimensionsMax = 4;
constexpr std::size_t kArrayLengthMax = 65536;

Unexpected bad(const std::string& what) {
    return fail(ErrorCode::InvalidArgument, "typed data: " + what);
}

bool is_identifier(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return letter(c) || (c >= '0' && c <= '9');
           });
}

/// Decimal without sign and leading zero.
std::optional<std::size_t> plain_number(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.front() == '0')
        return std::nullopt;
    return number;
}

/// "uint8", "bytes32", "string"; nothing for other names.
std::optional<FieldType> atomic_type(std::string_view name) {
    FieldType type;
    const auto sized = [&](std::string_view stem, Atom atom, unsigned max, unsigned step) {
        if (!name.starts_with(stem)) return false;
        const auto size = plain_number(name.substr(stem.size()));
        if (!size || *size > max || *size % step != 0) return false;
        type.atom = atom;
        type.size = static_cast<unsigned>(*size);
        return true;
    };
    const auto plain = [&](std::string_view word, Atom atom) {
        type.atom = atom;
        return name == word;
    };
    if (plain("bool", Atom::Boolean) || plain("address", Atom::Account) ||
        plain("bytes", Atom::Bytes) || plain("string", Atom::Text) ||
        sized("uint", Atom::Unsigned, 256, 8) || sized("int", Atom::Signed, 256, 8) ||
        sized("bytes", Atom::FixedBytes, 32, 1))
        return type;
    return std::nullopt;
}

/// Takes the array brackets off `name`; false when they are not well formed.
bool split_dimensions(std::string_view& name, FieldType& type) {
    const std::size_t first = name.find('[');
    if (first == std::string_view::npos) return true;
    std::string_view rest = name.substr(first);
    name = name.substr(0, first);
    while (!rest.empty()) {
        const std::size_t close = rest.find(']');
        if (rest.front() != '[' || close == std::string_view::npos) return false;
        std::optional<std::size_t> length;
        if (close > 1) {
            length = plain_number(rest.substr(1, close - 1));
            if (!length || *length > kArrayLengthMax) return false;
        }
        type.dimensions.push_back(length);
        rest.remove_prefix(close + 1);
    }
    return type.dimensions.size() <= kDimensionsMax;
}

class Planner {
  public:
    explicit Planner(const Json& types) : types_(types) {}

    Expected<TypePlan> plan(std::string_view primary) {
        if (types_.as_object() == nullptr) return bad("types is no object");
        if (types_.as_object()->size() > kStructuresMax) return bad("too many types");
        if (primary == kDomainType) return bad("a domain is no message");
        for (const JsonMember& member : *types_.as_object()) {
            if (member.key == kDomainType) continue;
            if (!is_identifier(member.key) || atomic_type(member.key))
                return bad("type '" + member.key + "': not a name for a struct");
            plan_.structures.push_back({.name = member.key});
        }
        for (Structure& structure : plan_.structures) {
            if (auto done = fields(structure); !done) return fail(done.error());
        }
        const auto main = index_of(primary);
        if (!main) return bad("primary type '" + std::string(primary) + "' is not in types");
        plan_.primary = *main;
        for (std::size_t i = 0; i < plan_.structures.size(); ++i)
            hash(i);
        return std::move(plan_);
    }

  private:
    std::optional<std::size_t> index_of(std::string_view name) const {
        for (std::size_t i = 0; i < plan_.structures.size(); ++i) {
            if (plan_.structures[i].name == name) return i;
        }
        return std::nullopt;
    }

    Status fields(Structure& structure) {
        const Json* list = types_.find(structure.name);
        if (list->as_array() == nullptr || list->as_array()->size() > kFieldsMax)
            return bad("type '" + structure.name + "': not a list of members");
        for (const Json& item : *list->as_array()) {
            const auto name = item.find_text("name");
            const auto type = item.find_text("type");
            if (!name || !type || !is_identifier(*name))
                return bad("type '" + structure.name + "': a member without name or type");
            for (const Field& other : structure.fields) {
                if (other.name == *name)
                    return bad("type '" + structure.name + "': member '" + other.name + "' twice");
            }
            auto field = field_type(*type);
            if (!field) {
                return bad("type '" + structure.name + "', member '" + std::string(*name) +
                           "': unknown type '" + std::string(*type) + "'");
            }
            note_meaning(structure, *name, *field);
            structure.fields.push_back({std::string(*name), std::move(*field)});
        }
        return {};
    }

    static void note_meaning(Structure& structure, std::string_view name, const FieldType& type) {
        if (!type.dimensions.empty()) return;
        const std::size_t index = structure.fields.size();
        const bool address = type.atom == Atom::Account;
        if (address && (name == "to" || name == "target")) structure.call_target = index;
        if (address && name == "spender") structure.spender = index;
        if (type.atom == Atom::Bytes && name == "data") structure.call_data = index;
    }

    std::optional<FieldType> field_type(std::string_view name) const {
        FieldType type;
        if (!split_dimensions(name, type)) return std::nullopt;
        if (const auto atom = atomic_type(name)) {
            type.atom = atom->atom;
            type.size = atom->size;
            return type;
        }
        const auto structure = index_of(name);
        if (!structure) return std::nullopt;
        type.atom = Atom::Struct;
        type.structure = *structure;
        return type;
    }

    /// "Mail(Person from,string contents)", as the types spell it.
    std::string own_text(const Structure& structure) const {
        std::string text = structure.name + "(";
        for (const Json& item : *types_.find(structure.name)->as_array()) {
            if (text.back() != '(') text += ',';
            text +=
                std::string(*item.find_text("type")) + ' ' + std::string(*item.find_text("name"));
        }
        return text + ")";
    }

    void collect(std::size_t index, std::set<std::string>& names) const {
        if (!names.insert(plan_.structures[index].name).second) return;
        for (const Field& field : plan_.structures[index].fields) {
            if (field.type.atom == Atom::Struct) collect(field.type.structure, names);
        }
    }

    void hash(std::size_t index) {
        Structure& structure = plan_.structures[index];
        std::set<std::string> names;
        collect(index, names);
        names.erase(structure.name);
        structure.encoded_type = own_text(structure);
        for (const std::string& name : names)
            structure.encoded_type += own_text(plan_.structures[*index_of(name)]);
        structure.type_hash = keccak256(bytes_of(structure.encoded_type));
    }

    const Json& types_;
    TypePlan plan_;
};

struct DomainMember {
    std::string_view name;
    std::string_view type;
};
constexpr DomainMember kDomainMembers[] = {{"name", "string"},
                                           {"version", "string"},
                                           {"chainId", "uint256"},
                                           {"verifyingContract", "address"},
                                           {"salt", "bytes32"}};

std::optional<Word> number_of(const Json& value) {
    if (const auto number = value.as_integer())
        return *number < 0 ? std::nullopt
                           : std::optional(word_of(static_cast<std::uint64_t>(*number)));
    return value.as_text() ? parse_unsigned(*value.as_text()) : std::nullopt;
}

/// The member's 32 bytes; what it says goes into `domain`.
std::optional<Word> domain_word(const DomainMember& member, const Json& value, Domain& domain) {
    if (member.name == "chainId") return domain.chain_id = number_of(value);
    const std::string* text = value.as_text();
    if (text == nullptr) return std::nullopt;
    if (member.type == "string") {
        if (member.name == "name") domain.name = *text;
        return keccak256(bytes_of(*text));
    }
    if (member.type == "address") {
        domain.contract = parse_address(*text);
        return domain.contract ? std::optional(word_of(*domain.contract)) : std::nullopt;
    }
    Word salt{};
    if (!text->starts_with("0x") || !decode_hex(std::string_view(*text).substr(2), salt))
        return std::nullopt;
    return salt;
}

Status check_declared(const Json& declared, const std::string& derived) {
    std::string text = std::string(kDomainType) + "(";
    if (declared.as_array() == nullptr) return bad("EIP712Domain is no list of members");
    for (const Json& item : *declared.as_array()) {
        if (text.back() != '(') text += ',';
        text += std::string(item.find_text("type").value_or("?")) + ' ' +
                std::string(item.find_text("name").value_or("?"));
    }
    if (text + ")" == derived) return {};
    return bad("EIP712Domain is declared as '" + text + ")', the domain is '" + derived + "'");
}

}  // namespace

Expected<TypePlan> plan_types(const Json& types, std::string_view primary_type) {
    return Planner(types).plan(primary_type);
}

Expected<Domain> read_domain(const Json& domain, const Json* declared) {
    if (domain.as_object() == nullptr) return bad("domain is no object");
    Domain result;
    std::string type = std::string(kDomainType) + "(";
    std::vector<std::byte> encoded(sizeof(Word));
    std::size_t used = 0;
    for (const DomainMember& member : kDomainMembers) {
        const Json* value = domain.find(member.name);
        if (value == nullptr) continue;
        const auto word = domain_word(member, *value, result);
        if (!word)
            return bad("domain: " + std::string(member.name) + " is not a " +
                       std::string(member.type));
        if (++used > 1) type += ',';
        type += std::string(member.type) + ' ' + std::string(member.name);
        encoded.insert(encoded.end(), word->begin(), word->end());
    }
    type += ")";
    if (used != domain.as_object()->size()) return bad("domain: a member that no domain has");
    if (declared != nullptr) {
        if (auto same = check_declared(*declared, type); !same) return fail(same.error());
    }
    const Word type_hash = keccak256(bytes_of(type));
    std::copy(type_hash.begin(), type_hash.end(), encoded.begin());
    result.separator = keccak256(encoded);
    return result;
}

}  // namespace tradectl::keys
