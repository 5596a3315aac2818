#include "host/engine/flow_board.hpp"

#include "host/engine/extension.hpp"

#include <tradectl/records.hpp>
#include <tradectl/text.hpp>

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

constexpr Timestamp kNow{1'000'000'000'000};

/// An ext event with its payload.
std::vector<std::uint64_t> ext(std::string_view name, std::string_view payload) {
    auto event = make_event<tradectl_ext_event>();
    const std::size_t bytes = (sizeof event + payload.size() + 7) / 8 * 8;
    event.header.size = static_cast<std::uint32_t>(bytes);
    event.payload_offset = sizeof event;
    event.payload_bytes = static_cast<std::uint32_t>(payload.size());
    event.name = to_id(name);
    std::vector<std::uint64_t> out(bytes / 8);
    auto* at = reinterpret_cast<char*>(out.data());
    std::memcpy(at, &event, sizeof event);
    std::memcpy(at + sizeof event, payload.data(), payload.size());
    return out;
}

struct FlowBoardTest : testing::Test {
    FlowBoard board;
    void hear(std::string_view payload,
              std::string_view name = kFlowExtension,
              Timestamp now = kNow) {
        const auto record = ext(name, payload);
        board.hear("pm", *reinterpret_cast<const tradectl_event*>(record.data()), now);
    }
    [[nodiscard]] std::string json() const { return board.to_json("pm", kNow).dump(); }
};

TEST_F(FlowBoardTest, TellsStateStreamsAndAge) {
    hear(R"({"flow":"orders","state":"polling","up":0,"of":1,"heard":999998000000})");
    const Json flow = board.to_json("pm", kNow).as_array()->at(0);
    EXPECT_EQ(flow.find_text("flow"), "orders");
    EXPECT_EQ(flow.find_text("state"), "polling");
    EXPECT_EQ(flow.find("age_ms")->as_integer(), 2);
    EXPECT_EQ(flow.find("streams")->as_integer(), 1);
    EXPECT_EQ(board.troubles(), "pm orders polling");
}

TEST_F(FlowBoardTest, AStateLastsSinceItChanged) {
    hear(R"({"flow":"market","state":"streaming"})");
    hear(R"({"flow":"market","state":"streaming"})", kFlowExtension, kNow.plus_ns(kNsPerSecond));
    EXPECT_NE(json().find(kNow.to_string()), std::string::npos) << json();
    EXPECT_EQ(board.troubles(), "");
    hear(R"({"flow":"market","state":"stale"})", kFlowExtension, kNow.plus_ns(kNsPerSecond));
    EXPECT_NE(json().find(kNow.plus_ns(kNsPerSecond).to_string()), std::string::npos) << json();
}

TEST_F(FlowBoardTest, WhatIsNoFlowChangesNothing) {
    hear(R"({"flow":"market","state":"streaming"})", "tradectl.other/1");
    hear(R"({"flow":"market","state":"great"})");
    hear(R"({"state":"down"})");
    hear("[]");
    hear("{");
    EXPECT_EQ(json(), "[]");
}

TEST_F(FlowBoardTest, AnotherExchangeHasItsOwn) {
    hear(R"({"flow":"market","state":"down"})");
    EXPECT_EQ(board.to_json("paper", kNow).dump(), "[]");
}

TEST(ToldJson, ARangeOutsideOfTheRecordIsNothing) {
    auto record = ext(kFlowExtension, "{}");
    reinterpret_cast<tradectl_ext_event*>(record.data())->payload_bytes = 4096;
    EXPECT_FALSE(
        told_json(*reinterpret_cast<const tradectl_event*>(record.data()), kFlowExtension));
}

}  // namespace
}  // namespace tradectl::engine
