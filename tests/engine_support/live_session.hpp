/// A live session on a thread of its own, and those who ask it over its control socket.
#pragma once

#include "host/engine/state_dir.hpp"
#include "host/ops/control_client.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <thread>

#include <unistd.h>

namespace tradectl::engine {

class LiveSession : public SessionFixture {
  protected:
    using SteadyClock = std::chrono::steady_clock;
    static constexpr std::int64_t kPatienceNs = 10 * kNsPerSecond;

    ~LiveSession() override {
        if (running_.valid()) static_cast<void>(end());
    }
    /// An endless market, and a strategy that does `step`.
    static SessionText text(const std::string& script, const std::string& step) {
        SessionText text;
        text.venue(script).script("s", {step}).in_real_time("1");
        text.rest = "shutdown: {orders: keep}\n";
        text.data =
            "instrument: BTC-USD.x, synth: {price: \"100\", trades: 0, interval: 2ms, "
            "gap: 2ms, jump_ppm: 0}";
        return text;
    }
    /// Runs it on a thread of its own until `end`.
    void begin(const SessionText& text, RunOptions options = {}) {
        running_ =
            std::async(std::launch::async, [this, text, options] { return run(text, options); });
        wait_until([this] { return ask("status").has_value(); });
    }
    /// Stops it as an operator would, and returns how it ended.
    RunSummary end() {
        // One that ended by itself listens to no signal any more.
        const bool ended = running_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
        if (!ended) ::kill(::getpid(), SIGTERM);
        auto summary = running_.get();
        EXPECT_TRUE(summary) << summary.error().message;
        if (summary && summary->error) ADD_FAILURE() << summary->error->message;
        return summary ? *summary : RunSummary();
    }
    Expected<Json> ask(const std::string& command, const Json& body = Json::object()) {
        return ops::ask_control(socket(), command, body, kPatienceNs);
    }
    Json told(const std::string& command, const Json& body = Json::object()) {
        const auto said = ask(command, body);
        EXPECT_TRUE(said) << said.error().message;
        return said ? *said : Json();
    }
    [[nodiscard]] std::string socket() const { return StatePaths{state_dir()}.control(); }
    static std::int64_t number(const Json& json, std::string_view key) {
        const Json* found = json.find(key);
        return found == nullptr ? -1 : found->as_integer().value_or(-1);
    }
    static void wait_until(const std::function<bool()>& holds) {
        const auto deadline = SteadyClock::now() + std::chrono::nanoseconds(kPatienceNs);
        while (!holds()) {
            ASSERT_LT(SteadyClock::now(), deadline) << "nothing came of it";
            std::this_thread::yield();
        }
    }
    void wait_for(const std::string& key, std::int64_t value) {
        wait_until([&] { return number(told("status"), key) == value; });
    }
    static Json words(const std::string& scope, std::int64_t timeout_ms = 10'000) {
        Json body = Json::object();
        body.set("scope", scope);
        body.set("reason", "odd fills");
        body.set("confirm", "engine-test");
        body.set("timeout_ms", timeout_ms);
        return body;
    }
    static bool is_done(const Json& data) { return data.find("done")->as_boolean() == true; }
    std::string last_action() { return notes(wal::NoteKind::OperatorAction).back(); }

    std::future<Expected<RunSummary>> running_;
};

}  // namespace tradectl::engine
