// data import: recordings of others into the fast format.
#include "cli/data_words.hpp"
#include "cli/progress_bar.hpp"
#include "host/base/disk.hpp"
#include "host/market/csv_time.hpp"
#include "host/market/data_file.hpp"
#include "host/market/import.hpp"
#include "host/market/import_format.hpp"
#include "host/market/import_report.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::cli {
namespace {

using market::DataKind;

struct ImportWords {
    std::vector<std::string> inputs;
    std::vector<std::string> bids;
    std::vector<std::string> asks;
    std::string out;
    std::string instrument;
    std::string format = "binance-trades";
    std::string kind;
    std::string symbol;
    std::string member;
    std::string columns;
    std::string time_unit;
    std::string time_zone;
    std::string dst;
    std::string date;
    std::string bar_stamp;
    std::optional<std::string> delimiter;
    std::string header;
    std::optional<std::int64_t> interval_ns;
    std::optional<std::int64_t> gap_ns;
    std::optional<std::int64_t> decimals;
    std::optional<std::int64_t> quote_spacing_ns;
    std::optional<std::int64_t> jobs;
    std::string duplicates = "count";
    std::string consolidate;
    std::string clock;
    std::string book_rule;
    bool drop_suspicious = false;
    bool sort = false;
    bool replace = false;
};

DataKind kind_of(const std::string& name) {
    if (name == "trades") return DataKind::Trades;
    if (name == "quotes") return DataKind::Quotes;
    return name == "bars" ? DataKind::Bars : DataKind::Book;
}

/// The columns of a csv, and of a known format what may differ.
Status set_layout(const ImportWords& words, market::ImportOptions& options) {
    const bool csv = words.format == "csv";
    if (!csv && (!words.columns.empty() || !words.time_unit.empty()))
        return usage("--columns and --time-unit want --format csv");
    if (csv) {
        if (words.columns.empty()) return usage("--format csv needs --columns");
        auto layout = market::parse_column_map(options.kind, words.columns);
        if (!layout) return usage(layout.error().message);
        options.layout = *std::move(layout);
        const auto unit = market::time_unit_of(words.time_unit.empty() ? "ms" : words.time_unit);
        if (!unit)
            return usage("--time-unit is \"" + words.time_unit +
                         "\", must be s, ms, us, ns, rfc3339, civil or day-ms");
        options.layout.time_unit = *unit;
    }
    const auto delimiter = one_character(words.delimiter.value_or(","));
    if (!delimiter) return fail(delimiter.error());
    options.layout.delimiter = *delimiter;
    options.layout.header = words.header == "present"  ? market::CsvHeader::Present
                            : words.header == "absent" ? market::CsvHeader::Absent
                                                       : market::CsvHeader::Auto;
    return {};
}

Status set_paths(const ImportWords& words, market::ImportOptions& options) {
    const bool two_sides = words.format == "bid-ask-bars";
    if (two_sides != (!words.bids.empty() || !words.asks.empty()))
        return usage("--bid and --ask are for bid-ask-bars, which needs both");
    if (two_sides && !words.inputs.empty())
        return usage("bid-ask-bars takes --bid and --ask alone");
    const auto add = [](const char* option,
                        const std::vector<std::string>& from,
                        std::vector<std::string>& to) -> Status {
        if (from.empty()) return usage(std::string(option) + " is missing");
        for (const std::string& input : from) {
            auto path = needed_path(option, input);
            if (!path) return fail(path.error());
            to.push_back(*std::move(path));
        }
        return {};
    };
    if (auto status = two_sides ? add("--bid", words.bids, options.inputs)
                                : add("FILE", words.inputs, options.inputs);
        !status)
        return status;
    if (two_sides)
        if (auto status = add("--ask", words.asks, options.ask_inputs); !status) return status;
    auto out = needed_path("--out", words.out);
    if (!out) return fail(out.error());
    options.output = *std::move(out);
    return {};
}

Status set_times(const ImportWords& words, market::ImportOptions& options) {
    if (!words.time_zone.empty()) {
        auto zone = TimeZone::open(words.time_zone);
        if (!zone) return usage("--time-zone: " + zone.error().message);
        options.zone = std::make_shared<const TimeZone>(*std::move(zone));
    }
    options.dst = words.dst == "earlier" ? DstChoice::Earlier
                  : words.dst == "later" ? DstChoice::Later
                                         : DstChoice::Refuse;
    if (!words.date.empty()) {
        options.date = market::parse_date(words.date);
        if (!options.date) return usage("--date is \"" + words.date + "\", must be YYYY-MM-DD");
    }
    if (!words.bar_stamp.empty())
        options.bar_stamp =
            words.bar_stamp == "close" ? market::BarStamp::Close : market::BarStamp::Open;
    if (options.kind == DataKind::Bars && words.format == "csv" && !words.interval_ns)
        return usage("--interval is missing: bars need it");
    options.interval_ns = words.interval_ns.value_or(0);
    options.gap_ns = words.gap_ns.value_or(0);
    options.quote_spacing_ns = words.quote_spacing_ns.value_or(options.quote_spacing_ns);
    return {};
}

Status set_rules(const ImportWords& words, market::ImportOptions& options) {
    constexpr std::int64_t kJobsMax = 1024;
    if (words.jobs && (*words.jobs < 1 || *words.jobs > kJobsMax))
        return usage("--jobs is " + std::to_string(*words.jobs) + ", must be 1 to " +
                     std::to_string(kJobsMax));
    options.jobs = static_cast<unsigned>(words.jobs.value_or(0));
    if (words.decimals) {
        if (*words.decimals < 0 || *words.decimals > 18)
            return usage("--decimals is " + std::to_string(*words.decimals) + ", must be 0 to 18");
        options.decimals = static_cast<int>(*words.decimals);
    }
    options.order = words.sort ? market::ImportOrder::Sort : market::ImportOrder::Refuse;
    options.duplicates = words.duplicates == "drop"     ? market::Duplicates::Drop
                         : words.duplicates == "refuse" ? market::Duplicates::Refuse
                                                        : market::Duplicates::Count;
    options.existing = words.replace ? market::ExistingFile::Replace : market::ExistingFile::Refuse;
    options.consolidate = words.consolidate == "none"    ? market::Consolidate::None
                          : words.consolidate == "fresh" ? market::Consolidate::Fresh
                                                         : market::Consolidate::Nbbo;
    options.suspicious =
        words.drop_suspicious ? market::Suspicious::Drop : market::Suspicious::Keep;
    options.capture.symbol = words.symbol;
    options.capture.clock = words.clock == "exchange" ? market::CaptureClock::Exchange
                            : words.clock == "local"  ? market::CaptureClock::Local
                                                      : market::CaptureClock::Default;
    options.capture.book_rule =
        words.book_rule == "file-order" ? market::BookRule::FileOrder : market::BookRule::Sequence;
    return {};
}

/// What somebody asks for must make a difference.
Status check_uses(const ImportWords& words,
                  const market::ImportFormat& format,
                  const market::ImportOptions& options) {
    const struct {
        const char* option;
        bool given;
        std::uint32_t use;
    } rows[] = {
        {"--symbol", !words.symbol.empty(), market::kUsesSymbol},
        {"--clock", !words.clock.empty(), market::kUsesClock},
        {"--book-rule", !words.book_rule.empty(), market::kUsesBookRule},
        {"--consolidate", !words.consolidate.empty(), market::kUsesConsolidate},
        {"--drop-suspicious", words.drop_suspicious, market::kUsesSuspicious},
        {"--quote-spacing", words.quote_spacing_ns.has_value(), market::kUsesSpacing},
        {"--time-zone", !words.time_zone.empty(), market::kUsesZone},
        {"--dst", !words.dst.empty(), market::kUsesZone},
        {"--date", !words.date.empty(), market::kUsesDate},
        {"--time-of-bar", !words.bar_stamp.empty(), market::kUsesBarStamp},
        {"--interval", words.interval_ns.has_value(), market::kUsesInterval},
        {"--decimals", words.decimals.has_value(), market::kUsesDecimals},
        {"--delimiter", words.delimiter.has_value(), market::kUsesDelimiter},
        {"--header", !words.header.empty(), market::kUsesHeader},
    };
    const auto nothing = [&](const char* option) {
        return usage(std::string(option) + " does nothing for --format " + words.format);
    };
    for (const auto& row : rows)
        if (row.given && (format.uses & row.use) == 0) return nothing(row.option);
    const bool of_bars = options.kind == DataKind::Bars || words.format == "bid-ask-bars" ||
                         words.format == "lean-quote-bars";
    if ((words.interval_ns || !words.bar_stamp.empty()) && !of_bars)
        return usage("--interval and --time-of-bar are for bars");
    if (!words.book_rule.empty() && options.kind != DataKind::Book)
        return usage("--book-rule is for a book");
    const auto& columns = options.layout.columns;
    const bool has_symbol = std::any_of(columns.begin(), columns.end(), [](const auto& column) {
        return column.field == market::CsvField::Symbol;
    });
    if (words.format == "csv" && !words.symbol.empty() && !has_symbol)
        return usage("--symbol wants a column symbol in --columns");
    return {};
}

Expected<market::ImportOptions> import_options(const ImportWords& words) {
    market::ImportOptions options;
    options.format = words.format;
    options.instrument = words.instrument;
    options.zip_member = words.member;
    // The parser knows the names of the formats.
    const market::ImportFormat* format = market::find_import_format(words.format);
    if (format == nullptr) return usage("--format is \"" + words.format + "\", not known");
    options.kind = words.kind.empty() ? format->kinds.front() : kind_of(words.kind);
    for (Status (*set)(const ImportWords&, market::ImportOptions&) :
         {set_paths, set_layout, set_times, set_rules})
        if (auto status = set(words, options); !status) return fail(status.error());
    if (auto status = check_uses(words, *format, options); !status) return fail(status.error());
    if (words.instrument.empty()) return usage("--instrument is missing");
    return options;
}

/// Says what to do where an option helps.
Unexpected import_failure(Error error, const ImportWords& words) {
    const auto says = [&error](const char* text) {
        return error.message.find(text) != std::string::npos;
    };
    if (error.code == ErrorCode::InvalidArgument) error.code = ErrorCode::Usage;
    if (error.code == ErrorCode::Usage && !words.replace && says("exists already"))
        error.message += "; --replace replaces it";
    else if (says("more than 18 decimals"))
        error.message += "; --decimals rounds";
    else if (says("time goes back") && !words.sort)
        error.message += "; --sort puts rows in order";
    else if (says("time is there twice"))
        error.message += "; --dst says which";
    else if (says("members, name one"))
        error.message += "; --member names it";
    else if (says("choose a symbol"))
        error.message += "; --symbol chooses";
    else if (says("no date in the options"))
        error.message += "; --date gives it";
    else if (says("need their interval"))
        error.message += "; --interval gives it";
    return fail(std::move(error));
}

Expected<Answer> run_import(const ImportWords& words, Context& context) {
    auto options = import_options(words);
    if (!options) return fail(options.error());
    const Globals& globals = context.globals();
    const auto show =
        globals.quiet || globals.json ? ProgressBar::Show::Never : ProgressBar::Show::OnTerminal;
    const auto disk = make_posix_disk();
    Expected<market::ImportReport> report = [&] {
        ProgressBar bar("rows", show);
        options->progress = [&bar](const market::ImportProgress& now) {
            bar.update(now.rows, now.bytes_done, now.bytes_all);
        };
        return market::import_data(*disk, *options);
    }();
    if (!report) return import_failure(report.error(), words);
    auto answer = describe_file(options->output);
    if (!answer) return answer;
    for (std::string& hint : market::hints(*report, *options))
        context.warn(std::move(hint));
    Answer found = described(market::describe(*report));
    answer->text += "\n" + found.text;
    if (words.sort) answer->data.set("rows_late", report->rows_late);
    answer->data.set("import", std::move(found.data));
    return answer;
}

std::vector<std::string> format_names() {
    std::vector<std::string> names;
    for (const market::ImportFormat& format : market::import_formats())
        names.emplace_back(format.name);
    return names;
}

void add_time_options(Command& command, ImportWords& words) {
    command
        .option(
            "--time-unit", "UNIT", "csv: s, ms, us, ns, rfc3339, civil, day-ms", words.time_unit)
        .option(
            "--time-zone", "ZONE", "of times without one: UTC, -05:00, Area/City", words.time_zone)
        .option("--dst", "CHOICE", "a time that the clocks show twice", words.dst)
        .choices({"refuse", "earlier", "later"})
        .option("--date", "DATE", "YYYY-MM-DD, of files with times of day", words.date)
        .option("--time-of-bar", "MOMENT", "what the time of a bar's row is", words.bar_stamp)
        .choices({"open", "close"})
        .duration("--interval", "length of a bar", words.interval_ns)
        .duration("--gap", "count longer times between records", words.gap_ns)
        .duration(
            "--quote-spacing", "bid-ask-bars: between a bar's quotes", words.quote_spacing_ns);
}

void add_rule_options(Command& command, ImportWords& words) {
    command.flag("--sort", "put rows in order of time", words.sort)
        .option("--duplicates", "RULE", "records that came before", words.duplicates)
        .choices({"count", "drop", "refuse"})
        .option("--decimals", "N", "round prices and quantities", words.decimals)
        .option("--symbol", "NAME", "the one to take of several", words.symbol)
        .option("--clock", "CLOCK", "which of two times of a row", words.clock)
        .choices({"local", "exchange"})
        .option("--book-rule", "RULE", "how differences become a book", words.book_rule)
        .choices({"sequence", "file-order"})
        .option("--consolidate", "RULE", "quotes of several exchanges", words.consolidate)
        .choices({"nbbo", "fresh", "none"})
        .flag("--drop-suspicious", "leave out what a tape marks so", words.drop_suspicious)
        .flag("--replace", "replace a file that is there", words.replace)
        .option("--jobs", "N", "threads that decode (default: all cores)", words.jobs);
}

}  // namespace

