#include "host/keys/typed_data.hpp"

#include "host/base/json.hpp"
#include "host/keys/typed_encoder.hpp"

#include <algorithm>
#include <array>

namespace tradectl::keys {
namespace {

constexpr std::size_t kCachedMax = 16;
constexpr std::size_t kJsonBytesMax = 1u << 20;

Unexpected bad(const std::string& what) {
    return fail(ErrorCode::InvalidArgument, "typed data: " + what);
}

/// The four members as they stand in the text.
struct Parts {
    std::string_view domain;
    std::string_view primary;
    std::string_view types;
    std::string_view message;
    TypedEncoder::Ending ending = TypedEncoder::Ending::Text;  ///< of the message
};

/// Things computed from texts, the newest in place of the oldest.
template <typename T>
class ByText {
  public:
    const T* find(std::string_view a, std::string_view b) const {
        for (const auto& entry : entries_) {
            if (entry->first.size() == a.size() + b.size() && entry->first.starts_with(a) &&
                entry->first.ends_with(b))
                return &entry->second;
        }
        return nullptr;
    }
    const T& add(std::string_view a, std::string_view b, T made) {
        auto entry =
            std::make_unique<std::pair<std::string, T>>(std::string(a).append(b), std::move(made));
        if (entries_.size() < kCachedMax) return entries_.emplace_back(std::move(entry))->second;
        next_ = (next_ + 1) % kCachedMax;
        entries_[next_] = std::move(entry);
        return entries_[next_]->second;
    }

  private:
    std::vector<std::unique_ptr<std::pair<std::string, T>>> entries_;
    std::size_t next_ = 0;
};

std::string_view* part_of(Parts& parts, std::string_view key) {
    if (key == "domain") return &parts.domain;
    if (key == "primaryType") return &parts.primary;
    if (key == "types") return &parts.types;
    return key == "message" ? &parts.message : nullptr;
}

/// Texts seen before, which need not be looked through for their end: a text that begins with a
/// whole object goes on behind it.
class SeenObjects {
  public:
    bool take(JsonCursor& cursor, std::string_view& part) const {
        if (cursor.peek() != '{') return false;
        for (const std::string& text : texts_) {
            if (text.empty() || !cursor.take(text)) continue;
            part = text;
            return true;
        }
        return false;
    }
    void add(std::string_view text) {
        if (std::find(texts_.begin(), texts_.end(), text) != texts_.end()) return;
        next_ = (next_ + 1) % texts_.size();
        texts_.at(next_) = text;
    }

  private:
    std::array<std::string, 2 * kCachedMax> texts_;
    std::size_t next_ = 0;
};

Expected<Parts> split(std::string_view json, const SeenObjects& seen) {
    if (json.size() > kJsonBytesMax) return bad("longer than 1 MiB");
    Parts parts;
    JsonCursor cursor(json);
    std::string_view key;
    if (cursor.open('{')) {
        while (cursor.next_member(key)) {
            std::string_view* part = part_of(parts, key);
            if (part == nullptr) return bad("unknown member '" + std::string(key) + "'");
            if (part->data() != nullptr) return bad("member '" + std::string(key) + "' twice");
            if (part == &parts.message && parts.domain.data() != nullptr &&
                parts.primary.data() != nullptr && parts.types.data() != nullptr) {
                // Only the object's end may follow: whoever reads the message finds it.
                parts.message = cursor.rest();
                parts.ending = TypedEncoder::Ending::Object;
                return parts;
            }
            const bool seen_before =
                (part == &parts.domain || part == &parts.types) && seen.take(cursor, *part);
            if (!seen_before && !cursor.skip(*part)) break;
        }
    }
    if (!cursor.at_end()) return bad("not JSON at byte " + std::to_string(cursor.offset()));
    for (const std::string_view name : {"domain", "primaryType", "types", "message"}) {
        if (part_of(parts, name)->data() == nullptr)
            return bad("no member '" + std::string(name) + "'");
    }
    return parts;
}

}  // namespace

struct TypedDataHasher::Cache {
    ByText<TypePlan> plans;
    ByText<Domain> domains;
    SeenObjects seen;
    KnownAddresses addresses;

    Expected<const TypePlan*> plan(const Parts& parts) {
        if (const TypePlan* known = plans.find(parts.types, parts.primary)) return known;
        auto types = parse_json(parts.types);
        auto primary = parse_json(parts.primary);
        if (!types) return bad("types: " + types.error().message);
        if (!primary || primary->as_text() == nullptr) return bad("primaryType is no text");
        auto made = plan_types(*types, *primary->as_text());
        if (!made) return fail(made.error());
        seen.add(parts.types);
        return &plans.add(parts.types, parts.primary, std::move(*made));
    }

    Expected<const Domain*> domain(const Parts& parts) {
        if (const Domain* known = domains.find(parts.domain, parts.types)) return known;
        auto json = parse_json(parts.domain);
        if (!json) return bad("domain: " + json.error().message);
        auto types = parse_json(parts.types);
        if (!types) return bad("types: " + types.error().message);
        auto made = read_domain(*json, types->find("EIP712Domain"));
        if (!made) return fail(made.error());
        seen.add(parts.domain);
        return &domains.add(parts.domain, parts.types, std::move(*made));
    }
};

TypedDataHasher::TypedDataHasher() : cache_(std::make_unique<Cache>()) {}
TypedDataHasher::~TypedDataHasher() = default;
TypedDataHasher::TypedDataHasher(TypedDataHasher&&) noexcept = default;
TypedDataHasher& TypedDataHasher::operator=(TypedDataHasher&&) noexcept = default;

Expected<TypedHash> TypedDataHasher::hash(std::string_view json) {
    const auto parts = split(json, cache_->seen);
    if (!parts) return fail(parts.error());
    const auto plan = cache_->plan(*parts);
    if (!plan) return fail(plan.error());
    const auto domain = cache_->domain(*parts);
    if (!domain) return fail(domain.error());
    TypedHash result;
    result.domain = *domain;
    result.primary = &(*plan)->structures[(*plan)->primary];
    TypedEncoder encoder(**plan, parts->message, cache_->addresses, result);
    if (auto done = encoder.run(parts->ending); !done) return fail(done.error());
    result.digest = typed_digest(result.domain->separator, result.struct_hash);
    return result;
}

Word typed_digest(const Word& domain_separator, const Word& struct_hash) {
    std::array<std::byte, 2 + 2 * sizeof(Word)> bytes{std::byte{0x19}, std::byte{0x01}};
    std::copy(domain_separator.begin(), domain_separator.end(), bytes.begin() + 2);
    std::copy(struct_hash.begin(), struct_hash.end(), bytes.begin() + 2 + sizeof(Word));
    return keccak256(bytes);
}

}  // namespace tradectl::keys
