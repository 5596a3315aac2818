// What a ledger is rebuilt from: the payload of a log's records. Each record that decodes is
// applied, as the next one; a batch that the ledger takes must leave books that balance, may be
// applied again without a trace, and gives the same books record by record.
#include "host/base/assert.hpp"
#include "host/base/disk.hpp"
#include "host/ledger/ledger.hpp"
#include "host/ledger/reader.hpp"
#include "host/wal/record.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

using namespace tradectl;

namespace {

constexpr std::size_t kRecordsMax = 200;

std::vector<wal::Record> records_in(std::span<const std::byte> rest) {
    std::vector<wal::Record> records;
    while (!rest.empty() && records.size() < kRecordsMax) {
        auto record = wal::decode(rest);
        if (!record) break;
        // A log numbers its records without gaps; the fuzzer need not.
        record->header.sequence = WalSequence{records.size() + 1};
        records.push_back(*record);
    }
    return records;
}

std::string books_of(Disk& disk, const std::string& path) {
    auto reader = ledger::Reader::open(disk, path);
    TRADECTL_ASSERT(reader.has_value());
    std::string text;
    const auto written = ledger::canonical_export(*reader, [&](std::string_view line) -> Status {
        text.append(line);
        return {};
    });
    TRADECTL_ASSERT(written.has_value());
    return text;
}

/// Applies what the ledger takes, a batch at a time; how many records that was.
std::size_t apply(Disk& disk,
                  const std::string& path,
                  std::span<const wal::Record> records,
                  std::size_t batch) {
    auto ledger = ledger::Ledger::open(disk, path, "fuzz");
    TRADECTL_ASSERT(ledger.has_value());
    std::size_t at = 0;
    while (at < records.size()) {
        const std::size_t count = std::min(batch, records.size() - at);
        if (!ledger->apply(records.subspan(at, count))) break;
        TRADECTL_ASSERT(ledger->apply(records.subspan(at, count)).has_value());
        at += count;
    }
    TRADECTL_ASSERT(ledger->applied_sequence().value == at);
    return at;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto records = records_in({reinterpret_cast<const std::byte*>(data), size});
    if (records.empty()) return 0;
    auto disk = make_memory_disk();
    const std::size_t taken = apply(*disk, "/one.db", records, 1);
    {
        auto reader = ledger::Reader::open(*disk, "/one.db");
        TRADECTL_ASSERT(reader.has_value());
        TRADECTL_ASSERT(reader->check_books().has_value());
    }
    const auto sound = std::span(records).first(taken);
    TRADECTL_ASSERT(apply(*disk, "/all.db", sound, kRecordsMax) == taken);
    TRADECTL_ASSERT(books_of(*disk, "/all.db") == books_of(*disk, "/one.db"));
    return 0;
}
