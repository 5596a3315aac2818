#include "host/market/data_writer.hpp"

#include "host/base/assert.hpp"
#include "host/base/disk.hpp"
#include "host/base/hash.hpp"
#include "host/market/data_file.hpp"
#include "host/market/file_error.hpp"
#include "host/market/instruments.hpp"
#include "host/market/record_check.hpp"

#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace tradectl::market {
namespace {

constexpr tradectl_decimal kNull{TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI};

std::string temporary_name(const std::string& path) {
    return path + ".tmp";
}

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

using Unsigned = decimal_detail::Uint128;

/// A power of ten as a divisor: a number is its multiple when it ends in as many zero bits, and the
/// product with the inverse of the power of five (modulo 2^128) is small. Source: Granlund and
/// Montgomery, Division by invariant integers using multiplication, section 9.
struct PowerOfTen {
    Unsigned inverse_of_five;
    Unsigned quotient_max;  ///< of a multiple by the power of five
    Unsigned low_bits;
};

constexpr auto kPowersOfTen = [] {
    std::array<PowerOfTen, 19> powers{};
    Unsigned five = 1;
    for (std::size_t i = 0; i < powers.size(); ++i, five *= 5) {
        Unsigned inverse = five;  // right in three bits; each step doubles them
        for (int step = 0; step < 7; ++step)
            inverse *= 2 - five * inverse;
        powers[i] = {inverse, ~Unsigned{0} / five, (Unsigned{1} << i) - 1};
    }
    return powers;
}();

bool is_multiple(Unsigned value, std::size_t power) {
    const PowerOfTen& ten = kPowersOfTen[power];
    return (value & ten.low_bits) == 0 && value * ten.inverse_of_five <= ten.quotient_max;
}

/// Lowers `power` until 10^power divides `value`, which is not negative.
void lower_step(unsigned& power, tradectl_decimal& step, const tradectl_decimal& value) {
    const auto raw = static_cast<Unsigned>(Decimal::from_abi(value).raw());
    while (power > 0 && !is_multiple(raw, power)) {
        --power;
        step.lo /= 10;
    }
}

DataHeader first_header(const DataFileOptions& options) {
    DataHeader header{};
    std::memcpy(header.magic, kDataMagic, sizeof(kDataMagic));
    header.version = kDataVersion;
    header.header_bytes = kDataHeaderBytes;
    header.kind = static_cast<std::uint32_t>(options.kind);
    header.record_bytes = record_bytes(options.kind);
    header.block_records = kDataBlockRecords;
    header.time_first = TRADECTL_TIME_NONE;
    header.time_last = TRADECTL_TIME_NONE;
    header.gap_max_start = TRADECTL_TIME_NONE;
    header.interval_ns = options.interval_ns;
    header.tick = Decimal::from_int(1).to_abi();
    header.lot = Decimal::from_int(1).to_abi();
    header.price_min = kNull;
    header.price_max = kNull;
    header.origin.size = static_cast<std::uint8_t>(options.origin.size());
    std::memcpy(header.origin.text, options.origin.data(), options.origin.size());
    // The length was checked.
    static_cast<void>(set_id(header.instrument, options.instrument));
    return header;
}

Status check_options(const DataFileOptions& options) {
    if (record_bytes(options.kind) == 0)
        return fail(ErrorCode::InvalidArgument, "data file: unknown kind of record");
    if (options.instrument.empty() || options.instrument.size() > TRADECTL_ID_BYTES_MAX)
        return fail(ErrorCode::InvalidArgument,
                    "data file: instrument name has " + std::to_string(options.instrument.size()) +
                        " bytes, must be 1 to " + std::to_string(TRADECTL_ID_BYTES_MAX));
    if (options.origin.size() > sizeof(tradectl_text::text))
        return fail(ErrorCode::InvalidArgument,
                    "data file: origin has " + std::to_string(options.origin.size()) +
                        " bytes, the limit is " + std::to_string(sizeof(tradectl_text::text)));
    if ((options.kind == DataKind::Bars) != (options.interval_ns > 0))
        return fail(ErrorCode::InvalidArgument,
                    "data file: an interval above 0 is for bars, and bars need one");
    return {};
}

}  // namespace

