#include "host/audit/query.hpp"

#include "host/audit/entry_fields.hpp"

#include <algorithm>

namespace tradectl::audit {
namespace {

bool in_time(const Json& fields, const Filter& filter) {
    if (!filter.since && !filter.until) return true;
    const auto time = Timestamp::parse(text_in(fields, "time"));
    return time && (!filter.since || *time >= *filter.since) &&
           (!filter.until || *time < *filter.until);
}

bool matches(const Json& fields, const Filter& filter) {
    const auto is = [&](std::string_view key, const std::string& wanted) {
        return wanted.empty() || text_in(fields, key) == wanted;
    };
    const bool event =
        filter.events.empty() ||
        std::find(filter.events.begin(), filter.events.end(), text_in(fields, "event")) !=
            filter.events.end();
    return event && is("actor", filter.actor) && is("instrument", filter.instrument) &&
           (filter.order.empty() || names_order(fields, filter.order)) && in_time(fields, filter);
}

/// Most entries are not looked for: they need not be parsed.
bool may_match(std::string_view line, const Filter& filter) {
    const auto has = [&](const std::string& text) {
        return text.empty() || line.find(text) != std::string_view::npos;
    };
    return has(filter.actor) && has(filter.instrument) && has(filter.order);
}

}  // namespace

Status select(const LogReader& log, const Filter& filter, const FoundVisitor& visitor) {
    return log.each(filter.first_index,
                    [&](std::uint64_t index, std::string_view line) -> Expected<bool> {
                        if (!may_match(line, filter)) return true;
                        auto fields = parse_fields(index, line);
                        if (!fields) return fail(fields.error());
                        if (!matches(*fields, filter)) return true;
                        return visitor({index, std::string(line), std::move(*fields)});
                    });
}

}  // namespace tradectl::audit
