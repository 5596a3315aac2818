// From a frame of a venue's market channel to the bytes of an order, all on the engine's thread:
// `path_bench CONFIG [ROUNDS]`. The exchange plugin, the gate, the log's records and the venue's
// answers are real; the wire keeps in memory what a network would bring and take. Signature and
// sync are apart: both happen between the two halves that are measured. Prints one document of
// JSON; times are nanoseconds.
#include "host/base/clock.hpp"
#include "host/base/disk.hpp"
#include "host/config/load.hpp"
#include "host/engine/ask.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/session_parts.hpp"
#include "host/wal/identity.hpp"
#include "host/wal/writer.hpp"
#include "tests/bench/bare_file.hpp"
#include "tests/bench/wire_in_memory.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

using namespace tradectl;
using namespace tradectl::engine;
using bench::now_ns;
using bench::WireInMemory;

namespace {

constexpr int kWarmOrders = 100;
constexpr std::uint64_t kMarketStream = 100;
constexpr std::uint64_t kSegmentBytes = 4u << 20;

template <typename T>
T must(Expected<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "path_bench: %s\n", result.error().message.c_str());
    std::exit(1);
}
void must(const Status& status) {
    if (status) return;
    std::fprintf(stderr, "path_bench: %s\n", status.error().message.c_str());
    std::exit(1);
}

/// Says why there is no order.
class Complaints final : public Observer {
  public:
    void on_denied(const std::string&, const tradectl_order_event& event) override {
        why = "denied, reason " + std::to_string(event.reason) + " " +
              std::string(event.text.text, event.text.size);
    }
    std::string why = "none was tried";
};

/// A session with one exchange and one strategy, turned by hand.
class PathRig {
  public:
    explicit PathRig(const config::Document& document)
        : config_(document.config), bell_(must(Doorbell::make())), trading_(config_, clock_) {
        plugin::Loader loader;
        const auto plugins = must(load_plugins(config_, {}, loader));
        must(fill_table(config_, trading_.table));
        trading_.books = std::make_unique<market::BookTable>(trading_.table.size());
        trading_.balances = std::make_unique<Balances>(trading_.table.account_count());
        trading_.observer = &complaints_;
        trading_.networked = {true};
        trading_.feeds.assign(trading_.table.size(), 0U);
        trading_.identity = wal::simulated_identity(config_.seed);
        trading_.journal = Journal::simulated(
            must(wal::Writer::create(
                *disk_, "/wal", trading_.identity.origin(), {}, {kSegmentBytes})),
            clock_,
            0);
        make_exchange(plugins);
        make_strategy(plugins);
        fund();
    }
    ~PathRig() {
        trading_.exchanges.clear();
        trading_.journal.reset();
    }

    WireInMemory& wire() { return *wire_; }

    /// Up to where nothing is to be done without the disk or the signer.
    void settle() {
        for (bool active = true; active;) {
            active = exchange().hear_wire() != 0;
            if (exchange().busy()) active = exchange().deliver(*pipeline_) != 0 || active;
            active = hear_market() || active;
            active = run_turn() || active;
        }
    }
    void flush() { must(trading_.journal->flush()); }
    void release() { pipeline_->on_durable(trading_.journal->durable()); }
    [[nodiscard]] const std::string& complaint() const { return complaints_.why; }
    [[nodiscard]] std::uint64_t orders() const { return trading_.counters.orders; }

  private:
    exchange::ExchangeRuntime& exchange() { return *trading_.exchanges[0]; }

    void make_exchange(const PluginSet& plugins) {
        const std::string& name = config_.exchanges[0].name;
        host_ = std::make_unique<ExchangeHost>(trading_, name, 1, bell_);
        auto wire = std::make_unique<WireInMemory>();
        wire_ = wire.get();
        exchange::RuntimeOptions options{.index = 0, .name = name};
        options.wire = std::move(wire);
        trading_.exchanges.push_back(must(exchange::ExchangeRuntime::create(
            plugins.exchanges[0].library,
            *host_,
            exchange::KvStore::in_memory(),
            [](std::uint32_t, std::uint64_t, Timestamp) {},
            std::move(options))));
        must(exchange().configure(plugins.exchanges[0].settings.dump()));
    }

