// data: bring recordings into the fast format and back, describe them, make them up.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "host/base/disk.hpp"
#include "host/config/scalar.hpp"
#include "host/market/csv_formats.hpp"
#include "host/market/data_file.hpp"
#include "host/market/export.hpp"
#include "host/market/import.hpp"
#include "host/market/info.hpp"
#include "host/market/synth_file.hpp"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace tradectl::cli {
namespace {

struct ImportWords {
    std::vector<std::string> inputs;
    std::string out;
    std::string instrument;
    std::string format = "binance-trades";
    std::string kind = "trades";
    std::string columns;
    std::string time_unit;
    std::string delimiter = ",";
    std::string header = "auto";
    std::optional<std::int64_t> interval_ns;
    bool sort = false;
    bool replace = false;
};

struct ExportWords {
    std::string file;
    std::string out;
    std::string time_unit = "rfc3339";
    std::string delimiter = ",";
    bool no_header = false;
    std::string from;
    std::string until;
};

struct SynthWords {
    std::string out;
    std::string quotes;
    std::string instrument;
    std::optional<std::int64_t> trades;
    std::string start;
    std::string price;
    std::string tick;
    std::string lot;
    std::string quantity;
    std::optional<std::int64_t> interval_ns;
    std::optional<std::int64_t> spread_ticks;
    std::optional<std::int64_t> volatility_ppm;
    std::vector<std::string> regimes;
};

Unexpected usage(std::string what) {
    return fail(ErrorCode::Usage, std::move(what));
}

Expected<std::string> needed_path(const char* option, const std::string& path) {
    if (path.empty()) return usage(std::string(option) + " is missing");
    std::error_code error;
    const auto full = std::filesystem::absolute(path, error);
    if (error) return fail(ErrorCode::Io, path + ": " + error.message());
    return full.lexically_normal().string();
}

Expected<char> one_character(const std::string& text) {
    if (text == "tab" || text == "\\t") return '\t';
    if (text.size() != 1 || text[0] == '"' || text[0] == '\n' || text[0] == '\r')
        return usage("--delimiter is \"" + text + "\", must be one character or tab");
    return text[0];
}

Expected<market::TimeUnit> time_unit(const std::string& text) {
    const auto unit = market::time_unit_of(text);
    if (!unit) return usage("--time-unit is \"" + text + "\", must be s, ms, us, ns or rfc3339");
    return *unit;
}

Expected<Timestamp> time_or_none(const char* option, const std::string& text) {
    if (text.empty()) return Timestamp::none();
    const auto time = Timestamp::parse(text);
    if (!time) return usage(std::string(option) + " is \"" + text + "\", not an RFC 3339 time");
    return *time;
}

/// The description of a file, as text and as data.
Answer described(Json info) {
    Table table({{"field"}, {"value"}});
    for (const JsonMember& member : *info.as_object()) {
        const std::string* text = member.value.as_text();
        table.add({member.key, text != nullptr ? *text : member.value.dump()});
    }
    Answer answer;
    answer.text = table.body();
    answer.data = std::move(info);
    return answer;
}

Expected<Answer> describe_file(const std::string& path) {
    const auto file = market::DataFile::open(path);
    if (!file) return fail(file.error());
    return described(market::describe(**file));
}

market::DataKind kind_of(const std::string& name) {
    if (name == "quotes") return market::DataKind::Quotes;
    return name == "bars" ? market::DataKind::Bars : market::DataKind::Trades;
}

Expected<market::CsvLayout> csv_layout(const ImportWords& words) {
    if (words.columns.empty()) return usage("--format csv needs --columns");
    auto layout = market::parse_column_map(kind_of(words.kind), words.columns);
    if (!layout) return usage(layout.error().message);
    const auto unit = time_unit(words.time_unit.empty() ? "ms" : words.time_unit);
    if (!unit) return fail(unit.error());
    layout->time_unit = *unit;
    return layout;
}

Expected<market::CsvLayout> layout_of(const ImportWords& words) {
    const bool csv = words.format == "csv";
    if (!csv && (!words.columns.empty() || words.kind != "trades" || !words.time_unit.empty()))
        return usage("--columns, --kind and --time-unit want --format csv");
    auto layout = csv                                ? csv_layout(words)
                  : words.format == "binance-trades" ? market::binance_trades_layout()
                                                     : market::binance_agg_trades_layout();
    if (!layout) return layout;
    const auto delimiter = one_character(words.delimiter);
    if (!delimiter) return fail(delimiter.error());
    layout->delimiter = *delimiter;
    layout->header = words.header == "present"  ? market::CsvHeader::Present
                     : words.header == "absent" ? market::CsvHeader::Absent
                                                : market::CsvHeader::Auto;
    return layout;
}

/// A line on standard error that counts, where somebody looks.
std::function<void(const market::ImportProgress&)> progress_line(const Context& context) {
    const Globals& globals = context.globals();
    if (!context.terminal().is_terminal || globals.quiet || globals.json) return {};
    return [](const market::ImportProgress& now) {
        std::fprintf(stderr, "\r%llu rows\r", static_cast<unsigned long long>(now.rows));
    };
}

Expected<Answer> run_import(const ImportWords& words, const Context& context) {
    market::ImportOptions options;
    for (const std::string& input : words.inputs) {
        auto path = needed_path("FILE", input);
        if (!path) return fail(path.error());
        options.inputs.push_back(*std::move(path));
    }
    auto out = needed_path("--out", words.out);
    if (!out) return fail(out.error());
    if (words.instrument.empty()) return usage("--instrument is missing");
    auto layout = layout_of(words);
    if (!layout) return fail(layout.error());
    if ((layout->kind == market::DataKind::Bars) != words.interval_ns.has_value())
        return usage("--interval is for bars, and bars need it");
    options.output = *out;
    options.instrument = words.instrument;
    options.origin = words.format;
    options.layout = *std::move(layout);
    options.interval_ns = words.interval_ns.value_or(0);
    options.order = words.sort ? market::ImportOrder::Sort : market::ImportOrder::Refuse;
    options.existing = words.replace ? market::ExistingFile::Replace : market::ExistingFile::Refuse;
    options.progress = progress_line(context);
    const auto disk = make_posix_disk();
    const auto report = market::import_csv(*disk, options);
    if (!report) {
        if (report.error().code != ErrorCode::Usage || words.replace) return fail(report.error());
        return usage(report.error().message + "; --replace replaces it");
    }
    auto answer = describe_file(*out);
    if (answer && words.sort) answer->data.set("rows_late", report->rows_late);
    return answer;
}

Expected<Answer> run_export(const ExportWords& words, Context& context) {
    market::ExportOptions options;
    const auto unit = time_unit(words.time_unit);
    if (!unit) return fail(unit.error());
    const auto delimiter = one_character(words.delimiter);
    if (!delimiter) return fail(delimiter.error());
    const auto from = time_or_none("--from", words.from);
    if (!from) return fail(from.error());
    const auto until = time_or_none("--until", words.until);
    if (!until) return fail(until.error());
    options.time_unit = *unit;
    options.delimiter = *delimiter;
    options.header = words.no_header ? market::ExportHeader::Omit : market::ExportHeader::Write;
    options.from = *from;
    options.until = *until;
    if (words.out.empty() && context.globals().json) return usage("--json wants --out here");
    const auto file = market::DataFile::open(words.file);
    if (!file) return fail(file.error());
    Answer answer;
    if (words.out.empty()) {
        const auto rows = market::export_csv(
            **file, options, [&](std::string_view text) { return context.write(text); });
        if (!rows) return fail(rows.error());
        return answer;
    }
    const auto out = needed_path("--out", words.out);
    if (!out) return fail(out.error());
    const auto disk = make_posix_disk();
    const auto rows = market::export_csv_file(*disk, **file, options, *out);
    if (!rows) return fail(rows.error());
    answer.text = words.out + ": " + std::to_string(*rows) + " rows\n";
    answer.data.set("file", *out);
    answer.data.set("rows", *rows);
    return answer;
}

Expected<Answer> run_info(const std::string& path, bool verify) {
    const auto file = market::DataFile::open(path);
    if (!file) return fail(file.error());
    if (verify)
        if (auto status = (*file)->verify(); !status) return fail(status.error());
    Json info = market::describe(**file);
    if (verify) info.set("verified", true);
    return described(std::move(info));
}

Status set_decimal(const char* option, const std::string& text, Decimal& out) {
    if (text.empty()) return {};
    const auto value = Decimal::parse(text);
    if (!value) return usage(std::string(option) + ": " + value.error().message);
    out = *value;
    return {};
}

Status set_number(const char* option, std::optional<std::int64_t> value, std::uint32_t& out) {
    if (!value) return {};
    if (*value < 0 || *value > UINT32_MAX)
        return usage(std::string(option) + " is " + std::to_string(*value) + ", out of range");
    out = static_cast<std::uint32_t>(*value);
    return {};
}

Status set_regimes(const std::vector<std::string>& names, market::SynthOptions& options) {
    if (names.empty()) return {};
    options.weights = {};
    for (const std::string& name : names) {
        const auto regime = market::regime_of(name);
        if (!regime)
            return usage("--regime is \"" + name +
                         "\", must be trend, mean_reversion, jumps or gaps");
        ++options.weights[static_cast<std::size_t>(*regime)];
    }
    return {};
}

Status set_seed(const std::optional<std::string>& text, market::SynthOptions& options) {
    if (!text) return {};
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, options.seed);
    if (error == std::errc{} && stop == end) return {};
    return usage("--seed is \"" + *text + "\", must be a whole number of 64 bits");
}

