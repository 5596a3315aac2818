#include "host/market/bid_ask_bars.hpp"

#include "host/base/text_input.hpp"
#include "host/market/csv_formats.hpp"
#include "host/market/csv_reader.hpp"
#include "host/market/csv_record.hpp"
#include "host/market/import_sink.hpp"

#include <optional>
#include <utility>

namespace tradectl::market {
namespace {

constexpr tradectl_decimal kNull{TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI};

/// The bars of one side, out of its files one after the other.
class SideReader {
  public:
    SideReader(const std::vector<std::string>& paths, const ImportOptions& options)
        : paths_(paths), options_(options) {}

    /// The next bar, with the time of its row; nothing at the end.
    Expected<std::optional<BarRecord>> next() {
        while (true) {
            if (!input_) {
                if (next_path_ == paths_.size()) return std::optional<BarRecord>{};
                if (auto status = open(); !status) return fail(status.error());
            }
            const auto line = input_->next();
            if (!line) return fail(ErrorCode::Corrupt, line.error().message);
            if (!*line) {
                last_path_ = input_->path();
                input_.reset();
                continue;
            }
            return decode(**line);
        }
    }
    /// `FILE:LINE: reason`.
    [[nodiscard]] Unexpected fault(const std::string& reason) const {
        if (!input_) return fail(ErrorCode::Corrupt, last_path_ + ": " + reason);
        return fail(ErrorCode::Corrupt,
                    input_->path() + ":" + std::to_string(input_->line_number()) + ": " + reason);
    }
    [[nodiscard]] const TextInput* input() const { return input_ ? &*input_ : nullptr; }

  private:
    Status open() {
        auto input = TextInput::open(
            paths_[next_path_++],
            {.zip_member = options_.zip_member, .read_ahead = TextInput::ReadAhead::On});
        if (!input) return fail(input.error());
        input_.emplace(*std::move(input));
        const auto header = input_->next();
        if (!header) return fail(ErrorCode::Corrupt, header.error().message);
        if (!*header) return fault("no header");
        const auto layout = ohlcv_layout(**header, options_.layout.delimiter);
        if (!layout) return fault(layout.error().message);
        const auto columns = resolve_columns(*layout, **header);
        if (!columns) return fault(columns.error().message);
        auto time = time_rule(layout->time_unit, layout->zone, options_, input_->path());
        if (!time) return fail(time.error());
        decoder_.emplace(*columns,
                         RowRules{.delimiter = layout->delimiter,
                                  .time = *std::move(time),
                                  .price = {0, options_.decimals},
                                  .quantity = {0, options_.decimals}});
        return {};
    }
    Expected<std::optional<BarRecord>> decode(std::string_view row) {
        BarRecord bar{};
        if (const RowFault bad = decoder_->split(row); bad.reason != nullptr)
            return fault(bad.text());
        if (const RowFault bad = decoder_->decode(bar); bad.reason != nullptr)
            return fault(bad.text());
        return std::optional(bar);
    }

    const std::vector<std::string>& paths_;
    const ImportOptions& options_;
    std::size_t next_path_ = 0;
    std::string last_path_;
    std::optional<TextInput> input_;
    std::optional<RowDecoder> decoder_;
};

Status check(const ImportOptions& options) {
    if (options.ask_inputs.empty())
        return fail(ErrorCode::InvalidArgument, "import: bid-ask-bars need files of bids and asks");
    std::int64_t room = 0;
    if (options.quote_spacing_ns < 0 || options.interval_ns <= 0 ||
        __builtin_mul_overflow(options.quote_spacing_ns, 3, &room) || room >= options.interval_ns)
        return fail(ErrorCode::InvalidArgument,
                    "import: an interval is needed with room for four quotes");
    return {};
}

/// The quotes of one bar that ends at `end`.
Status add_quotes(const BarRecord& bid,
                  const BarRecord& ask,
                  tradectl_time end,
                  std::int64_t spacing_ns,
                  ImportSink& sink) {
    const std::pair<tradectl_decimal, tradectl_decimal> quotes[] = {
        {bid.open, ask.open}, {bid.high, ask.high}, {bid.low, ask.low}, {bid.close, ask.close}};
    std::int64_t before = 3 * spacing_ns;
    for (const auto& [bid_price, ask_price] : quotes) {
        const QuoteRecord quote{end - before, bid_price, kNull, ask_price, kNull};
        if (auto status = sink.add(quote); !status) return status;
        before -= spacing_ns;
    }
    return {};
}

}  // namespace

Expected<ImportReport> import_bid_ask_bars(Disk& disk, const ImportOptions& options) {
    if (auto status = check(options); !status) return fail(status.error());
    auto sink = ImportSink::create(disk, options);
    if (!sink) return fail(sink.error());
    SideReader bids(options.inputs, options);
    SideReader asks(options.ask_inputs, options);
    const bool opens = options.bar_stamp == BarStamp::Open;
    while (true) {
        const auto bid = bids.next();
        if (!bid) return fail(bid.error());
        const auto ask = asks.next();
        if (!ask) return fail(ask.error());
        if (!*bid && !*ask) break;
        if (!*bid) return asks.fault("no bid of this time");
        if (!*ask) return bids.fault("no ask of this time");
        if ((*bid)->time != (*ask)->time)
            return asks.fault("time is " + Timestamp{(*ask)->time}.to_string() +
                              ", that of the bid " + Timestamp{(*bid)->time}.to_string());
        sink->set_input(bids.input(), 0, 0);
        sink->count_row();
        const tradectl_time end = (*bid)->time + (opens ? options.interval_ns : 0);
        auto status = add_quotes(**bid, **ask, end, options.quote_spacing_ns, *sink);
        if (!status && status.error().code == ErrorCode::Corrupt)
            return bids.fault(status.error().message);
        if (!status) return fail(status.error());
    }
    sink->set_input(nullptr, 0, 0);
    return sink->finish();
}

}  // namespace tradectl::market
