#include "host/audit/story.hpp"

#include "host/audit/entry_fields.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tradectl::audit {
namespace {

constexpr std::size_t kCandidatesMax = 5;
constexpr std::string_view kStart = "START";
constexpr std::string_view kSession[] = {kStart, "CONFIG"};
constexpr std::string_view kHeard[] = {"EVENT", "DECISION"};
/// What may change an order's fate without naming it.
constexpr std::string_view kAround[] = {"OPERATOR", "HALT", "RESUME", "BREAKER", "FAULT", "END"};

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

bool contains(std::string_view line, std::string_view text) {
    return line.find(text) != std::string_view::npos;
}

Expected<std::vector<OrderName>> find_orders(const LogReader& log, const Wanted& wanted) {
    std::vector<OrderName> found;
    const auto take = [&](std::uint64_t index, std::string_view line) -> Expected<bool> {
        if (!contains(line, wanted.actor.empty() ? wanted.word : wanted.actor)) return true;
        const auto fields = parse_fields(index, line);
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

/// The third field, without parsing the rest.
std::string_view event_in(std::string_view line) {
    constexpr std::string_view kKey = R"("event":")";
    const std::size_t at = line.find(kKey);
    if (at == std::string_view::npos) return {};
    const std::size_t begin = at + kKey.size();
    return line.substr(begin, line.find('"', begin) - begin);
}

template <std::size_t N>
bool is_one_of(std::string_view event, const std::string_view (&events)[N]) {
    return std::find(std::begin(events), std::end(events), event) != std::end(events);
}

/// Collects a story: first the order's own entries, then what stands around them.
class Teller {
  public:
    explicit Teller(OrderName order) { story_.order = std::move(order); }

    Expected<bool> take_own(std::uint64_t index, std::string_view line) {
        if (story_.entries.empty() && event_in(line) == kStart) start_ = index;
        const std::string& id = story_.order.client_order_id;
        if (!contains(line, story_.order.actor) && (id.empty() || !contains(line, id))) return true;
        auto fields = parse_fields(index, line);
        if (!fields) return fail(fields.error());
        if (!is_own(*fields)) return true;
        const std::string_view told = text_in(*fields, "client_order_id");
        if (!told.empty()) story_.order.client_order_id = told;
        if (trigger_ == 0) trigger_ = number_in(*fields, "trigger");
        keep(index, line, std::move(*fields));
        return true;
    }
    Expected<bool> take_around(std::uint64_t index, std::string_view line) {
        if (index > last_) return false;
        const std::string_view event = event_in(line);
        if (event == kStart) ++sessions_;
        const bool heard = is_one_of(event, kHeard);
        const bool around =
            is_one_of(event, kSession) || (index > first_ && is_one_of(event, kAround));
        if (!heard && !around) return true;
        auto fields = parse_fields(index, line);
        if (!fields) return fail(fields.error());
        if (is_own(*fields) || (heard && !is_on_trigger(*fields))) return true;
        keep(index, line, std::move(*fields));
        return true;
    }
    /// Call between the two.
    void end_own() {
        first_ = story_.entries.front().index;
        last_ = story_.entries.back().index;
    }
    [[nodiscard]] std::uint64_t start() const { return start_; }
    [[nodiscard]] Story finish() && {
        std::sort(story_.entries.begin(),
                  story_.entries.end(),
                  [](const FoundEntry& a, const FoundEntry& b) { return a.index < b.index; });
        return std::move(story_);
    }

  private:
    [[nodiscard]] bool is_own(const Json& fields) const {
        const OrderName& order = story_.order;
        if (text_in(fields, "actor") == order.actor &&
            number_in(fields, "order_ref") == order.order_ref)
            return true;
        const std::string& id = order.client_order_id;
        return !id.empty() && (text_in(fields, "client_order_id") == id ||
                               text_in(fields, "target_client_order_id") == id);
    }
    [[nodiscard]] bool is_on_trigger(const Json& fields) const {
        // Events are numbered anew in each session.
        return trigger_ != 0 && sessions_ <= 1 && number_in(fields, "trigger") == trigger_ &&
               text_in(fields, "actor") == story_.order.actor &&
               number_in(fields, "order_ref") == 0;
    }
    void keep(std::uint64_t index, std::string_view line, Json fields) {
        story_.entries.push_back({index, std::string(line), std::move(fields)});
    }

    Story story_;
    std::uint64_t start_ = 0;  // of the session in which the order begins
    std::uint64_t trigger_ = 0;
    std::uint64_t first_ = 0;  // of the order's own entries
    std::uint64_t last_ = 0;
    int sessions_ = 0;  // begun since `start_`, that one included
};

}  // namespace

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
    Teller teller(found->front());
    auto done = log.each(0, [&](std::uint64_t index, std::string_view line) {
        return teller.take_own(index, line);
    });
    if (!done) return fail(done.error());
    teller.end_own();
    done = log.each(teller.start(), [&](std::uint64_t index, std::string_view line) {
        return teller.take_around(index, line);
    });
    if (!done) return fail(done.error());
    return std::move(teller).finish();
}

}  // namespace tradectl::audit
