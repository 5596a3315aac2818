#include "host/market/lean_quotes.hpp"

#include "host/market/consolidated.hpp"
#include "host/market/csv_fields.hpp"
#include "host/market/csv_reader.hpp"
#include "host/market/import_sink.hpp"
#include "host/market/record_check.hpp"
#include "host/market/row_block.hpp"

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tradectl::market {
namespace {

constexpr tradectl_decimal kNull{TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI};
constexpr int kPriceShift = 4;
constexpr std::string_view kQuoteNames[] = {"time",
                                            "bid_price",
                                            "bid_quantity",
                                            "ask_price",
                                            "ask_quantity",
                                            "exchange",
                                            "condition",
                                            "suspicious"};
constexpr std::string_view kBarNames[] = {"time",
                                          "bid_open",
                                          "bid_high",
                                          "bid_low",
                                          "bid_close",
                                          "bid_quantity",
                                          "ask_open",
                                          "ask_high",
                                          "ask_low",
                                          "ask_close",
                                          "ask_quantity"};

/// The numbers of rows of LEAN's files.
Status read_number_at(const CsvFields& fields,
                      std::size_t column,
                      const NumberRule& rule,
                      tradectl_decimal& out) {
    if (const char* reason = read_decimal(fields[column], rule, out))
        return fields.fault(column, reason);
    if (Decimal::from_abi(out).is_negative()) return fields.fault(column, "negative");
    return {};
}

/// One row of quotes; views are into it.
struct LeanQuote {
    QuoteRecord quote;
    std::string_view row;
    std::string_view exchange;
    bool suspicious = false;
};

/// Reads rows of quotes, each alone. [one thread]
class LeanQuoteDecoder {
  public:
    LeanQuoteDecoder(TimeRule time, std::optional<int> decimals)
        : time_(std::move(time)), price_{kPriceShift, decimals}, quantity_{0, decimals} {}

    Status decode(std::string_view row, LeanQuote& out) {
        if (auto status = fields_.split(row); !status) return status;
        QuoteRecord& quote = out.quote;
        quote = {0, kNull, kNull, kNull, kNull};
        if (const char* reason = time_.read(fields_[0], quote.time))
            return fields_.fault(0, reason);
        const std::string_view mark = fields_[7];
        if (mark != "0" && mark != "1") return fields_.fault(7, "neither 0 nor 1");
        if (auto status = side(1, quote.bid_price, quote.bid_quantity); !status) return status;
        if (auto status = side(3, quote.ask_price, quote.ask_quantity); !status) return status;
        out.row = row;
        out.exchange = fields_[5];
        out.suspicious = mark == "1";
        return {};
    }
    /// What is wrong beside other rows with one that was decoded.
    Unexpected fault(const LeanQuote& quote, std::size_t column, std::string_view reason) {
        if (auto status = fields_.split(quote.row); !status) return fail(status.error());
        return fields_.fault(column, reason);
    }

  private:
    /// A price of 0 leaves both null.
    Status side(std::size_t column, tradectl_decimal& price, tradectl_decimal& quantity) const {
        tradectl_decimal read{};
        if (auto status = read_number_at(fields_, column, price_, read); !status) return status;
        tradectl_decimal size{};
        if (auto status = read_number_at(fields_, column + 1, quantity_, size); !status)
            return status;
        if (Decimal::from_abi(read).is_zero()) return {};
        price = read;
        quantity = size;
        return {};
    }

    CsvFields fields_{kQuoteNames, ','};
    TimeRule time_;
    NumberRule price_;
    NumberRule quantity_;
};

class LeanQuoteBlock final : public RowBlock {
  public:
    explicit LeanQuoteBlock(const LeanQuoteDecoder& decoder) : decoder_(decoder) {}

    [[nodiscard]] const std::vector<LeanQuote>& quotes() const { return quotes_; }

  private:
    void clear() override { quotes_.clear(); }
    Fit decode(std::string_view row) override {
        if (decoder_.decode(row, quotes_.emplace_back())) return Fit::Decoded;
        quotes_.pop_back();
        return Fit::Odd;
    }

    LeanQuoteDecoder decoder_;
    std::vector<LeanQuote> quotes_;
};

class LeanQuotes final : public RowReader {
  public:
    explicit LeanQuotes(const ImportOptions& options)
        : options_(options), consolidated_(options.consolidate) {}

    Expected<FirstRow> begin_file(const std::string& path, std::string_view) override {
        auto rule = time_rule(TimeUnit::DayMs, "", options_, path);
        if (!rule) return fail(rule.error());
        decoder_.emplace(*std::move(rule), options_.decimals);
        consolidated_ = Consolidated(options_.consolidate);  // another day
        return FirstRow::Data;
    }

    Status take(std::string_view row, ImportSink& sink) override {
        sink.count_row();
        LeanQuote quote;
        if (auto status = decoder_->decode(row, quote); !status) return status;
        return take_quote(quote, sink);
    }

    [[nodiscard]] std::function<std::unique_ptr<RowBlock>()> block_maker() const override {
        return [decoder = *decoder_]() -> std::unique_ptr<RowBlock> {
            return std::make_unique<LeanQuoteBlock>(decoder);
        };
    }

    Taken take_decoded(const RowBlock& block,
                       std::size_t first,
                       std::size_t count,
                       ImportSink& sink) override {
        const auto& quotes = static_cast<const LeanQuoteBlock&>(block).quotes();
        Taken taken;
        for (const LeanQuote& quote : std::span(quotes).subspan(first, count)) {
            sink.count_row();
            taken.status = take_quote(quote, sink);
            if (!taken.status) break;
            ++taken.count;
        }
        return taken;
    }

    Status end_file(ImportSink&) override { return {}; }

  private:
    Status take_quote(const LeanQuote& quote, ImportSink& sink) {
        if (quote.suspicious && options_.suspicious == Suspicious::Drop) {
            ++sink.report().rows_left_out;
            return {};
        }
        if (options_.consolidate != Consolidate::None) return take_best(quote, sink);
        if (Decimal::from_abi(quote.quote.bid_price).is_null() &&
            Decimal::from_abi(quote.quote.ask_price).is_null())
            return decoder_->fault(quote, 1, "neither bid nor ask");
        return placed(quote, sink.add(quote.quote));
    }
    Status set(const LeanQuote& quote,
               Consolidated::Side which,
               tradectl_decimal price,
               tradectl_decimal quantity) {
        const Decimal level = Decimal::from_abi(price);
        if (level.is_null()) return {};
        if (consolidated_.set(quote.exchange, which, {level, Decimal::from_abi(quantity)}))
            return {};
        return decoder_->fault(quote, 5, "more than 64 exchanges");
    }
    Status take_best(const LeanQuote& given, ImportSink& sink) {
        const QuoteRecord& quote = given.quote;
        const auto bid = consolidated_.bid();
        const auto ask = consolidated_.ask();
        using Side = Consolidated::Side;
        if (auto status = set(given, Side::Bid, quote.bid_price, quote.bid_quantity); !status)
            return status;
        if (auto status = set(given, Side::Ask, quote.ask_price, quote.ask_quantity); !status)
            return status;
        const auto& best_bid = consolidated_.bid();
        const auto& best_ask = consolidated_.ask();
        if (best_bid == bid && best_ask == ask) {
            ++sink.report().rows_left_out;
            return {};
        }
        QuoteRecord best{quote.time, kNull, kNull, kNull, kNull};
        if (!best_bid.price.is_zero()) {
            best.bid_price = best_bid.price.to_abi();
            best.bid_quantity = best_bid.quantity.to_abi();
        }
        if (!best_ask.price.is_zero()) {
            best.ask_price = best_ask.price.to_abi();
            best.ask_quantity = best_ask.quantity.to_abi();
        }
        return placed(given, sink.add(best));
    }
    Status placed(const LeanQuote& quote, Status status) {
        if (status || status.error().code != ErrorCode::Corrupt) return status;
        return decoder_->fault(quote, 0, status.error().message);
    }

    const ImportOptions& options_;
    std::optional<LeanQuoteDecoder> decoder_;
    Consolidated consolidated_;
};

class LeanQuoteBars final : public RowReader {
  public:
    explicit LeanQuoteBars(const ImportOptions& options)
        : options_(options), fields_(kBarNames, ','), number_{0, options.decimals} {}

    Expected<FirstRow> begin_file(const std::string& path, std::string_view) override {
        auto rule = time_rule(TimeUnit::DayMsOrText, "", options_, path);
        if (!rule) return fail(rule.error());
        time_ = *std::move(rule);
        settled_ = false;
        return FirstRow::Data;
    }

    Status take(std::string_view row, ImportSink& sink) override {
        sink.count_row();
        if (auto status = fields_.split(row); !status) return status;
        if (!settled_) time_.settle(fields_[0]);
        settled_ = true;
        tradectl_time end = 0;
        if (const char* reason = time_.read(fields_[0], end)) return fields_.fault(0, reason);
        if (options_.bar_stamp.value_or(BarStamp::Open) == BarStamp::Open &&
            __builtin_add_overflow(end, options_.interval_ns, &end))
            return fields_.fault(0, "time is outside of 1970 to 2261");
        SideBar bid;
        SideBar ask;
        if (auto status = side(1, bid); !status) return status;
        if (auto status = side(6, ask); !status) return status;
        if (!bid.is_there && !ask.is_there) return fields_.fault(1, "neither bid nor ask");
        if (options_.kind == DataKind::Bars) return take_bar(end, bid, ask, sink);
        return placed(sink.add(
            QuoteRecord{end, bid.bar.close, bid.bar.volume, ask.bar.close, ask.bar.volume}));
    }

    Status end_file(ImportSink&) override { return {}; }

  private:
    struct SideBar {
        BarRecord bar{0, kNull, kNull, kNull, kNull, kNull, 0};  ///< volume: the last quantity
        bool is_there = false;
    };
    Status side(std::size_t column, SideBar& out) const {
        bool empty = true;
        for (std::size_t i = 0; i < 4; ++i)
            empty = empty && fields_[column + i].empty();
        if (empty) return {};
        out.is_there = true;
        tradectl_decimal* const places[] = {
            &out.bar.open, &out.bar.high, &out.bar.low, &out.bar.close, &out.bar.volume};
        for (std::size_t i = 0; i < 5; ++i)
            if (auto status = read_number_at(fields_, column + i, number_, *places[i]); !status)
                return status;
        const char* reason = record_fault(out.bar);
        if (reason == nullptr) return {};
        return fields_.fault(column + 3, reason);
    }
    /// Halves of sums are exact up to the last of 18 decimals, which is cut.
    static tradectl_decimal mean(tradectl_decimal a, tradectl_decimal b) {
        return Decimal::from_raw((Decimal::from_abi(a).raw() + Decimal::from_abi(b).raw()) / 2)
            .to_abi();
    }
    Status take_bar(tradectl_time end, const SideBar& bid, const SideBar& ask, ImportSink& sink) {
        if (!bid.is_there || !ask.is_there) return fields_.fault(1, "a mean needs bid and ask");
        const BarRecord bar{end,
                            mean(bid.bar.open, ask.bar.open),
                            mean(bid.bar.high, ask.bar.high),
                            mean(bid.bar.low, ask.bar.low),
                            mean(bid.bar.close, ask.bar.close),
                            {},
                            0};
        return placed(sink.add(bar));
    }
    Status placed(Status status) const {
        if (status || status.error().code != ErrorCode::Corrupt) return status;
        return fields_.fault(0, status.error().message);
    }

    const ImportOptions& options_;
    CsvFields fields_;
    NumberRule number_;
    TimeRule time_;
    bool settled_ = false;
};

}  // namespace

Expected<std::unique_ptr<RowReader>> make_lean_quote_reader(const ImportOptions& options) {
    return std::unique_ptr<RowReader>(std::make_unique<LeanQuotes>(options));
}

Expected<std::unique_ptr<RowReader>> make_lean_quote_bar_reader(const ImportOptions& options) {
    if (options.interval_ns <= 0)
        return fail(ErrorCode::InvalidArgument, "import: bars of this format need their interval");
    return std::unique_ptr<RowReader>(std::make_unique<LeanQuoteBars>(options));
}

}  // namespace tradectl::market