Expected<market::SynthOptions> synth_options(const SynthWords& words, const Globals& globals) {
    market::SynthOptions options;
    const auto start = time_or_none("--start", words.start);
    if (!start) return fail(start.error());
    if (!start->is_none()) options.start = *start;
    if (words.trades.value_or(0) <= 0) return usage("--trades is missing or not above 0");
    options.trades = static_cast<std::uint64_t>(*words.trades);
    options.interval_mean_ns = words.interval_ns.value_or(options.interval_mean_ns);
    for (const Status& status :
         {set_seed(globals.seed, options),
          set_decimal("--price", words.price, options.price),
          set_decimal("--tick", words.tick, options.tick),
          set_decimal("--lot", words.lot, options.lot),
          set_decimal("--quantity", words.quantity, options.quantity_mean),
          set_number("--spread", words.spread_ticks, options.spread_ticks),
          set_number("--volatility", words.volatility_ppm, options.volatility_ppm),
          set_regimes(words.regimes, options)})
        if (!status) return fail(status.error());
    return options;
}

Expected<Answer> run_synth(const SynthWords& words, const Context& context) {
    const auto out = needed_path("--out", words.out);
    if (!out) return fail(out.error());
    if (words.instrument.empty()) return usage("--instrument is missing");
    const auto options = synth_options(words, context.globals());
    if (!options) return fail(options.error());
    market::SynthFiles files{*out, ""};
    if (!words.quotes.empty()) {
        const auto quotes = needed_path("--quotes", words.quotes);
        if (!quotes) return fail(quotes.error());
        if (*quotes == *out) return usage("--quotes and --out are the same file");
        files.quotes = *quotes;
    }
    const auto disk = make_posix_disk();
    const auto report = market::write_synth(*disk, files, words.instrument, *options);
    if (!report) return fail(report.error());
    return describe_file(*out);
}

