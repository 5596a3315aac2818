#include "host/wal/ack_stamp.hpp"

#include "host/base/hash.hpp"
#include "host/base/mutant.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace tradectl::wal {
namespace {

struct RawSlot {
    std::uint64_t log_id;
    std::uint64_t batch;
    std::uint32_t crc32c;  // of the 16 bytes before
    std::uint32_t reserved;
};
static_assert(sizeof(RawSlot) == kAckSlotBytes && offsetof(RawSlot, crc32c) == 16);

std::uint32_t checksum(const RawSlot& slot) {
    return crc32c(std::as_bytes(std::span(&slot, 1)).first(offsetof(RawSlot, crc32c)));
}

std::string ack_path(const std::string& directory) {
    return directory + "/ack";
}

}  // namespace

Expected<std::unique_ptr<AckStamp>> AckStamp::open(Disk& disk,
                                                   const std::string& directory,
                                                   LogId log_id) {
    auto file = disk.open(ack_path(directory), {.write = true, .create = true});
    if (!file) return fail(file.error());
    auto size = (*file)->size();
    if (!size) return fail(size.error());
    if (*size < kAckFileBytes) {
        // The size is settled here, so that no mark has to change it.
        const std::array<std::byte, kAckFileBytes> zeros{};
        if (auto status = (*file)->write(0, zeros); !status) return fail(status.error());
        const bool sync = !mutant("wal.sync_stamp_file");
        if (auto status = sync ? (*file)->sync() : Status{}; !status) return fail(status.error());
        if (auto status = disk.sync_directory(directory); !status) return fail(status.error());
    }
    return std::unique_ptr<AckStamp>(new AckStamp(std::move(*file), log_id));
}

Status AckStamp::mark(std::uint64_t batch) {
    RawSlot slot{.log_id = log_id_.value, .batch = batch, .crc32c = 0, .reserved = 0};
    slot.crc32c = checksum(slot);
    const std::uint64_t offset = slot_ * kAckSlotStride;
    if (mutant("wal.stamp_write")) return {};
    slot_ ^= 1;
    return file_->write(offset, std::as_bytes(std::span(&slot, 1)));
}

Expected<std::uint64_t> read_ack_stamp(Disk& disk, const std::string& directory, LogId log_id) {
    auto there = disk.exists(ack_path(directory));
    if (!there) return fail(there.error());
    std::uint64_t highest = 0;
    if (!*there) return highest;
    auto file = disk.open(ack_path(directory), {});
    if (!file) return fail(file.error());
    for (std::uint64_t offset = 0; offset < kAckFileBytes; offset += kAckSlotStride) {
        std::array<std::byte, kAckSlotBytes> bytes{};
        auto count = (*file)->read(offset, bytes);
        if (!count) return fail(count.error());
        RawSlot slot;
        std::memcpy(&slot, bytes.data(), sizeof(slot));
        const bool whole = slot.crc32c == checksum(slot) || mutant("wal.stamp_checksum");
        if (*count < sizeof(slot) || slot.log_id == 0 || !whole) continue;
        if (log_id.value != 0 && slot.log_id != log_id.value && !mutant("wal.stamp_log_id"))
            return fail(ErrorCode::Corrupt, "wal: ack belongs to another log");
        highest = std::max(highest, slot.batch);
    }
    return highest;
}

}  // namespace tradectl::wal
