// Recordings: whole lines, no secrets, a new file when one is full.
#include "host/net/recorder.hpp"

#include "host/base/disk.hpp"
#include "host/base/json.hpp"

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

class Recording : public testing::Test {
  protected:
    void open(std::uint64_t file_bytes_max = 1u << 20) {
        auto recorder = Recorder::open(*disk_, "/rec", "venue", file_bytes_max);
        ASSERT_TRUE(recorder) << recorder.error().message;
        recorder_ = std::move(*recorder);
    }
    [[nodiscard]] std::string text(int number = 1) const {
        return read_file(*disk_, "/rec/venue-00000" + std::to_string(number) + ".jsonl", 1u << 20)
            .value_or("");
    }
    [[nodiscard]] Json line() const { return parse_json(text()).value_or(Json()); }

    std::unique_ptr<Disk> disk_ = make_memory_disk();
    std::unique_ptr<Recorder> recorder_;
};

TEST_F(Recording, ALineSaysWhatWentOverTheWire) {
    open();
    recorder_->write({.time = *Timestamp::parse("2026-01-02T03:04:05Z"),
                      .what = "answer",
                      .way = Traffic::Way::Received,
                      .id = 18446744073709551615u,
                      .status = 200,
                      .body = "{\"a\":\"\xc3\xa4\"}"});
    EXPECT_EQ(text(),
              "{\"time\":\"2026-01-02T03:04:05.000000000Z\",\"way\":\"received\","
              "\"what\":\"answer\",\"id\":\"18446744073709551615\",\"status\":200,"
              "\"text\":\"{\\\"a\\\":\\\"\xc3\xa4\\\"}\"}\n");
}

TEST_F(Recording, HiddenTextsStandNowhere) {
    open();
    recorder_->hide(WipedText(std::string_view("hunter2")));
    recorder_->hide(WipedText(std::string_view("hunter2-and-more")));
    recorder_->write({.what = "request",
                      .url = "wss://a.example/hunter2/x?q=hunter2",
                      .headers = [](const auto& each) { each("Content-Type", "hunter2"); },
                      .body = "a hunter2hunter2-and-more hunter"});
    EXPECT_EQ(text().find("hunter2"), std::string::npos) << text();
    EXPECT_EQ(line().find_text("text"), "a {{secret}}{{secret}} hunter");
    EXPECT_EQ(line().find_text("url"), "wss://a.example/{{secret}}/x?q={{secret}}");
}

TEST_F(Recording, HeadersKeepTheirValuesOnlyWhenKnownToBeHarmless) {
    open();
    recorder_->write({.what = "request", .headers = [](const auto& each) {
                          each("content-TYPE", "text/plain");
                          each("Authorization", "Bearer x");
                          each("POLY_SIGNATURE", "y");
                      }});
    EXPECT_EQ(line().find("headers")->dump(),
              "[[\"content-TYPE\",\"text/plain\"],[\"Authorization\",\"{{secret}}\"],"
              "[\"POLY_SIGNATURE\",\"{{secret}}\"]]");
}

TEST_F(Recording, QueryParametersWithTellingNamesLoseTheirValues) {
    open();
    recorder_->write({.what = "request",
                      .url = "https://a.example/p?apiKey=abc&symbol=X&signature=def&=&token="});
    EXPECT_EQ(line().find_text("url"),
              "https://a.example/p?apiKey={{secret}}&symbol=X&signature={{secret}}&=&token="
              "{{secret}}");
}

TEST_F(Recording, BytesThatAreNoTextAndBodiesThatMayNotBeShown) {
    open();
    recorder_->write({.what = "message", .body = "\xff\xfe"});
    EXPECT_EQ(line().find_text("base64"), "//4=");
    open(1u << 10);
    recorder_->write(
        {.what = "answer", .body = "{\"secret\":1}", .shows = Traffic::Body::LengthOnly});
    EXPECT_EQ(text(2).find("secret"), std::string::npos);
    EXPECT_NE(text(2).find("\"bytes\":12"), std::string::npos);
}

TEST_F(Recording, AFullFileIsFollowedByTheNext) {
    open(400);
    for (int i = 0; i < 4; ++i)
        recorder_->write({.what = "message", .body = std::string(80, 'x')});
    EXPECT_EQ(disk_->list("/rec")->size(), 2u);
    open(400);
    recorder_->write({.what = "message"});
    EXPECT_EQ(disk_->list("/rec")->size(), 3u);
    EXPECT_FALSE(text(3).empty());
}

}  // namespace
}  // namespace tradectl::net
