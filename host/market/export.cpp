#include "host/market/export.hpp"

#include "host/base/disk.hpp"
#include "host/market/data_file.hpp"
#include "host/market/file_error.hpp"

#include <tradectl/decimal.hpp>

#include <charconv>
#include <memory>
#include <span>

namespace tradectl::market {
namespace {

constexpr std::size_t kChunkBytes = 1 << 16;
/// More than any row: eight fields of at most 41 characters.
constexpr std::size_t kRowBytesMax = 512;

/// Puts one row together in a buffer of its own.
class RowWriter {
  public:
    explicit RowWriter(const ExportOptions& options) : options_(options) {}

    void begin() { end_ = buffer_; }
    void add_time(tradectl_time time) {
        separate();
        end_ = write_time(end_, Timestamp{time}, options_.time_unit);
    }
    void add(const tradectl_decimal& value) {
        separate();
        const Decimal decimal = Decimal::from_abi(value);
        if (!decimal.is_null()) end_ = decimal.write(end_);
    }
    void add(std::uint64_t value) {
        separate();
        end_ = std::to_chars(end_, end_ + 20, value).ptr;
    }
    void add(std::string_view text) {
        separate();
        end_ += text.copy(end_, text.size());
    }
    [[nodiscard]] std::string_view finish() {
        *end_++ = '\n';
        return {buffer_, static_cast<std::size_t>(end_ - buffer_)};
    }

  private:
    void separate() {
        if (end_ != buffer_) *end_++ = options_.delimiter;
    }

    const ExportOptions& options_;
    char buffer_[kRowBytesMax];
    char* end_ = buffer_;
};

std::string_view side_name(std::uint32_t side) {
    if (side == TRADECTL_SIDE_BUY) return "buy";
    return side == TRADECTL_SIDE_SELL ? "sell" : "";
}

void put(RowWriter& row, const TradeRecord& trade) {
    row.add_time(trade.time);
    row.add(trade.price);
    row.add(trade.quantity);
    row.add(side_name(trade.aggressor));
    if (trade.trade_id != 0)
        row.add(trade.trade_id);
    else
        row.add(std::string_view());
}

void put(RowWriter& row, const QuoteRecord& quote) {
    row.add_time(quote.time);
    for (const auto& value :
         {quote.bid_price, quote.bid_quantity, quote.ask_price, quote.ask_quantity})
        row.add(value);
}

void put(RowWriter& row, const BarRecord& bar, std::int64_t interval_ns) {
    row.add_time(bar.time - interval_ns);
    for (const auto& value : {bar.open, bar.high, bar.low, bar.close, bar.volume})
        row.add(value);
    row.add(bar.trade_count);
}

void put(RowWriter& row, const BookRecord& level) {
    row.add_time(level.time);
    row.add(level.book_seq);
    row.add(level.book_seq_prev);
    row.add((level.flags & kBookRecordSnapshot) != 0 ? "snapshot" : "delta");
    row.add(side_name(level.side));
    row.add(level.price);
    row.add(level.quantity);
    row.add(std::uint64_t{level.levels_left});
}

void put(RowWriter& row, const DataFile& file, std::uint64_t index) {
    switch (file.kind()) {
        case DataKind::Trades: return put(row, file.as<TradeRecord>(index));
        case DataKind::Quotes: return put(row, file.as<QuoteRecord>(index));
        case DataKind::Bars: return put(row, file.as<BarRecord>(index), file.header().interval_ns);
        case DataKind::Book: return put(row, file.as<BookRecord>(index));
    }
}

std::string header_row(DataKind kind, char delimiter) {
    std::string text;
    switch (kind) {
        case DataKind::Trades: text = "time,price,quantity,side,id"; break;
        case DataKind::Quotes: text = "time,bid_price,bid_quantity,ask_price,ask_quantity"; break;
        case DataKind::Bars: text = "time,open,high,low,close,volume,trade_count"; break;
        case DataKind::Book:
            text = "time,book_seq,book_seq_prev,type,side,price,quantity,levels_left";
            break;
    }
    for (char& c : text)
        if (c == ',') c = delimiter;
    return text + "\n";
}

}  // namespace

Expected<std::uint64_t> export_csv(const DataFile& file,
                                   const ExportOptions& options,
                                   const ExportSink& sink) {
    if (options.time_unit == TimeUnit::Guess)
        return fail(ErrorCode::InvalidArgument, "export: the time unit must be named");
    std::uint64_t index = 0;
    if (!options.from.is_none()) {
        const auto found = file.find(options.from);
        if (!found) return fail(found.error());
        index = *found;
    }
    std::string chunk =
        options.header == ExportHeader::Write ? header_row(file.kind(), options.delimiter) : "";
    RowWriter row(options);
    std::uint64_t rows = 0;
    std::uint64_t block_end = 0;
    for (; index < file.size(); ++index, ++rows) {
        if (index >= block_end) {
            const std::uint64_t block = index / kDataBlockRecords;
            if (auto status = file.check_block(block); !status) return fail(status.error());
            block_end = file.block_end(block);
        }
        if (!options.until.is_none() && file.time(index) >= options.until) break;
        row.begin();
        put(row, file, index);
        chunk += row.finish();
        if (chunk.size() < kChunkBytes) continue;
        if (auto status = sink(chunk); !status) return fail(status.error());
        chunk.clear();
    }
    if (auto status = sink(chunk); !status) return fail(status.error());
    return rows;
}

Expected<std::uint64_t> export_csv_file(Disk& disk,
                                        const DataFile& file,
                                        const ExportOptions& options,
                                        const std::string& path) {
    const std::string temporary = path + ".tmp";
    auto output = disk.open(temporary, {.write = true, .create = true});
    if (!output) return file_failure(output.error());
    if (auto status = (*output)->truncate(0); !status) return fail(status.error());
    std::uint64_t offset = 0;
    auto rows = export_csv(file, options, [&](std::string_view text) -> Status {
        auto status = (*output)->write(offset, std::as_bytes(std::span(text)));
        offset += text.size();
        return status;
    });
    Status done = rows ? (*output)->sync() : fail(rows.error());
    if (done) done = disk.rename(temporary, path);
    if (done) done = disk.sync_directory(path.substr(0, std::max<std::size_t>(path.rfind('/'), 1)));
    if (done) return rows;
    // The first failure is the one to tell; a temporary file that stays does no harm.
    static_cast<void>(disk.remove(temporary));
    return fail(done.error());
}

}  // namespace tradectl::market
