#include "host/net/event_queue.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

NetEvent event(std::uint64_t id, std::size_t bytes = 0) {
    NetEvent made;
    made.id = id;
    made.body = std::string(bytes, 'x');
    return made;
}

class Queue : public testing::Test {
  protected:
    std::vector<std::uint64_t> drain(std::size_t count_max) {
        std::vector<std::uint64_t> ids;
        queue_.drain(count_max, [&](NetEvent& got) { ids.push_back(got.id); });
        return ids;
    }

    int rung_ = 0;
    int room_ = 0;
    EventQueue queue_{
        {.bytes_max = 100, .events_max = 3}, [this] { ++rung_; }, [this] { ++room_; }};
};

using Ids = std::vector<std::uint64_t>;

TEST_F(Queue, KeepsOrderAndRingsWhenItWasEmpty) {
    queue_.push(event(1));
    queue_.push(event(2));
    EXPECT_EQ(rung_, 1);
    EXPECT_EQ(drain(1), Ids({1}));
    queue_.push(event(3));
    EXPECT_EQ(rung_, 2);
    EXPECT_EQ(drain(9), Ids({2, 3}));
    EXPECT_EQ(drain(9), Ids());
}

TEST_F(Queue, FullItSaysSoAndTellsWhenItHasRoom) {
    queue_.push(event(1, 100));
    EXPECT_FALSE(queue_.is_full());
    queue_.push(event(2, 1));
    EXPECT_TRUE(queue_.is_full());
    EXPECT_EQ(room_, 0);
    EXPECT_EQ(drain(1), Ids({1}));
    EXPECT_EQ(room_, 1);
    EXPECT_FALSE(queue_.is_full());
    EXPECT_EQ(drain(9), Ids({2}));
    EXPECT_EQ(room_, 1);
}

TEST_F(Queue, FullByCountItStillTakesWhatIsPushed) {
    for (std::uint64_t id = 1; id <= 5; ++id) {
        queue_.push(event(id));
        EXPECT_EQ(queue_.is_full(), id > 3);
    }
    EXPECT_EQ(drain(9).size(), 5u);
    EXPECT_EQ(room_, 1);
}

TEST_F(Queue, ASinkMayPush) {
    queue_.push(event(1));
    int count = 0;
    queue_.drain(5, [&](NetEvent& got) {
        if (++count < 3) queue_.push(event(got.id + 1));
    });
    EXPECT_EQ(count, 3);
}

}  // namespace
}  // namespace tradectl::net
