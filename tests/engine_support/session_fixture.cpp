#include "tests/engine_support/session_fixture.hpp"

#include "host/config/load.hpp"
#include "host/wal/reader.hpp"

#include <unistd.h>

namespace tradectl::engine {

std::filesystem::path memory_directory() {
    constexpr const char* kMemory = "/dev/shm";
    return ::access(kMemory, W_OK | X_OK) == 0 ? kMemory : std::filesystem::temp_directory_path();
}

SessionText& SessionText::script(const std::string& name,
                                 const std::vector<std::string>& steps,
                                 const std::string& more,
                                 const std::string& settings) {
    std::string list;
    for (const auto& step : steps)
        list += (list.empty() ? "\"" : ", \"") + step + "\"";
    strategies += "  - {name: " + name +
                  ", plugin: scripted_strategy, instruments: [BTC-USD.x], settings: {steps: [" +
                  list + "]" + settings + "}" + more + "}\n";
    return *this;
}

SessionText& SessionText::venue(const std::string& script, const std::string& more) {
    exchange = "plugin: scripted_exchange, settings: {script: " + script +
               ", balances: {USD: \"100000\", BTC: \"10\"}" + more + "}";
    return *this;
}

SessionText& SessionText::in_real_time(const std::string& speed) {
    head = "mode: paper\nclock: real\nseed: 7\nspeed: " + speed + "\n";
    return *this;
}

std::string SessionText::yaml() const {
    return "name: engine-test\n" + head + "log: {level: \"off\"}\nplugins: {paths: [" +
           TRADECTL_BINARY_DIR "/scripted, " TRADECTL_BINARY_DIR "/plugins, " TRADECTL_BINARY_DIR
                               "/zoo]}\nwal: {segment: 256KiB}\nexchanges: [{name: x, " +
           exchange + "}]\ninstruments: [{" + instrument + "}]\ndata: [{" + data +
           "}]\nrisk: " + risk + "\n" + rest +
           (strategies.empty() ? "" : "strategies:\n" + strategies);
}

Expected<RunSummary> SessionFixture::run(const SessionText& text, RunOptions options) {
    return run_yaml(text.yaml(), std::move(options));
}

Expected<RunSummary> SessionFixture::run_yaml(const std::string& yaml, RunOptions options) {
    config::LoadOptions load;
    load.directory = load.working_directory = directory_.path();
    auto outcome = config::load_text(yaml, load);
    if (!outcome.document) return fail(config::to_error(outcome.errors));
    if (options.state_dir.empty()) options.state_dir = state_dir();
    return run_session(*outcome.document, options);
}

RunSummary SessionFixture::run_well(const SessionText& text, RunOptions options) {
    auto summary = run(text, std::move(options));
    EXPECT_TRUE(summary) << (summary ? "" : summary.error().message);
    if (!summary) return {};
    EXPECT_FALSE(summary->error) << summary->error->message;
    return *summary;
}

void SessionFixture::fresh_state() {
    std::filesystem::remove_all(state_dir());
}

ledger::Reader SessionFixture::books() {
    auto reader = ledger::Reader::open(*disk_, state_dir() + "/ledger.db");
    if (!reader) ADD_FAILURE() << reader.error().message;
    return std::move(*reader);
}

std::vector<ledger::OrderRow> SessionFixture::orders() {
    return *books().orders({});
}
std::vector<ledger::FillRow> SessionFixture::fills() {
    return *books().fills({});
}
std::vector<ledger::DeniedRow> SessionFixture::denied() {
    return *books().denied({});
}

std::vector<std::string> SessionFixture::notes(wal::NoteKind kind) {
    std::vector<std::string> texts;
    const auto rows = books().notes({});
    for (const auto& row : *rows) {
        if (row.kind == kind) texts.push_back(row.text);
    }
    return texts;
}

std::vector<std::string> SessionFixture::heard(const std::string& strategy) {
    std::vector<std::string> texts;
    const auto rows = books().kv(strategy);
    for (const auto& row : *rows) {
        if (!row.key.starts_with("heard/")) continue;
        texts.emplace_back(reinterpret_cast<const char*>(row.value.data()), row.value.size());
    }
    return texts;
}

Decimal SessionFixture::amount(const std::string& asset, wal::Bucket bucket) {
    Decimal sum;
    const auto rows = books().balances();
    for (const auto& row : *rows) {
        if (row.asset == asset && row.bucket == bucket) sum = sum + row.amount;
    }
    return sum;
}

Decimal SessionFixture::total(const std::string& asset) {
    return amount(asset, wal::Bucket::Available) + amount(asset, wal::Bucket::Held) +
           amount(asset, wal::Bucket::Unsettled);
}

std::string SessionFixture::exported() {
    std::string text;
    auto reader = books();
    const auto done = ledger::canonical_export(reader, [&](std::string_view line) -> Status {
        text += line;
        return {};
    });
    EXPECT_TRUE(done);
    return text;
}

}  // namespace tradectl::engine
