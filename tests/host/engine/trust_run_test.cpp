// Runs where plugins must be trusted, and what every run notes of its plugins.
#include "host/config/load.hpp"
#include "host/engine/session_parts.hpp"
#include "host/plugin/inventory.hpp"
#include "host/plugin/trust.hpp"
#include "tests/engine_support/session_fixture.hpp"

namespace tradectl::engine {
namespace {

class TrustRun : public SessionFixture {
  protected:
    [[nodiscard]] std::string lock() const { return directory_.file("lock/plugins.lock"); }
    /// The config with `head` among its keys of plugins.
    [[nodiscard]] static std::string with_plugins(const SessionText& text,
                                                  const std::string& head) {
        std::string yaml = text.yaml();
        yaml.replace(yaml.find("plugins: {"), 10, "plugins: {" + head + ", ");
        return yaml;
    }
    [[nodiscard]] std::string required(const SessionText& text) const {
        return with_plugins(text, "trust: required, lock: " + lock());
    }
    void trust(const std::string& file) const {
        const auto item =
            plugin::inspect({.name = "x", .path = TRADECTL_BINARY_DIR "/" + file + ".so"});
        ASSERT_TRUE(item.manifest) << item.refused;
        const auto entry = plugin::trusted_entry(
            std::filesystem::path(file).filename(), *item.manifest, item.sha256, Timestamp{0});
        ASSERT_TRUE(plugin::change_lock(lock(), [&](plugin::PluginLock& now) {
            now.put(*entry);
            return true;
        }));
    }
    /// A scripted strategy `s` and a momentum `m`.
    static SessionText two_strategies(const std::vector<std::string>& steps) {
        SessionText text;
        text.venue("rest").script("s", steps);
        text.strategies += "  - {name: m, plugin: momentum, instruments: [BTC-USD.x]}\n";
        return text;
    }
};

TEST_F(TrustRun, AStrategyThatIsNotTrustedNeverRunsAndTheOtherDoes) {
    trust("scripted/scripted_exchange");
    trust("plugins/momentum");
    const auto summary = run_yaml(required(two_strategies({"3 buy 1 100"})));
    ASSERT_TRUE(summary) << summary.error().message;
    ASSERT_EQ(summary->faults.size(), 1u);
    EXPECT_NE(summary->faults[0].find("strategy 's' faulted: plugin scripted_strategy"),
              std::string::npos);
    EXPECT_EQ(notes(wal::NoteKind::Fault).size(), 1u);
    EXPECT_TRUE(heard().empty());
    EXPECT_TRUE(orders().empty());
}

TEST_F(TrustRun, OrdersOfAStrategyThatIsNotTrustedAnyMoreAreHandledByItsPolicy) {
    SessionText text = two_strategies({"3 buy 1 100"}).in_real_time();
    text.rest = "shutdown: {orders: keep}\n";
    text.venue("rest", ", listing: open");
    run_well(text);
    ASSERT_EQ(books().open_orders()->size(), 1u);
    trust("scripted/scripted_exchange");
    trust("plugins/momentum");
    const auto summary = run_yaml(required(text));
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(orders().front().status, TRADECTL_ORDER_STATUS_CANCELED);
    EXPECT_EQ(orders().front().reason, TRADECTL_REASON_INSTANCE_FAULTED);
}

TEST_F(TrustRun, ARunOnTheRealClockNotesTheDigestsOfItsPlugins) {
    trust("scripted/scripted_exchange");
    trust("plugins/momentum");
    ASSERT_TRUE(run_yaml(required(two_strategies({"3 buy 1 100"}).in_real_time())));
    const auto texts = notes(wal::NoteKind::Config);
    ASSERT_EQ(texts.size(), 4u) << "the config, an exchange and two strategies";
    const auto digest =
        plugin::inspect({.path = TRADECTL_BINARY_DIR "/plugins/momentum.so"}).sha256;
    EXPECT_NE(texts[1].find("exchange:x plugin "), std::string::npos) << texts[1];
    EXPECT_NE(texts[2].find("strategy:s refused: "), std::string::npos) << texts[2];
    EXPECT_NE(texts[3].find("strategy:m plugin momentum"), std::string::npos) << texts[3];
    EXPECT_NE(texts[3].find("sha256 " + digest), std::string::npos) << texts[3];
}

TEST_F(TrustRun, ModeLiveRequiresTrustWithoutBeingAsked) {
    config::LoadOptions load;
    load.directory = load.working_directory = directory_.path();
    const std::string yaml = with_plugins(two_strategies({"3 buy 1 100"}), "lock: " + lock());
    auto outcome = config::load_text(yaml, load);
    ASSERT_TRUE(outcome.document);
    config::Config config = outcome.document->config;
    plugin::Loader loader;
    EXPECT_TRUE(load_plugins(config, {}, loader));
    config.mode = config::Mode::Live;
    const auto refused = load_plugins(config, {}, loader);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Config);
    EXPECT_NE(refused.error().message.find("is not in " + lock()), std::string::npos);
    trust("scripted/scripted_exchange");
    EXPECT_FALSE(load_plugins(config, {}, loader)) << "no strategy is left";
    trust("plugins/momentum");
    const auto loaded = load_plugins(config, {}, loader);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->strategies[0].library, nullptr);
    EXPECT_NE(loaded->strategies[1].library, nullptr);
}

}  // namespace
}  // namespace tradectl::engine
