// A whole log of two small segments, in which the input overwrites bytes: triples of u8 page, u16
// offset and u8 value. Opening, verifying, dumping and salvaging it must end in an answer, and a
// salvaged log must be sound.
#include "host/base/assert.hpp"
#include "host/base/disk.hpp"
#include "host/base/hash.hpp"
#include "host/wal/dump.hpp"
#include "host/wal/format.hpp"
#include "host/wal/reader.hpp"
#include "host/wal/salvage.hpp"
#include "host/wal/segment.hpp"
#include "host/wal/verify.hpp"
#include "host/wal/writer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

using namespace tradectl;

namespace {

constexpr const char* kDirectory = "/wal";
constexpr std::uint64_t kPagesInFile = wal::kSegmentBytesMin / wal::kPageBytes;

using Files = std::vector<std::vector<std::byte>>;

Files make_log() {
    auto disk = make_memory_disk();
    auto writer = wal::Writer::create(
        *disk, kDirectory, {{1}, 1}, {}, {.segment_bytes = wal::kSegmentBytesMin});
    TRADECTL_ASSERT(writer.has_value());
    const std::vector<std::byte> value(2500, std::byte{1});
    for (int i = 0; i < 20; ++i) {
        wal::BatchBuilder builder((*writer)->next_sequence());
        for (int record = 0; record <= i % 3; ++record) {
            static_cast<void>(
                builder.add({}, wal::KvBody{.instance = "a", .key = "k", .value = value}));
        }
        TRADECTL_ASSERT((*writer)->append(builder.take(), 0).has_value());
        TRADECTL_ASSERT((*writer)->sync().has_value());
    }
    writer->reset();
    Files files;
    for (std::uint32_t number = 1; number <= 2; ++number) {
        auto file = disk->open(wal::segment_path(kDirectory, number), {});
        files.emplace_back(wal::kSegmentBytesMin);
        TRADECTL_ASSERT((*file)->read(0, files.back()).has_value());
    }
    return files;
}

// Changes bytes of the log, and puts checksums right when the input has an odd size.
Files change(Files files, const std::uint8_t* data, std::size_t size) {
    for (std::size_t at = 1; at + 4 <= size; at += 4) {
        const std::uint64_t page = data[at] % (2 * kPagesInFile);
        const std::uint64_t offset = (data[at + 1] | data[at + 2] << 8) % wal::kPageBytes;
        std::byte* bytes =
            files[page / kPagesInFile].data() + page % kPagesInFile * wal::kPageBytes;
        bytes[offset] = static_cast<std::byte>(data[at + 3]);
        if (size % 2 == 0 || page % kPagesInFile == 0) continue;
        const std::uint32_t sum = crc32c(std::span(bytes + 8, wal::kPageBytes - 8));
        std::memcpy(bytes + 4, &sum, sizeof(sum));
    }
    return files;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Files kFiles = make_log();
    auto disk = make_memory_disk();
    static_cast<void>(disk->make_directory(kDirectory));
    const Files changed = change(kFiles, data, size);
    for (std::uint32_t number = 1; number <= 2; ++number) {
        auto file =
            disk->open(wal::segment_path(kDirectory, number), {.write = true, .create = true});
        static_cast<void>((*file)->write(0, changed[number - 1]));
    }
    if (auto log = wal::open_log(*disk, kDirectory)) {
        for (auto record = log->next(); record && *record; record = log->next()) {
        }
    }
    static_cast<void>(wal::dump(*disk, kDirectory, {}, [](std::string_view) { return Status{}; }));
    const auto report = wal::verify(*disk, kDirectory);
    const auto salvaged = wal::salvage(*disk, kDirectory, "/rescue", {.log_id = {2}, .now = {}});
    if (report && salvaged) {
        const auto again = wal::verify(*disk, "/rescue");
        TRADECTL_ASSERT(again.has_value() && again->state == wal::LogState::Clean);
        TRADECTL_ASSERT(again->records == salvaged->copied + salvaged->placeholders);
    }
    return 0;
}
