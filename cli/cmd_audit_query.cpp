// audit query and audit export: entries as they are.
#include "cli/audit_words.hpp"
#include "cli/listing.hpp"

#include <deque>
#include <fstream>

namespace tradectl::cli {
namespace {

using Kind = Field::Kind;
constexpr auto kDataOnly = Field::Shown::DataOnly;

struct Column {
    const char* name;
    const char* key;         ///< in the entry
    const char* inner = "";  ///< in the object at `key`
    Kind kind = Kind::Text;
    Field::Shown shown = kDataOnly;
};
constexpr auto kShown = Field::Shown::Everywhere;
constexpr Column kColumns[] = {{"time", "time", "", Kind::Time, kShown},
                               {"wal", "wal", "", Kind::Number, kShown},
                               {"event", "event", "", Kind::Text, kShown},
                               {"action", "action"},
                               {"actor", "actor", "", Kind::Text, kShown},
                               {"venue", "venue"},
                               {"account", "account"},
                               {"instrument", "instrument", "", Kind::Text, kShown},
                               {"order_ref", "order_ref", "", Kind::Number, kShown},
                               {"client_order_id", "client_order_id"},
                               {"venue_order_id", "venue_order_id"},
                               {"op", "op", "", Kind::Number},
                               {"txn", "txn", "", Kind::Number},
                               {"side", "side", "", Kind::Text, kShown},
                               {"type", "type"},
                               {"time_in_force", "time_in_force"},
                               {"quantity", "quantity", "", Kind::Number, kShown},
                               {"price", "price", "", Kind::Number, kShown},
                               {"stop_price", "stop_price", "", Kind::Number},
                               {"status", "status", "", Kind::Text, kShown},
                               {"reason", "reason", "", Kind::Text, kShown},
                               {"filled", "filled", "", Kind::Number},
                               {"remaining", "remaining", "", Kind::Number},
                               {"average_price", "average_price", "", Kind::Number},
                               {"trade_id", "fill", "trade_id"},
                               {"fill_price", "fill", "price", Kind::Number},
                               {"fill_quantity", "fill", "quantity", Kind::Number},
                               {"fee", "fill", "fee", Kind::Number},
                               {"fee_asset", "fill", "fee_asset"},
                               {"position", "position", "", Kind::Number},
                               {"request_sha256", "request_sha256"},
                               {"note", "note", "", Kind::Text, kShown}};

Json value_in(const Json& fields, const Column& column) {
    const Json* value = fields.find(column.key);
    if (value != nullptr && *column.inner != '\0') value = value->find(column.inner);
    return value == nullptr ? Json() : *value;
}

Listing new_listing() {
    std::vector<Field> fields = {{"index", Kind::Number}};
    for (const Column& column : kColumns)
        fields.push_back({column.name, column.kind, column.shown});
    return Listing(std::move(fields));
}

void add(const audit::FoundEntry& entry, Listing& listing) {
    std::vector<Json> values = {Json(entry.index)};
    for (const Column& column : kColumns)
        values.push_back(value_in(entry.fields, column));
    listing.add(std::move(values));
}

Json entry_json(const audit::FoundEntry& entry) {
    Json out = Json::object();
    out.set("index", entry.index);
    for (const JsonMember& member : *entry.fields.as_object())
        out.set(member.key, member.value);
    return out;
}

// ---- query ----

struct QueryWords {
    ListWords list;
    std::string until;
    std::string order;
    std::vector<std::string> events;
    std::optional<std::int64_t> from;
};

Expected<audit::Filter> audit_filter(const QueryWords& words, const ledger::Filter& shared) {
    audit::Filter filter;
    filter.since = shared.since;
    if (!words.until.empty()) {
        filter.until = Timestamp::parse(words.until);
        if (!filter.until) {
            return fail(
                ErrorCode::Usage,
                "--until '" + words.until + "': want RFC 3339 as 2026-01-02T03:04:05Z, or a date");
        }
    }
    if (words.from && *words.from < 0)
        return fail(ErrorCode::Usage, "--from " + std::to_string(*words.from) + ": want 0 or more");
    filter.first_index = static_cast<std::uint64_t>(words.from.value_or(0));
    filter.events = words.events;
    filter.actor = words.list.strategy;
    filter.instrument = words.list.instrument;
    filter.order = words.order;
    return filter;
}

Expected<Answer> query(const QueryWords& words, Context& context) {
    const auto shared = filter_of(words.list, context);
    if (!shared) return fail(shared.error());
    const auto filter = audit_filter(words, *shared);
    if (!filter) return fail(filter.error());
    const auto open = open_sound_audit_of(context, "");
    if (!open) return fail(open.error());
    std::deque<audit::FoundEntry> found;
    auto done = audit::select(*open->reader, *filter, [&](auto entry) -> Expected<bool> {
        found.push_back(std::move(entry));
        if (words.list.limit && found.size() > static_cast<std::size_t>(*words.list.limit))
            found.pop_front();
        return true;
    });
    if (!done) return fail(done.error());
    Listing listing = new_listing();
    for (const audit::FoundEntry& entry : found)
        add(entry, listing);
    Answer answer = answer_of(listing, words.list, "entries", "no entry");
    Json entries = Json::array();
    for (const audit::FoundEntry& entry : found)
        entries.push(entry_json(entry));
    answer.data.set("entries", std::move(entries));
    answer.data.set("size", open->reader->checkpoint().size);
    return answer;
}

// ---- export ----

struct ExportWords {
    std::string format = "jsonl";
    std::string out;
};

std::string csv_rows(const audit::FoundEntry& entry, bool titles) {
    Listing listing = new_listing();
    add(entry, listing);
    const std::string text = listing.csv();
    // A title holds no line break, so the first one ends them.
    return titles ? text : text.substr(text.find('\n') + 1);
}

/// Standard output, or a file that is there as a whole or not at all.
class Sink {
  public:
    Sink(Context& context, std::string path) : context_(context), path_(std::move(path)) {
        if (!path_.empty()) file_.open(temporary(), std::ios::binary | std::ios::trunc);
    }
    ~Sink() {
        if (!path_.empty() && !kept_) std::remove(temporary().c_str());
    }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    Status write(std::string_view text) {
        if (path_.empty()) return context_.write(text);
        file_.write(text.data(), static_cast<std::streamsize>(text.size()));
        return state();
    }
    Status keep() {
        if (path_.empty()) return {};
        file_.close();
        if (auto sound = state(); !sound) return sound;
        kept_ = std::rename(temporary().c_str(), path_.c_str()) == 0;
        return kept_ ? Status{} : fail(ErrorCode::Io, path_ + ": cannot be written");
    }

