#include <tradectl/exchange.hpp>
#include <tradectl/strategy.hpp>

#include <cstring>
#include <string>

#include <gtest/gtest.h>

namespace {

class Buyer : public tradectl::Strategy {
  public:
    struct Settings {
        tradectl::IntegerSetting period{"period", {.fallback = 3}, "steps"};
    };
    Settings settings;
};

}  // namespace

TRADECTL_STRATEGY_PLUGIN(Buyer,
                         .id = "buyer-2",
                         .version = "1.2.3",
                         .vendor = "a \"vendor\"",
                         .license = "MIT",
                         .description = "buys",
                         .capabilities = {{"kv", "timers"}});

namespace tradectl {
namespace {

TEST(Plugin, EntryBeginsWithTheFrozenFields) {
    std::uint8_t bytes[32];
    std::memcpy(bytes, &tradectl_plugin_entry, sizeof bytes);
    const std::uint8_t expected[32] = {0x54, 0x44, 0x54, 0x4c,  // "TDTL"
                                       64,   0,    0,    0,     // struct_size
                                       0,    0,    2,    0,     // abi 0.2
                                       2,    0,    0,    0,     // min host minor, flags
                                       8,    1,    16,   40};
    EXPECT_EQ(std::memcmp(bytes, expected, 24), 0);
    EXPECT_EQ(tradectl_plugin_entry.header_hash, TRADECTL_ABI_HEADER_HASH);
}

TEST(Plugin, GivesItsTableForItsFactoryAlone) {
    EXPECT_EQ(tradectl_plugin_entry.get_factory(TRADECTL_FACTORY_STRATEGY), &kStrategyApi<Buyer>);
    EXPECT_EQ(tradectl_plugin_entry.get_factory(TRADECTL_FACTORY_EXCHANGE), nullptr);
    EXPECT_EQ(tradectl_plugin_entry.get_factory("tradectl.strategy/2"), nullptr);
}

TEST(Plugin, ManifestIsTheTextAlone) {
    const std::string_view text(tradectl_manifest_text.text, sizeof tradectl_manifest_text.text);
    EXPECT_EQ(text,
              R"({"id":"buyer-2","kind":"strategy","version":"1.2.3","vendor":"a \"vendor\"",)"
              R"("license":"MIT","description":"buys","capabilities":["kv","timers"],)"
              R"("settings":{"type":"object","additionalProperties":false,"required":[],)"
              R"("properties":{"period":{"type":"integer","default":3,"description":"steps"}}}})");
}

TEST(Plugin, IdIsLowerCaseLettersDigitsAndHyphens) {
    EXPECT_TRUE(plugin_detail::is_plugin_id("a-1"));
    EXPECT_FALSE(plugin_detail::is_plugin_id(""));
    EXPECT_FALSE(plugin_detail::is_plugin_id("A"));
    EXPECT_FALSE(plugin_detail::is_plugin_id("a b"));
    EXPECT_FALSE(plugin_detail::is_plugin_id("a/b"));
}

TEST(Plugin, StrategyTableIsWhole) {
    const tradectl_strategy_api& api = kStrategyApi<Buyer>;
    EXPECT_EQ(api.struct_size, sizeof api);
    EXPECT_TRUE(api.create && api.configure && api.start && api.on_events && api.stop);
    EXPECT_NO_FATAL_FAILURE(api.destroy(nullptr));
}

}  // namespace
}  // namespace tradectl
