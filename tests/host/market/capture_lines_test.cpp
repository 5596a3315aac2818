#include "host/market/capture_lines.hpp"

#include "tests/host/market/support.hpp"

namespace tradectl::market {
namespace {

CaptureLine playback(std::string_view line) {
    const auto read = read_capture_line(CaptureFrame::Playback, line);
    EXPECT_TRUE(read) << line;
    return read.value_or(CaptureLine{});
}

TEST(CaptureLine, ReadsReceiveTimesToTheNanosecond) {
    const auto read = read_capture_line(CaptureFrame::Nanoseconds, "1723161255030314667 {}");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->received, 1723161255030314667);
    EXPECT_EQ(read->json, "{}");
    EXPECT_EQ(playback("1633998512.0633569: {}").received, 1633998512063356900);
    EXPECT_EQ(playback("1633998512: {}").received, 1633998512000000000);
}

TEST(CaptureLine, TellsMessagesAnswersConnectionsAndNotesApart) {
    EXPECT_EQ(playback("1.5: []").type, CaptureLine::Type::Message);
    EXPECT_EQ(playback("wss:x <-> 1.5").type, CaptureLine::Type::Connected);
    EXPECT_EQ(playback("wss:x <- 1.5: {}").type, CaptureLine::Type::Note);
    EXPECT_EQ(playback("configuration: {}").type, CaptureLine::Type::Note);
    const CaptureLine answer = playback("https:x?symbol=ABC -> 2.5: {\"a\":1}");
    EXPECT_EQ(answer.type, CaptureLine::Type::Answer);
    EXPECT_EQ(answer.url, "https:x?symbol=ABC");
    EXPECT_EQ(answer.received, 2'500'000'000);
    EXPECT_EQ(answer.json, "{\"a\":1}");
}

TEST(CaptureLine, RefusesTimesThatCannotBe) {
    for (const char* line : {"{}", "x {}", "-5 {}", "9223372036854775808 {}", "12", "1.5 {}"})
        EXPECT_FALSE(read_capture_line(CaptureFrame::Nanoseconds, line)) << line;
    for (const char* line : {"{}",
                             "1.5 {}",
                             "1.: {}",
                             "1.0000000001: {}",
                             "9300000000: {}",
                             "https:x",
                             "wss:x",
                             "-1: {}"})
        EXPECT_FALSE(read_capture_line(CaptureFrame::Playback, line)) << line;
}

/// The JSON of all lines of recordings, with the input each came from.
std::string merged(const std::vector<std::string>& paths, CaptureFrame frame) {
    CaptureLines lines(paths, "", frame);
    std::string text;
    if (auto status = lines.open(); !status) return status.error().message;
    while (true) {
        const auto line = lines.next();
        if (!line) return text + line.error().message;
        if (!*line) return text;
        text += std::to_string(lines.input()) + std::string((*line)->json) + " ";
    }
}

TEST(CaptureLines, MergesRecordingsByReceiveTime) {
    const Folder folder;
    const auto one = folder.write("one", "5 [1]\n7 [2]\n7 [3]\n");
    const auto two = folder.write("two", "6 [4]\n7 [5]\n9 [6]\n");
    EXPECT_EQ(merged({one, two}, CaptureFrame::Nanoseconds), "0[1] 1[4] 0[2] 0[3] 1[5] 1[6] ");
    EXPECT_EQ(merged({two, one}, CaptureFrame::Nanoseconds), "1[1] 0[4] 0[5] 1[2] 1[3] 0[6] ");
}

TEST(CaptureLines, WithoutTimesReadsOneFileAfterTheOther) {
    const Folder folder;
    const auto one = folder.write("one", "[1]\n\n[2]\r\n");
    const auto two = folder.write("two", "[3]");
    EXPECT_EQ(merged({one, two}, CaptureFrame::Bare), "0[1] 0[2] 1[3] ");
}

TEST(CaptureLines, NamesThePlaceOfABadLine) {
    const Folder folder;
    const auto one = folder.write("one", "5 [1]\nx [2]\n");
    EXPECT_EQ(merged({one}, CaptureFrame::Nanoseconds),
              "0[1] " + one + ":2: no receive time in nanoseconds at its start");
}

TEST(CaptureLines, AFileThatIsNotThereIsFoundBeforeAnythingIsRead) {
    const Folder folder;
    const auto one = folder.write("one", "5 [1]\n");
    CaptureLines lines({one, folder.at("none")}, "", CaptureFrame::Nanoseconds);
    const auto status = lines.open();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace tradectl::market
