// What it costs to lose nothing, in interleaved rounds on one device: `durable_bench CONFIG
// DIRECTORY ROUNDS`. One record at a time by the bare system calls, by our log and by stores that
// others use; one order through the engine's thread and the log's, unsigned and signed; whole
// cycles with result and ledger. Prints one document of JSON; times are nanoseconds.
#include "host/wal/batch.hpp"
#include "host/wal/writer.hpp"
#include "tests/bench/bare_file.hpp"
#include "tests/bench/event_rig.hpp"
#include "tests/bench/peer_stores.hpp"
#include "tests/bench/signer.hpp"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace tradectl;

namespace {

using bench::EventRig;
using bench::now_ns;
using bench::RigOptions;
using bench::Samples;

constexpr int kWarmRounds = 50;
constexpr std::size_t kRecordBytes = 256;
constexpr int kCycleBlocks = 5;
constexpr int kCycles = 100;  // in a block: its end, up to 5 ms without work, is spread over them

template <typename T>
T must(Expected<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "durable_bench: %s\n", result.error().message.c_str());
    std::exit(1);
}
void must(const Status& status) {
    if (status) return;
    std::fprintf(stderr, "durable_bench: %s\n", status.error().message.c_str());
    std::exit(1);
}

/// One way to make something durable; returns how long the part that counts took.
struct Way {
    std::string name;
    std::function<std::int64_t(std::uint64_t)> go;
    Samples samples = {};
};

template <typename Work>
Way timed_way(std::string name, Work work) {
    return {std::move(name), [work](std::uint64_t number) mutable {
                const std::int64_t start = now_ns();
                work(number);
                return now_ns() - start;
            }};
}

Way record_way(Disk& disk, const std::string& directory) {
    const std::shared_ptr<wal::Writer> writer =
        must(wal::Writer::create(disk, directory + "/wal", {{1}, 1}, {}));
    while (!writer->prefill_done())
        must(writer->prefill());
    return timed_way("tradectl", [writer, body = std::vector<std::byte>(kRecordBytes - 48)](auto) {
        wal::BatchBuilder builder(writer->next_sequence());
        must(builder.add({}, wal::KvBody{.instance = "", .key = "k", .value = body}));
        must(writer->append(builder.take(), 0));
        must(writer->sync());
    });
}

/// The next order that the data cause; nothing of it is under way when it returns.
Way order_way(std::string name, EventRig& rig) {
    return {std::move(name), [&rig](std::uint64_t) {
                bench::Step step;
                while (step.order == bench::Step::Order::None) {
                    if (!must(rig.step(step, bench::Until::Sent))) {
                        std::fprintf(stderr, "durable_bench: the data end too early\n");
                        std::exit(1);
                    }
                }
                rig.pass(kNsPerSecond);
                must(rig.rest());
                must(rig.drain());
                return step.ns;
            }};
}

/// Each begins a round in turn, so that none always runs behind the same one.
void run_rounds(std::vector<Way>& ways, int rounds) {
    for (int round = 0; round < rounds + kWarmRounds; ++round) {
        for (std::size_t i = 0; i < ways.size(); ++i) {
            Way& way = ways[(i + static_cast<std::size_t>(round)) % ways.size()];
            const std::int64_t ns = way.go(static_cast<std::uint64_t>(round));
            if (round >= kWarmRounds) way.samples.add(ns);
        }
    }
}

/// Orders, one behind the other, with what becomes of each in the log and all of it in the ledger.
void run_cycles(EventRig& rig) {
    bench::Step step;
    for (int count = 0; count < kCycles;) {
        if (!must(rig.step(step, bench::Until::Sent))) std::exit(1);
        if (step.order != bench::Step::Order::None) ++count;
    }
    rig.pass(kNsPerSecond);
    must(rig.rest());
    must(rig.drain());
}

std::vector<Way> cycle_ways(bench::BareFile& bare, EventRig& rig, const std::string& directory) {
    std::vector<Way> ways;
    ways.push_back(timed_way("bare", [&bare](auto) {
        for (int i = 0; i < kCycles; ++i)
            bare.write_and_sync();
    }));
    ways.push_back(timed_way("tradectl", [&rig](auto) { run_cycles(rig); }));
    ways.push_back(timed_way("sqlite_full", [cycle = bench::open_sqlite_cycle(directory)](auto) {
        for (int i = 0; i < kCycles; ++i)
            cycle();
    }));
    return ways;
}

void print(const char* title, std::vector<Way>& ways, double share) {
    const char* comma = "{";
    std::printf("\"%s\": ", title);
    for (Way& way : ways) {
        std::printf("%s\"%s\": {\"p50\": %.0f, \"p99\": %.0f}",
                    comma,
                    way.name.c_str(),
                    way.samples.at(0.50) / share,
                    way.samples.at(0.99) / share);
        comma = ", ";
    }
    std::printf("}");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: durable_bench CONFIG DIRECTORY ROUNDS\n");
        return 64;
    }
    const auto document = must(config::load_file(argv[1]));
    const std::string directory = argv[2];
    auto disk = make_posix_disk();
    for (const char* name : {"/plain", "/signed", "/books"})
        must(disk->make_directory(directory + name));
    bench::BareFile bare(directory + "/bare");
    bench::Signer signer;
    auto plain = must(EventRig::open(document, {.log_directory = directory + "/plain"}));
    auto with_signer = must(EventRig::open(
        document,
        {.log_directory = directory + "/signed",
         .beside = {[&signer] { signer.begin(); }, [&signer] { signer.finish(); }}}));
    std::vector<Way> ways;
    ways.push_back(timed_way("bare", [&bare](auto) { bare.write_and_sync(); }));
    ways.push_back(record_way(*disk, directory));
    for (auto& store : bench::open_peer_stores(directory))
        ways.push_back(timed_way(store.name, store.open_put()));
    ways.push_back(timed_way("signature", [&signer](auto) { signer.sign(); }));
    ways.push_back(order_way("order", *plain));
    ways.push_back(order_way("signed_order", *with_signer));
    run_rounds(ways, std::atoi(argv[3]));
    plain.reset();
    with_signer.reset();

    auto booked = must(EventRig::open(
        document, {.log_directory = directory + "/books", .books = RigOptions::Books::Kept}));
    auto cycles = cycle_ways(bare, *booked, directory);
    run_cycles(*booked);  // the first ones make files
    for (int block = 0; block < kCycleBlocks; ++block) {
        for (Way& way : cycles)
            way.samples.add(way.go(0));
    }
    std::printf("{");
    print("rounds", ways, 1);
    std::printf(", ");
    print("cycles", cycles, kCycles);
    std::printf("}\n");
    std::fflush(stdout);
    std::_Exit(0);  // the stores are thrown away with the directory
}
