#include "host/market/csv_books.hpp"

#include "host/market/book_rows.hpp"
#include "host/market/csv_fields.hpp"
#include "host/market/csv_time.hpp"
#include "host/market/import_sink.hpp"

#include <utility>

namespace tradectl::market {
namespace {

constexpr tradectl_decimal kNull{TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI};
constexpr std::uint16_t kBid = TRADECTL_SIDE_BUY;
constexpr std::uint16_t kAsk = TRADECTL_SIDE_SELL;
constexpr std::string_view kIncremental[] = {
    "exchange", "symbol", "timestamp", "local_timestamp", "is_snapshot", "side", "price", "amount"};
constexpr std::string_view kDepth[] = {"symbol",
                                       "timestamp",
                                       "first_update_id",
                                       "last_update_id",
                                       "side",
                                       "update_type",
                                       "price",
                                       "qty",
                                       "pu"};

/// What the readers of books share: a header in every file, one symbol, levels.
class BookReader : public RowReader {
  public:
    Expected<FirstRow> begin_file(const std::string&, std::string_view first_row) override {
        if (auto status = fields_.check_header(first_row); !status) return fail(status.error());
        return FirstRow::Header;
    }
    Status take(std::string_view row, ImportSink& sink) final {
        const auto choice = open_row(row, sink);
        if (!choice) return fail(choice.error());
        return *choice == Choice::LeaveOut ? Status{} : take_fields(sink);
    }
    Status end_file(ImportSink& sink) override { return rows_.flush(sink); }

  protected:
    BookReader(const ImportOptions& options, CsvFields fields, std::size_t symbol_column)
        : options_(options),
          fields_(std::move(fields)),
          symbol_column_(symbol_column),
          rows_(options) {}

    /// The row that was cut, of the symbol that is wanted.
    virtual Status take_fields(ImportSink& sink) = 0;

    enum class Choice : std::uint8_t { Take, LeaveOut };
    /// Cuts the row and looks at its symbol.
    Expected<Choice> open_row(std::string_view row, ImportSink& sink) {
        sink.count_row();
        if (auto status = fields_.split(row); !status) return fail(status.error());
        const std::string_view symbol = fields_[symbol_column_];
        const std::string& wanted = options_.capture.symbol;
        if (!wanted.empty() && symbol != wanted) {
            ++sink.report().rows_left_out;
            return Choice::LeaveOut;
        }
        if (symbol_.empty()) symbol_ = symbol;
        if (symbol.empty() || symbol != symbol_)
            return fields_.fault(symbol_column_,
                                 "other rows are of \"" + symbol_ + "\", choose a symbol");
        return Choice::Take;
    }
    Status price(std::size_t column, tradectl_decimal& out) const {
        const NumberRule rule{0, options_.decimals};
        if (const char* reason = read_decimal(fields_[column], rule, out))
            return fields_.fault(column, reason);
        if (!Decimal::from_abi(out).is_positive()) return fields_.fault(column, "not above 0");
        return {};
    }
    Status quantity(std::size_t column, tradectl_decimal& out) const {
        const NumberRule rule{0, options_.decimals};
        if (const char* reason = read_decimal(fields_[column], rule, out))
            return fields_.fault(column, reason);
        if (Decimal::from_abi(out).is_negative()) return fields_.fault(column, "negative");
        return {};
    }
    Status time(std::size_t column, TimeUnit unit, tradectl_time& out) const {
        if (const char* reason = read_time(fields_[column], unit, out))
            return fields_.fault(column, reason);
        return {};
    }
    Status count(std::size_t column, std::uint64_t& out) const {
        if (const char* reason = read_count(fields_[column], out))
            return fields_.fault(column, reason);
        return {};
    }
    /// A refusal of the sink, at the column of the time.
    Status placed(Status status, std::size_t time_column) const {
        if (status || status.error().code != ErrorCode::Corrupt) return status;
        return fields_.fault(time_column, status.error().message);
    }

    const ImportOptions& options_;
    CsvFields fields_;
    std::size_t symbol_column_;
    std::string symbol_;  ///< of the first row
    BookRows rows_;
};

/// Column of the time that the options choose.
std::size_t tardis_time(const ImportOptions& options) {
    return options.capture.clock == CaptureClock::Exchange ? 2 : 3;
}

class TardisSnapshots final : public BookReader {
  public:
    explicit TardisSnapshots(const ImportOptions& options)
        : BookReader(options, CsvFields({}, ','), 1) {}

    Expected<FirstRow> begin_file(const std::string&, std::string_view first_row) override {
        std::array<std::string_view, CsvFields::kFieldsMax> found;
        const std::size_t columns = split_row(first_row, ',', found);
        if (columns < 8 || columns > CsvFields::kFieldsMax || columns % 4 != 0)
            return fail(ErrorCode::Corrupt,
                        "header has " + std::to_string(columns) +
                            " columns, expected 4 and then 4 for each level");
        levels_ = columns / 4 - 1;
        names_ = {"exchange", "symbol", "timestamp", "local_timestamp"};
        for (std::size_t i = 0; i < levels_; ++i)
            for (const char* what : {"asks[.price", "asks[.amount", "bids[.price", "bids[.amount"})
                names_.push_back(std::string(what, 5) + std::to_string(i) + "]" + (what + 5));
        const std::vector<std::string_view> views(names_.begin(), names_.end());
        fields_ = CsvFields(views, ',');
        if (auto status = fields_.check_header(first_row); !status) return fail(status.error());
        return FirstRow::Header;
    }

