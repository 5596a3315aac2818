// From a market event that triggers an order to the order in the exchange plugin, its INTENT
// durable in between: `order_bench CONFIG DIRECTORY [ROUNDS]`, beside the bare system calls on the
// same device in the same rounds. Prints one document of JSON; times are nanoseconds.
#include "tests/bench/bare_file.hpp"
#include "tests/bench/event_rig.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

using namespace tradectl;

namespace {

using bench::EventRig;
using bench::Samples;

constexpr int kWarmOrders = 100;

template <typename T>
T must(Expected<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "order_bench: %s\n", result.error().message.c_str());
    std::exit(1);
}

void print(const char* name, Samples& samples, const char* end) {
    std::printf("\"%s\": {\"p50\": %.0f, \"p90\": %.0f, \"p99\": %.0f}%s\n",
                name,
                samples.at(0.5),
                samples.at(0.9),
                samples.at(0.99),
                end);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: order_bench CONFIG DIRECTORY [ROUNDS]\n");
        return 64;
    }
    const std::string directory = argv[2];
    const int rounds = argc > 3 ? std::atoi(argv[3]) : 4000;
    const auto document = must(config::load_file(argv[1]));
    auto rig = must(EventRig::open(document, {.log_directory = directory}));
    bench::BareFile bare_file(directory + "/bare");
    Samples bare;
    Samples orders;
    bench::Step step;
    for (int count = 0; count < rounds + kWarmOrders;) {
        if (!must(rig->step(step, bench::Until::Sent))) break;
        if (step.order == bench::Step::Order::None) continue;
        const std::int64_t start = bench::now_ns();
        bare_file.write_and_sync();
        const std::int64_t ns = bench::now_ns() - start;
        if (++count <= kWarmOrders) continue;
        bare.add(ns);
        orders.add(step.ns);
    }
    std::printf("{");
    print("bare", bare, ",");
    print("order", orders, "}");
    return 0;
}
