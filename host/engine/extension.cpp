#include "host/engine/extension.hpp"

#include <tradectl/records.hpp>

namespace tradectl::engine {

std::optional<Json> told_json(const tradectl_event& event, std::string_view name) {
    if (event.type != TRADECTL_EVENT_EXT) return std::nullopt;
    const auto& record = reinterpret_cast<const tradectl_ext_event&>(event);
    if (view(record.name) != name) return std::nullopt;
    auto json = parse_json(as_text(Ext(record).payload()));
    if (!json || json->as_object() == nullptr) return std::nullopt;
    return std::move(*json);
}

}  // namespace tradectl::engine
