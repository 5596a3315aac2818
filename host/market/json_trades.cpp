#include "host/market/json_trades.hpp"

#include "host/market/csv_fields.hpp"
#include "host/market/import_sink.hpp"

namespace tradectl::market {
namespace {

constexpr std::string_view kNames[] = {
    "timestamp", "id", "type", "side", "price", "amount", "cost"};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The text ends behind each `]`: `[[1,...]`, `,[2,...]`, ..., `]`.
class JsonTrades final : public RowReader {
  public:
    explicit JsonTrades(const ImportOptions& options) : options_(options), fields_(kNames, ',') {}

    [[nodiscard]] char row_end() const override { return ']'; }

    Expected<FirstRow> begin_file(const std::string&, std::string_view) override {
        state_ = State::Start;
        return FirstRow::Data;
    }

    Status take(std::string_view row, ImportSink& sink) override {
        std::string_view rest = trimmed(row);
        if (rest.empty()) return {};
        if (state_ == State::Closed) return corrupt("text behind the end of the array");
        if (state_ == State::Start && (rest[0] != '[' || rest.size() == 1))
            return corrupt("does not begin as an array of arrays");
        if (state_ == State::Start) rest = trimmed(rest.substr(1));
        if (rest == "]") {
            state_ = State::Closed;
            return {};
        }
        if (state_ == State::Inside) {
            if (rest[0] != ',') return corrupt("no comma between arrays");
            rest = trimmed(rest.substr(1));
        }
        if (rest.size() < 2 || rest.front() != '[' || rest.back() != ']')
            return corrupt("not a whole array");
        state_ = State::Inside;
        return take_trade(rest.substr(1, rest.size() - 2), sink);
    }

    Status end_file(ImportSink&) override {
        if (state_ == State::Closed) return {};
        return corrupt("the array is not closed");
    }

  private:
    enum class State : std::uint8_t { Start, Inside, Closed };

    static Unexpected corrupt(const char* what) { return fail(ErrorCode::Corrupt, what); }

    Status take_trade(std::string_view inner, ImportSink& sink) {
        sink.count_row();
        if (inner.find_first_of("\\{}[") != std::string_view::npos)
            return corrupt("an array of anything but numbers and plain strings");
        // Blanks between values; strings hold none.
        std::string_view row = inner;
        if (inner.find_first_of(" \t\r\n") != std::string_view::npos) {
            compact_.clear();
            for (const char c : inner)
                if (c != ' ' && c != '\t' && c != '\r' && c != '\n') compact_ += c;
            row = compact_;
        }
        if (auto status = fields_.split(row); !status) return status;
        TradeRecord trade{};
        if (auto status = decode(trade); !status) return status;
        auto status = sink.add(trade);
        if (status || status.error().code != ErrorCode::Corrupt) return status;
        return fields_.fault(0, status.error().message);
    }

    Status decode(TradeRecord& out) const {
        if (const char* bad = read_time(fields_[0], TimeUnit::Milliseconds, out.time))
            return fields_.fault(0, bad);
        if (read_count(fields_[1], out.trade_id) != nullptr) out.trade_id = 0;
        const std::string_view side = fields_[3];
        if (side != "null")
            if (const char* bad = read_side(side, out.aggressor)) return fields_.fault(3, bad);
        const NumberRule rule{0, options_.decimals};
        if (const char* bad = read_decimal(fields_[4], rule, out.price))
            return fields_.fault(4, bad);
        if (const char* bad = read_decimal(fields_[5], rule, out.quantity))
            return fields_.fault(5, bad);
        if (!Decimal::from_abi(out.price).is_positive()) return fields_.fault(4, "not above 0");
        if (!Decimal::from_abi(out.quantity).is_positive()) return fields_.fault(5, "not above 0");
        return {};
    }

    const ImportOptions& options_;
    CsvFields fields_;
    State state_ = State::Start;
    std::string compact_;
};

}  // namespace

Expected<std::unique_ptr<RowReader>> make_json_trade_reader(const ImportOptions& options) {
    return std::unique_ptr<RowReader>(std::make_unique<JsonTrades>(options));
}

}  // namespace tradectl::market
