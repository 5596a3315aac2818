#include "host/plugin/plugin_lock.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace tradectl::plugin {
namespace {

const std::string kDigestA(64, 'a');
const std::string kDigestB(64, 'b');

TrustedPlugin entry(const std::string& name, const std::string& sha256) {
    return {.name = name,
            .sha256 = sha256,
            .isolation = Isolation::InProcess,
            .capabilities = {"kv", "net"},
            .trusted_at = *Timestamp::parse("2026-01-02T03:04:05Z"),
            .by_uid = 1000};
}

/// The text of one entry with one piece of it replaced.
std::string text_with(const std::string& from, const std::string& to) {
    PluginLock lock;
    lock.put(entry("momentum", kDigestA));
    std::string text = lock.to_text();
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& text) {
    const auto lock = PluginLock::parse(text, "/x/plugins.lock");
    if (lock) return "read";
    EXPECT_EQ(lock.error().code, ErrorCode::Corrupt);
    return lock.error().message;
}

TEST(PluginLock, WritesASortedTextAndReadsItBack) {
    PluginLock lock;
    lock.put(entry("momentum", kDigestA));
    lock.put(entry("best", kDigestB));
    const std::string text = lock.to_text();
    EXPECT_EQ(text.substr(0, text.find("\n\nplugin: momentum")),
              "tradectl plugins.lock 1\n\nplugin: best\nsha256: " + kDigestB +
                  "\nisolation: inproc\ncapabilities: kv net\n"
                  "trusted_at: 2026-01-02T03:04:05.000000000Z\nby_uid: 1000");
    const auto again = PluginLock::parse(text, "x");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->to_text(), text);
    EXPECT_EQ(again->find("momentum")->by_uid, 1000u);
    EXPECT_EQ(again->find("none"), nullptr);
}

TEST(PluginLock, OneEntryForEachName) {
    PluginLock lock;
    lock.put(entry("momentum", kDigestA));
    lock.put(entry("momentum", kDigestB));
    ASSERT_EQ(lock.entries().size(), 1u);
    EXPECT_EQ(lock.entries()[0].sha256, kDigestB);
    EXPECT_TRUE(lock.remove("momentum"));
    EXPECT_FALSE(lock.remove("momentum"));
    EXPECT_EQ(lock.to_text(), "tradectl plugins.lock 1\n");
}

TEST(PluginLock, APluginWithoutCapabilitiesHasAnEmptyLine) {
    const auto lock = PluginLock::parse(text_with(" kv net", ""), "x");
    ASSERT_TRUE(lock) << lock.error().message;
    EXPECT_TRUE(lock->find("momentum")->capabilities.empty());
}

TEST(PluginLock, CommentsMayStandBetweenEntries) {
    const auto lock = PluginLock::parse(text_with("plugin:", "# mine\n\nplugin:"), "x");
    ASSERT_TRUE(lock) << lock.error().message;
    EXPECT_EQ(lock->entries().size(), 1u);
}

TEST(PluginLock, WhatCannotBeReadIsNamedByLineAndKey) {
    struct Case {
        std::string from;
        std::string to;
        std::string words;
    };
    const std::vector<Case> cases = {
        {"lock 1", "lock 2", "1: first line: want \"tradectl plugins.lock 1\", found \"tradectl p"},
        {"momentum", "mom/entum", "3: plugin: want one to 64"},
        {"sha256: a", "sha256: A", "4: sha256: want 64 lower-case hexadecimal digits, found \"Aaa"},
        {"sha256: a", "sha256: aa", "4: sha256: want 64"},
        {"isolation: inproc", "isolation: none", "5: isolation: want inproc, found \"none\""},
        {"isolation: inproc", "", "5: isolation: want this key here, found \"\""},
        {"kv net", "net kv", "6: capabilities: not sorted, or twice: \"kv\""},
        {"kv net", "kv kv", "6: capabilities: not sorted, or twice: \"kv\""},
        {"kv net", "kv  net", "6: capabilities: \"\" is not a word"},
        {"2026-01-02", "2026-13-02", "7: trusted_at: want a time"},
        {"by_uid: 1000", "by_uid: -1", "8: by_uid: want a user id, found \"-1\""},
        {"by_uid: 1000", "by_uid: 99999999999", "8: by_uid: want a user id"},
        {"by_uid: 1000\n", "", "8: by_uid: want this key here, found \"\""}};
    for (const Case& one : cases) {
        const std::string said = refusal(text_with(one.from, one.to));
        EXPECT_TRUE(said.starts_with("/x/plugins.lock:" + one.words)) << said;
    }
    EXPECT_TRUE(refusal("").starts_with("/x/plugins.lock:1: first line: want")) << refusal("");
}

TEST(PluginLock, TwoEntriesOfOneNameAreRefused) {
    PluginLock lock;
    lock.put(entry("momentum", kDigestA));
    const std::string text = lock.to_text();
    const std::string twice = text + text.substr(text.find('\n'));
    EXPECT_EQ(
        refusal(twice),
        "/x/plugins.lock:11: plugin: want a plugin that has no entry above, found \"momentum\"");
}

TEST(PluginLock, EveryCutOfATextIsRefusedOrShorter) {
    PluginLock lock;
    lock.put(entry("a", kDigestA));
    lock.put(entry("b", kDigestB));
    const std::string text = lock.to_text();
    for (std::size_t bytes = 0; bytes + 1 < text.size(); ++bytes) {
        const auto cut = PluginLock::parse(text.substr(0, bytes), "x");
        if (!cut) continue;
        EXPECT_TRUE(text.starts_with(cut->to_text().substr(0, bytes))) << bytes;
    }
}

}  // namespace
}  // namespace tradectl::plugin
