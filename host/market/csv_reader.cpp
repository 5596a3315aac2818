#include "host/market/csv_reader.hpp"

#include "host/base/assert.hpp"
#include "host/market/csv_formats.hpp"
#include "host/market/csv_record.hpp"
#include "host/market/import_sink.hpp"
#include "host/market/row_block.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::market {
namespace {

Unexpected corrupt(const RowFault& fault) {
    return fail(ErrorCode::Corrupt, fault.text());
}

/// The rows of a block as records. What makes a row unlike most is left to the reader.
template <typename Record>
class CsvBlock final : public RowBlock {
  public:
    struct Rules {
        std::string symbol;  ///< of the rows that are wanted, when they name one
        Suspicious suspicious;
        std::int64_t interval_ns;
        BarStamp stamp;
    };
    CsvBlock(const RowDecoder& decoder, Rules rules)
        : decoder_(decoder), rules_(std::move(rules)) {}

    [[nodiscard]] const std::vector<Record>& records() const { return records_; }

  private:
    void clear() override { records_.clear(); }
    Fit decode(std::string_view row) override {
        if (decoder_.split(row).reason != nullptr || !wanted()) return Fit::Odd;
        Record& record = records_.emplace_back();
        if (decoder_.decode(record).reason == nullptr && stamped(record)) return Fit::Decoded;
        records_.pop_back();
        return Fit::Odd;
    }
    [[nodiscard]] bool wanted() const {
        if (decoder_.has(CsvField::Symbol) && decoder_.text(CsvField::Symbol) != rules_.symbol)
            return false;
        if (!decoder_.has(CsvField::Suspicious)) return true;
        const std::string_view mark = decoder_.text(CsvField::Suspicious);
        return mark == "0" || (mark == "1" && rules_.suspicious == Suspicious::Keep);
    }
    bool stamped(BarRecord& bar) const {
        if (decoder_.has(CsvField::CloseTime)) {
            std::int64_t length = 0;
            if (decoder_.bar_length(bar.time, length).reason != nullptr) return false;
            if (length != rules_.interval_ns) return false;
        }
        return rules_.stamp == BarStamp::Close ||
               !__builtin_add_overflow(bar.time, rules_.interval_ns, &bar.time);
    }
    static bool stamped(const TradeRecord&) { return true; }
    static bool stamped(const QuoteRecord&) { return true; }

    RowDecoder decoder_;
    Rules rules_;
    std::vector<Record> records_;
};

template <typename Record>
class CsvReader final : public RowReader {
  public:
    /// Without a layout it comes out of the header.
    CsvReader(std::optional<CsvLayout> layout, const ImportOptions& options)
        : layout_(std::move(layout)), options_(options), interval_ns_(options.interval_ns) {}

    Expected<FirstRow> begin_file(const std::string& path, std::string_view first_row) override;
    Status take(std::string_view row, ImportSink& sink) override;
    [[nodiscard]] std::function<std::unique_ptr<RowBlock>()> block_maker() const override;
    Taken take_decoded(const RowBlock& block,
                       std::size_t first,
                       std::size_t count,
                       ImportSink& sink) override;
    Status end_file(ImportSink&) override { return {}; }

  private:
    enum class Choice : std::uint8_t { Take, LeaveOut };
    Expected<Choice> choose();
    Status stamp(BarRecord& bar, ImportSink& sink);
    static Status stamp(TradeRecord&, ImportSink&) { return {}; }
    static Status stamp(QuoteRecord&, ImportSink&) { return {}; }

