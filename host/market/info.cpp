#include "host/market/info.hpp"

#include "host/market/data_file.hpp"

#include <tradectl/decimal.hpp>

namespace tradectl::market {
namespace {

Json decimal(const tradectl_decimal& value) {
    const Decimal number = Decimal::from_abi(value);
    return number.is_null() ? Json{} : Json::text_of(number);
}

Json time(tradectl_time value) {
    return value == TRADECTL_TIME_NONE ? Json{} : Json::text_of(Timestamp{value});
}

/// Nanoseconds as seconds, exactly.
Json seconds(std::int64_t ns) {
    constexpr std::int64_t kRawPerNs = 1'000'000'000;
    return Json::text_of(Decimal::from_raw(static_cast<Decimal::Raw>(ns) * kRawPerNs));
}

}  // namespace

Json describe(const DataFile& file) {
    const DataHeader& header = file.header();
    Json out = Json::object();
    out.set("file", Json(file.path()));
    out.set("format", Json("tdat"));
    out.set("version", Json(header.version));
    out.set("kind", Json(kind_name(file.kind())));
    out.set("instrument", Json(file.instrument()));
    out.set("origin", Json(file.origin()));
    out.set("records", Json(header.record_count));
    out.set("blocks", Json(header.block_count));
    out.set("bytes", Json(header.index_offset + header.block_count * sizeof(DataBlock)));
    out.set("time_first", time(header.time_first));
    out.set("time_last", time(header.time_last));
    if (file.size() > 0) out.set("duration_s", seconds(header.time_last - header.time_first));
    out.set("gap_max_s", seconds(header.gap_max_ns));
    out.set("gap_max_start", time(header.gap_max_start));
    if (file.kind() == DataKind::Trades) out.set("duplicates", Json(header.duplicates));
    if (file.kind() == DataKind::Bars) out.set("interval_ns", Json(header.interval_ns));
    out.set("tick", decimal(header.tick));
    out.set("lot", decimal(header.lot));
    out.set("price_min", decimal(header.price_min));
    out.set("price_max", decimal(header.price_max));
    out.set("quantity_sum", decimal(header.quantity_sum));
    return out;
}

}  // namespace tradectl::market
