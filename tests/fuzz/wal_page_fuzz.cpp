// One page, by itself and as page 0 of a segment. The checksum is put right, because no input would
// ever pass it.
#include "host/base/assert.hpp"
#include "host/base/hash.hpp"
#include "host/wal/format.hpp"
#include "host/wal/page_place.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

using namespace tradectl;

namespace {

void put_checksum(std::array<std::byte, wal::kPageBytes>& page, std::size_t at, std::size_t from) {
    const std::uint32_t sum = crc32c(std::span(page).subspan(from));
    std::memcpy(page.data() + at, &sum, sizeof(sum));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::array<std::byte, wal::kPageBytes> page{};
    std::memcpy(page.data(), data, std::min(size, page.size()));
    wal::PageHeader header;
    static_cast<void>(wal::read_page(page, header));
    put_checksum(page, 4, 8);
    if (wal::read_page(page, header) == wal::PageState::Valid) {
        TRADECTL_ASSERT(header.used_bytes <= wal::kPagePayloadBytes && header.count > 0);
        auto again = page;
        wal::seal_page(header, again);
        TRADECTL_ASSERT(again == page);
        const wal::PagePlace place{header.log_id,
                                   header.segment,
                                   header.page + 64,
                                   header.page,
                                   header.batch,
                                   header.first_sequence};
        static_cast<void>(wal::first_page_fault(place, header));
        static_cast<void>(wal::later_page_fault(header, header.index, header));
    }
    wal::SegmentHeader segment;
    put_checksum(page, 8, 12);
    static_cast<void>(wal::read_segment_header(page, segment));
    return 0;
}
