#include "host/keys/slots.hpp"

#include "tests/host/keys/keys_fixture.hpp"

namespace tradectl::keys {
namespace {

class Slots : public KeysTest {
  protected:
    void SetUp() override {
        store_ = ready({from_file("word", KeyKind::Secret, "swordfish\n"),
                        from_file("wallet", KeyKind::Secp256k1, kElevens),
                        stored("kept"),
                        stored("mac", KeyKind::Hmac)});
    }
    std::string filled(std::string_view text) {
        const auto made = fill_slots(text, *store_, granted_);
        return made ? std::string(made->text()) : made.error().message;
    }
    std::string captured(std::string body, const std::vector<Capture>& captures) {
        const auto made = capture_secrets(body, captures, *store_, granted_, [this](auto& use) {
            uses_ += std::string(use.key) + " " + std::string(use.purpose) + ";";
        });
        EXPECT_EQ(body.find_first_not_of('\0'), std::string::npos) << "not wiped";
        return made ? *made : made.error().message;
    }

    std::vector<std::string> granted_ = {"word", "wallet", "kept", "mac"};
    std::unique_ptr<KeyStore> store_;
    std::string uses_;
};

TEST_F(Slots, AreFilledWhereTheyStand) {
    EXPECT_EQ(filled("no slot"), "no slot");
    EXPECT_EQ(filled("{{secret:word}}"), "swordfish");
    EXPECT_EQ(filled("a {{secret:word}}, b {{secret:word}}{"), "a swordfish, b swordfish{");
    EXPECT_EQ(filled(""), "");
    EXPECT_EQ(slot_of("word"), "{{secret:word}}");
    EXPECT_TRUE(has_slot("x{{secret:"));
    EXPECT_FALSE(has_slot("{{word}}"));
}

TEST_F(Slots, OfOtherNamesAreRefused) {
    EXPECT_EQ(filled("{{secret:other}}"), "slot: key 'other' is not granted to this exchange");
    EXPECT_EQ(filled("{{secret:kept}}"), "slot: key 'kept' is not there");
    EXPECT_EQ(filled("{{secret:wallet}}"), "slot: key 'wallet' is no secret for slots");
    EXPECT_EQ(filled("{{secret:word}"), "slot: without an end");
    EXPECT_EQ(filled("{{secret:../word}}"), "slot: no name of a key");
    granted_ = {};
    EXPECT_EQ(filled("{{secret:word}}"), "slot: key 'word' is not granted to this exchange");
}

TEST_F(Slots, WhatIsCapturedIsKeptAndOnlyItsNameGoesOn) {
    const std::string body =
        R"({"apiKey": "id-1", "secret":"c3dvcmRmaXNoMTIz", "passphrase":"open"})";
    EXPECT_EQ(captured(body, {{"/secret", "mac"}, {"/passphrase", "kept"}}),
              R"({"apiKey": "id-1", "secret":"{{secret:mac}}", "passphrase":"{{secret:kept}}"})");
    EXPECT_EQ(uses_, "mac captured;kept captured;");
    EXPECT_EQ(filled("{{secret:kept}}"), "open");
    EXPECT_EQ(store_->reload()[2].state, KeyReport::State::Ready);
}

TEST_F(Slots, ACaptureFindsItsPlaceByPointer) {
    EXPECT_EQ(captured(R"({"a":[1,{"b/c":"first"}],"d~":"second"})", {{"/a/1/b~1c", "kept"}}),
              R"({"a":[1,{"b/c":"{{secret:kept}}"}],"d~":"second"})");
    EXPECT_EQ(filled("{{secret:kept}}"), "first");
    EXPECT_EQ(captured(R"("whole")", {{"", "kept"}}), R"("{{secret:kept}}")");
    EXPECT_EQ(captured(R"({"d~":"second"})", {{"/d~0", "kept"}}), R"({"d~":"{{secret:kept}}"})");
}

TEST_F(Slots, AnAnswerWithoutTheSecretFailsAndTellsNothingOfIt) {
    for (const char* body : {R"({"other":"hidden-1"})",
                             R"({"secret":17})",
                             R"({"secret":"hidden-1\n"})",
                             R"({"secret":["hidden-1"]})",
                             "[]",
                             R"({"a":1,})"}) {
        EXPECT_EQ(captured(body, {{"/secret", "kept"}}),
                  "capture: no text at '/secret' of the answer")
            << body;
    }
    EXPECT_EQ(captured(R"({"secret":"hidden-1")", {{"/secret", "kept"}}),
              "capture: the answer is no JSON");
    EXPECT_EQ(captured(R"({"secret":""})", {{"/secret", "kept"}}),
              "capture: key kept: not a secret: empty");
    EXPECT_EQ(captured(R"({"secret":"hidden-1"})", {{"/secret", "word"}}).find("hidden-1"),
              std::string::npos);
    EXPECT_EQ(captured(R"({"secret":"hidden-1"})", {{"/secret", "other"}}),
              "capture: slot: key 'other' is not granted to this exchange");
    EXPECT_EQ(store_->find("kept"), nullptr);
}

}  // namespace
}  // namespace tradectl::keys
