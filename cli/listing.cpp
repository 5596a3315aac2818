#include "cli/listing.hpp"

#include "host/base/assert.hpp"
#include "host/engine/queries.hpp"

#include <utility>

namespace tradectl::cli {
namespace {

constexpr std::size_t kMillisecondChars = 23;  // 2026-01-02T03:04:05.678

std::string plain(const Json& value) {
    if (value.is_null()) return "";
    const std::string* text = value.as_text();
    return text != nullptr ? *text : value.dump();
}

std::string cell(const Field& field, const Json& value) {
    const std::string text = plain(value);
    if (text.empty()) return "-";
    if (field.kind == Field::Kind::Time) return text.substr(0, kMillisecondChars) + "Z";
    return text;
}

bool in_table(const Field& field) {
    return field.shown == Field::Shown::Everywhere;
}

}  // namespace

void Listing::add(std::vector<Json> values) {
    TRADECTL_ASSERT(values.size() == fields_.size());
    rows_.push_back(std::move(values));
}

std::string Listing::table() const {
    std::vector<Column> columns;
    for (const Field& field : fields_) {
        const Align align = field.kind == Field::Kind::Number ? Align::Right : Align::Left;
        if (in_table(field)) columns.push_back({field.name, align});
    }
    Table table(std::move(columns));
    for (const auto& row : rows_) {
        std::vector<std::string> cells;
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            if (in_table(fields_[i])) cells.push_back(cell(fields_[i], row[i]));
        }
        table.add(std::move(cells));
    }
    return table.to_string();
}

std::string Listing::csv() const {
    std::vector<std::string> titles;
    for (const Field& field : fields_)
        titles.push_back(field.name);
    std::vector<std::vector<std::string>> rows;
    for (const auto& row : rows_) {
        std::vector<std::string>& cells = rows.emplace_back();
        for (const Json& value : row)
            cells.push_back(plain(value));
    }
    return to_csv(titles, rows);
}

Json Listing::json() const {
    Json out = Json::array();
    for (const auto& row : rows_) {
        Json entry = Json::object();
        for (std::size_t i = 0; i < fields_.size(); ++i)
            entry.set(fields_[i].name, row[i]);
        out.push(std::move(entry));
    }
    return out;
}

Json value_of(Decimal value) {
    return value.is_null() ? Json() : Json::text_of(value);
}

Json value_of(Timestamp time) {
    return time.is_none() ? Json() : Json::text_of(time);
}

void add_list_options(Command& command, ListWords& words) {
    command.option("--since", "TIME", "only of this time or later", words.since)
        .option("--strategy", "NAME", "only this strategy's", words.strategy)
        .option("--instrument", "NAME", "only in this instrument", words.instrument)
        .flag("--csv", "as CSV, all fields", words.csv);
}

void add_limit_option(Command& command, ListWords& words) {
    command.option("--limit", "N", "only the last N", words.limit);
}

Expected<ledger::Filter> filter_of(const ListWords& words, const Context& context) {
    if (words.csv && context.globals().json) {
        return fail(ErrorCode::Usage, "--csv excludes --json");
    }
    ledger::Filter filter;
    if (!words.since.empty()) {
        filter.since = Timestamp::parse(words.since);
        if (!filter.since) {
            return fail(
                ErrorCode::Usage,
                "--since '" + words.since + "': want RFC 3339 as 2026-01-02T03:04:05Z, or a date");
        }
    }
    if (words.limit && *words.limit < 1) {
        return fail(ErrorCode::Usage,
                    "--limit " + std::to_string(*words.limit) + ": want 1 or more");
    }
    filter.rows_max = words.limit.value_or(-1);
    filter.instance = words.strategy;
    filter.instrument = words.instrument;
    return filter;
}

Expected<OpenBooks> open_books_of(Context& context) {
    const auto document = context.load_config();
    if (!document) return fail(document.error());
    auto directory = engine::state_directory_of(document->config);
    if (!directory) return fail(directory.error());
    OpenBooks books;
    books.disk = make_posix_disk();
    auto reader = engine::open_books(*books.disk, {*directory}, document->config.name);
    if (!reader) return fail(reader.error());
    books.reader.emplace(std::move(*reader));
    return books;
}

Answer answer_of(const Listing& listing,
                 const ListWords& words,
                 std::string_view key,
                 std::string_view nothing) {
    Answer answer;
    if (words.csv) {
        answer.text = listing.csv();
    } else {
        answer.text = listing.empty() ? std::string(nothing) + "\n" : listing.table();
    }
    answer.data.set(key, listing.json());
    return answer;
}

}  // namespace tradectl::cli
