#include "host/exchange/runtime.hpp"

#include "host/base/faulty_disk.hpp"
#include "host/plugin/load.hpp"
#include "tests/host/exchange/gate.hpp"
#include "tests/host/plugin/zoo_files.hpp"

#include <gtest/gtest.h>

namespace tradectl::exchange {
namespace {

/// Tells the puppet what to do: tests/zoo/puppet_exchange.cpp has the steps.
class PuppetHost final : public plugin::RecordingHost {
  public:
    std::uint64_t random() override {
        if (steps.empty()) return 0;
        const char step = steps.front();
        steps.erase(0, 1);
        return step == ' ' ? 0 : static_cast<unsigned char>(step);
    }
    std::string steps;
};

/// Writes what comes out in one line: "1:0" is request 1 answered OK, "e" an event.
class TextSink final : public ExchangeSink {
  public:
    void on_completion(std::uint32_t exchange, Completion&& completion) override {
        EXPECT_EQ(exchange, 3u);
        text +=
            std::to_string(completion.request_id) + ":" + std::to_string(completion.status) + " ";
        last = std::move(completion);
    }
    void on_exchange_event(std::uint32_t exchange, const tradectl_event& event) override {
        EXPECT_EQ(exchange, 3u);
        EXPECT_EQ(event.type, TRADECTL_EVENT_QUOTE);
        EXPECT_EQ(event.size, sizeof(tradectl_quote_event));
        text += "e ";
    }
    std::string text;
    Completion last;
};

class RuntimeTest : public testing::Test {
  protected:
    static constexpr Timestamp kNow{1'700'000'000 * kNsPerSecond};

    ~RuntimeTest() override { let_commits_go_.open(); }

    void make(std::unique_ptr<KvStore> store, std::function<void()> on_commit = {}) {
        RuntimeOptions options;
        options.index = 3;
        options.name = "puppet";
        options.on_commit = std::move(on_commit);
        const auto set_timer = [this](std::uint32_t index, std::uint64_t id, Timestamp due) {
            timers_ += std::to_string(index) + " " + std::to_string(id) + " " +
                       std::to_string(due.ns()) + ";";
        };
        runtime_ =
            ExchangeRuntime::create(loader_.load(plugin::zoo_file("puppet_exchange")).value(),
                                    host_,
                                    std::move(store),
                                    set_timer,
                                    std::move(options))
                .value();
        ASSERT_TRUE(runtime_->configure("{}"));
        ASSERT_TRUE(runtime_->start());
    }
    void make_in_memory() { make(KvStore::in_memory()); }
    /// Commits are written inside of the call.
    void make_durable() { make(KvStore::open(disk_, kPath, kNow).value()); }
    /// Commits are written by the worker, which stops behind each until the gate is open.
    void make_with_worker() {
        make(KvStore::open(disk_, kPath, kNow).value(), [this] {
            commits_.add();
            let_commits_go_.wait();
        });
    }

    std::uint64_t connect(const std::string& steps) {
        host_.steps = steps;
        return runtime_->connect();
    }
    void wake(const std::string& steps) {
        host_.steps = steps;
        runtime_->on_wake();
    }
    std::string deliver() {
        sink_.text.clear();
        runtime_->deliver(sink_);
        return sink_.text;
    }
    /// What the file says of "k".
    std::string written() {
        const auto store = KvStore::open_read_only(disk_, kPath, kNow).value();
        const auto value = store->get("k");
        if (!value) return "none";
        return {reinterpret_cast<const char*>(value->data()), value->size()};
    }

    static constexpr const char* kPath = "/state/kv.db";
    std::unique_ptr<Disk> memory_ = make_memory_disk();
    FaultyDisk disk_{*memory_};
    plugin::Loader loader_;
    PuppetHost host_;
    TextSink sink_;
    std::string timers_;
    Count commits_;
    Gate let_commits_go_;
    std::unique_ptr<ExchangeRuntime> runtime_;
};

TEST_F(RuntimeTest, AnswersInTheCallComeOutAtDeliver) {
    make_in_memory();
    EXPECT_EQ(connect("c"), 1u);
    EXPECT_TRUE(runtime_->busy());
    EXPECT_EQ(runtime_->open_requests(), 0u);
    EXPECT_EQ(deliver(), "1:0 ");
    EXPECT_EQ(sink_.last.request_kind, TRADECTL_REQUEST_CONNECT);
    EXPECT_FALSE(runtime_->busy());
    EXPECT_EQ(deliver(), "");
}

TEST_F(RuntimeTest, ASecondAnswerToARequestIsRefusedAndLogged) {
    make_in_memory();
    host_.steps = "cc";
    const std::uint64_t prepared = 9;
    EXPECT_EQ(runtime_->submit_prepared(std::span(&prepared, 1)), 1u);
    EXPECT_EQ(deliver(), "1:0 ");
    EXPECT_TRUE(host_.heard("completes request 2, which is unknown or completed"));
    wake("c");
    EXPECT_TRUE(host_.heard("completes request 0, which is unknown or completed"));
    EXPECT_EQ(deliver(), "");
}

TEST_F(RuntimeTest, ARequestWithoutAnAnswerStaysOpen) {
    make_in_memory();
    connect("");
    EXPECT_EQ(runtime_->open_requests(), 1u);
    EXPECT_EQ(deliver(), "");
    EXPECT_EQ(connect("c"), 2u);
    EXPECT_EQ(deliver(), "2:0 ");
    EXPECT_EQ(runtime_->open_requests(), 1u);
}

TEST_F(RuntimeTest, ARefusedCallIsAnsweredWithItsCode) {
    make_in_memory();
    connect("r");
    EXPECT_EQ(deliver(), "1:" + std::to_string(TRADECTL_UNAVAILABLE) + " ");
    EXPECT_EQ(runtime_->open_requests(), 0u);
    EXPECT_EQ(runtime_->balances({}), 2u);
    EXPECT_EQ(deliver(), "2:" + std::to_string(TRADECTL_UNSUPPORTED) + " ");
    EXPECT_EQ(sink_.last.request_kind, TRADECTL_REQUEST_BALANCES);
    EXPECT_FALSE(runtime_->faulted());
}

TEST_F(RuntimeTest, OfABatchThatIsRefusedHalfWayEachIsAnsweredOnce) {
    make_in_memory();
    host_.steps = "cr";
    const std::vector<std::uint64_t> prepared{7, 8, 9};
    EXPECT_EQ(runtime_->submit_prepared(prepared), 1u);
    const std::string refused = ":" + std::to_string(TRADECTL_UNAVAILABLE) + " ";
    EXPECT_EQ(deliver(), "1:0 2" + refused + "3" + refused);
    EXPECT_EQ(connect("c"), 4u) << "ids are consecutive";
}

TEST_F(RuntimeTest, AnswersAndEventsKeepTheirOrder) {
    make_durable();
    connect("ec");
    wake("ee");
    connect("cpe");
    EXPECT_EQ(deliver(), "e 1:0 e e 2:0 e ");
}

TEST_F(RuntimeTest, WithoutAWorkerThePutsOfACallAreWrittenWhenItReturns) {
    make_durable();
    connect("ppc");
    EXPECT_EQ(written(), "2");
    EXPECT_EQ(deliver(), "1:0 ");
}

TEST_F(RuntimeTest, EveryKindOfCallWritesItsPuts) {
    make_durable();
    const std::vector<std::function<void()>> calls = {
        [&] { runtime_->on_wake(); },
        [&] { runtime_->on_timer(7, Timestamp{500}); },
        [&] { runtime_->on_market_data(EventBuffer{}); },
        [&] { runtime_->discard_prepared(1); },
        [&] { static_cast<void>(runtime_->submit_prepared({})); },
        [&] { static_cast<void>(runtime_->stop()); },
    };
    for (std::size_t i = 0; i < calls.size(); ++i) {
        host_.steps = "p";
        calls[i]();
        EXPECT_EQ(written(), std::to_string(i + 1));
    }
}

TEST_F(RuntimeTest, NothingLeavesWhenThePutsCannotBeWritten) {
    make_durable();
    disk_.add_fault({.operation = DiskOperation::Write, .times = 1});
    connect("pce");
    EXPECT_EQ(deliver(), "");
    ASSERT_FALSE(runtime_->commit_status());
    EXPECT_EQ(runtime_->commit_status().error().code, ErrorCode::Io);
    connect("pc");
    EXPECT_EQ(deliver(), "") << "the failure is for good";
    EXPECT_EQ(written(), "none");
}

TEST_F(RuntimeTest, WhatACallSaysIsHeldBackUntilItsPutsAreDurable) {
    make_with_worker();
    connect("pc");
    commits_.wait_for(1);
    EXPECT_EQ(deliver(), "1:0 ");
    EXPECT_EQ(written(), "1");
    connect("ecp");  // the worker is still busy with the first commit
    EXPECT_EQ(deliver(), "");
    EXPECT_TRUE(runtime_->busy());
    let_commits_go_.open();
    commits_.wait_for(2);
    EXPECT_EQ(deliver(), "e 2:0 ");
    EXPECT_EQ(written(), "2");
}

TEST_F(RuntimeTest, WhatStandsBehindAHeldAnswerWaitsToo) {
    make_with_worker();
    connect("pc");
    commits_.wait_for(1);
    wake("e");      // before the held one, and free
    connect("pc");  // held
    wake("e");      // free itself, but behind
    connect("r");   // the same
    EXPECT_EQ(deliver(), "1:0 e ");
    EXPECT_EQ(deliver(), "");
    let_commits_go_.open();
    commits_.wait_for(2);
    EXPECT_EQ(deliver(), "2:0 e 3:" + std::to_string(TRADECTL_UNAVAILABLE) + " ");
}

TEST_F(RuntimeTest, AWorkersFailureHoldsBackForGood) {
    make_with_worker();
    let_commits_go_.open();
    connect("c");
    disk_.add_fault({.operation = DiskOperation::Sync});
    connect("pc");
    commits_.wait_for(1);
    EXPECT_EQ(deliver(), "1:0 ") << "what was free before still leaves";
    EXPECT_FALSE(runtime_->commit_status());
    disk_.clear_faults();
    connect("pc");
    EXPECT_EQ(deliver(), "");
}

TEST_F(RuntimeTest, ACallThatThrowsDropsItsPutsAndEventsAndItsAnswerIsUnknown) {
    make_durable();
    connect("pc");
    host_.steps = "pecx";
    const std::vector<std::uint64_t> prepared{7, 8};
    EXPECT_EQ(runtime_->submit_prepared(prepared), 2u);
    const std::string unknown = ":" + std::to_string(TRADECTL_OUTCOME_UNKNOWN) + " ";
    EXPECT_EQ(deliver(), "1:0 2" + unknown + "3" + unknown);
    EXPECT_EQ(sink_.last.text, "submit_prepared threw: half done");
    EXPECT_EQ(written(), "1");
    EXPECT_TRUE(runtime_->faulted());
    EXPECT_EQ(runtime_->open_requests(), 0u);
}

TEST_F(RuntimeTest, AfterAFaultRequestsAreRefusedAndWhatWasSaidBeforeStillLeaves) {
    make_durable();
    connect("pce");
    wake("pex");
    EXPECT_EQ(runtime_->fault_reason(), "on_wake threw: half done");
    connect("c");
    EXPECT_EQ(deliver(), "1:0 e 2:" + std::to_string(TRADECTL_BAD_STATE) + " ");
    EXPECT_EQ(written(), "1");
}

TEST_F(RuntimeTest, ADiscardThatThrowsTakesNothingBackButItsOwn) {
    make_durable();
    connect("pc");
    host_.steps = "pex";
    runtime_->discard_prepared(1);
    EXPECT_TRUE(runtime_->faulted());
    EXPECT_EQ(deliver(), "1:0 ");
    EXPECT_EQ(written(), "1");
}

TEST_F(RuntimeTest, EventsAndTimersPassThrough) {
    make_in_memory();
    EXPECT_TRUE(runtime_->wants_market_data());
    host_.steps = "te";
    runtime_->on_timer(7, Timestamp{500});
    EXPECT_EQ(timers_, "3 7 500;");
    EXPECT_EQ(deliver(), "e ");
    host_.steps = "e";
    EventBuffer events;
    events.emplace<tradectl_quote_event>(TRADECTL_EVENT_QUOTE);
    runtime_->on_market_data(events);
    EXPECT_EQ(deliver(), "e ");
}

TEST_F(RuntimeTest, AReadOnlyStoreRefusesThePutAndTheAnswerLeaves) {
    make(KvStore::open_read_only(disk_, kPath, kNow).value());
    connect("pc");
    EXPECT_EQ(deliver(), "1:0 ");
    EXPECT_EQ(written(), "none");
}

TEST_F(RuntimeTest, WhatAPluginSaysOfAStoreThatCannotBeReadCountsForNothing) {
    {
        auto store = KvStore::open(disk_, kPath, kNow).value();
        ASSERT_TRUE(store->put("k", std::as_bytes(std::span("1", 1))));
        ASSERT_TRUE(store->writer()->commit(store->take_staged()));
    }
    make(KvStore::open_copy(disk_, kPath, kNow).value());
    disk_.add_fault({.operation = DiskOperation::Read, .path_part = "kv.db"});
    connect("gc");
    EXPECT_EQ(deliver(), "");
    ASSERT_FALSE(runtime_->commit_status());
    EXPECT_EQ(runtime_->commit_status().error().code, ErrorCode::Io);
}

TEST_F(RuntimeTest, AKeyThatIsNotThereIsNoFailure) {
    make_durable();
    connect("gc");
    EXPECT_EQ(deliver(), "1:0 ");
    EXPECT_TRUE(runtime_->commit_status());
}

}  // namespace
}  // namespace tradectl::exchange
