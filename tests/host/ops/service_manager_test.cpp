#include "host/ops/service_manager.hpp"

#include "tests/host/base/temporary_directory.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <map>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace tradectl::ops {
namespace {

/// A manager that listens at a path or at an abstract name that begins with @.
class Listener {
  public:
    explicit Listener(const std::string& name) : fd_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name.front() == '@') address.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0) << name;
    }
    ~Listener() { ::close(fd_); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::string heard() {
        std::array<char, 4096> buffer{};
        const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        return count < 0 ? "nothing" : std::string(buffer.data(), static_cast<std::size_t>(count));
    }

  private:
    int fd_;
};

Environment environment(std::map<std::string, std::string> variables) {
    return [variables = std::move(variables)](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    };
}

TEST(ServiceManager, HearsByAPath) {
    const TemporaryDirectory folder;
    Listener listener(folder.file("notify"));
    const ServiceManager manager(folder.file("notify"), 0);
    EXPECT_TRUE(manager.tell("READY=1\nSTATUS=trading"));
    EXPECT_EQ(listener.heard(), "READY=1\nSTATUS=trading");
}

TEST(ServiceManager, HearsByAnAbstractName) {
    const std::string name = "@tradectl-test-" + std::to_string(::getpid());
    Listener listener(name);
    EXPECT_TRUE(ServiceManager(name, 0).tell("WATCHDOG=1"));
    EXPECT_EQ(listener.heard(), "WATCHDOG=1");
}

TEST(ServiceManager, OneThatIsGoneOrHasABadNameIsAnErrorAndNoMore) {
    EXPECT_EQ(ServiceManager("/nonexistent/notify", 0).tell("READY=1").error().code, ErrorCode::Io);
    for (const std::string& name :
         {std::string("relative"), "/" + std::string(108, 'x'), "vsock:2:1234" + std::string()}) {
        EXPECT_EQ(ServiceManager(name, 0).tell("READY=1").error().code, ErrorCode::InvalidArgument)
            << name;
    }
    EXPECT_TRUE(ServiceManager().tell("READY=1"));
}

TEST(ServiceManager, IsFoundInTheEnvironment) {
    EXPECT_FALSE(ServiceManager::from_environment(environment({})).listens());
    const std::string own = std::to_string(::getpid());
    const auto manager = ServiceManager::from_environment(environment(
        {{"NOTIFY_SOCKET", "@x"}, {"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", own}}));
    EXPECT_TRUE(manager.listens());
    EXPECT_EQ(manager.watchdog_ns(), 30'000'000'000);
    for (const char* usec : {"", "-1", "1x", "9223372036854775807"}) {
        const auto odd = ServiceManager::from_environment(
            environment({{"NOTIFY_SOCKET", "@x"}, {"WATCHDOG_USEC", usec}}));
        EXPECT_EQ(odd.watchdog_ns(), 0) << usec;
    }
    const auto other = ServiceManager::from_environment(environment(
        {{"NOTIFY_SOCKET", "@x"}, {"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "1"}}));
    EXPECT_EQ(other.watchdog_ns(), 0);
}

}  // namespace
}  // namespace tradectl::ops
