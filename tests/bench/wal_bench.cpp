// Figures of the write-ahead log, as ratios to the bare system calls measured in the same
// interleaved run: `wal_bench [directory [rounds]]`. The directory must be on the device of
// interest. Without rounds it scans only.
#include "host/base/disk.hpp"
#include "host/base/hash.hpp"
#include "host/wal/reader.hpp"
#include "host/wal/segment.hpp"
#include "host/wal/wal_thread.hpp"
#include "host/wal/writer.hpp"
#include "tests/bench/bare_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <unistd.h>

using namespace tradectl;

namespace {

using bench::BareFile;
using bench::now_ns;
using bench::Samples;

template <typename T>
T must(Expected<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "wal_bench: %s\n", result.error().message.c_str());
    std::exit(1);
}
void must(const Status& status) {
    if (status) return;
    std::fprintf(stderr, "wal_bench: %s\n", status.error().message.c_str());
    std::exit(1);
}

wal::IntentBody sample_intent() {
    wal::IntentBody body;
    body.step = wal::StepKind::TradeExecute;
    body.subject = {"momentum", "paper", "main", "BTC-USD.paper", OrderRef{17}, {}, {}};
    body.subject.client_order_id = "0123456789abcdef0123456789abcdef";
    body.terms.quantity = Decimal::from_int(1);
    body.terms.price = Decimal::from_int(30'000);
    body.identity = body.subject.client_order_id;
    const Decimal amount = Decimal::from_int(30'000);
    static_cast<void>(body.postings.push({"main", "USD", wal::Bucket::Held, amount}));
    for (std::uint16_t i = 0; i < 12; ++i)
        static_cast<void>(body.verdicts.push({i, true, amount, amount}));
    return body;
}

wal::Batch intent_batch(WalSequence next, std::vector<std::byte> spare = {}) {
    static const wal::IntentBody body = sample_intent();
    wal::BatchBuilder builder(next);
    static_cast<void>(builder.take(std::move(spare)));
    static_cast<void>(must(builder.add({}, body)));
    return builder.take();
}

std::unique_ptr<wal::Writer> new_log(Disk& disk,
                                     const std::string& directory,
                                     std::uint64_t segment_bytes = wal::kSegmentBytesDefault) {
    return must(
        wal::Writer::create(disk, directory, {{1}, 1}, {}, {.segment_bytes = segment_bytes}));
}

void print_ratio(const char* what, Samples& samples, Samples& bare) {
    std::printf("%-44s p50 %8.1f us (%.2fx)   p99 %8.1f us (%.2fx)\n",
                what,
                samples.at(0.50) / 1e3,
                samples.at(0.50) / bare.at(0.50),
                samples.at(0.99) / 1e3,
                samples.at(0.99) / bare.at(0.99));
}

void bench_latency(Disk& disk, const std::string& directory, int rounds) {
    const SystemClock clock;
    BareFile bare_file(directory + "/bare");
    auto writer = new_log(disk, directory + "/inline");
    auto thread = wal::WalThread::start(new_log(disk, directory + "/thread"), clock, {});
    while (!writer->prefill_done())
        must(writer->prefill());
    ::sleep(2);  // the thread makes its next segment in idle time
    WalSequence next{1};
    Samples bare;
    Samples direct;
    Samples through;
    for (int i = 0; i < rounds + 100; ++i) {
        const std::int64_t start = now_ns();
        bare_file.write_and_sync();
        const std::int64_t after_bare = now_ns();
        must(writer->append(intent_batch(writer->next_sequence()), 0));
        must(writer->sync());
        const std::int64_t after_direct = now_ns();
        if (writer->prefill_due()) must(writer->prefill());
        const std::int64_t before_thread = now_ns();
        auto batch = intent_batch(next, thread->take_spare());
        must(thread->try_enqueue(batch));
        must(thread->wait_durable(next, 60 * kNsPerSecond));
        const std::int64_t end = now_ns();
        ++next.value;
        if (i < 100) continue;
        bare.add(after_bare - start);
        direct.add(after_direct - after_bare);
        through.add(end - before_thread);
    }
    must(thread->stop());
    print_ratio("pwrite + fdatasync of 256 B", bare, bare);
    print_ratio("durable intent, writer alone", direct, bare);
    print_ratio("durable intent, through the thread", through, bare);
}

void bench_rate(Disk& disk, const std::string& directory, std::uint64_t outstanding) {
    const SystemClock clock;
    auto thread = wal::WalThread::start(
        new_log(disk, directory + "/rate" + std::to_string(outstanding)), clock, {});
    const std::int64_t start = now_ns();
    const std::int64_t end = start + 2 * kNsPerSecond;
    WalSequence next{1};
    while (now_ns() < end) {
        while (next.value - thread->durable_sequence().value <= outstanding) {
            auto batch = intent_batch(next, thread->take_spare());
            must(thread->try_enqueue(batch));
            ++next.value;
        }
        must(thread->wait_durable({next.value - outstanding}, 60 * kNsPerSecond));
    }
    must(thread->stop());
    const double seconds = static_cast<double>(now_ns() - start) / 1e9;
    std::printf("durable intents per second, %2llu outstanding   %.0f\n",
                static_cast<unsigned long long>(outstanding),
                static_cast<double>(next.value - 1) / seconds);
}

double read_and_sum(Disk& disk, const std::string& directory) {
    const std::int64_t start = now_ns();
    std::vector<std::byte> chunk(64 * wal::kPageBytes);
    std::uint32_t sum = 0;
    for (const std::uint32_t number : must(wal::list_segments(disk, directory))) {
        auto file = must(disk.open(wal::segment_path(directory, number), {}));
        for (std::uint64_t at = 0;; at += chunk.size()) {
            const std::size_t count = must(file->read(at, chunk));
            sum ^= crc32c(std::span(chunk).first(count));
            if (count < chunk.size()) break;
        }
    }
    const double ns = static_cast<double>(now_ns() - start);
    return sum == 1 ? ns + 1 : ns;  // uses the sum
}

double scan(Disk& disk, const std::string& directory, std::uint64_t& records) {
    const std::int64_t start = now_ns();
    auto log = must(wal::open_log(disk, directory));
    for (records = 0; must(log.next()); ++records) {
    }
    return static_cast<double>(now_ns() - start);
}

void bench_scan(Disk& disk, const std::string& directory) {
    const std::string log = directory + "/scan";
    {
        auto writer = new_log(disk, log);
        while (writer->segment() < 5) {
            wal::BatchBuilder builder(writer->next_sequence());
            static const wal::IntentBody body = sample_intent();
            for (int i = 0; i < 60; ++i)
                static_cast<void>(must(builder.add({}, body)));
            must(writer->append(builder.take(), 0));
        }
    }
    Samples bare;
    Samples ours;
    std::uint64_t records = 0;
    for (int i = 0; i < 9; ++i) {
        bare.add(static_cast<std::int64_t>(read_and_sum(disk, log)));
        ours.add(static_cast<std::int64_t>(scan(disk, log, records)));
    }
    std::printf("scan of %llu records in warm segments         %.1f ms, %.2fx read + CRC-32C\n",
                static_cast<unsigned long long>(records),
                ours.at(0.5) / 1e6,
                ours.at(0.5) / bare.at(0.5));
}

void bench_memory() {
    auto disk = make_memory_disk();
    auto writer = new_log(*disk, "/wal", 1 << 20);
    Samples samples;
    for (int i = 0; i < 20'000; ++i) {
        const std::int64_t start = now_ns();
        const auto batch = intent_batch(writer->next_sequence());
        must(writer->append(batch, 0));
        samples.add(now_ns() - start);
        must(writer->sync());
        if (writer->prefill_due()) must(writer->prefill());
    }
    std::printf("encode and append, disk in memory             p50 %.2f us   p99 %.2f us\n",
                samples.at(0.5) / 1e3,
                samples.at(0.99) / 1e3);
}

}  // namespace

int main(int argc, char** argv) {
    std::string directory = std::string(argc > 1 ? argv[1] : ".") + "/wal-bench-XXXXXX";
    if (::mkdtemp(directory.data()) == nullptr) {
        std::perror(directory.c_str());
        return 1;
    }
    char* absolute = ::realpath(directory.c_str(), nullptr);
    directory = absolute;
    std::free(absolute);
    auto disk = make_posix_disk();
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 4000;
    if (rounds > 0) {
        bench_latency(*disk, directory, rounds);
        bench_rate(*disk, directory, 8);
        bench_rate(*disk, directory, 64);
    }
    bench_scan(*disk, directory);
    bench_memory();
    for (const char* name : {"inline", "thread", "rate8", "rate64", "scan"}) {
        const std::string log = directory + "/" + name;
        if (!must(disk->exists(log))) continue;
        for (const std::string& file : must(disk->list(log)))
            must(disk->remove(log + "/" + file));
        ::rmdir(log.c_str());
    }
    if (rounds > 0) must(disk->remove(directory + "/bare"));
    ::rmdir(directory.c_str());
    return 0;
}
