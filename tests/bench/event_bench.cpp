// From a market event that triggers an order to its INTENT in the log's batch buffer, on one thread
// and a disk in memory: `event_bench CONFIG` plays the config's data and prints one document of
// JSON. Times are nanoseconds.
#include "host/base/hash.hpp"
#include "host/wal/client_order_id.hpp"
#include "tests/bench/event_rig.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace tradectl;

namespace {

using bench::EventRig;
using bench::Step;

constexpr std::size_t kWarmOrders = 200;
constexpr int kStageRounds = 41;
constexpr int kStageCalls = 200;

std::int64_t now_ns() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

[[noreturn]] void give_up(const Error& error) {
    std::fprintf(stderr, "event_bench: %s\n", error.message.c_str());
    std::exit(1);
}

template <typename T>
T must(Expected<T> result) {
    if (!result) give_up(result.error());
    return std::move(*result);
}

void must(const Status& status) {
    if (!status) give_up(status.error());
}

void print_samples(const char* name, std::vector<std::int64_t> ns) {
    std::sort(ns.begin(), ns.end());
    const auto at = [&](double share) {
        return ns.empty() ? 0 : ns[static_cast<std::size_t>(share * (ns.size() - 1.0))];
    };
    std::printf(
        "\"%s\": {\"count\": %zu, \"p50\": %lld, \"p90\": %lld, \"p99\": %lld, "
        "\"p999\": %lld, \"max\": %lld},\n",
        name,
        ns.size(),
        static_cast<long long>(at(0.5)),
        static_cast<long long>(at(0.9)),
        static_cast<long long>(at(0.99)),
        static_cast<long long>(at(0.999)),
        static_cast<long long>(at(1)));
}

void bench_events(EventRig& rig) {
    std::vector<std::int64_t> entries;
    std::vector<std::int64_t> exits;
    std::vector<std::int64_t> quiet;
    std::vector<std::int64_t> clock;
    Step step;
    std::size_t orders = 0;
    while (must(rig.step(step))) {
        if (step.order != Step::Order::None) ++orders;
        if (orders < kWarmOrders) continue;
        switch (step.order) {
            case Step::Order::None: quiet.push_back(step.ns); break;
            case Step::Order::Entry: entries.push_back(step.ns); break;
            case Step::Order::Exit: exits.push_back(step.ns); break;
        }
        const std::int64_t start = now_ns();
        clock.push_back(now_ns() - start);
    }
    std::vector<std::int64_t> all = entries;
    all.insert(all.end(), exits.begin(), exits.end());
    print_samples("orders", std::move(all));
    print_samples("entries", std::move(entries));
    print_samples("exits", std::move(exits));
    print_samples("without_order", std::move(quiet));
    print_samples("clock", std::move(clock));
}

/// Calls `stage` many times and prints its median.
void print_stage(const char* name, const std::function<void(int)>& stage) {
    std::vector<double> ns;
    for (int round = 0; round < kStageRounds; ++round) {
        const std::int64_t start = now_ns();
        for (int i = 0; i < kStageCalls; ++i)
            stage(i);
        ns.push_back(static_cast<double>(now_ns() - start) / kStageCalls);
    }
    std::nth_element(ns.begin(), ns.begin() + kStageRounds / 2, ns.end());
    std::printf("\"%s\": %.0f,\n", name, ns[kStageRounds / 2]);
}

/// Remembers what `prepare` answered.
class PreparedSink final : public exchange::ExchangeSink {
  public:
    void on_completion(std::uint32_t /*exchange*/, exchange::Completion&& completion) override {
        last = std::move(completion);
    }
    void on_exchange_event(std::uint32_t /*exchange*/, const tradectl_event& /*event*/) override {}
    exchange::Completion last;
};

tradectl_submit_command buy_command(EventRig& rig) {
    auto& runner = *rig.trading().runners[0];
    tradectl_submit_command command{};
    command.header.size = sizeof(command);
    command.header.type = TRADECTL_COMMAND_SUBMIT;
    command.header.account = runner.account();
    command.order_ref = std::uint64_t{1} << 40;
    command.side = TRADECTL_SIDE_BUY;
    command.order_type = TRADECTL_ORDER_MARKET;
    command.time_in_force = TRADECTL_TIF_IOC;
    command.quantity = rig.trading().table.instrument(0)->lot;
    command.price = Decimal::null().to_abi();
    command.stop_price = Decimal::null().to_abi();
    command.expire_time = TRADECTL_TIME_NONE;
    return command;
}

std::string next_client_id(EventRig& rig) {
    const auto& identity = rig.trading().identity;
    const auto id = wal::to_text(wal::make_client_order_id(
        identity.install_id, rig.trading().take_op(), identity.epoch, identity.key));
    return {id.data(), id.size()};
}

std::vector<tradectl_operation> operations(EventRig& rig, const tradectl_submit_command& command) {
    std::vector<tradectl_operation> all;
    for (int i = 0; i < kStageCalls; ++i) {
        tradectl_operation operation{};
        operation.struct_size = sizeof(operation);
        operation.kind = TRADECTL_OPERATION_ORDER;
        const std::string id = next_client_id(rig);
        operation.op_id = rig.trading().next_op - 1;
        operation.txn_id = operation.op_id;
        operation.intent_time = rig.trading().clock.now().ns();
        operation.account = command.header.account;
        operation.side = command.side;
        operation.order_type = command.order_type;
        operation.time_in_force = command.time_in_force;
        operation.asset = TRADECTL_HANDLE_NONE;
        operation.quantity = command.quantity;
        operation.price = command.price;
        operation.stop_price = command.stop_price;
        operation.expire_time = command.expire_time;
        engine::put_id(operation.client_order_id, id);
        all.push_back(operation);
    }
    return all;
}

engine::OrderEntry order_entry(EventRig& rig, const engine::GateAnswer& answer) {
    engine::OrderEntry entry;
    entry.deduct_op = rig.trading().take_op();
    entry.txn_id = TxnId{entry.deduct_op.value};
    entry.hold = answer.hold;
    entry.order.client_order_id = next_client_id(rig);
    entry.order.op_id = rig.trading().take_op();
    entry.order.instrument = 0;
    entry.order.account = rig.trading().runners[0]->account();
    entry.order.side = TRADECTL_SIDE_BUY;
    entry.order.order_type = TRADECTL_ORDER_MARKET;
    entry.order.time_in_force = TRADECTL_TIF_IOC;
    entry.order.order_qty = Decimal::from_abi(rig.trading().table.instrument(0)->lot);
    return entry;
}

/// One order's records a batch, as in the engine; handing the batch over is not measured.
void bench_records(EventRig& rig,
                   const engine::OrderEntry& entry,
                   const exchange::Prepared& prepared) {
    std::vector<std::int64_t> ns;
    for (int i = 0; i < kStageRounds * kStageCalls; ++i) {
        const std::int64_t start = now_ns();
        rig.pipeline().scribe().order_intent(entry, prepared);
        ns.push_back(now_ns() - start);
        must(rig.trading().journal->flush());
    }
    std::nth_element(ns.begin(), ns.begin() + ns.size() / 2, ns.end());
    std::printf("\"order_records\": %lld,\n", static_cast<long long>(ns[ns.size() / 2]));
}

void bench_stages(EventRig& rig) {
    auto& trading = rig.trading();
    auto& runner = *trading.runners[0];
    auto& exchange = *trading.exchanges[0];
    const auto command = buy_command(rig);
    const auto& gate = rig.pipeline().gate();
    const auto answer = gate.check(runner, command, risk::Origin::Strategy, false);
    if (!answer.result.allowed()) {
        give_up({ErrorCode::Denied,
                 "the gate denies, reason " + std::to_string(answer.result.denial()->reason)});
    }
    print_stage("gate", [&](int) {
        static_cast<void>(gate.check(runner, command, risk::Origin::Strategy, false));
    });
    print_stage("client_order_id", [&](int) { static_cast<void>(next_client_id(rig)); });

    const auto items = operations(rig, command);
    PreparedSink sink;
    print_stage("prepare", [&](int i) {
        const auto id = exchange.prepare({&items[static_cast<std::size_t>(i)], 1});
        exchange.deliver(sink);
        exchange.discard_prepared(id);
    });
    if (sink.last.status != TRADECTL_OK) give_up({ErrorCode::Internal, sink.last.text});
    const auto& request = sink.last.prepared.request;
    print_stage("sha256_of_request", [&](int) { static_cast<void>(sha256(request)); });

    auto entry = order_entry(rig, answer);
    const auto book = rig.pipeline().settler().book_of(entry);
    print_stage("hold", [&](int) {
        static_cast<void>(must(execution::hold_order(book, entry.hold, entry.order.order_qty)));
    });
    const auto held = must(execution::hold_order(book, entry.hold, entry.order.order_qty));
    entry.admission =
        std::make_unique<engine::Admission>(engine::Admission{answer.result, held.postings});
    bench_records(rig, entry, sink.last.prepared);
    std::printf("\"request_bytes\": %zu\n", request.size());
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: event_bench CONFIG\n");
        return 64;
    }
    const auto document = must(config::load_file(argv[1]));
    auto rig = must(EventRig::open(document));
    std::printf("{");
    bench_events(*rig);
    bench_stages(*rig);
    std::printf("}\n");
    return 0;
}