Expected<DataFileWriter> DataFileWriter::create(Disk& disk,
                                                const std::string& path,
                                                const DataFileOptions& options) {
    if (auto status = check_options(options); !status) return fail(status.error());
    auto file = disk.open(temporary_name(path), {.write = true, .create = true});
    if (!file) return file_failure(file.error());
    DataFileWriter writer(disk, path, *std::move(file));
    // Two writers of one name would mix their blocks; a file left by a crash has no lock.
    if (auto status = writer.file_->lock(0, 1, File::Lock::Exclusive); !status) {
        if (status.error().code == ErrorCode::Locked) writer.file_.reset();  // not ours to remove
        return fail(status.error());
    }
    if (auto status = writer.file_->truncate(0); !status) return fail(status.error());
    writer.header_ = first_header(options);
    writer.block_.resize(std::size_t{kDataBlockRecords} * writer.header_.record_bytes);
    return writer;
}

DataFileWriter::DataFileWriter(Disk& disk, std::string path, std::unique_ptr<File> file)
    : disk_(&disk), path_(std::move(path)), file_(std::move(file)) {}

DataFileWriter::DataFileWriter(DataFileWriter&&) noexcept = default;

DataFileWriter::~DataFileWriter() {
    if (!file_) return;
    // A temporary file that stays behind does no harm; there is nobody to tell.
    if (const auto removed = disk_->remove(temporary_name(path_)); !removed) return;
}

template <typename Record>
Status DataFileWriter::admit(DataKind kind, const Record& record) const {
    TRADECTL_ASSERT(file_ != nullptr);
    if (header_.kind != static_cast<std::uint32_t>(kind))
        return fail(ErrorCode::InvalidArgument,
                    path_ + ": " + std::string(kind_name(kind)) + " do not go into a file of " +
                        std::string(kind_name(static_cast<DataKind>(header_.kind))));
    const char* fault = record_fault(record);
    if (fault == nullptr && record.time == TRADECTL_TIME_NONE) fault = "no time";
    if (fault == nullptr && record.time < header_.time_last) fault = "time goes back";
    if (fault == nullptr) return {};
    return fail(ErrorCode::Corrupt,
                path_ + ": record " + std::to_string(header_.record_count) + ": " + fault);
}

template <typename Record>
Status DataFileWriter::append(const Record& record) {
    const tradectl_time time = record.time;
    if (header_.record_count == 0) {
        header_.time_first = time;
    } else if (time - header_.time_last > header_.gap_max_ns) {
        header_.gap_max_ns = time - header_.time_last;
        header_.gap_max_start = header_.time_last;
    }
    header_.time_last = time;
    if (block_bytes_ == 0) index_.push_back({time, 0, 0});
    std::memcpy(block_.data() + block_bytes_, &record, sizeof(record));
    block_bytes_ += sizeof(record);
    ++header_.record_count;
    return block_bytes_ == block_.size() ? flush_block() : Status{};
}

Status DataFileWriter::add(const TradeRecord& trade) {
    if (auto status = admit(DataKind::Trades, trade); !status) return status;
    note_price(trade.price);
    note_quantity(trade.quantity);
    if (trade.trade_id != 0 && !trade_ids_.add(trade.trade_id)) ++header_.duplicates;
    return append(trade);
}

Status DataFileWriter::add(const QuoteRecord& quote) {
    if (auto status = admit(DataKind::Quotes, quote); !status) return status;
    note_price(quote.bid_price);
    note_price(quote.ask_price);
    note_quantity(quote.bid_quantity);
    note_quantity(quote.ask_quantity);
    return append(quote);
}

