#include "host/audit/note.hpp"

#include "host/audit/checkpoint.hpp"
#include "host/base/hash.hpp"
#include "tests/host/audit/audit_fixture.hpp"

#include <gtest/gtest.h>

namespace tradectl::audit {
namespace {

/// The example that implementations of signed notes share.
constexpr const char* kKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char* kText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr const char* kSignature =
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    "\n";
std::string published() {
    return std::string(kText) + "\n" + kSignature;
}
Verifier peter() {
    return *Verifier::parse(kKey);
}

TEST(SignedNote, ThePublishedExampleOpens) {
    const auto text = open_note(published(), peter());
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(*text, kText);
    EXPECT_EQ(peter().to_string(), kKey);
    EXPECT_EQ(peter().key_id(), 0xc74f20a3U);
}

TEST(SignedNote, NoByteOfItCanBeChanged) {
    const std::string note = published();
    for (std::size_t at = 0; at < note.size(); ++at) {
        for (const int mask : {1, 0x20, 0x80}) {
            std::string bad = note;
            bad[at] = static_cast<char>(bad[at] ^ mask);
            EXPECT_FALSE(open_note(bad, peter())) << at;
        }
    }
}

TEST(SignedNote, CutShortAnywhereIsRefused) {
    const std::string note = published();
    for (std::size_t size = 0; size < note.size(); ++size)
        EXPECT_FALSE(open_note(note.substr(0, size), peter())) << size;
}

TEST(SignedNote, OfAnUnknownKeyNamesIt) {
    const auto text = open_note(published(), test_signer("somebody.else").verifier);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::Denied);
    EXPECT_NE(text.error().message.find("unknown key: signed by 'PeterNeumann' (c74f20a3)"),
              std::string::npos)
        << text.error().message;
}

TEST(SignedNote, MoreSignaturesDoNotDisturb) {
    const Signer signer = test_signer("another");
    const std::string ours = write_note(kText, signer.verifier, signer.sign(bytes_of(kText)));
    const std::string both = ours + kSignature;
    EXPECT_TRUE(open_note(both, peter()));
    EXPECT_TRUE(open_note(both, signer.verifier));
    EXPECT_EQ(parse_note(both)->signatures.size(), 2U);
}

TEST(SignedNote, TextMayHoldEmptyLines) {
    const Signer signer = test_signer("another");
    const std::string text = "one\n\ntwo\n";
    const std::string note = write_note(text, signer.verifier, signer.sign(bytes_of(text)));
    EXPECT_EQ(open_note(note, signer.verifier).value_or(""), text);
}

TEST(SignedNote, BadFormsAreRefused) {
    const std::string line = kSignature;
    for (const std::string& note : {std::string("text\n"),
                                    std::string("text\n\n"),
                                    "text\n" + line,
                                    "te\txt\n\n" + line,
                                    "text\n\n" + line + "\n",
                                    "text\n\n" + line + line.substr(4),
                                    std::string("text\n\n\xe2\x80\x94 name\n"),
                                    std::string("text\n\n\xe2\x80\x94 name AAAA\n"),
                                    std::string("text\n\n\xe2\x80\x94  AAAAAAAA\n"),
                                    std::string("text\n\n- name AAAAAAAA\n")}) {
        const auto parsed = parse_note(note);
        ASSERT_FALSE(parsed) << note;
        EXPECT_EQ(parsed.error().code, ErrorCode::InvalidArgument);
    }
    std::string many = "text\n\n";
    for (std::size_t i = 0; i <= kNoteSignaturesMax; ++i)
        many += line;
    EXPECT_FALSE(parse_note(many));
}

TEST(VerifierKey, BadFormsAreRefused) {
    const std::string key = kKey;
    for (const std::string& text : {std::string(),
                                    std::string("name"),
                                    std::string("name+c74f20a3"),
                                    "+" + key.substr(key.find('+') + 1),
                                    "Peter Neumann" + key.substr(12),
                                    "Peter" + key.substr(12),
                                    key.substr(0, key.size() - 4),
                                    key + "AAAA",
                                    std::string("PeterNeumann+c74f20a4") + key.substr(21),
                                    std::string("PeterNeumann+c74f20a3+AhpcAA==")})
        EXPECT_FALSE(Verifier::parse(text)) << text;
}

TEST(CheckpointText, IsReadBackAndOtherFormsAreRefused) {
    const Checkpoint checkpoint{"example.com/log", 20852163, leaf_hash({})};
    const std::string text = to_text(checkpoint);
    EXPECT_EQ(text, "example.com/log\n20852163\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n");
    EXPECT_EQ(*parse_checkpoint(text), checkpoint);
    EXPECT_EQ(*parse_checkpoint(text + "an extension\n"), checkpoint);
    const std::string root = text.substr(text.find("\nbj") + 1);
    for (const std::string& bad : {std::string(),
                                   std::string("a\n"),
                                   std::string("a\n1\n"),
                                   "\n1\n" + root,
                                   "a\n\n" + root,
                                   "a\n01\n" + root,
                                   "a\n-1\n" + root,
                                   "a\n1 \n" + root,
                                   "a\n9223372036854775808\n" + root,
                                   std::string("a\n1\nAAAA\n"),
                                   text + "\n",
                                   text + "no newline"})
        EXPECT_FALSE(parse_checkpoint(bad)) << bad;
}

TEST(CheckpointText, OfAnotherLogIsRefusedByName) {
    const Signer other = test_signer("tradectl/other/0001");
    const std::string text = to_text(Checkpoint{other.verifier.name, 7, leaf_hash({})});
    const std::string note = write_note(text, other.verifier, other.sign(bytes_of(text)));
    EXPECT_TRUE(open_checkpoint(note, other.verifier));
    const auto opened = open_checkpoint(note, test_signer().verifier);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Denied);
    EXPECT_NE(opened.error().message.find("another log: 'tradectl/other/0001'"), std::string::npos);
}

}  // namespace
}  // namespace tradectl::audit
