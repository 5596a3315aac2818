#include "host/base/text_blocks.hpp"

#include "tests/host/base/temporary_directory.hpp"

#include <fstream>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

/// Keeps what it was given.
class Copy final : public BlockWork {
  public:
    void work(std::string_view text) override { text_ = text; }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::string text_;
};

class TextBlocksTest : public testing::Test {
  protected:
    TextBlocks open(std::string_view content, TextBlocks::Options options) {
        const std::string path = folder_.path() + "/text";
        std::ofstream(path, std::ios::binary) << content;
        auto blocks = TextBlocks::open(path, std::move(options), workers_);
        EXPECT_TRUE(blocks) << blocks.error().message;
        return *std::move(blocks);
    }
    static std::vector<std::string> all(TextBlocks blocks) {
        std::vector<std::string> texts;
        for (auto block = blocks.next(); block && *block; block = blocks.next())
            texts.emplace_back((*block)->text);
        return texts;
    }

    TemporaryDirectory folder_;
    BlockWorkers workers_{3};
};

using Texts = std::vector<std::string>;

TEST_F(TextBlocksTest, AreWholeLines) {
    EXPECT_EQ(all(open("a\nbc\nd", {.block_bytes = 1})), (Texts{"a\n", "bc\n", "d"}));
    EXPECT_EQ(all(open("a\nbc\nd\n", {.block_bytes = 5})), (Texts{"a\nbc\n", "d\n"}));
    EXPECT_EQ(all(open("[a],[b]", {.block_bytes = 1, .line_end = ']'})), (Texts{"[a]", ",[b]"}));
    EXPECT_EQ(all(open("", {})), Texts{});
    EXPECT_EQ(all(open("\n", {})), Texts{"\n"});
}

TEST_F(TextBlocksTest, EndWithALineThatIsTooLong) {
    const auto texts = all(
        open("a\n" + std::string(100, 'b') + "\nc\n", {.block_bytes = 2, .line_bytes_max = 10}));
    ASSERT_EQ(texts.size(), 2u);
    EXPECT_EQ(texts[1].substr(0, 13), std::string(13, 'b'));
}

TEST_F(TextBlocksTest, ComeInOrderWithTheWorkThatWasDone) {
    std::string content;
    for (int i = 0; i < 2'000; ++i)
        content += std::to_string(i) + "\n";
    TextBlocks blocks = open(content, {.block_bytes = 7});
    std::string together;
    bool asked = false;
    for (auto block = blocks.next(); block && *block; block = blocks.next()) {
        EXPECT_EQ((*block)->work != nullptr, asked);
        if (asked) {
            EXPECT_EQ(static_cast<const Copy*>((*block)->work)->text(), (*block)->text);
        }
        if (!asked) blocks.set_work([] { return std::make_unique<Copy>(); });
        asked = true;
        together += (*block)->text;
    }
    EXPECT_EQ(together, content);
}

TEST_F(TextBlocksTest, MayBeLeftInTheMiddle) {
    for (int read = 0; read < 5; ++read) {
        TextBlocks blocks = open(std::string(10'000, '\n'), {.block_bytes = 10});
        blocks.set_work([] { return std::make_unique<Copy>(); });
        for (int i = 0; i < read; ++i)
            EXPECT_TRUE(blocks.next().value());
    }
}

TEST(BlockLines, TakesLineEndsOff) {
    BlockLines lines("a\r\n\nb\r", '\n');
    std::string_view line;
    ASSERT_TRUE(lines.next(line));
    EXPECT_EQ(line, "a");
    ASSERT_TRUE(lines.next(line));
    EXPECT_TRUE(line.empty() && lines.ended());
    EXPECT_EQ(lines.rest(), "b\r");
    ASSERT_TRUE(lines.next(line));
    EXPECT_EQ(line, "b");
    EXPECT_FALSE(lines.ended());
    EXPECT_FALSE(lines.next(line));
}

}  // namespace
}  // namespace tradectl
