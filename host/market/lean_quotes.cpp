#include "host/market/lean_quotes.hpp"

#include "host/market/csv_fields.hpp"
#include "host/market/csv_reader.hpp"
#include "host/market/import_sink.hpp"
#include "host/market/record_check.hpp"

#include <cstring>

namespace tradectl::market {
namespace {

constexpr tradectl_decimal kNull{TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI};
constexpr int kPriceShift = 4;
constexpr std::size_t kExchangesMax = 64;
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

/// The last quote of each exchange, and the best over all.
class Consolidated {
  public:
    struct Level {
        Decimal price;     ///< 0: nobody
        Decimal quantity;  ///< at that price
        bool operator==(const Level&) const = default;
    };
    enum class Side : std::uint8_t { Bid, Ask };

    explicit Consolidated(Consolidate rule) : rule_(rule) {}
    /// False when there are too many exchanges.
    bool set(std::string_view exchange, Side side, Level level) {
        Entry* entry = find(exchange);
        if (entry == nullptr) return false;
        if (level.quantity.is_zero()) level = {};
        Level& kept = side == Side::Bid ? entry->bid : entry->ask;
        if (kept == level) return true;
        kept = level;
        refresh(side);
        if (rule_ == Consolidate::Fresh) drop_crossed(side, level.price);
        return true;
    }
    [[nodiscard]] const Level& bid() const { return bid_; }
    [[nodiscard]] const Level& ask() const { return ask_; }

  private:
    struct Entry {
        std::string exchange;
        Level bid;
        Level ask;
    };
    Entry* find(std::string_view exchange) {
        for (Entry& entry : entries_)
            if (entry.exchange == exchange) return &entry;
        if (entries_.size() == kExchangesMax) return nullptr;
        entries_.push_back({std::string(exchange), {}, {}});
        return &entries_.back();
    }
    /// Takes away what the newest price of a side crosses on the other.
    void drop_crossed(Side newest, Decimal price) {
        if (price.is_zero()) return;
        bool any = false;
        for (Entry& entry : entries_) {
            Level& other = newest == Side::Bid ? entry.ask : entry.bid;
            const bool crossed = newest == Side::Bid ? other.price < price : other.price > price;
            if (other.price.is_zero() || !crossed) continue;
            other = {};
            any = true;
        }
        if (any) refresh(newest == Side::Bid ? Side::Ask : Side::Bid);
    }
    void refresh(Side side) {
        Level best;
        for (const Entry& entry : entries_) {
            const Level& level = side == Side::Bid ? entry.bid : entry.ask;
            if (level.price.is_zero()) continue;
            const bool better =
                best.price.is_zero() ||
                (side == Side::Bid ? level.price > best.price : level.price < best.price);
            if (better)
                best = level;
            else if (level.price == best.price)
                best.quantity = best.quantity + level.quantity;
        }
        (side == Side::Bid ? bid_ : ask_) = best;
    }

    Consolidate rule_;
    std::vector<Entry> entries_;
    Level bid_;
    Level ask_;
};

/// What both readers share: times of a day, numbers.
class LeanReader : public RowReader {
  public:
    Status end_file(ImportSink&) override { return {}; }

  protected:
    LeanReader(const ImportOptions& options, std::span<const std::string_view> names)
        : options_(options), fields_(names, ',') {}

    Status open_row(std::string_view row, ImportSink& sink) {
        sink.count_row();
        if (auto status = fields_.split(row); !status) return status;
        if (!settled_) time_.settle(fields_[0]);
        settled_ = true;
        return {};
    }
    Status time(tradectl_time& out) const {
        if (const char* reason = time_.read(fields_[0], out)) return fields_.fault(0, reason);
        return {};
    }
    Status number(std::size_t column, int shift, tradectl_decimal& out) const {
        const NumberRule rule{shift, options_.decimals};
        if (const char* reason = read_decimal(fields_[column], rule, out))
            return fields_.fault(column, reason);
        if (Decimal::from_abi(out).is_negative()) return fields_.fault(column, "negative");
        return {};
    }
    Status placed(Status status) const {
        if (status || status.error().code != ErrorCode::Corrupt) return status;
        return fields_.fault(0, status.error().message);
    }

