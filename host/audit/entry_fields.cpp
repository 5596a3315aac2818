#include "host/audit/entry_fields.hpp"

#include <string>

namespace tradectl::audit {

Expected<Json> parse_fields(std::uint64_t index, std::string_view line) {
    auto fields = parse_json(line);
    if (fields && fields->as_object() != nullptr) return fields;
    return fail(ErrorCode::Corrupt, "audit: entry " + std::to_string(index) + " is not an object");
}

std::string_view text_in(const Json& fields, std::string_view key) {
    return fields.find_text(key).value_or("");
}

std::uint64_t number_in(const Json& fields, std::string_view key) {
    const Json* value = fields.find(key);
    return value == nullptr ? 0 : static_cast<std::uint64_t>(value->as_integer().value_or(0));
}

bool names_order(const Json& fields, std::string_view order) {
    for (const char* key : {"client_order_id", "venue_order_id", "target_client_order_id"}) {
        if (text_in(fields, key).starts_with(order)) return true;
    }
    return false;
}

}  // namespace tradectl::audit
