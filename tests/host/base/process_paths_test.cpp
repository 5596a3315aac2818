#include "host/base/process_paths.hpp"

#include <map>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

// Shared by value: the lookup keeps the texts alive.
Environment environment(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const char* name) -> const char* {
        const auto found = values.find(name);
        return found == values.end() ? nullptr : found->second.c_str();
    };
}

TEST(ProcessPaths, FallBackToHome) {
    const auto env = environment({{"HOME", "/home/u"}});
    EXPECT_EQ(state_directory(env).value(), "/home/u/.local/state/tradectl");
    EXPECT_EQ(data_directory(env).value(), "/home/u/.local/share/tradectl");
    EXPECT_EQ(config_directory(env).value(), "/home/u/.config/tradectl");
}

TEST(ProcessPaths, XdgComesBeforeHomeWhenItIsAbsolute) {
    EXPECT_EQ(state_directory(environment({{"HOME", "/h"}, {"XDG_STATE_HOME", "/s"}})).value(),
              "/s/tradectl");
    EXPECT_EQ(state_directory(environment({{"HOME", "/h"}, {"XDG_STATE_HOME", "s"}})).value(),
              "/h/.local/state/tradectl");
    EXPECT_EQ(data_directory(environment({{"HOME", "/h"}, {"XDG_DATA_HOME", ""}})).value(),
              "/h/.local/share/tradectl");
}

TEST(ProcessPaths, AServiceUsesTheFirstDirectoryItIsGiven) {
    const auto env = environment({{"HOME", "/h"},
                                  {"XDG_STATE_HOME", "/s"},
                                  {"STATE_DIRECTORY", "/var/lib/a:/var/lib/b"},
                                  {"CONFIGURATION_DIRECTORY", "/etc/a"}});
    EXPECT_EQ(state_directory(env).value(), "/var/lib/a");
    EXPECT_EQ(config_directory(env).value(), "/etc/a");
}

TEST(ProcessPaths, NothingToGoByIsNotFound) {
    EXPECT_EQ(state_directory(environment({})).error().code, ErrorCode::NotFound);
    EXPECT_EQ(state_directory(environment({{"HOME", "relative"}})).error().code,
              ErrorCode::NotFound);
}

TEST(ProcessPaths, FindsTheProgram) {
    EXPECT_TRUE(executable_path().value().ends_with("/test_host_base"));
}

}  // namespace
}  // namespace tradectl
