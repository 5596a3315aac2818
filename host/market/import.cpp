#include "host/market/import.hpp"

#include "host/base/disk.hpp"
#include "host/base/text_input.hpp"
#include "host/market/csv_reader.hpp"
#include "host/market/data_file.hpp"
#include "host/market/import_format.hpp"
#include "host/market/import_sink.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace tradectl::market {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Feeds the rows of the inputs, one after the other, to a reader and adds places to what it says.
class RowFeeder {
  public:
    RowFeeder(const ImportOptions& options, RowReader& reader, ImportSink& sink)
        : options_(options), reader_(reader), sink_(sink) {}

    Status run();

  private:
    Status open_inputs();
    Status read_input(TextInput& input);
    Status begin(TextInput& input, std::string_view& row);

    const ImportOptions& options_;
    RowReader& reader_;
    ImportSink& sink_;
    std::vector<TextInput> inputs_;
    bool at_first_row_ = true;
};

Unexpected at_line(const TextInput& input, std::uint64_t line, const Error& error) {
    if (error.code != ErrorCode::Corrupt) return fail(error);
    return fail(error.code, input.path() + ":" + std::to_string(line) + ": " + error.message);
}

/// A line too long is the input's fault, not the caller's.
Unexpected input_failure(Error error) {
    if (error.code == ErrorCode::InvalidArgument) error.code = ErrorCode::Corrupt;
    return fail(std::move(error));
}

Status RowFeeder::open_inputs() {
    for (const std::string& path : options_.inputs) {
        auto input = TextInput::open(path,
                                     {.line_end = reader_.row_end(),
                                      .zip_member = options_.zip_member,
                                      .read_ahead = TextInput::ReadAhead::On});
        if (!input) return fail(input.error());
        inputs_.push_back(*std::move(input));
    }
    return {};
}

Status RowFeeder::run() {
    // Only one is read at a time, but all must be there.
    if (auto status = open_inputs(); !status) return status;
    std::uint64_t bytes_all = 0;
    for (const TextInput& input : inputs_)
        bytes_all += input.bytes_all();
    std::uint64_t bytes_before = 0;
    for (TextInput& input : inputs_) {
        sink_.set_input(&input, bytes_before, bytes_all);
        auto status = read_input(input);
        sink_.set_input(nullptr, bytes_before + input.bytes_all(), bytes_all);
        if (!status) return status;
        bytes_before += input.bytes_all();
    }
    return {};
}

/// The first row of a file: what a header is, is not a row any more then.
Status RowFeeder::begin(TextInput& input, std::string_view& row) {
    if (row.starts_with(kByteOrderMark)) row.remove_prefix(kByteOrderMark.size());
    const auto first = reader_.begin_file(input.path(), row);
    if (!first) return fail(first.error());
    at_first_row_ = false;
    if (*first == FirstRow::Header) row = {};
    return {};
}

Status RowFeeder::read_input(TextInput& input) {
    at_first_row_ = true;
    std::uint64_t blank_line = 0;  // allowed at the end alone
    while (true) {
        const auto line = input.next();
        if (!line) return input_failure(line.error());
        if (!*line) break;
        std::string_view row = **line;
        if (row.empty() && reader_.row_end() == '\n') {
            if (blank_line == 0) blank_line = input.line_number();
            continue;
        }
        if (blank_line != 0) return at_line(input, blank_line, {ErrorCode::Corrupt, "empty line"});
        if (at_first_row_)
            if (auto status = begin(input, row); !status)
                return at_line(input, input.line_number(), status.error());
        if (row.empty()) continue;
        if (auto status = reader_.take(row, sink_); !status)
            return at_line(input, input.line_number(), status.error());
    }
    if (at_first_row_) return {};
    if (reader_.row_end() == '\n' && !input.line_ended()) ++sink_.report().rows_without_end;
    if (auto status = reader_.end_file(sink_); !status)
        return at_line(input, input.line_number(), status.error());
    return {};
}

Expected<ImportReport> import_rows(Disk& disk,
                                   const ImportOptions& options,
                                   Expected<std::unique_ptr<RowReader>> reader) {
    auto sink = ImportSink::create(disk, options);
    if (!sink) return fail(sink.error());
    if (!reader) return fail(reader.error());
    if (auto status = RowFeeder(options, **reader, *sink).run(); !status)
        return fail(status.error());
    return sink->finish();
}

}  // namespace

Expected<ImportReport> import_data(Disk& disk, const ImportOptions& given) {
    const ImportFormat* format = find_import_format(given.format);
    if (format == nullptr)
        return fail(ErrorCode::Usage, "import: unknown format \"" + given.format + "\"");
    if (std::find(format->kinds.begin(), format->kinds.end(), given.kind) == format->kinds.end())
        return fail(ErrorCode::Usage,
                    "import: " + given.format + " gives no " + std::string(kind_name(given.kind)));
    ImportOptions options = given;
    options.capture.format = given.format;
    options.capture.kind = given.kind;
    if (options.origin.empty()) options.origin = given.format;
    if (format->run != nullptr) return format->run(disk, options);
    return import_rows(disk, options, format->reader(options));
}

Expected<ImportReport> import_csv(Disk& disk, const ImportOptions& given) {
    ImportOptions options = given;
    options.kind = given.layout.kind;
    return import_rows(disk, options, make_csv_reader(options.layout, options));
}

}  // namespace tradectl::market