    Status take_fields(ImportSink& sink) override {
        const std::size_t time_column = tardis_time(options_);
        BookRowKey key{.snapshot = true};
        if (auto status = time(time_column, TimeUnit::Microseconds, key.time); !status)
            return status;
        if (options_.kind == DataKind::Quotes) return take_quote(key.time, time_column, sink);
        if (auto status = rows_.add_empty(key, sink); !status) return status;
        for (std::size_t i = 0; i < levels_; ++i)
            for (const std::uint16_t side : {TRADECTL_SIDE_SELL, TRADECTL_SIDE_BUY})
                if (auto status = take_level(key, i, side, sink); !status) return status;
        // Two rows of one time are two snapshots.
        return placed(rows_.flush(sink), time_column);
    }

  private:
    /// The column of a level's price; its amount is behind it.
    static std::size_t place(std::size_t level, std::uint16_t side) {
        return 4 + 4 * level + (side == TRADECTL_SIDE_SELL ? 0 : 2);
    }
    Status take_level(const BookRowKey& key,
                      std::size_t level,
                      std::uint16_t side,
                      ImportSink& sink) {
        const std::size_t column = place(level, side);
        if (fields_[column].empty() && fields_[column + 1].empty()) return {};
        tradectl_decimal level_price{};
        tradectl_decimal level_quantity{};
        if (auto status = price(column, level_price); !status) return status;
        if (auto status = quantity(column + 1, level_quantity); !status) return status;
        return rows_.add(key, side, level_price, level_quantity, sink);
    }
    Status take_quote(tradectl_time at, std::size_t time_column, ImportSink& sink) {
        QuoteRecord quote{at, kNull, kNull, kNull, kNull};
        const std::size_t ask = place(0, TRADECTL_SIDE_SELL);
        const std::size_t bid = place(0, TRADECTL_SIDE_BUY);
        if (!fields_[bid].empty()) {
            if (auto status = price(bid, quote.bid_price); !status) return status;
            if (auto status = quantity(bid + 1, quote.bid_quantity); !status) return status;
        }
        if (!fields_[ask].empty()) {
            if (auto status = price(ask, quote.ask_price); !status) return status;
            if (auto status = quantity(ask + 1, quote.ask_quantity); !status) return status;
        }
        return placed(sink.add(quote), time_column);
    }

    std::size_t levels_ = 0;
    std::vector<std::string> names_;
};

class TardisIncremental final : public BookReader {
  public:
    explicit TardisIncremental(const ImportOptions& options)
        : BookReader(options, CsvFields(kIncremental, ','), 1) {}

    Status take_fields(ImportSink& sink) override {
        const std::size_t time_column = tardis_time(options_);
        BookRowKey key;
        tradectl_time other = 0;
        if (auto status = time(time_column, TimeUnit::Microseconds, key.time); !status)
            return status;
        if (auto status = time(5 - time_column, TimeUnit::Microseconds, other); !status)
            return status;
        const std::string_view mark = fields_[4];
        if (mark != "true" && mark != "false") return fields_.fault(4, "neither true nor false");
        const std::string_view side = fields_[5];
        if (side != "bid" && side != "ask") return fields_.fault(5, "neither bid nor ask");
        key.snapshot = mark == "true";
        BookRecord level{};
        if (auto status = price(6, level.price); !status) return status;
        if (auto status = quantity(7, level.quantity); !status) return status;
        if (key != key_last_ || other != other_last_)
            if (auto status = placed(rows_.flush(sink), time_column); !status) return status;
        key_last_ = key;
        other_last_ = other;
        return rows_.add(key, side == "bid" ? kBid : kAsk, level.price, level.quantity, sink);
    }

  private:
    BookRowKey key_last_;
    tradectl_time other_last_ = 0;  ///< the clock that was not chosen
};

class BinanceDepth final : public BookReader {
  public:
    explicit BinanceDepth(const ImportOptions& options)
        : BookReader(options, CsvFields(kDepth, ','), 0) {}

    Status take_fields(ImportSink& sink) override {
        BookRowKey key;
        if (auto status = read_key(key); !status) return status;
        const std::string_view side = fields_[4];
        if (side != "a" && side != "b") return fields_.fault(4, "neither a nor b");
        BookRecord level{};
        if (auto status = price(6, level.price); !status) return status;
        if (auto status = quantity(7, level.quantity); !status) return status;
        return placed(rows_.add(key, side == "b" ? kBid : kAsk, level.price, level.quantity, sink),
                      1);
    }

  private:
    Status read_key(BookRowKey& key) const {
        const TimeUnit unit = settled_unit(TimeUnit::Guess, fields_[1]);
        if (auto status = time(1, unit, key.time); !status) return status;
        if (auto status = count(2, key.sequence_first); !status) return status;
        if (auto status = count(3, key.sequence); !status) return status;
        if (key.sequence < key.sequence_first || key.sequence_first == 0)
            return fields_.fault(3, "update ids do not begin above 0 and count up");
        const std::string_view type = fields_[5];
        if (type != "snap" && type != "set") return fields_.fault(5, "neither snap nor set");
        key.snapshot = type == "snap";
        if (key.snapshot) return {};
        key.sequence_prev = key.sequence_first - 1;
        return fields_[8] == "-1" ? Status{} : count(8, key.sequence_prev);
    }
};

}  // namespace

Expected<std::unique_ptr<RowReader>> make_tardis_snapshot_reader(const ImportOptions& options) {
    return std::unique_ptr<RowReader>(std::make_unique<TardisSnapshots>(options));
}

Expected<std::unique_ptr<RowReader>> make_tardis_incremental_reader(const ImportOptions& options) {
    return std::unique_ptr<RowReader>(std::make_unique<TardisIncremental>(options));
}

Expected<std::unique_ptr<RowReader>> make_binance_depth_reader(const ImportOptions& options) {
    return std::unique_ptr<RowReader>(std::make_unique<BinanceDepth>(options));
}

}  // namespace tradectl::market