void register_import(Command& group) {
    auto words = std::make_shared<ImportWords>();
    group.add("import", "bring a public recording into the fast format")
        .description("Plain, gzip or zip input. A bad row is named, and nothing is written then.")
        .option("-o,--out", "FILE", "the data file to write", words->out)
        .option("--instrument", "NAME", "whose data it is", words->instrument)
        .option("--format", "FORMAT", "shape of the input", words->format)
        .choices({"binance-trades", "binance-agg-trades", "csv"})
        .option("--kind", "KIND", "what a csv holds", words->kind)
        .choices({"trades", "quotes", "bars"})
        .option("--columns", "MAP", "csv: time=0,price=2,quantity=qty,...", words->columns)
        .option("--time-unit", "UNIT", "csv: s, ms, us, ns or rfc3339", words->time_unit)
        .option("--delimiter", "CHAR", "between fields, or tab", words->delimiter)
        .option("--header", "WHEN", "first row", words->header)
        .choices({"auto", "present", "absent"})
        .duration("--interval", "length of a bar", words->interval_ns)
        .flag("--sort", "put rows in order of time", words->sort)
        .flag("--replace", "replace a file that is there", words->replace)
        .positional("FILE", "inputs, one after the other", words->inputs)
        .example(
            "tradectl data import BTCUSDT-trades-2024-01-01.zip -o btc.tdat "
            "--instrument BTC-USDT.paper")
        .runs([words](Context& context) { return run_import(*words, context); });
}