void register_data_import(Command& group) {
    auto words = std::make_shared<ImportWords>();
    Command& command = group.add("import", "bring a recording into the fast format");
    command
        .description(
            "Plain, gzip, zstd or zip input. A bad row is named, and nothing is written "
            "then.")
        .option("-o,--out", "FILE", "the data file to write", words->out)
        .option("--instrument", "NAME", "whose data it is", words->instrument)
        .option("--format", "FORMAT", "shape of the input", words->format)
        .choices(format_names())
        .option("--kind", "KIND", "what to take out of it", words->kind)
        .choices({"trades", "quotes", "bars", "book"})
        .option("--member", "NAME", "of a zip with several", words->member)
        .option("--bid", "FILE", "bid-ask-bars: the bids", words->bids)
        .option("--ask", "FILE", "bid-ask-bars: the asks", words->asks)
        .option("--columns", "MAP", "csv: time=0,price=2,quantity=qty,...", words->columns)
        .option("--delimiter", "CHAR", "between fields, or tab", words->delimiter)
        .option("--header", "WHEN", "first row", words->header)
        .choices({"auto", "present", "absent"});
    add_time_options(command, *words);
    add_rule_options(command, *words);
    command
        .positional(
            "FILE", "inputs, one after the other", words->inputs, Command::Presence::Optional)
        .example(
            "tradectl data import BTCUSDT-trades-2024-01-01.zip -o btc.tdat "
            "--instrument BTC-USDT.paper")
        .runs([words](Context& context) { return run_import(*words, context); });
}

}  // namespace tradectl::cli
