#include "host/market/csv_record.hpp"

#include "host/market/record_check.hpp"

namespace tradectl::market {
namespace {
constexpr tradectl_decimal kNull{TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI};
constexpr std::size_t kQuotedBytesMax = 64;

std::string shape_text(const CsvColumns& columns, std::size_t fields) {
    std::string text = "row has " + std::to_string(fields) + " fields, expected ";
    text += std::to_string(columns.fields_min);
    if (columns.fields_max == kCsvFieldsMax) return text + " or more";
    if (columns.fields_max == columns.fields_min) return text;
    return text + " or " + std::to_string(columns.fields_max);
}
}  // namespace

std::string RowFault::text() const {
    std::string text;
    if (column >= 0) {
        text = "column " + std::to_string(column) + " (" + std::string(csv_field_name(field)) +
               "): \"";
        for (const char c : value.substr(0, kQuotedBytesMax))
            text += c >= 0x20 && c < 0x7f ? c : '?';
        text += value.size() > kQuotedBytesMax ? "...\": " : "\": ";
    }
    return text + reason;
}

RowFault RowDecoder::split(std::string_view row) {
    field_count_ = split_row(row, delimiter_, fields_);
    if (field_count_ >= columns_.fields_min && field_count_ <= columns_.fields_max) {
        if (unit_ == TimeUnit::Guess)
            unit_ = guess_time_unit(fields_[static_cast<std::size_t>(columns_.at(CsvField::Time))]);
        return {};
    }
    shape_fault_ = field_count_ == 0 ? "a quote is not closed" : shape_text(columns_, field_count_);
    return {shape_fault_.c_str(), -1, CsvField::Time, row};
}

RowFault RowDecoder::fault(CsvField field, const char* reason) const {
    const int column = columns_.at(field);
    if (column < 0) return {reason, -1, field, {}};
    return {reason, column, field, fields_[static_cast<std::size_t>(column)]};
}

/// Reads a field when the file has it; `out` stays as it is when not.
template <typename Out>
RowFault RowDecoder::take(CsvField field,
                          const char* (*read)(std::string_view, Out&),
                          Out& out) const {
    const int column = columns_.at(field);
    if (column < 0) return {};
    const char* reason = read(fields_[static_cast<std::size_t>(column)], out);
    return reason == nullptr ? RowFault{} : fault(field, reason);
}

RowFault RowDecoder::take_time(tradectl_time& out) const {
    const auto column = static_cast<std::size_t>(columns_.at(CsvField::Time));
    const char* reason = read_time(fields_[column], unit_, out);
    return reason == nullptr ? RowFault{} : fault(CsvField::Time, reason);
}

RowFault RowDecoder::decode(TradeRecord& out) const {
    out = {};
    if (auto bad = take_time(out.time); bad.reason) return bad;
    if (auto bad = take(CsvField::Price, read_above_zero, out.price); bad.reason) return bad;
    if (auto bad = take(CsvField::Quantity, read_above_zero, out.quantity); bad.reason) return bad;
    if (auto bad = take(CsvField::Side, read_side, out.aggressor); bad.reason) return bad;
    if (auto bad = take(CsvField::BuyerMaker, read_buyer_maker, out.aggressor); bad.reason)
        return bad;
    return take(CsvField::TradeId, read_count, out.trade_id);
}

RowFault RowDecoder::decode(QuoteRecord& out) const {
    out = {0, kNull, kNull, kNull, kNull};
    if (auto bad = take_time(out.time); bad.reason) return bad;
    if (auto bad = take(CsvField::BidPrice, read_above_zero, out.bid_price); bad.reason) return bad;
    if (auto bad = take(CsvField::BidQuantity, read_not_negative, out.bid_quantity); bad.reason)
        return bad;
    if (auto bad = take(CsvField::AskPrice, read_above_zero, out.ask_price); bad.reason) return bad;
    return take(CsvField::AskQuantity, read_not_negative, out.ask_quantity);
}

RowFault RowDecoder::decode(BarRecord& out) const {
    out = {};
    if (auto bad = take_time(out.time); bad.reason) return bad;
    if (__builtin_add_overflow(out.time, bar_interval_ns_, &out.time))
        return fault(CsvField::Time, "time is outside of 1970 to 2261");
    if (auto bad = take(CsvField::Open, read_above_zero, out.open); bad.reason) return bad;
    if (auto bad = take(CsvField::High, read_above_zero, out.high); bad.reason) return bad;
    if (auto bad = take(CsvField::Low, read_above_zero, out.low); bad.reason) return bad;
    if (auto bad = take(CsvField::Close, read_above_zero, out.close); bad.reason) return bad;
    if (auto bad = take(CsvField::Volume, read_not_negative, out.volume); bad.reason) return bad;
    if (auto bad = take(CsvField::TradeCount, read_count, out.trade_count); bad.reason) return bad;
    const char* reason = record_fault(out);
    return reason == nullptr ? RowFault{} : fault(CsvField::Close, reason);
}

}  // namespace tradectl::market