void register_export(Command& group) {
    auto words = std::make_shared<ExportWords>();
    group.add("export", "write a data file as CSV")
        .option("-o,--out", "FILE", "there instead of standard output", words->out)
        .option("--time-unit", "UNIT", "s, ms, us, ns or rfc3339", words->time_unit)
        .option("--delimiter", "CHAR", "between fields, or tab", words->delimiter)
        .flag("--no-header", "no first row with names", words->no_header)
        .option("--from", "TIME", "first time", words->from)
        .option("--until", "TIME", "first time left out", words->until)
        .positional("FILE", "data file", words->file)
        .example("tradectl data export btc.tdat --time-unit ms -o btc.csv")
        .runs([words](Context& context) { return run_export(*words, context); });
}

void register_synth(Command& group) {
    auto words = std::make_shared<SynthWords>();
    group.add("synth", "make up a market, the same for the same --seed")
        .option("-o,--out", "FILE", "the data file of trades to write", words->out)
        .option("--quotes", "FILE", "the quote before each trade, too", words->quotes)
        .option("--instrument", "NAME", "whose data it is", words->instrument)
        .option("--trades", "N", "how many", words->trades)
        .option("--start", "TIME", "time of the first trade", words->start)
        .option("--price", "PRICE", "first price", words->price)
        .option("--tick", "STEP", "price grid", words->tick)
        .option("--lot", "STEP", "quantity grid", words->lot)
        .option("--quantity", "QUANTITY", "mean of a trade", words->quantity)
        .duration("--interval", "mean time between trades", words->interval_ns)
        .option("--spread", "TICKS", "between bid and ask", words->spread_ticks)
        .option("--volatility", "PPM", "usual move from trade to trade", words->volatility_ppm)
        .option("--regime", "NAME", "use these regimes alone", words->regimes)
        .choices({"trend", "mean_reversion", "jumps", "gaps"})
        .example("tradectl data synth -o demo.tdat --instrument A-B.paper --trades 100000 --seed 7")
        .runs([words](Context& context) { return run_synth(*words, context); });
}

}  // namespace

void register_data(Command& root) {
    Command& group = root.add("data", "recorded market data: import, export, info, synth");
    group.example("tradectl data synth -o demo.tdat --instrument A-B.paper --trades 100000");
    register_import(group);
    register_export(group);
    auto path = std::make_shared<std::string>();
    auto verify = std::make_shared<bool>(false);
    group.add("info", "what a data file holds")
        .flag("--verify", "check all checksums and records", *verify)
        .positional("FILE", "data file", *path)
        .example("tradectl data info btc.tdat --verify")
        .runs([path, verify](Context&) { return run_info(*path, *verify); });
    register_synth(group);
}

}  // namespace tradectl::cli
