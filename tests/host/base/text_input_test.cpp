#include "host/base/text_input.hpp"

#include "tests/host/base/temporary_directory.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

// "one\ntwo\r\n\nlast" packed by zlib.
constexpr std::array<unsigned char, 34> kGzip{0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                              0x03, 0xcb, 0xcf, 0x4b, 0xe5, 0x2a, 0x29, 0xcf, 0xe7,
                                              0xe5, 0xe2, 0xca, 0x49, 0x2c, 0x2e, 0x01, 0x00, 0x38,
                                              0xc2, 0x71, 0x2e, 0x0e, 0x00, 0x00, 0x00};
// The same text as the member "a.csv", behind the directory "d/".
constexpr std::array<unsigned char, 204> kZip{
    0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0x50, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x64, 0x2f,
    0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x50, 0x38, 0xc2,
    0x71, 0x2e, 0x10, 0x00, 0x00, 0x00, 0x0e, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x61, 0x2e,
    0x63, 0x73, 0x76, 0xcb, 0xcf, 0x4b, 0xe5, 0x2a, 0x29, 0xcf, 0xe7, 0xe5, 0xe2, 0xca, 0x49, 0x2c,
    0x2e, 0x01, 0x00, 0x50, 0x4b, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x21, 0x50, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x64, 0x2f, 0x50, 0x4b, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00,
    0x00, 0x21, 0x50, 0x38, 0xc2, 0x71, 0x2e, 0x10, 0x00, 0x00, 0x00, 0x0e, 0x00, 0x00, 0x00, 0x05,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x20, 0x00, 0x00,
    0x00, 0x61, 0x2e, 0x63, 0x73, 0x76, 0x50, 0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00,
    0x02, 0x00, 0x63, 0x00, 0x00, 0x00, 0x53, 0x00, 0x00, 0x00, 0x00, 0x00};
constexpr std::string_view kText = "one\ntwo\r\n\nlast";

template <std::size_t N>
std::string text_of(const std::array<unsigned char, N>& bytes) {
    return {bytes.begin(), bytes.end()};
}

class TextInputTest : public testing::Test {
  protected:
    /// The lines, and the error behind them as "!code".
    std::vector<std::string> read(std::string_view content, TextInput::Options options = {}) {
        auto input = TextInput::open(directory_.write("input", content), options);
        if (!input) return {"!" + std::to_string(static_cast<int>(input.error().code))};
        std::vector<std::string> lines;
        while (true) {
            const auto line = input->next();
            if (!line) {
                message_ = line.error().message;
                EXPECT_FALSE(input->next()) << "an error stays";
                lines.push_back("!" + std::to_string(static_cast<int>(line.error().code)));
                return lines;
            }
            if (!*line) return lines;
            lines.emplace_back(**line);
            EXPECT_EQ(input->line_number(), lines.size());
        }
    }

    using Lines = std::vector<std::string>;
    const Lines expected_{"one", "two", "", "last"};
    const std::string corrupt_ = "!-6";
    TemporaryDirectory directory_;
    std::string message_;
};

TEST_F(TextInputTest, ReadsPlainLinesWithEitherLineEnd) {
    EXPECT_EQ(read(kText), expected_);
    EXPECT_EQ(read("a\n"), Lines{"a"});
    EXPECT_EQ(read("\n\n"), (Lines{"", ""}));
    EXPECT_EQ(read(""), Lines{});
}

TEST_F(TextInputTest, ReadsGzip) {
    EXPECT_EQ(read(text_of(kGzip)), expected_);
}

TEST_F(TextInputTest, ReadsGzipMembersOneBehindTheOther) {
    EXPECT_EQ(read(text_of(kGzip) + text_of(kGzip)),
              (Lines{"one", "two", "", "lastone", "two", "", "last"}));
}

TEST_F(TextInputTest, ReadsTheFirstMemberOfAZip) {
    EXPECT_EQ(read(text_of(kZip)), expected_);
}

TEST_F(TextInputTest, AGzipCutAnywhereIsCorruptAndNotShort) {
    const std::string whole = text_of(kGzip);
    for (std::size_t bytes = 2; bytes < whole.size(); ++bytes)
        EXPECT_EQ(read(whole.substr(0, bytes)).back(), corrupt_) << bytes;
}

TEST_F(TextInputTest, AZipCutAnywhereIsCorruptAndNotShort) {
    const std::string whole = text_of(kZip);
    for (std::size_t bytes = 4; bytes < whole.size(); ++bytes)
        EXPECT_EQ(read(whole.substr(0, bytes)).back(), corrupt_) << bytes;
}

TEST_F(TextInputTest, AWrongChecksumIsCorrupt) {
    std::string gzip = text_of(kGzip);
    gzip[gzip.size() - 8] = static_cast<char>(gzip[gzip.size() - 8] ^ 1);
    EXPECT_EQ(read(gzip).back(), corrupt_);
    EXPECT_NE(message_.find("gzip"), std::string::npos);
}

TEST_F(TextInputTest, AFlippedByteInAZipNeverGivesOtherLines) {
    const std::string whole = text_of(kZip);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
        const auto lines = read(damaged);
        const bool found_out = lines.back().starts_with("!");
        const bool harmless = lines == expected_;
        // Without the first bytes it is not a zip any more but a text like any other.
        EXPECT_TRUE(found_out || harmless || at < 4) << at;
    }
}

TEST_F(TextInputTest, GarbageBehindAGzipIsCorrupt) {
    EXPECT_EQ(read(text_of(kGzip) + "garbage").back(), corrupt_);
}

TEST_F(TextInputTest, TheLineLimitIsExact) {
    const TextInput::Options options{.line_bytes_max = 3};
    EXPECT_EQ(read("abc\nabc\r\nabc", options), (Lines{"abc", "abc", "abc"}));
    EXPECT_EQ(read("ab\nabcd\n", options), (Lines{"ab", "!-1"}));
    EXPECT_NE(message_.find("line 2: longer than 3 bytes"), std::string::npos);
}

TEST_F(TextInputTest, ALineWithoutEndIsRefusedBeforeItIsInMemory) {
    EXPECT_EQ(read(std::string(1u << 20, 'x')), Lines{"!-1"});
}

TEST_F(TextInputTest, LinesOverTheBorderOfAReadStayWhole) {
    std::string content;
    Lines expected;
    for (std::size_t i = 0; i < 3000; ++i) {
        expected.push_back(std::string(i % 97, static_cast<char>('a' + i % 26)));
        content += expected.back() + "\n";
    }
    EXPECT_EQ(read(content), expected);
}

TEST_F(TextInputTest, AMissingFileAndADirectoryAreErrors) {
    EXPECT_EQ(TextInput::open(directory_.file("no")).error().code, ErrorCode::NotFound);
    EXPECT_FALSE(TextInput::open(directory_.path()));
}

}  // namespace
}  // namespace tradectl
