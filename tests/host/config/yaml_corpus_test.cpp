// A public collection of YAML texts, valid and not. A configuration is a small part of YAML: each
// text is read, or refused with its place.
#include "host/base/json.hpp"
#include "host/config/yaml.hpp"
#include "tests/host/base/corpus.hpp"

#include <cstdlib>
#include <utility>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace tradectl::config {
namespace {

struct Case {
    std::string name;
    std::string text;
    bool wrong = false;  ///< no YAML at all
};

struct Answer {
    Node tree;
    Problems problems;
};

Answer read(std::string_view text) {
    Origin place;
    place.source = Source::File;
    place.name = "case";
    Answer out;
    out.tree = read_yaml(text, place, out.problems);
    return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// The collection writes what cannot be seen as signs, which its own guide lists.
std::string without_signs(std::string text) {
    static constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
        {"\xe2\x80\x94", ""},             // fills a tab up
        {"\xc2\xbb", "\t"},               // a tab
        {"\xe2\x90\xa3", " "},            // a blank at an end
        {"\xe2\x86\xb5", ""},             // a newline at an end
        {"\xe2\x86\x90", "\r"},           // a carriage return
        {"\xe2\x87\x94", "\xef\xbb\xbf"}  // a byte order mark
    };
    for (const auto& [sign, meaning] : kSigns)
        replace_all(text, sign, meaning);
    replace_all(text, "\xe2\x88\x8e\n", "");  // no newline at the end
    return text;
}

class YamlCorpus : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!corpus_.found()) GTEST_SKIP() << "skipped: no ../shared";
        for (const auto& path : corpus_.files("yaml-test-suite-src/src"))
            add_cases(path.stem().string(), Corpus::read(path));
        ASSERT_GT(cases_.size(), 380U);
    }
    /// The collection's own files are plain YAML: lists of cases, read with our reader.
    void add_cases(const std::string& name, const std::string& file) {
        const Answer answer = read(file);
        ASSERT_TRUE(answer.problems.empty()) << name << ": " << to_error(answer.problems).message;
        for (const Node& item : answer.tree.children) {
            const Node* text = item.find("yaml");
            if (text == nullptr) continue;
            const Node* wrong = item.find("fail");
            cases_.push_back({name + "/" + std::to_string(cases_.size()),
                              without_signs(text->text),
                              wrong != nullptr && wrong->text == "true"});
        }
    }

    Corpus corpus_{"yaml-test-suite-src.tar.gz"};
    std::vector<Case> cases_;
};

std::size_t lines_of(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
}

void expect_read_or_refused(const std::string& name, std::string_view text) {
    const Answer answer = read(text);
    for (const Problem& problem : answer.problems) {
        EXPECT_FALSE(problem.message.empty()) << name;
        EXPECT_GE(problem.origin.line, 1U) << name << ": " << problem.to_string();
        EXPECT_LE(problem.origin.line, lines_of(text) + 1) << name << ": " << problem.to_string();
    }
}

TEST_F(YamlCorpus, EachTextIsReadOrRefusedWithItsPlace) {
    for (const Case& one : cases_)
        expect_read_or_refused(one.name, one.text);
}

TEST_F(YamlCorpus, EachFileOfTheCollectionIsReadOrRefusedCutAnywhere) {
    for (const Case& one : cases_)
        for (std::size_t size = 0; size < one.text.size(); size += 3)
            expect_read_or_refused(one.name, std::string_view(one.text).substr(0, size));
}

// What the library under our reader takes although it is no YAML: lines too little indented, a
// comment without a blank before it, commas too many.
constexpr std::string_view kTakenByTheLibrary =
    "236B 7MNF 9C9N 9CWY 9JBA 9MAG 9MMA B63P CQ3W CTN5 CVW2 DK95 G5U8 HRE5 QB6E S98Z SU5Z X4QW "
    "Y79Y YJV2";

TEST_F(YamlCorpus, WhatIsNoYamlIsRefusedButForNamedOnes) {
    std::size_t wrong = 0;
    std::string taken;
    for (const Case& one : cases_) {
        if (!one.wrong) continue;
        ++wrong;
        if (read(one.text).problems.empty())
            taken += (taken.empty() ? "" : " ") + one.name.substr(0, one.name.find('/'));
    }
    EXPECT_EQ(wrong, 94U);
    EXPECT_EQ(taken, kTakenByTheLibrary);
}

/// Everything above within a few megabytes more than the test has now.
[[noreturn]] void read_all_in_little_memory(const std::vector<Case>& cases) {
    constexpr rlim_t kMoreBytes = 16U << 20;
    const std::string status = Corpus::read("/proc/self/statm");
    const auto pages = static_cast<rlim_t>(std::strtoull(status.c_str(), nullptr, 10));
    const rlim_t bytes = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + kMoreBytes;
    const rlimit limit{bytes, bytes};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) std::_Exit(2);
    for (const Case& one : cases)
        expect_read_or_refused(one.name, one.text);
    std::_Exit(::testing::Test::HasFailure() ? 1 : 0);
}

TEST_F(YamlCorpus, ALittleMemoryIsEnough) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "skipped: a sanitizer takes all addresses";
#endif
    EXPECT_EXIT(read_all_in_little_memory(cases_), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace tradectl::config
