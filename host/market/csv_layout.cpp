#include "host/market/csv_layout.hpp"

#include <algorithm>
#include <optional>

namespace tradectl::market {
namespace {

constexpr std::array<std::string_view, kCsvFieldCount> kFieldNames = {"time",
                                                                      "price",
                                                                      "quantity",
                                                                      "side",
                                                                      "is_buyer_maker",
                                                                      "id",
                                                                      "bid_price",
                                                                      "bid_quantity",
                                                                      "ask_price",
                                                                      "ask_quantity",
                                                                      "open",
                                                                      "high",
                                                                      "low",
                                                                      "close",
                                                                      "volume",
                                                                      "trade_count",
                                                                      "symbol",
                                                                      "close_time",
                                                                      "suspicious"};

struct KindFields {
    DataKind kind;
    std::vector<CsvField> needed;
    std::vector<CsvField> optional;
};

KindFields fields_of(DataKind kind) {
    using enum CsvField;
    switch (kind) {
        case DataKind::Quotes:
            return {kind, {Time, BidPrice, AskPrice}, {BidQuantity, AskQuantity, Symbol}};
        case DataKind::Bars:
            return {kind, {Time, Open, High, Low, Close, Volume}, {TradeCount, Symbol}};
        default: return {kind, {Time, Price, Quantity}, {Side, BuyerMaker, TradeId, Symbol}};
    }
}

std::string list_of(const KindFields& fields) {
    std::string text;
    for (const CsvField field : fields.needed)
        text += (text.empty() ? "" : ", ") + std::string(csv_field_name(field));
    for (const CsvField field : fields.optional)
        text += ", [" + std::string(csv_field_name(field)) + "]";
    return text;
}

std::optional<CsvField> field_of(std::string_view name, const KindFields& fields) {
    for (const auto* list : {&fields.needed, &fields.optional})
        for (const CsvField field : *list)
            if (csv_field_name(field) == name) return field;
    return std::nullopt;
}

bool maps(const CsvLayout& layout, CsvField field) {
    return std::any_of(layout.columns.begin(), layout.columns.end(), [field](const auto& column) {
        return column.field == field;
    });
}

/// An index below the most fields a row can have, or nothing when it is a name.
std::optional<std::size_t> index_of(std::string_view place) {
    std::uint64_t index = 0;
    if (read_count(place, index) != nullptr || index >= kCsvFieldsMax) return std::nullopt;
    return static_cast<std::size_t>(index);
}

bool is_one_of(std::string_view name, std::string_view accepted) {
    for (std::size_t at = 0; at <= accepted.size();) {
        const std::size_t end = std::min(accepted.find('|', at), accepted.size());
        if (accepted.substr(at, end - at) == name) return true;
        at = end + 1;
    }
    return false;
}

Unexpected corrupt(const std::string& what) {
    return fail(ErrorCode::Corrupt, what);
}

Status check_fixed_header(const CsvLayout& layout, std::span<const std::string_view> names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (is_one_of(plain_column_name(names[i]), layout.fixed[i])) continue;
        const std::string_view expected = layout.fixed[i].substr(0, layout.fixed[i].find('|'));
        return corrupt("header: column " + std::to_string(i) + " is \"" + std::string(names[i]) +
                       "\", expected \"" + std::string(expected) + "\"");
    }
    return {};
}

Expected<std::size_t> find_name(std::string_view place, std::span<const std::string_view> names) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == place) return i;
    return corrupt("header: no column \"" + std::string(place) + "\"");
}

bool begins_as_number(std::string_view text) {
    return !text.empty() && (decimal_detail::is_digit(text[0]) || text[0] == '-' ||
                             text[0] == '+' || text[0] == '.');
}

