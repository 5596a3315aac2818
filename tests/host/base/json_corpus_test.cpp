// A public collection of JSON texts that must be read (y_), refused (n_), or neither (i_).
#include "host/base/json.hpp"
#include "tests/host/base/corpus.hpp"

#include <map>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

// Where we are stricter than RFC 8259, on purpose: what we refuse although it is allowed.
const std::map<std::string, std::string, std::less<>>& refused_on_purpose() {
    static const std::map<std::string, std::string, std::less<>> kFiles{
        {"y_object_duplicated_key.json", "stands twice"},
        {"y_object_duplicated_key_and_value.json", "stands twice"},
    };
    return kFiles;
}

class JsonCorpus : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!corpus_.found()) GTEST_SKIP() << "skipped: no ../shared";
    }
    /// How many files of that class there were.
    template <typename Look>
    std::size_t each(char kind, Look look) const {
        std::size_t count = 0;
        for (const auto& path : corpus_.files("json-test-suite/test_parsing")) {
            const std::string name = path.filename().string();
            if (name.front() != kind) continue;
            look(name, Corpus::read(path));
            ++count;
        }
        return count;
    }

    Corpus corpus_{"json-test-suite.tar.gz"};
};

/// Refused with a place, or read to a value that survives being written in both styles.
void expect_read_or_refused(const std::string& name, const std::string& text) {
    const auto json = parse_json(text);
    if (!json) {
        EXPECT_TRUE(json.error().message.starts_with("json: ")) << name;
        return;
    }
    for (const JsonStyle style : {JsonStyle::Compact, JsonStyle::Pretty}) {
        const auto again = parse_json(json->dump(style));
        ASSERT_TRUE(again) << name << ": " << again.error().message;
        EXPECT_EQ(*again, *json) << name;
    }
}

TEST_F(JsonCorpus, EveryTextThatMustBeReadIsReadButForNamedOnes) {
    const auto count = each('y', [](const std::string& name, const std::string& text) {
        const auto json = parse_json(text);
        const auto reason = refused_on_purpose().find(name);
        if (reason == refused_on_purpose().end()) {
            EXPECT_TRUE(json) << name << ": " << (json ? "" : json.error().message);
        } else {
            ASSERT_FALSE(json) << name;
            EXPECT_NE(json.error().message.find(reason->second), std::string::npos) << name;
        }
        expect_read_or_refused(name, text);
    });
    EXPECT_EQ(count, 95U);
}

TEST_F(JsonCorpus, EveryTextThatMustBeRefusedIsRefused) {
    const auto count = each('n', [](const std::string& name, const std::string& text) {
        EXPECT_FALSE(parse_json(text)) << name;
        expect_read_or_refused(name, text);
    });
    EXPECT_EQ(count, 188U);
}

TEST_F(JsonCorpus, WhatIsLeftToTheReaderIsReadOrRefusedCleanly) {
    EXPECT_EQ(each('i', expect_read_or_refused), 35U);
    for (const auto& path : corpus_.files("json-test-suite/test_transform"))
        expect_read_or_refused(path.filename().string(), Corpus::read(path));
}

TEST_F(JsonCorpus, EveryPrefixOfAShortTextIsReadOrRefusedCleanly) {
    constexpr std::size_t kShortBytes = 200;
    each('y', [](const std::string& name, const std::string& text) {
        if (text.size() > kShortBytes) return;
        for (std::size_t size = 0; size < text.size(); ++size)
            expect_read_or_refused(name + " cut at " + std::to_string(size), text.substr(0, size));
    });
}

}  // namespace
}  // namespace tradectl