  private:
    [[nodiscard]] std::string temporary() const { return path_ + ".tmp"; }
    Status state() {
        if (file_) return {};
        return fail(ErrorCode::Io, path_ + ": cannot be written");
    }

    Context& context_;
    std::string path_;
    std::ofstream file_;
    bool kept_ = false;
};

Expected<Answer> export_all(const ExportWords& words, Context& context) {
    if (context.globals().json && words.out.empty()) {
        return fail(ErrorCode::Usage, "--json needs --out: an answer is one document");
    }
    const auto open = open_sound_audit_of(context, "");
    if (!open) return fail(open.error());
    Sink sink(context, words.out);
    const bool csv = words.format == "csv";
    std::uint64_t count = 0;
    auto done = audit::select(*open->reader, {}, [&](auto entry) -> Expected<bool> {
        const std::string text = csv ? csv_rows(entry, count == 0) : entry.line + "\n";
        if (auto written = sink.write(text); !written) return fail(written.error());
        ++count;
        return true;
    });
    if (done) done = sink.keep();
    if (!done) return fail(done.error());
    Answer answer;
    answer.data.set("entries", count);
    answer.data.set("file", words.out);
    if (!words.out.empty()) answer.text = words.out + ": " + std::to_string(count) + " entries\n";
    return answer;
}

void register_export(Command& audit) {
    auto words = std::make_shared<ExportWords>();
    audit.add("export", "all entries, as JSON lines or CSV")
        .needs_config()
        .option("--format",
                "FORMAT",
                "how; default jsonl, the bytes that the tree is over",
                words->format)
        .choices({"jsonl", "csv"})
        .option("--out", "FILE", "where to, instead of standard output", words->out)
        .example("tradectl audit export configs/demo.yaml --format csv --out audit.csv")
        .runs([words](Context& context) { return export_all(*words, context); });
}

}  // namespace

void register_audit_query(Command& audit) {
    auto words = std::make_shared<QueryWords>();
    Command& command = audit.add("query", "entries of the log, by field");
    command.needs_config().description("Oldest first.");
    add_list_options(command, words->list);
    add_limit_option(command, words->list);
    command.option("--until", "TIME", "only before this time", words->until)
        .option(
            "--event", "CODE", "only of this event, as DENIED or FILL; may repeat", words->events)
        .option("--order", "ID", "only of the order whose id begins so", words->order)
        .option("--from", "INDEX", "only from this entry on", words->from)
        .example("tradectl audit query configs/demo.yaml --event DENIED --since 2026-01-01")
        .runs([words](Context& context) { return query(*words, context); });
    register_export(audit);
}

}  // namespace tradectl::cli
