#include "host/market/import.hpp"

#include "host/base/disk.hpp"
#include "host/base/text_input.hpp"
#include "host/market/csv_record.hpp"
#include "host/market/data_writer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace tradectl::market {
namespace {

constexpr std::uint64_t kProgressRows = 1 << 16;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Reads the inputs one after the other and hands each record on, in order.
template <typename Record>
class Importer {
  public:
    Importer(const ImportOptions& options, DataFileWriter writer)
        : options_(options), writer_(std::move(writer)) {}

    Expected<ImportReport> run();

  private:
    Status read_input(TextInput& input);
    Status take_row(const TextInput& input, RowDecoder& decoder, std::string_view row);
    Status write_held();

    const ImportOptions& options_;
    DataFileWriter writer_;
    std::vector<Record> held_;  ///< until all is read, when sorting
    tradectl_time time_last_ = 0;
    std::uint64_t rows_ = 0;
    std::uint64_t rows_late_ = 0;
};

Unexpected at_line(const TextInput& input, std::uint64_t line, const std::string& what) {
    return fail(ErrorCode::Corrupt, input.path() + ":" + std::to_string(line) + ": " + what);
}

Unexpected at_line(const TextInput& input, const std::string& what) {
    return at_line(input, input.line_number(), what);
}

/// A line too long is the input's fault, not the caller's.
Unexpected input_failure(Error error) {
    if (error.code == ErrorCode::InvalidArgument) error.code = ErrorCode::Corrupt;
    return fail(std::move(error));
}

template <typename Record>
Expected<ImportReport> Importer<Record>::run() {
    for (const std::string& path : options_.inputs) {
        auto input = TextInput::open(path);
        if (!input) return fail(input.error());
        if (auto status = read_input(*input); !status) return fail(status.error());
    }
    if (rows_ == 0) return fail(ErrorCode::Corrupt, options_.inputs.back() + ": no row of data");
    if (auto status = write_held(); !status) return fail(status.error());
    if (auto status = writer_.finish(); !status) return fail(status.error());
    if (options_.progress) options_.progress(rows_);
    return ImportReport{writer_.header(), rows_late_, std::nullopt};
}

template <typename Record>
Status Importer<Record>::read_input(TextInput& input) {
    std::optional<RowDecoder> decoder;
    std::uint64_t blank_line = 0;  // allowed at the end alone
    while (true) {
        const auto line = input.next();
        if (!line) return input_failure(line.error());
        if (!*line) return {};
        std::string_view row = **line;
        if (row.empty()) {
            if (blank_line == 0) blank_line = input.line_number();
            continue;
        }
        if (blank_line != 0) return at_line(input, blank_line, "empty line");
        if (!decoder) {
            if (row.starts_with(kByteOrderMark)) row.remove_prefix(kByteOrderMark.size());
            const auto columns = resolve_columns(options_.layout, row);
            if (!columns) return at_line(input, columns.error().message);
            decoder.emplace(*columns,
                            options_.layout.delimiter,
                            options_.layout.time_unit,
                            options_.interval_ns);
            if (columns->first_row_is_header) continue;
        }
        if (auto status = take_row(input, *decoder, row); !status) return status;
    }
}

template <typename Record>
Status Importer<Record>::take_row(const TextInput& input,
                                  RowDecoder& decoder,
                                  std::string_view row) {
    if (const RowFault bad = decoder.split(row); bad.reason != nullptr)
        return at_line(input, bad.text());
    Record record;
    if (const RowFault bad = decoder.decode(record); bad.reason != nullptr)
        return at_line(input, bad.text());
    if (record.time < time_last_) {
        if (options_.order == ImportOrder::Refuse)
            return at_line(input, decoder.fault(CsvField::Time, "time goes back").text());
        ++rows_late_;
    } else {
        time_last_ = record.time;
    }
    if (++rows_ % kProgressRows == 0 && options_.progress) options_.progress(rows_);
    if (options_.order == ImportOrder::Refuse) return writer_.add(record);
    held_.push_back(record);
    return {};
}

template <typename Record>
Status Importer<Record>::write_held() {
    std::stable_sort(held_.begin(), held_.end(), [](const Record& a, const Record& b) {
        return a.time < b.time;
    });
    for (const Record& record : held_)
        if (auto status = writer_.add(record); !status) return status;
    return {};
}

Status check_paths(Disk& disk, const ImportOptions& options) {
    if (options.inputs.empty()) return fail(ErrorCode::Usage, "import: no input file");
    for (const std::string& input : options.inputs)
        if (input == options.output)
            return fail(ErrorCode::Usage, "import: " + input + " is both input and output");
    const auto exists = disk.exists(options.output);
    if (!exists) return fail(exists.error());
    if (*exists && options.existing == ExistingFile::Refuse)
        return fail(ErrorCode::Usage, options.output + ": exists already");
    return {};
}

}  // namespace

Expected<ImportReport> import_csv(Disk& disk, const ImportOptions& options) {
    if (auto status = check_paths(disk, options); !status) return fail(status.error());
    auto writer = DataFileWriter::create(disk,
                                         options.output,
                                         {.kind = options.layout.kind,
                                          .instrument = options.instrument,
                                          .origin = options.origin,
                                          .interval_ns = options.interval_ns});
    if (!writer) return fail(writer.error());
    switch (options.layout.kind) {
        case DataKind::Trades: return Importer<TradeRecord>(options, *std::move(writer)).run();
        case DataKind::Quotes: return Importer<QuoteRecord>(options, *std::move(writer)).run();
        case DataKind::Bars: return Importer<BarRecord>(options, *std::move(writer)).run();
        case DataKind::Book: break;
    }
    return fail(ErrorCode::Unsupported, "import: book levels do not come from CSV");
}

}  // namespace tradectl::market