/// Whether the layout needs a header, or the row looks like one: no mapped field holds a number.
bool begins_with_header(const CsvLayout& layout, std::span<const std::string_view> fields) {
    if (layout.header != CsvHeader::Auto) return layout.header == CsvHeader::Present;
    for (const CsvColumn& column : layout.columns) {
        const auto index = index_of(column.place);
        if (!index) return true;
        if (*index < fields.size() && column.field != CsvField::BuyerMaker &&
            column.field != CsvField::Suspicious && column.field != CsvField::Symbol &&
            begins_as_number(fields[*index]))
            return false;
    }
    return true;
}

}  // namespace

std::string_view csv_field_name(CsvField field) {
    return kFieldNames[static_cast<std::size_t>(field)];
}

std::string plain_column_name(std::string_view name) {
    std::string plain;
    for (const char c : name)
        if (c >= 'A' && c <= 'Z')
            plain += static_cast<char>(c + ('a' - 'A'));
        else if (c > ' ' && c != '_')
            plain += c;
    return plain;
}

Expected<CsvLayout> parse_column_map(DataKind kind, std::string_view text) {
    const KindFields fields = fields_of(kind);
    CsvLayout layout;
    layout.kind = kind;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const std::string_view entry = text.substr(at, end - at);
        at = end + 1;
        const std::size_t equals = entry.find('=');
        if (equals == std::string_view::npos || equals + 1 == entry.size())
            return fail(ErrorCode::InvalidArgument,
                        "columns: \"" + std::string(entry) + "\" is not FIELD=COLUMN");
        const auto field = field_of(entry.substr(0, equals), fields);
        if (!field)
            return fail(ErrorCode::InvalidArgument,
                        "columns: unknown field \"" + std::string(entry.substr(0, equals)) +
                            "\", known are " + list_of(fields));
        if (maps(layout, *field))
            return fail(
                ErrorCode::InvalidArgument,
                "columns: field \"" + std::string(csv_field_name(*field)) + "\" is given twice");
        layout.columns.push_back({*field, std::string(entry.substr(equals + 1))});
    }
    for (const CsvField field : fields.needed)
        if (!maps(layout, field))
            return fail(ErrorCode::InvalidArgument,
                        "columns: field \"" + std::string(csv_field_name(field)) +
                            "\" is missing, fields are " + list_of(fields));
    if (maps(layout, CsvField::Side) && maps(layout, CsvField::BuyerMaker))
        return fail(ErrorCode::InvalidArgument,
                    "columns: \"side\" and \"is_buyer_maker\" say the same, give one");
    return layout;
}

Expected<CsvColumns> resolve_columns(const CsvLayout& layout, std::string_view first_row) {
    std::array<std::string_view, kCsvFieldsMax> storage;
    const std::size_t count = split_row(first_row, layout.delimiter, storage);
    if (count == 0 || count > kCsvFieldsMax)
        return corrupt("row has " + std::to_string(count) +
                       " fields, or a quote that is not closed");
    const std::span<const std::string_view> fields(storage.data(), count);

    CsvColumns columns;
    columns.index.fill(-1);
    columns.first_row_is_header = begins_with_header(layout, fields);
    if (!layout.fixed.empty()) {
        columns.fields_max = layout.fixed.size();
        columns.fields_min = columns.fields_max - layout.optional_last;
        if (count < columns.fields_min || count > columns.fields_max)
            return corrupt("row has " + std::to_string(count) + " fields, expected " +
                           std::to_string(columns.fields_min) + " to " +
                           std::to_string(columns.fields_max));
        if (columns.first_row_is_header)
            if (auto status = check_fixed_header(layout, fields); !status)
                return fail(status.error());
    }
    for (const CsvColumn& column : layout.columns) {
        auto index = index_of(column.place);
        if (!index) {
            const auto named = find_name(column.place, fields);
            if (!named) return fail(named.error());
            index = *named;
        }
        columns.index[static_cast<std::size_t>(column.field)] = static_cast<std::int16_t>(*index);
        columns.fields_min = std::max(columns.fields_min, *index + 1);
    }
    return columns;
}

}  // namespace tradectl::market
