#include "host/base/bounded_queue.hpp"

#include <memory>
#include <thread>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

using Queue = BoundedQueue<std::unique_ptr<int>>;

TEST(BoundedQueue, KeepsTheOrderAroundItsEnd) {
    BoundedQueue<int> queue(3);
    for (int i = 0; i < 10; ++i) {
        ASSERT_EQ(queue.push(int{i}), BoundedQueue<int>::Push::Done);
        ASSERT_EQ(queue.try_pop(), i);
    }
    EXPECT_EQ(queue.try_pop(), std::nullopt);
}

TEST(BoundedQueue, AFullOneLeavesTheItemWithItsOwner) {
    Queue queue(1);
    ASSERT_EQ(queue.push(std::make_unique<int>(1)), Queue::Push::Done);
    auto second = std::make_unique<int>(2);
    EXPECT_EQ(queue.push(std::move(second)), Queue::Push::Full);
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(*second, 2);
    EXPECT_EQ(queue.size(), queue.capacity());
}

TEST(BoundedQueue, AClosedOneGivesOutWhatIsInside) {
    Queue queue(2);
    ASSERT_EQ(queue.push(std::make_unique<int>(1)), Queue::Push::Done);
    queue.close();
    EXPECT_EQ(queue.push(std::make_unique<int>(2)), Queue::Push::Closed);
    EXPECT_EQ(**queue.pop(-1), 1);
    EXPECT_FALSE(queue.pop(-1));
}

TEST(BoundedQueue, APopGivesUpWhenTimeIsUp) {
    BoundedQueue<int> queue(1);
    EXPECT_FALSE(queue.pop(0));
    EXPECT_FALSE(queue.pop(1'000'000));
}

TEST(BoundedQueue, ClosingWakesAWaitingConsumer) {
    BoundedQueue<int> queue(1);
    std::thread closer([&] { queue.close(); });
    EXPECT_FALSE(queue.pop(-1));
    closer.join();
}

TEST(BoundedQueue, NothingIsLostBetweenManyProducersAndOneConsumer) {
    constexpr int kEach = 2000;
    BoundedQueue<int> queue(16);
    std::vector<std::thread> producers;
    for (int t = 0; t < 3; ++t) {
        producers.emplace_back([&] {
            for (int i = 1; i <= kEach; ++i) {
                while (queue.push(int{i}) != BoundedQueue<int>::Push::Done)
                    std::this_thread::yield();
            }
        });
    }
    std::int64_t sum = 0;
    for (int i = 0; i < 3 * kEach; ++i)
        sum += queue.pop(-1).value();
    for (auto& producer : producers)
        producer.join();
    EXPECT_EQ(sum, 3LL * kEach * (kEach + 1) / 2);
    EXPECT_EQ(queue.size(), 0u);
}

}  // namespace
}  // namespace tradectl
