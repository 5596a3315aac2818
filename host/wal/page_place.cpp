#include "host/wal/page_place.hpp"

#include "host/base/mutant.hpp"
namespace tradectl::wal {

const char* first_page_fault(const PagePlace& place, const PageHeader& header) {
    if (header.log_id != place.log_id && !mutant("wal.page_log_id"))
        return "belongs to another log";
    const bool here = header.segment == place.segment && header.page == place.page;
    if (!here && !mutant("wal.page_place")) return "belongs to another place";
    if (header.batch != place.batch && !mutant("wal.batch_order"))
        return "is not of the next batch";
    if (header.first_sequence != place.first_sequence) return "does not continue the sequence";
    if (header.index != 0) return "is not the first of its batch";
    if (place.page + header.count > place.segment_pages) return "its batch is beyond the segment";
    return nullptr;
}

const char* later_page_fault(const PageHeader& first,
                             std::uint16_t index,
                             const PageHeader& header) {
    const bool same = header.log_id == first.log_id && header.segment == first.segment &&
                      header.page == first.page + index && header.batch == first.batch &&
                      header.first_sequence == first.first_sequence &&
                      header.durable_batch == first.durable_batch && header.index == index &&
                      header.count == first.count && header.records == first.records;
    return same ? nullptr : "does not continue its batch";
}

}  // namespace tradectl::wal
