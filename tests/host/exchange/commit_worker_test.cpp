#include "host/exchange/commit_worker.hpp"

#include "tests/host/exchange/gate.hpp"

#include <gtest/gtest.h>

namespace tradectl::exchange {
namespace {

/// Remembers keys; waits in the first commit until the test lets it go.
class GatedWriter final : public KvWriter {
  public:
    Status commit(const std::vector<KvPut>& puts) override {
        if (++commits == 1) {
            entered.open();
            go.wait();
        }
        if (commits == failing) return fail(ErrorCode::Io, "disk gone");
        for (const KvPut& put : puts)
            keys += put.key;
        return {};
    }

    Gate entered;
    Gate go;
    int commits = 0;
    int failing = 0;   // which commit fails
    std::string keys;  // read after the worker's end
};

class CommitWorkerTest : public testing::Test {
  protected:
    static std::vector<KvPut> put(const std::string& key) { return {{key, {std::byte{1}}}}; }
    void start() {
        worker_ = std::make_unique<CommitWorker>(writer_, [this] { calls_.add(); });
    }

    GatedWriter writer_;
    Count calls_;
    std::unique_ptr<CommitWorker> worker_;
};

TEST_F(CommitWorkerTest, CountsACommitOnlyOnceItIsWritten) {
    start();
    EXPECT_EQ(worker_->durable(), 0u);
    worker_->commit(put("a"));
    writer_.entered.wait();
    EXPECT_EQ(worker_->durable(), 0u);
    writer_.go.open();
    calls_.wait_for(1);
    EXPECT_EQ(worker_->durable(), 1u);
    worker_->commit(put("b"));
    calls_.wait_for(2);
    EXPECT_EQ(worker_->durable(), 2u);
    EXPECT_TRUE(worker_->status());
}

TEST_F(CommitWorkerTest, WhatQueuedUpMeanwhileIsWrittenInOrderAndCountedOneByOne) {
    start();
    worker_->commit(put("a"));
    writer_.entered.wait();
    for (const char* key : {"b", "c", "d"})
        worker_->commit(put(key));
    writer_.go.open();
    calls_.wait_for(2);
    EXPECT_EQ(worker_->durable(), 4u);
    worker_.reset();
    EXPECT_EQ(writer_.keys, "abcd");
}

TEST_F(CommitWorkerTest, AFailureStopsItForGood) {
    writer_.failing = 2;
    writer_.go.open();
    start();
    worker_->commit(put("a"));
    calls_.wait_for(1);
    worker_->commit(put("b"));
    calls_.wait_for(2);
    ASSERT_FALSE(worker_->status());
    EXPECT_EQ(worker_->status().error().message, "disk gone");
    worker_->commit(put("c"));
    EXPECT_EQ(worker_->durable(), 1u);
    worker_.reset();
    EXPECT_EQ(writer_.keys, "a") << "a later put without an earlier one is no prefix";
    EXPECT_EQ(writer_.commits, 2);
}

TEST_F(CommitWorkerTest, WhatQueuedUpBehindAFailureIsNotWritten) {
    writer_.failing = 1;
    start();
    worker_->commit(put("a"));
    writer_.entered.wait();
    worker_->commit(put("b"));
    writer_.go.open();
    calls_.wait_for(1);
    worker_.reset();
    EXPECT_EQ(writer_.keys, "");
    EXPECT_EQ(writer_.commits, 1);
}

TEST_F(CommitWorkerTest, ItsEndWritesWhatIsQueued) {
    start();
    worker_->commit(put("a"));
    writer_.entered.wait();
    worker_->commit(put("b"));
    worker_->commit(put("c"));
    writer_.go.open();
    worker_.reset();
    EXPECT_EQ(writer_.keys, "abc");
}

TEST_F(CommitWorkerTest, EndsWithoutAnyCommit) {
    start();
    worker_.reset();
    EXPECT_EQ(writer_.commits, 0);
}

}  // namespace
}  // namespace tradectl::exchange