    void make_strategy(const PluginSet& plugins) {
        auto options = must(runner_options(config_, trading_.table, 0));
        options.on_wake = [] {};
        trading_.runners.push_back(std::make_unique<StrategyRunner>(
            config_.strategies[0], trading_.table, clock_, std::move(options)));
        auto& runner = *trading_.runners[0];
        must(runner.create(plugins.strategies[0].library, {}));
        must(runner.instance().configure(plugins.strategies[0].settings.dump()));
        pipeline_ = std::make_unique<Pipeline>(trading_);
        must(exchange().start());
        HeldNews held;
        const auto connected =
            must(await_answer(exchange(), exchange().connect(), held, WaitALittle([this] {
                                  exchange().hear_wire();
                              })));
        if (connected.status != TRADECTL_OK) must(fail(ErrorCode::Unavailable, connected.text));
        runner.begin_refs();
        must(runner.instance().start());
        pipeline_->take_commands(runner);
        tradectl_subscription item{};
        item.struct_size = sizeof(item);
        item.streams = TRADECTL_STREAM_TRADES | TRADECTL_STREAM_BOOK | TRADECTL_STREAM_QUOTES;
        pipeline_->follow(0, {&item, 1});
        settle();
    }

    void fund() {
        for (const char* asset : {"pUSD"}) {
            const auto handle = must(find_asset(asset));
            must(trading_.balances->post(0, handle, wal::Bucket::Available, 1'000'000_d));
        }
    }
    Expected<tradectl_asset_handle> find_asset(std::string_view name) {
        const auto found = trading_.table.find_asset(name);
        if (!found) return fail(ErrorCode::NotFound, "no asset " + std::string(name));
        return *found;
    }

    bool hear_market() {
        if (trading_.venue_market.empty()) return false;
        std::swap(told_, trading_.venue_market);
        auto* at = const_cast<std::uint8_t*>(told_.data());
        for (std::uint32_t i = 0; i < told_.count(); ++i) {
            auto& event = *reinterpret_cast<tradectl_event*>(at);
            event.seq = ++trading_.event_seq;
            event.host_time = clock_.now().ns();
            trading_.books->apply(event);
            at += event.size;
        }
        trading_.runners[0]->hear_market(told_, trading_.event_seq);
        told_.each([&](const tradectl_event& event) {
            if (event.instrument != TRADECTL_HANDLE_NONE) pipeline_->on_price(event);
        });
        told_.clear();
        return true;
    }
    bool run_turn() {
        auto& runner = *trading_.runners[0];
        if (!runner.has_heard()) return false;
        runner.run_turn(trading_.books->tops(), trading_.balances->states(runner.account()));
        pipeline_->take_commands(runner);
        return true;
    }

    const config::Config& config_;
    SystemClock clock_;
    Doorbell bell_;
    std::unique_ptr<Disk> disk_ = make_memory_disk();
    Trading trading_;
    Complaints complaints_;
    std::unique_ptr<ExchangeHost> host_;
    std::unique_ptr<Pipeline> pipeline_;
    WireInMemory* wire_ = nullptr;
    EventBuffer told_;
};

void print(const char* name, bench::Samples& samples, const char* end) {
    std::printf(
        "\"%s\": {\"p50\": %.0f, \"p99\": %.0f}%s", name, samples.at(0.5), samples.at(0.99), end);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: path_bench CONFIG [ROUNDS]\n");
        return 64;
    }
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 2000;
    const auto document = must(config::load_file(argv[1]));
    PathRig rig(document);
    const std::string token(document.config.instruments[0].venue_symbol);
    rig.wire().tell(kMarketStream,
                    R"({"event_type":"book","asset_id":")" + token +
                        R"(","timestamp":"1700000000000","bids":[{"price":"0.4","size":"100"}],)"
                        R"("asks":[{"price":"0.6","size":"100"}]})");
    rig.settle();
    const std::string trade =
        R"({"event_type":"last_trade_price","asset_id":")" + token +
        R"(","price":"0.6","size":"4","side":"BUY","timestamp":"1700000000000"})";
    bench::Samples until_log;
    bench::Samples until_bytes;
    bench::Samples both;
    for (int i = 0; i < rounds + kWarmOrders; ++i) {
        rig.wire().tell(kMarketStream, trade);
        const std::int64_t start = now_ns();
        rig.settle();
        const std::int64_t logged = now_ns();
        rig.flush();
        rig.wire().sign_what_waits();
        rig.settle();
        const std::int64_t durable = now_ns();
        rig.release();
        rig.settle();
        const std::int64_t sent = rig.wire().take_sent();
        if (sent == 0) must(fail(ErrorCode::BadState, "a trade made no order: " + rig.complaint()));
        rig.settle();
        rig.flush();
        if (i < kWarmOrders) continue;
        until_log.add(logged - start);
        until_bytes.add(sent - durable);
        both.add(logged - start + sent - durable);
    }
    std::printf("{");
    print("until_log", until_log, ", ");
    print("until_bytes", until_bytes, ", ");
    print("both", both, "}\n");
    return rig.orders() == 0 ? 1 : 0;
}
