// What a service manager hears: by hand, and over whole sessions.
#include "host/engine/service_report.hpp"

#include "tests/engine_support/session_fixture.hpp"

#include <array>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace tradectl::engine {
namespace {

class Manager {
  public:
    explicit Manager(std::string path)
        : path_(std::move(path)), fd_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    }
    ~Manager() { ::close(fd_); }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    /// All that it heard since the last time, datagrams ended by a bar.
    std::string heard() {
        std::string all;
        std::array<char, 4096> buffer{};
        for (;;) {
            const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (count < 0) return all;
            all.append(buffer.data(), static_cast<std::size_t>(count));
            all += "|";
        }
    }

  private:
    std::string path_;
    int fd_;
};

class ServiceReports : public SessionFixture {
  protected:
    static constexpr std::int64_t kPatienceNs = 6 * kNsPerSecond;
    static ServiceLook good(std::int64_t now_ns) {
        return {.now_ns = now_ns, .fresh_data = true, .can_trade = true, .status = "running"};
    }

    Manager manager_{directory_.file("notify")};
    ServiceReport report_{ops::ServiceManager(manager_.path(), kPatienceNs)};
};

TEST_F(ServiceReports, ReadyIsSaidOnceAndNotBeforeTheFirstFreshData) {
    report_.starting();
    EXPECT_EQ(manager_.heard(), "STATUS=recovering|");
    ServiceLook look = good(0);
    look.fresh_data = false;
    report_.look(look);
    EXPECT_EQ(manager_.heard().find("READY"), std::string::npos);
    report_.look(good(1));
    EXPECT_TRUE(manager_.heard().starts_with("READY=1\nSTATUS=running\n"));
    report_.look(good(2));
    EXPECT_EQ(manager_.heard().find("READY"), std::string::npos);
    report_.stopping("all is over\nREADY=1");
    EXPECT_EQ(manager_.heard(), "STOPPING=1\nSTATUS=all is over READY=1|");
}

TEST_F(ServiceReports, TheWatchdogIsFedThriceInItsPatience) {
    report_.look(good(0));
    EXPECT_NE(manager_.heard().find("WATCHDOG=1"), std::string::npos);
    report_.look(good(kPatienceNs / 3 - 1));
    EXPECT_EQ(manager_.heard(), "");
    report_.look(good(kPatienceNs / 3));
    EXPECT_EQ(manager_.heard(), "WATCHDOG=1\n|");
}

TEST_F(ServiceReports, TheWatchdogStarvesWhenTradingStandsStill) {
    ServiceLook broken = good(0);
    broken.can_trade = false;
    report_.look(broken);
    EXPECT_EQ(manager_.heard().find("WATCHDOG"), std::string::npos);
    // An order that waits for the disk, and waits, and waits.
    ServiceLook stuck = good(1);
    stuck.awaited = WalSequence{7};
    report_.look(stuck);
    EXPECT_NE(manager_.heard().find("WATCHDOG=1"), std::string::npos);
    stuck.now_ns = 1 + kPatienceNs / 2;
    report_.look(stuck);
    EXPECT_NE(manager_.heard().find("WATCHDOG=1"), std::string::npos);
    stuck.now_ns = 2 + kPatienceNs;
    report_.look(stuck);
    EXPECT_EQ(manager_.heard().find("WATCHDOG"), std::string::npos);
    stuck.awaited = WalSequence{8};
    report_.look(stuck);
    EXPECT_NE(manager_.heard().find("WATCHDOG=1"), std::string::npos);
}

TEST_F(ServiceReports, StatusIsToldWhenItChangesAtMostOnceASecond) {
    ServiceReport report{ops::ServiceManager(manager_.path(), 0)};
    report.look(good(0));
    EXPECT_EQ(manager_.heard(), "READY=1\nSTATUS=running\n|");
    ServiceLook halted = good(kNsPerSecond - 1);
    halted.status = "halted";
    report.look(halted);
    EXPECT_EQ(manager_.heard(), "");
    halted.now_ns = kNsPerSecond;
    report.look(halted);
    EXPECT_EQ(manager_.heard(), "STATUS=halted\n|");
}

TEST_F(ServiceReports, AWholeSessionIsReadyAndStops) {
    SessionText session;
    session.venue("fill").script("s", {"3 buy 1 100"}).in_real_time();
    RunOptions options;
    options.service = ops::ServiceManager(manager_.path(), kPatienceNs);
    run_well(session, options);
    const std::string heard = manager_.heard();
    EXPECT_TRUE(heard.starts_with("STATUS=recovering|")) << heard;
    EXPECT_NE(heard.find("READY=1\n"), std::string::npos) << heard;
    EXPECT_TRUE(heard.ends_with("STOPPING=1\nSTATUS=stopping|")) << heard;
}

TEST_F(ServiceReports, ASessionThatCannotStartIsNeverReady) {
    SessionText session;
    session.venue("fill", ", connects: false").script("s", {"3 buy 1 100"}).in_real_time();
    RunOptions options;
    options.service = ops::ServiceManager(manager_.path(), kPatienceNs);
    EXPECT_FALSE(run(session, options));
    EXPECT_EQ(manager_.heard(), "STATUS=recovering|");
}

}  // namespace
}  // namespace tradectl::engine
