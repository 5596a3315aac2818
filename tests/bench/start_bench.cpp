// Start of a log with much history: `start_bench DIRECTORY RECORDS`. Writes that many records, then
// opens the log from its end, as a start does when all is applied. Prints one line of JSON.
#include "host/base/clock.hpp"
#include "host/base/unsynced_disk.hpp"
#include "host/wal/batch.hpp"
#include "host/wal/reader.hpp"
#include "host/wal/writer.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace tradectl;

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: start_bench DIRECTORY RECORDS\n");
        return 64;
    }
    const std::string directory = argv[1];
    const std::uint64_t records = std::strtoull(argv[2], nullptr, 10);
    auto disk = make_unsynced_disk(make_posix_disk());
    auto writer = wal::Writer::create(*disk, directory, {{1}, 1}, {});
    const std::vector<std::byte> value(40);
    while (writer && (*writer)->next_sequence().value <= records) {
        wal::BatchBuilder builder((*writer)->next_sequence());
        for (int i = 0; i < 100; ++i) {
            const wal::KvBody body{.instance = "bench", .key = "k", .value = value};
            if (!builder.add({}, body)) return 1;
        }
        if (!(*writer)->append(builder.take(), 0)) return 1;
    }
    if (!writer || !(*writer)->sync()) return 1;
    writer->reset();
    const SystemClock clock;
    std::vector<std::int64_t> times;
    for (int round = 0; round < 15; ++round) {
        const std::int64_t start = clock.monotonic_ns();
        auto log = wal::open_log(
            *disk, directory, {.from = {records}, .witness_sequence = {records}, .log_id = {}});
        if (!log || !log->next()) return 1;
        times.push_back(clock.monotonic_ns() - start);
    }
    std::sort(times.begin(), times.end());
    std::printf("{\"records\": %" PRIu64 ", \"ns\": %" PRId64 "}\n", records, times[7]);
    return 0;
}