    const ImportOptions& options_;
    CsvFields fields_;
    TimeRule time_;
    bool settled_ = false;
};

class LeanQuotes final : public LeanReader {
  public:
    explicit LeanQuotes(const ImportOptions& options)
        : LeanReader(options, kQuoteNames), consolidated_(options.consolidate) {}

    Expected<FirstRow> begin_file(const std::string& path, std::string_view) override {
        auto rule = time_rule(TimeUnit::DayMs, "", options_, path);
        if (!rule) return fail(rule.error());
        time_ = *std::move(rule);
        consolidated_ = Consolidated(options_.consolidate);  // another day
        return FirstRow::Data;
    }

    Status take(std::string_view row, ImportSink& sink) override {
        if (auto status = open_row(row, sink); !status) return status;
        QuoteRecord quote{0, kNull, kNull, kNull, kNull};
        if (auto status = time(quote.time); !status) return status;
        if (fields_[7] != "0" && fields_[7] != "1") return fields_.fault(7, "neither 0 nor 1");
        if (auto status = side(1, quote.bid_price, quote.bid_quantity); !status) return status;
        if (auto status = side(3, quote.ask_price, quote.ask_quantity); !status) return status;
        if (fields_[7] == "1" && options_.suspicious == Suspicious::Drop) {
            ++sink.report().rows_left_out;
            return {};
        }
        if (options_.consolidate != Consolidate::None) return take_best(quote, sink);
        if (Decimal::from_abi(quote.bid_price).is_null() &&
            Decimal::from_abi(quote.ask_price).is_null())
            return fields_.fault(1, "neither bid nor ask");
        return placed(sink.add(quote));
    }

  private:
    /// A price of 0 leaves both null.
    Status side(std::size_t column, tradectl_decimal& price, tradectl_decimal& quantity) const {
        tradectl_decimal read{};
        if (auto status = number(column, kPriceShift, read); !status) return status;
        tradectl_decimal size{};
        if (auto status = number(column + 1, 0, size); !status) return status;
        if (Decimal::from_abi(read).is_zero()) return {};
        price = read;
        quantity = size;
        return {};
    }
    Status set(Consolidated::Side which, tradectl_decimal price, tradectl_decimal quantity) {
        const Decimal level = Decimal::from_abi(price);
        if (level.is_null()) return {};
        if (consolidated_.set(fields_[5], which, {level, Decimal::from_abi(quantity)})) return {};
        return fields_.fault(5, "more than 64 exchanges");
    }
    Status take_best(const QuoteRecord& quote, ImportSink& sink) {
        const auto bid = consolidated_.bid();
        const auto ask = consolidated_.ask();
        using Side = Consolidated::Side;
        if (auto status = set(Side::Bid, quote.bid_price, quote.bid_quantity); !status)
            return status;
        if (auto status = set(Side::Ask, quote.ask_price, quote.ask_quantity); !status)
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
        return placed(sink.add(best));
    }

    Consolidated consolidated_;
};

class LeanQuoteBars final : public LeanReader {
  public:
    explicit LeanQuoteBars(const ImportOptions& options) : LeanReader(options, kBarNames) {}

    Expected<FirstRow> begin_file(const std::string& path, std::string_view) override {
        auto rule = time_rule(TimeUnit::DayMsOrText, "", options_, path);
        if (!rule) return fail(rule.error());
        time_ = *std::move(rule);
        settled_ = false;
        return FirstRow::Data;
    }

    Status take(std::string_view row, ImportSink& sink) override {
        if (auto status = open_row(row, sink); !status) return status;
        tradectl_time end = 0;
        if (auto status = time(end); !status) return status;
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
            if (auto status = number(column + i, 0, *places[i]); !status) return status;
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
