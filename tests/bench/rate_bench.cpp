// Durable records a second while many are on their way: `rate_bench DIRECTORY`. Our log takes them
// from one thread that keeps so many outstanding; the stores of others from as many threads, each
// with one. In turns; prints one document of JSON: records a second by outstanding and name.
#include "host/base/clock.hpp"
#include "host/base/disk.hpp"
#include "host/wal/batch.hpp"
#include "host/wal/wal_thread.hpp"
#include "host/wal/writer.hpp"
#include "tests/bench/bare_file.hpp"
#include "tests/bench/peer_stores.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace tradectl;

namespace {

using bench::now_ns;

constexpr int kRounds = 3;
constexpr std::int64_t kTurnNs = kNsPerSecond / 2;
constexpr std::int64_t kWaitNs = 60 * kNsPerSecond;
constexpr std::size_t kRecordBytes = 256;

template <typename T>
T must(Expected<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "rate_bench: %s\n", result.error().message.c_str());
    std::exit(1);
}
void must(const Status& status) {
    if (status) return;
    std::fprintf(stderr, "rate_bench: %s\n", status.error().message.c_str());
    std::exit(1);
}

/// Intents, each a batch of its own, as one engine thread hands them over.
class OurLog {
  public:
    OurLog(Disk& disk, const std::string& directory)
        : thread_(wal::WalThread::start(
              must(wal::Writer::create(disk, directory + "/wal", {{1}, 1}, {})), clock_, {})) {}
    /// Records a second.
    double turn(std::uint64_t outstanding) {
        const std::uint64_t first = next_.value;
        const std::int64_t start = now_ns();
        while (now_ns() < start + kTurnNs) {
            while (next_.value - thread_->durable_sequence().value <= outstanding)
                hand_over();
            must(thread_->wait_durable({next_.value - outstanding}, kWaitNs));
        }
        must(thread_->wait_durable({next_.value - 1}, kWaitNs));
        return static_cast<double>(next_.value - first) * 1e9 /
               static_cast<double>(now_ns() - start);
    }
    void stop() { must(thread_->stop()); }

  private:
    void hand_over() {
        wal::BatchBuilder builder(next_);
        static_cast<void>(builder.take(thread_->take_spare()));
        wal::IntentBody body;
        body.step = wal::StepKind::TradeExecute;
        body.rebuild = value_;
        must(builder.add({}, body));
        auto batch = builder.take();
        must(thread_->try_enqueue(batch));
        ++next_.value;
    }
    const SystemClock clock_;
    std::vector<std::byte> value_ = std::vector<std::byte>(kRecordBytes);
    std::unique_ptr<wal::WalThread> thread_;
    WalSequence next_{1};
};

double peer_turn(const bench::PeerStore& store, std::uint64_t threads, std::uint64_t& number) {
    std::atomic<std::uint64_t> next{number};
    const std::int64_t start = now_ns();
    std::vector<std::thread> writers;
    for (std::uint64_t i = 0; i < threads; ++i) {
        writers.emplace_back([&, put = store.open_put()] {
            while (now_ns() < start + kTurnNs)
                put(next++);
        });
    }
    for (std::thread& writer : writers)
        writer.join();
    const double done = static_cast<double>(next - number);
    number = next;
    return done * 1e9 / static_cast<double>(now_ns() - start);
}

double middle(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + kRounds / 2, values.end());
    return values[kRounds / 2];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: rate_bench DIRECTORY\n");
        return 64;
    }
    const std::string directory = argv[1];
    auto disk = make_posix_disk();
    OurLog log(*disk, directory);
    const auto stores = bench::open_peer_stores(directory);
    std::map<std::pair<std::uint64_t, std::string>, std::vector<double>> rates;
    std::map<std::string, std::uint64_t> numbers;
    for (int round = 0; round < kRounds; ++round) {
        for (const std::uint64_t outstanding : {std::uint64_t{8}, std::uint64_t{64}}) {
            rates[{outstanding, "tradectl"}].push_back(log.turn(outstanding));
            for (const auto& store : stores)
                rates[{outstanding, store.name}].push_back(
                    peer_turn(store, outstanding, numbers[store.name]));
        }
    }
    log.stop();
    const char* comma = "[";
    for (const auto& [key, values] : rates) {
        std::printf("%s{\"outstanding\": %llu, \"name\": \"%s\", \"rate\": %.0f}",
                    comma,
                    static_cast<unsigned long long>(key.first),
                    key.second.c_str(),
                    middle(values));
        comma = ", ";
    }
    std::printf("]\n");
    std::fflush(stdout);
    std::_Exit(0);  // the stores are thrown away with the directory
}
