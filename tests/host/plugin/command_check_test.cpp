#include "host/plugin/command_check.hpp"

#include "host/base/random.hpp"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::plugin {
namespace {

template <typename Command>
Command make(std::uint16_t type, std::size_t bytes = sizeof(Command)) {
    Command command{};
    command.header.size = static_cast<std::uint32_t>(bytes);
    command.header.type = type;
    return command;
}

/// A batch record with room for two submits.
struct Batch {
    tradectl_batch_command head;
    tradectl_submit_command items[2];
};
Batch make_batch() {
    Batch batch{};
    batch.head = make<tradectl_batch_command>(TRADECTL_COMMAND_SUBMIT_BATCH, sizeof(Batch));
    batch.head.count = 2;
    batch.head.stride = sizeof(tradectl_submit_command);
    batch.head.offset = offsetof(Batch, items);
    for (auto& item : batch.items)
        item = make<tradectl_submit_command>(TRADECTL_COMMAND_SUBMIT);
    return batch;
}

TEST(CommandCheck, TakesARecordOfExactlyItsSizeOrLonger) {
    EXPECT_EQ(check_command(make<tradectl_submit_command>(TRADECTL_COMMAND_SUBMIT).header), 0);
    struct {
        tradectl_timer_command timer;
        std::uint64_t added;
    } newer{make<tradectl_timer_command>(TRADECTL_COMMAND_TIMER, sizeof(newer)), 7};
    EXPECT_EQ(check_command(newer.timer.header), TRADECTL_OK);
}

TEST(CommandCheck, RefusesWrongSizes) {
    for (const std::size_t bytes : {std::size_t{0},
                                    std::size_t{8},
                                    sizeof(tradectl_submit_command) - 8,
                                    sizeof(tradectl_submit_command) + 1,
                                    std::size_t{TRADECTL_COMMAND_BYTES_MAX} + 8}) {
        const auto command = make<tradectl_submit_command>(TRADECTL_COMMAND_SUBMIT, bytes);
        EXPECT_EQ(check_command(command.header), TRADECTL_INVALID_ARGUMENT) << bytes;
    }
}

TEST(CommandCheck, SaysUnsupportedForTypesItDoesNotKnow) {
    for (const std::uint16_t type : {0, 13, 65535})
        EXPECT_EQ(check_command(make<tradectl_cancel_command>(type).header), TRADECTL_UNSUPPORTED);
}

TEST(CommandCheck, ABatchMustLieInsideItsRecord) {
    EXPECT_EQ(check_command(make_batch().head.header), TRADECTL_OK);
    const auto with = [](auto&& change) {
        Batch batch = make_batch();
        change(batch);
        return check_command(batch.head.header);
    };
    EXPECT_EQ(with([](Batch& b) { b.head.count = 3; }), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(with([](Batch& b) { b.head.count = UINT32_MAX; }), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(with([](Batch& b) { b.head.stride = 8; }), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(with([](Batch& b) { b.head.stride = UINT32_MAX - 7; }), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(with([](Batch& b) { b.head.offset = 0; }), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(with([](Batch& b) { b.head.offset = UINT32_MAX - 7; }), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(with([](Batch& b) { b.head.offset += 8; }), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(with([](Batch& b) { b.items[1].header.type = 9; }), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(with([](Batch& b) { b.items[1].header.size = 999; }), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(with([](Batch& b) { b.head.count = 0; }), TRADECTL_OK);
}

TEST(CommandCheck, AKeyAndItsValueMustLieInsideTheirRecord) {
    struct {
        tradectl_kv_put_command head;
        char bytes[16];
    } put{make<tradectl_kv_put_command>(TRADECTL_COMMAND_KV_PUT, sizeof(put)), {}};
    put.head.offset = sizeof(put.head);
    put.head.key_bytes = 6;
    put.head.value_bytes = 10;
    EXPECT_EQ(check_command(put.head.header), TRADECTL_OK);
    put.head.value_bytes = 11;
    EXPECT_EQ(check_command(put.head.header), TRADECTL_INVALID_ARGUMENT);
    put.head.value_bytes = UINT32_MAX;
    EXPECT_EQ(check_command(put.head.header), TRADECTL_INVALID_ARGUMENT);
    put.head.value_bytes = 0;
    put.head.key_bytes = 0;
    EXPECT_EQ(check_command(put.head.header), TRADECTL_INVALID_ARGUMENT);
}

TEST(CommandCheck, TextsMustFitTheirArrays) {
    auto metric = make<tradectl_metric_command>(TRADECTL_COMMAND_METRIC);
    metric.name.size = TRADECTL_ID_BYTES_MAX;
    EXPECT_EQ(check_command(metric.header), TRADECTL_OK);
    metric.name.size = TRADECTL_ID_BYTES_MAX + 1;
    EXPECT_EQ(check_command(metric.header), TRADECTL_INVALID_ARGUMENT);
    auto decide = make<tradectl_decide_command>(TRADECTL_COMMAND_DECIDE);
    decide.number_count = TRADECTL_DECIDE_NUMBERS_MAX + 1;
    EXPECT_EQ(check_command(decide.header), TRADECTL_INVALID_ARGUMENT);
    decide.number_count = 1;
    std::memset(decide.numbers[0].name, 'x', sizeof(decide.numbers[0].name));
    EXPECT_EQ(check_command(decide.header), TRADECTL_INVALID_ARGUMENT) << "not terminated";
}

TEST(EventCheck, LevelsMustLieInsideTheirRecord) {
    struct {
        tradectl_book_event book;
        tradectl_level levels[2];
    } event{};
    event.book.header.size = sizeof(event);
    event.book.header.type = TRADECTL_EVENT_BOOK_SNAPSHOT;
    event.book.bid_count = 1;
    event.book.ask_count = 1;
    event.book.levels_offset = sizeof(event.book);
    event.book.level_stride = sizeof(tradectl_level);
    EXPECT_EQ(check_event(event.book.header), TRADECTL_OK);
    event.book.ask_count = 2;
    EXPECT_EQ(check_event(event.book.header), TRADECTL_INVALID_ARGUMENT);
    event.book.bid_count = event.book.ask_count = UINT32_MAX;
    EXPECT_EQ(check_event(event.book.header), TRADECTL_INVALID_ARGUMENT);
}

/// Random records of their own size on the heap: a sanitizer sees any read behind the end.
TEST(CommandCheck, NoRecordMakesItReadOutside) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : SystemRandom().next();
    SCOPED_TRACE("TRADECTL_TEST_SEED=" + std::to_string(seed));
    SeededRandom random(seed);
    int taken = 0;
    for (int round = 0; round < 20'000; ++round) {
        const std::uint64_t words = 5 + random.below(40);
        const auto record = std::make_unique<std::uint64_t[]>(words);
        for (std::uint64_t i = 0; i < words; ++i)
            record[i] = random.below(3) == 0 ? random.below(400) << 32 | random.below(400)
                                             : (random.below(2) == 0 ? 0 : random.next());
        auto& command = *reinterpret_cast<tradectl_command*>(record.get());
        command.size = static_cast<std::uint32_t>(words * 8);
        command.type = static_cast<std::uint16_t>(random.below(17));
        taken += check_command(command) == TRADECTL_OK ? 1 : 0;
        auto& event = *reinterpret_cast<tradectl_event*>(record.get());
        taken += check_event(event) == TRADECTL_OK ? 1 : 0;
    }
    EXPECT_GT(taken, 0);
}

}  // namespace
}  // namespace tradectl::plugin
