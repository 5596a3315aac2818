#include "host/config/yaml.hpp"

#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::config {
namespace {

struct Result {
    Node tree;
    Problems problems;

    [[nodiscard]] std::string text() const {
        return problems.empty() ? "" : to_error(problems).message;
    }
};

Result read(std::string_view text) {
    static const Origin place = [] {
        Origin origin;
        origin.source = Source::File;
        origin.name = "f";
        return origin;
    }();
    Result result;
    result.tree = read_yaml(text, place, result.problems);
    return result;
}

TEST(Yaml, KeepsPlacesAndOrder) {
    const Result result = read("b: 1\na:\n  - x\n  - 'y z'\n");
    ASSERT_EQ(result.text(), "");
    ASSERT_EQ(result.tree.children.size(), 2U);
    EXPECT_EQ(result.tree.children[0].key, "b");
    const Node* list = result.tree.find("a");
    ASSERT_EQ(list->children.size(), 2U);
    EXPECT_EQ(list->children[1].text, "y z");
    EXPECT_EQ(list->children[1].origin.to_string(), "f:4:5");
    EXPECT_EQ(list->key_origin.to_string(), "f:2:1");
}

TEST(Yaml, AnEmptyTextIsNull) {
    EXPECT_EQ(read("").tree.kind, Node::Kind::Null);
    EXPECT_EQ(read("# only a comment\n").text(), "");
}

TEST(Yaml, WordsOfYamlStayText) {
    const Result result = read("a: no\nb: 0x10\nc: 'null'\nd: null\n");
    EXPECT_EQ(result.tree.find("a")->text, "no");
    EXPECT_EQ(result.tree.find("b")->text, "0x10");
    EXPECT_EQ(result.tree.find("c")->kind, Node::Kind::Scalar);
    EXPECT_EQ(result.tree.find("d")->kind, Node::Kind::Null);
}

TEST(Yaml, RefusesADuplicateKeyAndNamesTheFirst) {
    EXPECT_EQ(read("a: 1\nb: 2\na: 3\n").text(),
              "f:3:1: duplicate key 'a' (first written in line 1)");
}

TEST(Yaml, RefusesADuplicateKeyDeepInside) {
    EXPECT_EQ(read("a:\n  - b: {c: 1, c: 2}\n").text(),
              "f:2:15: a[0].b: duplicate key 'c' (first written in line 2)");
}

TEST(Yaml, RefusesAnchorsAndAliases) {
    const std::string text = read("a: &x [1]\nb: *x\n").text();
    EXPECT_NE(text.find("f:1:4: a: anchors (&name) are refused"), std::string::npos) << text;
    EXPECT_NE(text.find("f:2:4: b: aliases (*name) are refused"), std::string::npos) << text;
}

TEST(Yaml, AnAliasBombIsNotExpanded) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 30; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j)
            bomb += (j == 0 ? "" : ", ") + before;
        bomb += "]\n";
    }
    EXPECT_GT(read(bomb).problems.size(), 300U);
}

TEST(Yaml, RefusesMergeKeys) {
    EXPECT_NE(read("a:\n  <<: {b: 1}\n").text().find("merge keys (<<) are refused"),
              std::string::npos);
}

TEST(Yaml, RefusesTags) {
    EXPECT_NE(read("a: !!python/object x\n").text().find("is refused"), std::string::npos);
    EXPECT_NE(read("a: !own {b: 1}\n").text().find("tag '!own' is refused"), std::string::npos);
}

TEST(Yaml, RefusesKeysThatAreNotText) {
    EXPECT_NE(read("? [a, b]\n: c\n").text().find("a key must be plain text"), std::string::npos);
    EXPECT_NE(read("~: c\n").text().find("a key must be plain text"), std::string::npos);
}

TEST(Yaml, RefusesASecondDocument) {
    EXPECT_EQ(read("a: 1\n---\nb: 2\n").text(), "f:2:1: more than one document (keep one)");
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(Yaml, DepthStopsAtTheLimit) {
    EXPECT_EQ(read(nested(kConfigDepthMax)).text(), "");
    EXPECT_NE(read(nested(kConfigDepthMax + 1)).text().find("nested deeper than 32"),
              std::string::npos);
    EXPECT_NE(read(nested(100'000)).text().find("nested deeper than 32"), std::string::npos);
}

TEST(Yaml, SizeStopsAtTheLimit) {
    const std::string fits = "a: " + std::string(kConfigBytesMax - 3, 'x');
    EXPECT_EQ(read(fits).text(), "");
    EXPECT_EQ(read(fits + "x").text(), "f: 1048577 bytes is above the limit of 1048576");
}

TEST(Yaml, RefusesWhatIsNotUtf8) {
    for (const char* bad : {"a: \xff", "a: \xc0\xaf", "a: \xed\xa0\x80", "a: \xf4\x90\x80\x80"})
        EXPECT_EQ(read(bad).text(), "f:1:4: not valid UTF-8 (remove it)");
    EXPECT_EQ(read("a: \xe2\x82\xac\n").text(), "");
}

TEST(Yaml, RefusesControlCharacters) {
    EXPECT_EQ(read(std::string_view("a: b\nc: \0", 9)).text(),
              "f:2:4: control character (remove it)");
}

TEST(Yaml, SyntaxErrorsHaveAPlace) {
    const std::string text = read("a: 1\n b: [2\n").text();
    EXPECT_EQ(text.substr(0, 4), "f:2:") << text;
}

TEST(Yaml, RandomBytesNeverCrash) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::atoi(given)) : std::random_device{}();
    SCOPED_TRACE("TRADECTL_TEST_SEED=" + std::to_string(seed));
    std::mt19937 random(seed);
    const std::string alphabet = "ab:- \n[]{},&*!|>'\"#%@?~<$\t0\\";
    for (int i = 0; i < 3000; ++i) {
        std::string text(random() % 60, ' ');
        for (char& c : text)
            c = alphabet[random() % alphabet.size()];
        const Result result = read(text);
        EXPECT_LE(result.tree.children.size(), text.size());
    }
}

}  // namespace
}  // namespace tradectl::config
