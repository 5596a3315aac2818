#include "host/audit/query.hpp"

#include <algorithm>
#include <charconv>

namespace tradectl::audit {
namespace {

constexpr std::size_t kCandidatesMax = 5;

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

Expected<Json> parse(std::uint64_t index, std::string_view line) {
    auto fields = parse_json(line);
    if (fields && fields->as_object() != nullptr) return fields;
    return fail(ErrorCode::Corrupt, "audit: entry " + std::to_string(index) + " is not an object");
}

/// What a word on the command line may mean.
struct Wanted {
    std::string word;
    std::optional<std::uint64_t> op;
    std::string actor;  ///< of ACTOR/ORDER_REF
    std::uint64_t order_ref = 0;
};

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || done.ec != std::errc{} || done.ptr != text.data() + text.size())
        return std::nullopt;
    return value;
}

Wanted wanted_of(const std::string& word) {
    Wanted wanted{.word = word, .op = number_of(word), .actor = {}, .order_ref = 0};
    const std::size_t slash = word.rfind('/');
    const auto ref = slash == std::string::npos ? std::nullopt : number_of(word.substr(slash + 1));
    if (ref) {
        wanted.actor = word.substr(0, slash);
        wanted.order_ref = *ref;
    }
    return wanted;
}

bool means(const Wanted& wanted, const Json& fields) {
    if (number_in(fields, "order_ref") == 0) return false;
    if (!wanted.actor.empty() && text_in(fields, "actor") == wanted.actor &&
        number_in(fields, "order_ref") == wanted.order_ref)
        return true;
    if (wanted.op && number_in(fields, "op") == *wanted.op) return true;
    return names_order(fields, wanted.word);
}

OrderName name_in(const Json& fields) {
    return {std::string(text_in(fields, "actor")),
            number_in(fields, "order_ref"),
            std::string(text_in(fields, "client_order_id"))};
}

Expected<std::vector<OrderName>> find_orders(const LogReader& log, const Wanted& wanted) {
    std::vector<OrderName> found;
    const auto take = [&](std::uint64_t index, std::string_view line) -> Expected<bool> {
        if (line.find(wanted.actor.empty() ? wanted.word : wanted.actor) == std::string_view::npos)
            return true;
        const auto fields = parse(index, line);
        if (!fields) return fail(fields.error());
        if (!means(wanted, *fields)) return true;
        const OrderName name = name_in(*fields);
        const auto same = std::find_if(found.begin(), found.end(), [&](const OrderName& one) {
            return one.actor == name.actor && one.order_ref == name.order_ref;
        });
        if (same == found.end()) found.push_back(name);
        return found.size() <= kCandidatesMax;
    };
    if (auto done = log.each(0, take); !done) return fail(done.error());
    return found;
}

Error ambiguous(const std::string& order, const std::vector<OrderName>& found) {
    std::string text = "'" + order + "' may mean";
    for (std::size_t i = 0; i < std::min(found.size(), kCandidatesMax); ++i) {
        text += (i == 0 ? " " : ", ") + found[i].actor + "/" + std::to_string(found[i].order_ref);
        if (!found[i].client_order_id.empty()) text += " (" + found[i].client_order_id + ")";
    }
    if (found.size() > kCandidatesMax) text += " and others";
    return {ErrorCode::InvalidArgument, text};
}

/// Whether a decision was made on the event that the order was.
bool is_decision_on(const Json& fields, const OrderName& order, std::uint64_t trigger) {
    return trigger != 0 && text_in(fields, "event") == "DECISION" &&
           text_in(fields, "actor") == order.actor && number_in(fields, "order_ref") == 0 &&
           number_in(fields, "trigger") == trigger;
}

}  // namespace

Status select(const LogReader& log, const Filter& filter, const FoundVisitor& visitor) {
    return log.each(filter.first_index,
                    [&](std::uint64_t index, std::string_view line) -> Expected<bool> {
                        if (!may_match(line, filter)) return true;
                        auto fields = parse(index, line);
                        if (!fields) return fail(fields.error());
                        if (!matches(*fields, filter)) return true;
                        return visitor({index, std::string(line), std::move(*fields)});
                    });
}

Expected<Story> tell_story(const LogReader& log, const std::string& order) {
    const auto found = find_orders(log, wanted_of(order));
    if (!found) return fail(found.error());
    if (found->empty()) {
        return fail(ErrorCode::InvalidArgument,
                    "no order '" + order +
                        "' in the audit log; want a client or venue order id, "
                        "an op id, or STRATEGY/ORDER_REF");
    }
    if (found->size() > 1) return fail(ambiguous(order, *found));
    Story story{.order = found->front(), .entries = {}};
    std::uint64_t trigger = 0;
    std::vector<FoundEntry> decisions;  // not known yet whether they are on the order's event
    const auto take = [&](FoundEntry entry) -> Expected<bool> {
        const OrderName name = name_in(entry.fields);
        if (name.order_ref == 0) {
            if (text_in(entry.fields, "event") == "DECISION") decisions.push_back(std::move(entry));
            return true;
        }
        if (name.order_ref != story.order.order_ref) return true;
        if (!name.client_order_id.empty()) story.order.client_order_id = name.client_order_id;
        if (trigger == 0) trigger = number_in(entry.fields, "trigger");
        story.entries.push_back(std::move(entry));
        return true;
    };
    Filter filter;
    filter.actor = story.order.actor;
    if (auto done = select(log, filter, take); !done) return fail(done.error());
    for (FoundEntry& decision : decisions) {
        if (is_decision_on(decision.fields, story.order, trigger))
            story.entries.push_back(std::move(decision));
    }
    std::sort(story.entries.begin(), story.entries.end(), [](const auto& a, const auto& b) {
        return a.index < b.index;
    });
    return story;
}

}  // namespace tradectl::audit
