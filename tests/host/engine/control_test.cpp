// A live session and those who steer it over its control socket.
#include "host/base/database.hpp"
#include "host/engine/operator_halt.hpp"
#include "host/engine/state_dir.hpp"
#include "host/net/line_call.hpp"
#include "tests/engine_support/live_session.hpp"

#include <algorithm>
#include <filesystem>
#include <future>

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl::engine {
namespace {

class LiveControl : public LiveSession {};

TEST_F(LiveControl, StatusTellsHowItStands) {
    begin(text("rest", "3 buy 1 90"));
    wait_for("open_orders", 1);
    wait_until([this] { return number(*told("status").find("wal"), "durable_sequence") > 0; });
    const Json status = told("status");
    EXPECT_EQ(*status.find_text("name"), "engine-test");
    EXPECT_EQ(*status.find_text("mode"), "paper");
    EXPECT_EQ(*status.find_text("state"), "running");
    EXPECT_EQ(number(status, "pid"), ::getpid());
    EXPECT_EQ(number(status, "positions"), 0);
    EXPECT_EQ(number(status, "unresolved"), 0);
    EXPECT_GE(number(*status.find("feed"), "age_ms"), 0);
    EXPECT_GT(number(*status.find("wal"), "durable_sequence"), 0);
    EXPECT_GE(number(*status.find("ledger"), "lag"), 0);
    EXPECT_TRUE(status.find("last_error")->is_null());
    const Json& strategy = status.find("strategies")->as_array()->front();
    EXPECT_EQ(*strategy.find_text("state"), "active");
    EXPECT_EQ(number(strategy, "open_orders"), 1);
    EXPECT_EQ(*status.find("exchanges")->as_array()->front().find_text("state"), "active");
}

TEST_F(LiveControl, AForeignLockOnTheLedgerDelaysItAndIsToldAndTradingGoesOn) {
    SessionText trades = text("fill", "3 buy 0.01 100");
    trades.strategies.clear();
    begin(trades.script("s", {"1 buy 0.01 100"}, "", ", every: true, keeps: false"));
    const auto fills = [&] { return number(*told("status").find("counters"), "fills"); };
    const auto applied = [&] { return number(*told("status").find("ledger"), "applied_sequence"); };
    wait_until([&] { return fills() > 0 && applied() > 0; });
    const std::string path = StatePaths{state_dir()}.ledger();
    auto other = Database::open(*disk_, path, Database::OpenMode::ReadWriteCreate);
    ASSERT_TRUE(other) << other.error().message;
    auto lock = std::make_optional(Transaction::begin(*other));
    ASSERT_TRUE(*lock) << lock->error().message;
    wait_until([&] { return !told("status").find("last_error")->is_null(); });
    EXPECT_EQ(*told("status").find("last_error")->find_text("subject"), "ledger");
    const auto stuck = applied();
    const auto before = fills();
    wait_until([&] { return fills() > before + 100; });
    EXPECT_EQ(applied(), stuck);
    lock.reset();
    wait_until([&] { return applied() > stuck; });
    EXPECT_GT(end().counters.fills, 100U);
}

TEST_F(LiveControl, UnresolvedOrdersAreNamed) {
    begin(text("unknown", "3 buy 1 90"));
    wait_for("unresolved", 1);
    const Json status = told("status");
    const auto& orders = *status.find("unresolved_orders")->as_array();
    ASSERT_EQ(orders.size(), 1u);
    EXPECT_EQ(*orders[0].find_text("strategy"), "s");
    EXPECT_EQ(*orders[0].find_text("instrument"), "BTC-USD.x");
}

TEST_F(LiveControl, AHaltHoldsWhenItIsAnswered) {
    begin(text("rest", "3 buy 1 90"));
    const Json halted = told("halt", words("strategy:s"));
    EXPECT_EQ(halted.find("changed")->as_boolean(), true);
    ASSERT_EQ(HaltLatch(*disk_, StatePaths{state_dir()}.halt()).read()->size(), 1u);
    EXPECT_EQ(*told("status").find_text("state"), "halted");
    EXPECT_EQ(told("halt", words("strategy:s")).find("changed")->as_boolean(), false);
    const Json resumed = told("resume", words("strategy:s"));
    EXPECT_EQ(resumed.find("changed")->as_boolean(), true);
    EXPECT_TRUE(resumed.find("halts")->as_array()->empty());
    end();
    EXPECT_EQ(notes(wal::NoteKind::Halt).size(), 1u);
    EXPECT_EQ(notes(wal::NoteKind::Resume).size(), 1u);
    const auto actions = notes(wal::NoteKind::OperatorAction);
    ASSERT_EQ(actions.size(), 3u);
    const std::string by = operator_name() + " (uid " + std::to_string(::getuid()) + "), pid " +
                           std::to_string(::getpid()) + ", control socket: odd fills";
    EXPECT_EQ(actions[0], "halted strategy:s by " + by);
    EXPECT_EQ(actions[2], "resume strategy:s by " + by);
}

TEST_F(LiveControl, HaltCommandsAreAcknowledgedByTheRunThatLives) {
    const SessionText session = text("rest", "3 buy 1 90");
    begin(session);
    config::LoadOptions load;
    load.directory = load.working_directory = directory_.path();
    const auto outcome = config::load_text(session.yaml(), load);
    const Halt halt{
        .scope = "all", .since = Timestamp{1}, .actor = "alice", .kind = HaltKind::ReduceOnly};
    const auto done = halt_by_operator(
        *disk_, outcome.document->config, StatePaths{state_dir()}, halt, kPatienceNs);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(done->changed);
    EXPECT_TRUE(done->acknowledged);
    ASSERT_EQ(done->halts.size(), 1u);
    EXPECT_EQ(done->halts[0].kind, HaltKind::ReduceOnly);
    EXPECT_EQ(*told("status").find_text("state"), "reduce-only");
    const auto back = resume_by_operator(
        *disk_, outcome.document->config, StatePaths{state_dir()}, halt, kPatienceNs);
    ASSERT_TRUE(back);
    EXPECT_TRUE(back->acknowledged);
    EXPECT_EQ(*told("status").find_text("state"), "running");
}

TEST_F(LiveControl, ABreakerIsClosedAtOnce) {
    SessionText session = text("reject", "3 buy 1 90");
    session.risk = "{breaker_threshold: 1, breaker_cool_down: 1d}";
    begin(session);
    wait_until([this] { return told("status").find("breakers")->as_array()->size() == 2; });
    EXPECT_EQ(*told("status").find("exchanges")->as_array()->front().find_text("state"),
              "reduce-only");
    const Json reset = told("reset-breaker", words("strategy:s"));
    EXPECT_EQ(reset.find("changed")->as_boolean(), true);
    EXPECT_EQ(reset.find("breakers")->as_array()->size(), 1u);
    EXPECT_EQ(told("reset-breaker", words("strategy:s")).find("changed")->as_boolean(), false);
}

TEST_F(LiveControl, CancelAllWaitsUntilWhatRestedIsGone) {
    begin(text("rest", "3 buy 1 90"));
    wait_for("open_orders", 1);
    const Json other = told("cancel-all", words("exchange:x"));
    EXPECT_TRUE(is_done(other));
    const auto& list = *other.find("orders")->as_array();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(*list[0].find_text("status"), "canceled");
    EXPECT_EQ(number(other, "orders_left"), 0);
    EXPECT_TRUE(is_done(told("cancel-all", words("all"))));  // nothing is left to do
    end();
    ASSERT_EQ(orders().size(), 1u);
    EXPECT_EQ(orders()[0].reason, TRADECTL_REASON_CANCELED_BY_OPERATOR);
    EXPECT_TRUE(last_action().starts_with("cancel-all all by ")) << last_action();
}

TEST_F(LiveControl, WhatIsLeftWhenTheTimeIsUpIsTold) {
    begin(text("one_way", "3 sell 1 110"));
    wait_for("open_orders", 1);
    const Json data = told("cancel-all", words("all", 50));
    EXPECT_FALSE(is_done(data));
    EXPECT_EQ(number(data, "orders_left"), 1);
    EXPECT_EQ(data.find("orders")->as_array()->front().find("open")->as_boolean(), true);
}

TEST_F(LiveControl, FlattenClosesPositionsAndLeavesAHalt) {
    SessionText session = text("fill", "3 buy 2 100");
    session.script("other", {"3 buy 1 100"});
    begin(session);
    wait_for("positions", 2);
    const Json data = told("flatten", words("strategy:s"));
    EXPECT_TRUE(is_done(data));
    EXPECT_EQ(number(data, "positions_before"), 1);
    EXPECT_TRUE(data.find("positions_left")->as_array()->empty());
    const Json status = told("status");
    EXPECT_EQ(number(status, "positions"), 1);
    EXPECT_EQ(*status.find("strategies")->as_array()->front().find_text("state"), "halted");
    EXPECT_EQ(*status.find("strategies")->as_array()->back().find_text("state"), "active");
    end();
    const auto rows = orders();
    EXPECT_EQ(rows.size(), 3u);
    EXPECT_EQ(std::count_if(rows.begin(),
                            rows.end(),
                            [](const auto& row) {
                                return row.reason == TRADECTL_REASON_EXIT_OPERATOR &&
                                       row.instance == "s";
                            }),
              1);
    EXPECT_EQ(HaltLatch(*disk_, StatePaths{state_dir()}.halt()).read()->at(0).reason,
              "flatten: odd fills");
}

TEST_F(LiveControl, FlattenTellsPositionsThatAreLeft) {
    begin(text("one_way", "3 buy 4 100"));  // its sales never fill
    wait_for("positions", 1);
    const Json data = told("flatten", words("all", 50));
    EXPECT_FALSE(is_done(data));
    EXPECT_FALSE(data.find("positions_left")->as_array()->empty());
}

TEST_F(LiveControl, WhoeverWaitsIsToldWhenTheRunStops) {
    begin(text("one_way", "3 sell 1 110"));
    wait_for("open_orders", 1);
    auto waiting = std::async(std::launch::async,
                              [this] { return ask("cancel-all", words("all", 3'600'000)); });
    wait_until([this] { return number(*told("status").find("counters"), "orders") == 1; });
    const RunSummary summary = end();
    // Which of the two came first is open; an answer says how it is.
    const auto said = waiting.get();
    if (said) {
        EXPECT_EQ(is_done(*said), summary.open_orders == 0);
    } else {
        EXPECT_FALSE(said.error().message.empty());
    }
    EXPECT_EQ(ask("status").error().code, ErrorCode::NotFound);
}

TEST_F(LiveControl, AMarketAsFastAsItComesDoesNotKeepOperatorsWaiting) {
    SessionText session = text("rest", "3 buy 1 90");
    session.in_real_time("1000000");
    begin(session);
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(ask("status"));
}

TEST_F(LiveControl, WhatIsAskedWronglyChangesNothing) {
    begin(text("fill", "3 buy 1 100"));
    wait_for("positions", 1);
    Json body = words("all");
    body.set("confirm", "another");
    EXPECT_EQ(ask("flatten", body).error().code, ErrorCode::InvalidArgument);
    for (const char* command : {"halt", "cancel-all", "flatten"}) {
        EXPECT_EQ(ask(command, words("strategy:nobody")).error().code, ErrorCode::InvalidArgument)
            << command;
    }
    EXPECT_EQ(ask("resume", words("nothing")).error().code, ErrorCode::InvalidArgument);
    body = words("all");
    body.set("state", "errors");
    EXPECT_EQ(ask("halt", body).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(ask("make-tea").error().code, ErrorCode::Unsupported);
    for (const char* line : {"", "{", "[]", "{\"v\":1}", "{\"v\":1,\"command\":7}", "{\"v\":2}"}) {
        const auto answer = net::call_line({.path = socket(), .line = line});
        ASSERT_TRUE(answer) << line;
        EXPECT_NE(answer->find("\"ok\":false"), std::string::npos) << *answer;
    }
    const Json status = told("status");
    EXPECT_EQ(number(status, "positions"), 1);
    EXPECT_EQ(*status.find_text("state"), "running");
    end();
    EXPECT_TRUE(notes(wal::NoteKind::OperatorAction).empty());
}

/// Connects as somebody else and returns what it is told; -1 when that is not possible here.
int connect_as(uid_t uid, const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const pid_t child = ::fork();
    if (child == 0) {
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        char answer[256];
        const bool told =
            ::setresuid(uid, uid, uid) == 0 &&
            ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
            ::read(fd, answer, sizeof(answer)) > 0;
        ::_exit(told ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(LiveControl, WhoMayNotConnectIsOnRecordOnceAMinute) {
    if (::getuid() != 0) GTEST_SKIP() << "skipped: nobody else to connect as";
    constexpr uid_t kNobody = 65534;
    begin(text("rest", "3 buy 1 90"));
    using std::filesystem::perms;
    std::filesystem::permissions(directory_.path(), static_cast<perms>(0711));
    std::filesystem::permissions(state_dir(), static_cast<perms>(0711));
    std::filesystem::permissions(socket(), static_cast<perms>(0666));
    EXPECT_EQ(connect_as(kNobody, socket()), 0);
    wait_until([this] { return !notes(wal::NoteKind::AccessDenied).empty(); });
    EXPECT_EQ(connect_as(kNobody, socket()), 0);
    EXPECT_EQ(connect_as(kNobody, socket()), 0);
    end();
    const auto denied = notes(wal::NoteKind::AccessDenied);
    ASSERT_EQ(denied.size(), 2u);  // the first at once, the rest together at the end
    EXPECT_NE(denied[0].find("(uid 65534), pid "), std::string::npos) << denied[0];
    EXPECT_NE(denied[1].find("; "), std::string::npos) << denied[1];
}

TEST_F(LiveControl, AStateDirectoryTooDeepForASocketIsRefusedByName) {
    RunOptions options;
    options.state_dir = directory_.file(std::string(120, 'd'));
    const auto refused = run(text("fill", "3 buy 1 100"), options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Config);
    EXPECT_NE(refused.error().message.find("limit 107"), std::string::npos);
}

TEST_F(LiveControl, ASimulatedRunHasNoSocket) {
    SessionText session;
    session.script("s", {"3 buy 1 -"});
    run_well(session);
    EXPECT_FALSE(std::filesystem::exists(socket()));
}

}  // namespace
}  // namespace tradectl::engine