    std::optional<CsvLayout> layout_;
    const ImportOptions& options_;
    std::int64_t interval_ns_;
    std::optional<RowDecoder> decoder_;
    std::string symbol_;  ///< of the first row
    bool chooses_ = false;
    bool any_taken_ = false;  ///< of the file's rows
};

template <typename Record>
Expected<FirstRow> CsvReader<Record>::begin_file(const std::string& path,
                                                 std::string_view first_row) {
    auto layout = layout_ ? Expected<CsvLayout>(*layout_)
                          : ohlcv_layout(first_row, options_.layout.delimiter);
    if (!layout) return fail(layout.error());
    const auto columns = resolve_columns(*layout, first_row);
    if (!columns) return fail(columns.error());
    auto time = time_rule(layout->time_unit, layout->zone, options_, path);
    if (!time) return fail(time.error());
    decoder_.emplace(*columns,
                     RowRules{.delimiter = layout->delimiter,
                              .time = *std::move(time),
                              .price = {layout->price_shift, options_.decimals},
                              .quantity = {0, options_.decimals},
                              .ids = layout->ids});
    any_taken_ = false;
    chooses_ = decoder_->has(CsvField::Symbol) || decoder_->has(CsvField::Suspicious);
    return columns->first_row_is_header ? FirstRow::Header : FirstRow::Data;
}

/// Whether a row is wanted, by its symbol and its mark.
template <typename Record>
Expected<typename CsvReader<Record>::Choice> CsvReader<Record>::choose() {
    if (decoder_->has(CsvField::Symbol)) {
        const std::string_view symbol = decoder_->text(CsvField::Symbol);
        const std::string& wanted = options_.capture.symbol;
        if (!wanted.empty() && symbol != wanted) return Choice::LeaveOut;
        if (symbol_.empty()) symbol_ = symbol;
        if (symbol != symbol_ || symbol.empty()) {
            const std::string reason = "other rows are of \"" + symbol_ + "\", choose a symbol";
            return corrupt(decoder_->fault(CsvField::Symbol, reason.c_str()));
        }
    }
    if (!decoder_->has(CsvField::Suspicious)) return Choice::Take;
    const std::string_view mark = decoder_->text(CsvField::Suspicious);
    if (mark != "0" && mark != "1")
        return corrupt(decoder_->fault(CsvField::Suspicious, "neither 0 nor 1"));
    const bool drop = mark == "1" && options_.suspicious == Suspicious::Drop;
    return drop ? Choice::LeaveOut : Choice::Take;
}

/// Makes the time of a bar that of its end, and checks its length where the file tells it.
template <typename Record>
Status CsvReader<Record>::stamp(BarRecord& bar, ImportSink& sink) {
    if (decoder_->has(CsvField::CloseTime)) {
        std::int64_t length = 0;
        if (const RowFault bad = decoder_->bar_length(bar.time, length); bad.reason != nullptr)
            return corrupt(bad);
        if (interval_ns_ == 0) {
            interval_ns_ = length;
            sink.set_interval(length);
        }
        if (length != interval_ns_)
            return corrupt(decoder_->fault(CsvField::CloseTime, "bar has another length"));
    }
    if (options_.bar_stamp.value_or(BarStamp::Open) == BarStamp::Close) return {};
    if (__builtin_add_overflow(bar.time, interval_ns_, &bar.time))
        return corrupt(decoder_->fault(CsvField::Time, "time is outside of 1970 to 2261"));
    return {};
}

template <typename Record>
Status CsvReader<Record>::take(std::string_view row, ImportSink& sink) {
    sink.count_row();
    if (const RowFault bad = decoder_->split(row); bad.reason != nullptr) return corrupt(bad);
    if (chooses_) {
        const auto choice = choose();
        if (!choice) return fail(choice.error());
        if (*choice == Choice::LeaveOut) {
            ++sink.report().rows_left_out;
            return {};
        }
    }
    Record record;
    if (const RowFault bad = decoder_->decode(record); bad.reason != nullptr) return corrupt(bad);
    if (auto status = stamp(record, sink); !status) return status;
    any_taken_ = true;
    auto status = sink.add(record);
    if (status || status.error().code != ErrorCode::Corrupt) return status;
    return corrupt(decoder_->fault(CsvField::Time, status.error().message.c_str()));
}

template <typename Record>
std::function<std::unique_ptr<RowBlock>()> CsvReader<Record>::block_maker() const {
    // The first row tells the unit of times, the symbol and a bar's length.
    if (!any_taken_) return {};
    CsvBlock<Record> made(*decoder_,
                          {.symbol = symbol_,
                           .suspicious = options_.suspicious,
                           .interval_ns = interval_ns_,
                           .stamp = options_.bar_stamp.value_or(BarStamp::Open)});
    return [made = std::move(made)]() -> std::unique_ptr<RowBlock> {
        return std::make_unique<CsvBlock<Record>>(made);
    };
}

template <typename Record>
RowReader::Taken CsvReader<Record>::take_decoded(const RowBlock& block,
                                                 std::size_t first,
                                                 std::size_t count,
                                                 ImportSink& sink) {
    const auto& records = static_cast<const CsvBlock<Record>&>(block).records();
    auto taken = sink.add_all(std::span(records).subspan(first, count));
    if (taken.status || taken.status.error().code != ErrorCode::Corrupt) return taken;
    const auto split = decoder_->split(block.decoded_row(first + taken.count));
    TRADECTL_ASSERT(split.reason == nullptr);
    taken.status = corrupt(decoder_->fault(CsvField::Time, taken.status.error().message.c_str()));
    return taken;
}

std::unique_ptr<RowReader> make(DataKind kind,
                                std::optional<CsvLayout> layout,
                                const ImportOptions& options) {
    if (kind == DataKind::Quotes)
        return std::make_unique<CsvReader<QuoteRecord>>(std::move(layout), options);
    if (kind == DataKind::Bars)
        return std::make_unique<CsvReader<BarRecord>>(std::move(layout), options);
    return std::make_unique<CsvReader<TradeRecord>>(std::move(layout), options);
}

Unexpected no_interval() {
    return fail(ErrorCode::InvalidArgument, "import: bars of this format need their interval");
}

}  // namespace

