// How long the engine takes while others read its books: `concurrency_bench CONFIG STATE SECONDS`
// runs a session in real time and prints, for each order, a line of three numbers: when it left by
// the monotonic clock, and how long after the market event the gate had passed it and it was with
// the exchange plugin, its INTENT durable in between. All are nanoseconds.
#include "host/config/load.hpp"
#include "host/engine/session.hpp"
#include "tests/bench/bare_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <unordered_map>
#include <vector>

using namespace tradectl;

namespace {

struct Sample {
    std::int64_t at = 0;
    std::int64_t passed_ns = 0;
    std::int64_t sent_ns = 0;
};

/// [engine]
class Stopwatch final : public engine::RunObserver {
  public:
    void on_start(const engine::Trading& trading, const engine::LiveView& /*view*/) override {
        trading_ = &trading;
        samples_.reserve(1u << 20);
    }
    void on_order(const engine::OrderEntry& entry) override {
        const std::int64_t now = trading_->clock.now().ns();
        if (entry.order.status == execution::OrderStatus::Pending) {
            const auto& runner = *trading_->runners[entry.runner];
            if (const auto* event = runner.find_event(entry.trigger_seq))
                waiting_[entry.order.op_id.value] = {0, now - event->host_time, event->host_time};
        } else if (entry.order.status == execution::OrderStatus::Sent) {
            const auto found = waiting_.find(entry.order.op_id.value);
            if (found == waiting_.end()) return;
            const Sample& begun = found->second;
            samples_.push_back({bench::now_ns(), begun.passed_ns, now - begun.sent_ns});
            waiting_.erase(found);
        }
    }
    void print() const {
        for (const Sample& sample : samples_)
            std::printf("%lld %lld %lld\n",
                        static_cast<long long>(sample.at),
                        static_cast<long long>(sample.passed_ns),
                        static_cast<long long>(sample.sent_ns));
    }

  private:
    const engine::Trading* trading_ = nullptr;
    std::unordered_map<std::uint64_t, Sample> waiting_;  // `sent_ns` is when the event came
    std::vector<Sample> samples_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: concurrency_bench CONFIG STATE SECONDS\n");
        return 64;
    }
    const auto document = config::load_file(argv[1]);
    Stopwatch watch;
    engine::RunOptions options;
    options.state_dir = argv[2];
    options.wall_ns_max = std::atoll(argv[3]) * kNsPerSecond;
    options.observer = &watch;
    const auto summary = document ? engine::run_session(*document, options)
                                  : Expected<engine::RunSummary>(fail(document.error()));
    if (!summary || summary->error) {
        const Error error = summary ? *summary->error : summary.error();
        std::fprintf(stderr, "concurrency_bench: %s\n", error.message.c_str());
        return 1;
    }
    watch.print();
    return 0;
}
