// audit why: one order's whole story.
#include "cli/audit_words.hpp"
#include "host/audit/story.hpp"

#include <algorithm>

namespace tradectl::cli {
namespace {

struct WhyWords {
    std::string order;
};

std::string plain(const Json& fields, std::string_view key) {
    const Json* value = fields.find(key);
    if (value == nullptr || value->is_null()) return "";
    const std::string* text = value->as_text();
    return text != nullptr ? *text : value->dump();
}

/// "WORDS VALUE" when the entry has the value.
void say(const Json& fields, std::string_view key, const std::string& words, std::string& out) {
    const std::string value = plain(fields, key);
    if (value.empty()) return;
    out += (out.empty() ? "" : ", ") + words + (words.empty() ? "" : " ") + value;
}

std::string terms(const Json& fields) {
    std::string text = plain(fields, "side") + " " + plain(fields, "quantity");
    const std::string price = plain(fields, "price");
    if (!price.empty()) text += " at " + price;
    const std::string stop = plain(fields, "stop_price");
    if (!stop.empty()) text += " stop " + stop;
    return text + " (" + plain(fields, "type") + ", " + plain(fields, "time_in_force") + ")";
}

std::string fill_text(const Json& fill) {
    std::string text =
        plain(fill, "side") + " " + plain(fill, "quantity") + " at " + plain(fill, "price");
    const std::string fee = plain(fill, "fee");
    if (!fee.empty()) text += ", fee " + fee + " " + plain(fill, "fee_asset");
    say(fill, "trade_id", "trade", text);
    say(fill, "liquidity", "as", text);
    say(fill, "settlement", "settlement", text);
    return text;
}

/// What an entry says, in words.
std::string detail(const Json& fields) {
    std::string text;
    if (fields.find("side") != nullptr) text = terms(fields);
    if (const Json* fill = fields.find("fill")) text = fill_text(*fill);
    const bool is_order = !text.empty() || fields.find("target_client_order_id") != nullptr;
    if (plain(fields, "event") == "INTENT" && !is_order) say(fields, "action", "", text);
    say(fields, "status", "", text);
    say(fields, "reason", "because", text);
    say(fields, "filled", "filled", text);
    say(fields, "remaining", "remaining", text);
    say(fields, "position", "position", text);
    say(fields, "trigger", "on event", text);
    say(fields, "trigger_time", "of", text);
    say(fields, "target_client_order_id", "of order", text);
    say(fields, "request_sha256", "request sha256", text);
    say(fields, "answer_sha256", "answer sha256", text);
    say(fields, "venue_time", "at", text);
    say(fields, "approver", "decided by", text);
    say(fields, "note", "note:", text);
    if (text.empty() && plain(fields, "event") == "SENT") text = "handed to the exchange plugin";
    if (text.empty()) say(fields, "action", "", text);
    return text;
}

void add_list(const Json& fields, std::string_view key, std::string& out) {
    const Json* list = fields.find(key);
    if (list == nullptr || list->as_array() == nullptr) return;
    for (const Json& item : *list->as_array()) {
        std::string line;
        if (key == "verdicts") {
            const Json* passed = item.find("passed");
            const bool good = passed != nullptr && passed->as_boolean().value_or(false);
            line = std::string(good ? "passed " : "FAILED ") + plain(item, "check");
        } else {
            line = plain(item, "name");
        }
        say(item, "value", "value", line);
        say(item, "limit", "limit", line);
        out += "      " + line + "\n";
    }
}

std::string text_of(const audit::FoundEntry& entry) {
    const std::string time = plain(entry.fields, "time");
    std::string out = time + "  " + plain(entry.fields, "event") + "  " + detail(entry.fields) +
                      "  [entry " + std::to_string(entry.index) + ", wal " +
                      plain(entry.fields, "wal") + "]\n";
    add_list(entry.fields, "verdicts", out);
    add_list(entry.fields, "numbers", out);
    return out;
}

std::string head_of(const audit::Story& story) {
    std::string venue_id;
    std::string instrument;
    for (const audit::FoundEntry& entry : story.entries) {
        if (venue_id.empty()) venue_id = plain(entry.fields, "venue_order_id");
        if (instrument.empty()) instrument = plain(entry.fields, "instrument");
    }
    std::string text = "order " + story.order.actor + "/" + std::to_string(story.order.order_ref) +
                       " in " + instrument + "\n";
    if (!story.order.client_order_id.empty())
        text += "client order id " + story.order.client_order_id + "\n";
    if (!venue_id.empty()) text += "venue order id " + venue_id + "\n";
    return text + "\n";
}

Expected<Answer> why(const WhyWords& words, Context& context) {
    auto open = open_sound_audit_of(context, "");
    if (!open) return fail(open.error());
    const auto story = audit::tell_story(*open->reader, words.order);
    if (!story) return fail(story.error());
    for (const audit::FoundEntry& entry : story->entries) {
        if (auto sound = open->reader->check_entry(entry.index, entry.line); !sound)
            return fail(sound.error());
    }
    Answer answer;
    answer.text = head_of(*story);
    Json order = Json::object();
    order.set("actor", story->order.actor);
    order.set("order_ref", story->order.order_ref);
    order.set("client_order_id", story->order.client_order_id);
    answer.data.set("order", std::move(order));
    Json& entries = answer.data.set("entries", Json::array());
    for (const audit::FoundEntry& entry : story->entries) {
        answer.text += text_of(entry);
        Json item = Json::object();
        item.set("index", entry.index);
        item.set("entry", entry.fields);
        entries.push(std::move(item));
    }
    return answer;
}

}  // namespace

void register_audit_why(Command& audit) {
    auto words = std::make_shared<WhyWords>();
    audit.add("why", "one order's whole story, in order")
        .needs_config()
        .positional("ORDER",
                    "client or venue order id (or how it begins), op id, STRATEGY/ORDER_REF",
                    words->order)
        .description(
            "The event behind it, the strategy's note, every verdict of the risk gate, what\n"
            "was sent and what came back. Denied orders have no id: use STRATEGY/ORDER_REF.")
        .example("tradectl audit why configs/demo.yaml momentum/17")
        .runs([words](Context& context) { return why(*words, context); });
}

}  // namespace tradectl::cli