Expected<std::unique_ptr<RowReader>> make_csv_reader(const CsvLayout& layout,
                                                     const ImportOptions& options) {
    const bool tells_length =
        std::any_of(layout.columns.begin(), layout.columns.end(), [](const CsvColumn& column) {
            return column.field == CsvField::CloseTime;
        });
    if (layout.kind == DataKind::Book)
        return fail(ErrorCode::Unsupported, "import: book levels do not come from such rows");
    if (layout.kind == DataKind::Bars && options.interval_ns <= 0 && !tells_length)
        return no_interval();
    return make(layout.kind, layout, options);
}

Expected<std::unique_ptr<RowReader>> make_ohlcv_reader(const ImportOptions& options) {
    if (options.interval_ns <= 0) return no_interval();
    return make(DataKind::Bars, std::nullopt, options);
}

Expected<TimeRule> time_rule(TimeUnit unit,
                             std::string_view layout_zone,
                             const ImportOptions& options,
                             const std::string& path) {
    TimeRule rule;
    rule.unit = unit;
    rule.zone = options.zone;
    rule.dst = options.dst;
    if (rule.zone == nullptr && !layout_zone.empty()) {
        auto zone = TimeZone::open(std::string(layout_zone));
        if (!zone) return fail(zone.error());
        rule.zone = std::make_shared<const TimeZone>(*std::move(zone));
    }
    if (unit != TimeUnit::DayMs && unit != TimeUnit::DayMsOrText) return rule;
    const auto date = options.date ? options.date : date_in_name(path);
    // Whether it is needed the first row tells.
    if (!date && unit == TimeUnit::DayMs)
        return fail(ErrorCode::InvalidArgument,
                    path + ": times of day, and no date in the options or in the file's name");
    rule.date = date.value_or(TimeRule::kNoDate);
    return rule;
}

}  // namespace tradectl::market