Status DataFileWriter::add(const BarRecord& bar) {
    if (auto status = admit(DataKind::Bars, bar); !status) return status;
    for (const auto& price : {bar.open, bar.high, bar.low, bar.close})
        note_price(price);
    note_quantity(bar.volume);
    return append(bar);
}

Status DataFileWriter::add(std::span<const BookRecord> levels) {
    if (levels.empty() || levels.size() > kBookLevelsMax)
        return fail(ErrorCode::InvalidArgument,
                    path_ + ": a book event has " + std::to_string(levels.size()) +
                        " records, must be 1 to " + std::to_string(kBookLevelsMax));
    // All or nothing: the whole event is checked before its first level is written.
    std::uint16_t side = TRADECTL_SIDE_NONE;
    for (const BookRecord& level : levels) {
        if (auto status = admit(DataKind::Book, level); !status) return status;
        if (level.time != levels.front().time || level.side < side ||
            (level.side == TRADECTL_SIDE_NONE && levels.size() > 1))
            return fail(ErrorCode::InvalidArgument,
                        path_ + ": levels of one event must share its time, bids first");
        side = level.side;
    }
    auto left = static_cast<std::uint32_t>(levels.size());
    for (const BookRecord& given : levels) {
        BookRecord level = given;
        level.levels_left = --left;
        if (level.side != TRADECTL_SIDE_NONE) {
            note_price(level.price);
            note_quantity(level.quantity);
        }
        if (auto status = append(level); !status) return status;
    }
    return {};
}

void DataFileWriter::set_interval(std::int64_t interval_ns) {
    TRADECTL_ASSERT(header_.record_count == 0 && interval_ns > 0);
    header_.interval_ns = interval_ns;
}

void DataFileWriter::note_price(const tradectl_decimal& price) {
    const Decimal value = Decimal::from_abi(price);
    if (value.is_null()) return;
    lower_step(tick_power_, header_.tick, price);
    const Decimal low = Decimal::from_abi(header_.price_min);
    if (low.is_null() || value < low) header_.price_min = price;
    // Null orders before every number.
    if (value > Decimal::from_abi(header_.price_max)) header_.price_max = price;
}

void DataFileWriter::note_quantity(const tradectl_decimal& quantity) {
    const Decimal value = Decimal::from_abi(quantity);
    if (value.is_null()) return;
    if (!value.is_zero()) lower_step(lot_power_, header_.lot, quantity);
    const auto sum = checked_add(Decimal::from_abi(header_.quantity_sum), value);
    header_.quantity_sum = sum ? sum->to_abi() : kNull;
}

Status DataFileWriter::flush_block() {
    if (block_bytes_ == 0) return {};
    const auto bytes = std::span<const std::byte>(block_).first(block_bytes_);
    index_.back().record_count = static_cast<std::uint32_t>(bytes.size() / header_.record_bytes);
    index_.back().crc = crc32c(bytes);
    if (auto status = file_->write(offset_, bytes); !status) return status;
    offset_ += bytes.size();
    block_bytes_ = 0;
    return {};
}

Status DataFileWriter::finish() {
    TRADECTL_ASSERT(file_ != nullptr);
    if (auto status = flush_block(); !status) return status;
    const auto index = std::as_bytes(std::span(index_));
    header_.block_count = static_cast<std::uint32_t>(index_.size());
    header_.index_offset = offset_;
    header_.index_crc = crc32c(index);
    header_.header_crc = 0;
    std::array<std::byte, kDataHeaderBytes> page{};
    std::memcpy(page.data(), &header_, sizeof(header_));
    header_.header_crc = data_header_checksum(page);
    std::memcpy(page.data(), &header_, sizeof(header_));

    if (!index.empty())
        if (auto status = file_->write(offset_, index); !status) return status;
    if (auto status = file_->write(0, page); !status) return status;
    if (auto status = file_->sync(); !status) return status;
    if (auto status = disk_->rename(temporary_name(path_), path_); !status) return status;
    file_.reset();
    return disk_->sync_directory(directory_of(path_));
}

}  // namespace tradectl::market
