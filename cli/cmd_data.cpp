// data: bring recordings into the fast format and back, describe them, make them up.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/data_words.hpp"
#include "host/base/disk.hpp"
#include "host/market/data_file.hpp"
#include "host/market/export.hpp"
#include "host/market/info.hpp"
#include "host/market/synth_file.hpp"

#include <charconv>
#include <utility>

namespace tradectl::cli {
namespace {

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

Expected<Timestamp> time_or_none(const char* option, const std::string& text) {
    if (text.empty()) return Timestamp::none();
    const auto time = Timestamp::parse(text);
    if (!time) return usage(std::string(option) + " is \"" + text + "\", not an RFC 3339 time");
    return *time;
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
    register_data_import(group);
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
