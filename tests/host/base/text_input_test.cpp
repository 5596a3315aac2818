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
// The same text packed by zstd, with a checksum.
constexpr std::array<unsigned char, 27> kZstd{0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x71, 0x00, 0x00,
                                              0x6f, 0x6e, 0x65, 0x0a, 0x74, 0x77, 0x6f, 0x0d, 0x0a,
                                              0x0a, 0x6c, 0x61, 0x73, 0x74, 0xa2, 0x8b, 0x31, 0x1d};
// "one\n" as a.csv and "two\n" as b.csv.
constexpr std::array<unsigned char, 202> kTwoMembers{
    0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0x00, 0x9f, 0xa8,
    0x17, 0xf8, 0x04, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x61, 0x2e,
    0x63, 0x73, 0x76, 0x6f, 0x6e, 0x65, 0x0a, 0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x21, 0x00, 0x74, 0x08, 0x17, 0x96, 0x04, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00,
    0x00, 0x05, 0x00, 0x00, 0x00, 0x62, 0x2e, 0x63, 0x73, 0x76, 0x74, 0x77, 0x6f, 0x0a, 0x50, 0x4b,
    0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0x00, 0x9f, 0xa8,
    0x17, 0xf8, 0x04, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x61, 0x2e, 0x63, 0x73,
    0x76, 0x50, 0x4b, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21,
    0x00, 0x74, 0x08, 0x17, 0x96, 0x04, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x27, 0x00, 0x00, 0x00, 0x62,
    0x2e, 0x63, 0x73, 0x76, 0x50, 0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x02, 0x00,
    0x66, 0x00, 0x00, 0x00, 0x4e, 0x00, 0x00, 0x00, 0x00, 0x00};
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

TEST_F(TextInputTest, ReadsZstdFramesOneBehindTheOther) {
    EXPECT_EQ(read(text_of(kZstd)), expected_);
    EXPECT_EQ(read(text_of(kZstd) + text_of(kZstd)).size(), 7u);
    const std::string skippable("\x51\x2a\x4d\x18\x02\0\0\0xy", 10);
    EXPECT_EQ(read(skippable + text_of(kZstd)), expected_);
}

TEST_F(TextInputTest, EveryBeginningAndEveryChangedByteOfZstdIsNoticed) {
    const std::string whole = text_of(kZstd);
    for (std::size_t bytes = 4; bytes < whole.size(); ++bytes)
        EXPECT_EQ(read(whole.substr(0, bytes)).back(), corrupt_) << bytes;
    for (std::size_t at = 6; at < whole.size(); ++at) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x10);
        EXPECT_EQ(read(changed).back(), corrupt_) << at;
    }
}

TEST_F(TextInputTest, OfAZipWithSeveralMembersOneIsNamed) {
    EXPECT_EQ(read(text_of(kTwoMembers), {.zip_member = "b.csv"}), Lines{"two"});
    const std::string path = directory_.write("two", text_of(kTwoMembers));
    const auto unnamed = TextInput::open(path);
    EXPECT_EQ(unnamed.error().code, ErrorCode::InvalidArgument);
    EXPECT_TRUE(unnamed.error().message.ends_with("zip: 2 members, name one: a.csv, b.csv"))
        << unnamed.error().message;
    const auto missing = TextInput::open(path, {.zip_member = "c.csv"});
    EXPECT_EQ(missing.error().code, ErrorCode::InvalidArgument);
    EXPECT_TRUE(missing.error().message.ends_with("zip: no member \"c.csv\""));
}

TEST_F(TextInputTest, ReadingAheadGivesTheSameLinesAndErrors) {
    const TextInput::Options ahead{.read_ahead = TextInput::ReadAhead::On};
    EXPECT_EQ(read(kText, ahead), expected_);
    EXPECT_EQ(read("", ahead), Lines{});
    std::string many;
    for (int i = 0; i < 400'000; ++i)
        many += std::to_string(i) + "\n";
    EXPECT_EQ(read(many, ahead), read(many));
    const std::string cut = text_of(kGzip).substr(0, kGzip.size() - 1);
    EXPECT_EQ(read(cut, ahead), read(cut));
}

TEST_F(TextInputTest, ReadingAheadStopsWhereNobodyReadsOn) {
    const std::string path = directory_.write("many", std::string(8 << 20, '\n'));
    auto input = TextInput::open(path, {.read_ahead = TextInput::ReadAhead::On});
    ASSERT_TRUE(input);
    EXPECT_TRUE(input->next());
    EXPECT_EQ(input->bytes_all(), std::uint64_t{8 << 20});
    EXPECT_LE(input->bytes_done(), std::uint64_t{3 << 20});
}

TEST_F(TextInputTest, AnyOtherEndStaysPartOfTheLine) {
    EXPECT_EQ(read("[a]\r\n,[b]x", {.line_end = ']'}), (Lines{"[a]", "\r\n,[b]", "x"}));
}

TEST_F(TextInputTest, KnowsWhetherTheLastLineHadItsEnd) {
    for (const auto& [text, ended] : {std::pair{"a\nb\n", true}, {"a\nb", false}, {"a\r", false}}) {
        auto input = TextInput::open(directory_.write("input", text));
        EXPECT_TRUE(input->line_ended());
        while (input->next()->has_value())
            continue;
        EXPECT_EQ(input->line_ended(), ended) << text;
    }
}

TEST_F(TextInputTest, AMissingFileAndADirectoryAreErrors) {
    EXPECT_EQ(TextInput::open(directory_.file("no")).error().code, ErrorCode::NotFound);
    EXPECT_FALSE(TextInput::open(directory_.path()));
}

}  // namespace
}  // namespace tradectl
