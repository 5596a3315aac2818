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

std::string printable(std::string_view value) {
    std::string text;
    for (const char c : value.substr(0, kQuotedBytesMax))
        text += c >= 0x20 && c < 0x7f ? c : '?';
    return value.size() > kQuotedBytesMax ? text + "..." : text;
}

std::string RowFault::text() const {
    if (column < 0) return reason;
    return "column " + std::to_string(column) + " (" + std::string(csv_field_name(field)) +
           "): \"" + printable(value) + "\": " + reason;
}

RowFault RowDecoder::split(std::string_view row) {
    field_count_ = split_row(row, rules_.delimiter, fields_);
    if (field_count_ >= columns_.fields_min && field_count_ <= columns_.fields_max) {
        if (!settled_) rules_.time.settle(text(CsvField::Time));
        settled_ = true;
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
    if (!has(field)) return {};
    const char* reason = read(text(field), out);
    return reason == nullptr ? RowFault{} : fault(field, reason);
}

RowFault RowDecoder::take_number(CsvField field,
                                 const NumberRule& rule,
                                 Least least,
                                 tradectl_decimal& out) const {
    if (!has(field)) return {};
    if (const char* reason = read_decimal(text(field), rule, out)) return fault(field, reason);
    const int sign = Decimal::from_abi(out).sign();
    if (least == Least::AboveZero && sign <= 0) return fault(field, "not above 0");
    return sign < 0 ? fault(field, "negative") : RowFault{};
}

RowFault RowDecoder::take_id(std::uint64_t& out) const {
    const RowFault bad = take(CsvField::TradeId, read_count, out);
    if (bad.reason == nullptr || rules_.ids == CsvIds::Strict) return bad;
    out = 0;
    return {};
}

RowFault RowDecoder::take_time(CsvField field, tradectl_time& out) const {
    const char* reason = rules_.time.read(text(field), out);
    return reason == nullptr ? RowFault{} : fault(field, reason);
}

RowFault RowDecoder::decode(TradeRecord& out) const {
    out = {};
    if (auto bad = take_time(CsvField::Time, out.time); bad.reason) return bad;
    if (auto bad = take_price(CsvField::Price, out.price); bad.reason) return bad;
    if (auto bad = take_number(CsvField::Quantity, rules_.quantity, Least::AboveZero, out.quantity);
        bad.reason)
        return bad;
    if (auto bad = take(CsvField::Side, read_side, out.aggressor); bad.reason) return bad;
    if (auto bad = take(CsvField::BuyerMaker, read_buyer_maker, out.aggressor); bad.reason)
        return bad;
    return take_id(out.trade_id);
}

/// An empty price is a side that nobody is on.
RowFault RowDecoder::take_quote_side(CsvField price_field,
                                     CsvField quantity_field,
                                     tradectl_decimal& price,
                                     tradectl_decimal& quantity) const {
    if (text(price_field).empty()) return {};
    if (auto bad = take_price(price_field, price); bad.reason) return bad;
    if (!has(quantity_field) || text(quantity_field).empty()) return {};
    return take_number(quantity_field, rules_.quantity, Least::Zero, quantity);
}

RowFault RowDecoder::decode(QuoteRecord& out) const {
    out = {0, kNull, kNull, kNull, kNull};
    if (auto bad = take_time(CsvField::Time, out.time); bad.reason) return bad;
    if (auto bad = take_quote_side(
            CsvField::BidPrice, CsvField::BidQuantity, out.bid_price, out.bid_quantity);
        bad.reason)
        return bad;
    if (auto bad = take_quote_side(
            CsvField::AskPrice, CsvField::AskQuantity, out.ask_price, out.ask_quantity);
        bad.reason)
        return bad;
    const bool empty = text(CsvField::BidPrice).empty() && text(CsvField::AskPrice).empty();
    return empty ? fault(CsvField::BidPrice, "neither bid nor ask") : RowFault{};
}

namespace {

/// The field of a bar that a reason of record_fault begins with.
CsvField field_of(std::string_view reason) {
    for (const CsvField field : {CsvField::Open, CsvField::High, CsvField::Low, CsvField::Volume})
        if (reason.starts_with(csv_field_name(field))) return field;
    return CsvField::Close;
}

}  // namespace

RowFault RowDecoder::decode(BarRecord& out) const {
    out = {};
    if (auto bad = take_time(CsvField::Time, out.time); bad.reason) return bad;
    if (auto bad = take_price(CsvField::Open, out.open); bad.reason) return bad;
    if (auto bad = take_price(CsvField::High, out.high); bad.reason) return bad;
    if (auto bad = take_price(CsvField::Low, out.low); bad.reason) return bad;
    if (auto bad = take_price(CsvField::Close, out.close); bad.reason) return bad;
    if (auto bad = take_number(CsvField::Volume, rules_.quantity, Least::Zero, out.volume);
        bad.reason)
        return bad;
    if (auto bad = take(CsvField::TradeCount, read_count, out.trade_count); bad.reason) return bad;
    const char* reason = record_fault(out);
    return reason == nullptr ? RowFault{} : fault(field_of(reason), reason);
}

RowFault RowDecoder::bar_length(tradectl_time open, std::int64_t& out) const {
    tradectl_time close = 0;
    if (auto bad = take_time(CsvField::CloseTime, close); bad.reason) return bad;
    std::int64_t unit = 1;
    if (rules_.time.unit == TimeUnit::Milliseconds) unit = kNsPerMillisecond;
    if (rules_.time.unit == TimeUnit::Microseconds) unit = kNsPerMicrosecond;
    if (close <= open) return fault(CsvField::CloseTime, "not behind the bar's open time");
    out = close - open + unit;
    return {};
}

}  // namespace tradectl::market
