#include "host/market/import.hpp"

#include "host/base/disk.hpp"
#include "host/base/text_blocks.hpp"
#include "host/base/text_input.hpp"
#include "host/market/csv_reader.hpp"
#include "host/market/data_file.hpp"
#include "host/market/file_error.hpp"
#include "host/market/import_format.hpp"
#include "host/market/import_sink.hpp"
#include "host/market/row_block.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace tradectl::market {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kLineBytesMax = 65536;

/// Feeds the rows of the inputs, one after the other, to a reader and adds places to what it says.
class RowFeeder final : public TextPlace {
  public:
    RowFeeder(const ImportOptions& options, RowReader& reader, ImportSink& sink)
        : options_(options), reader_(reader), sink_(sink), workers_(import_jobs(options)) {}

    Status run();

    [[nodiscard]] const std::string& path() const override { return input_->path(); }
    [[nodiscard]] std::uint64_t line_number() const override { return line_; }
    [[nodiscard]] std::uint64_t bytes_done() const override { return input_->bytes_done(); }

  private:
    /// Decoded rows of a block, from a line on.
    struct Run {
        std::string_view text;
        const RowBlock& block;
        std::uint32_t line = 0;
        std::uint32_t odd_before = 0;
    };
    Status open_inputs();
    Status read_input();
    Status take_rows(std::string_view text);
    Status take_row(std::string_view row);
    Status take_block(std::string_view text, const RowBlock& block);
    Status take_run(const Run& run, std::uint32_t end);
    Status begin(std::string_view& row);
    Status end();
    [[nodiscard]] Unexpected at_line(std::uint64_t line, const Error& error) const;

    const ImportOptions& options_;
    RowReader& reader_;
    ImportSink& sink_;
    BlockWorkers workers_;
    std::vector<TextBlocks> inputs_;
    TextBlocks* input_ = nullptr;  ///< that is being read
    // Of one input.
    bool at_first_row_ = true;
    bool asked_for_work_ = false;
    bool line_ended_ = true;
    std::uint64_t line_ = 0;
    std::uint64_t blank_line_ = 0;  ///< allowed at the end alone
};

Unexpected RowFeeder::at_line(std::uint64_t line, const Error& error) const {
    if (error.code != ErrorCode::Corrupt) return fail(error);
    return fail(error.code, path() + ":" + std::to_string(line) + ": " + error.message);
}

Status RowFeeder::open_inputs() {
    for (const std::string& path : options_.inputs) {
        auto input = TextBlocks::open(path,
                                      {.block_bytes = options_.block_bytes,
                                       .line_bytes_max = kLineBytesMax,
                                       .line_end = reader_.row_end(),
                                       .zip_member = options_.zip_member},
                                      workers_);
        if (!input) return fail(input.error());
        inputs_.push_back(*std::move(input));
    }
    return {};
}

Status RowFeeder::run() {
    // Only one is read at a time, but all must be there.
    if (auto status = open_inputs(); !status) return status;
    std::uint64_t bytes_all = 0;
    for (const TextBlocks& input : inputs_)
        bytes_all += input.bytes_all();
    std::uint64_t bytes_before = 0;
    for (TextBlocks& input : inputs_) {
        input_ = &input;
        sink_.set_input(this, bytes_before, bytes_all);
        auto status = read_input();
        sink_.set_input(nullptr, bytes_before + input.bytes_all(), bytes_all);
        if (!status) return status;
        bytes_before += input.bytes_all();
        TextBlocks done = std::move(input);  // its thread and its blocks go
    }
    return {};
}

Status RowFeeder::read_input() {
    at_first_row_ = line_ended_ = true;
    asked_for_work_ = false;
    line_ = blank_line_ = 0;
    while (true) {
        const auto block = input_->next();
        if (!block) return fail(block.error());
        if (!*block) break;
        const auto* decoded = static_cast<const RowBlock*>((*block)->work);
        const bool whole = decoded != nullptr && blank_line_ == 0;
        auto status = whole ? take_block((*block)->text, *decoded) : take_rows((*block)->text);
        if (!status) return status;
        if (at_first_row_ || asked_for_work_) continue;
        if (auto maker = reader_.block_maker()) {
            input_->set_work(std::move(maker));
            asked_for_work_ = true;
        }
    }
    return end();
}

Status RowFeeder::take_rows(std::string_view text) {
    BlockLines lines(text, reader_.row_end());
    std::string_view row;
    while (lines.next(row)) {
        ++line_;
        line_ended_ = lines.ended();
        if (auto status = take_row(row); !status) return status;
    }
    return {};
}

/// One row of the text by the reader's own hand.
Status RowFeeder::take_row(std::string_view row) {
    if (row.size() > kLineBytesMax)
        return fail(ErrorCode::Corrupt,
                    path() + ": line " + std::to_string(line_) + ": longer than " +
                        std::to_string(kLineBytesMax) + " bytes");
    if (row.empty() && reader_.row_end() == '\n') {
        if (blank_line_ == 0) blank_line_ = line_;
        return {};
    }
    if (blank_line_ != 0) return at_line(blank_line_, {ErrorCode::Corrupt, "empty line"});
    if (at_first_row_)
        if (auto status = begin(row); !status) return at_line(line_, status.error());
    if (row.empty()) return {};
    if (auto status = reader_.take(row, sink_); !status) return at_line(line_, status.error());
    return {};
}

/// Rows of a block that other threads decoded, and the odd ones between them.
Status RowFeeder::take_block(std::string_view text, const RowBlock& block) {
    Run run{text, block};
    for (const RowBlock::Odd& odd : block.odd()) {
        if (auto status = take_run(run, odd.line); !status) return status;
        BlockLines lines(text.substr(odd.offset), '\n');
        std::string_view row;
        lines.next(row);
        ++line_;
        line_ended_ = lines.ended();
        if (auto status = take_row(row); !status) return status;
        // Behind a blank line there is nothing to be taken.
        if (blank_line_ != 0) return take_rows(lines.rest());
        run.line = odd.line + 1;
        ++run.odd_before;
    }
    return take_run(run, block.lines());
}

/// Takes the decoded rows up to a line of the block.
Status RowFeeder::take_run(const Run& run, std::uint32_t end) {
    if (run.line == end) return {};
    const auto taken =
        reader_.take_decoded(run.block, run.line - run.odd_before, end - run.line, sink_);
    line_ += taken.count;
    if (taken.status) return {};
    return at_line(++line_, taken.status.error());
}

/// The first row of a file: what a header is, is not a row any more then.
Status RowFeeder::begin(std::string_view& row) {
    if (row.starts_with(kByteOrderMark)) row.remove_prefix(kByteOrderMark.size());
    const auto first = reader_.begin_file(path(), row);
    if (!first) return fail(first.error());
    at_first_row_ = false;
    if (*first == FirstRow::Header) row = {};
    return {};
}

Status RowFeeder::end() {
    if (at_first_row_) return {};
    if (reader_.row_end() == '\n' && !line_ended_) ++sink_.report().rows_without_end;
    if (auto status = reader_.end_file(sink_); !status) return at_line(line_, status.error());
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
    auto report = format->run != nullptr ? format->run(disk, options)
                                         : import_rows(disk, options, format->reader(options));
    if (!report) return file_failure(report.error());
    return report;
}

Expected<ImportReport> import_csv(Disk& disk, const ImportOptions& given) {
    ImportOptions options = given;
    options.kind = given.layout.kind;
    auto report = import_rows(disk, options, make_csv_reader(options.layout, options));
    if (!report) return file_failure(report.error());
    return report;
}

}  // namespace tradectl::market
