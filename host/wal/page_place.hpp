/// Whether a page that is valid by itself is the one that must stand at its place.
#pragma once

#include "host/wal/format.hpp"

namespace tradectl::wal {

/// What the page at a place must say.
struct PagePlace {
    LogId log_id;
    std::uint32_t segment = 0;
    std::uint32_t segment_pages = 0;
    std::uint32_t page = 0;
    std::uint64_t batch = 0;
    WalSequence first_sequence;
};

/// For a first page of a batch; nullptr when it is the one, else why not.
[[nodiscard]] const char* first_page_fault(const PagePlace& place, const PageHeader& header);
/// For the page `index` pages behind `first`, the first page of the same batch.
[[nodiscard]] const char* later_page_fault(const PageHeader& first,
                                           std::uint16_t index,
                                           const PageHeader& header);

}  // namespace tradectl::wal
