/// Runs the program over small configs.
#pragma once

#include "tests/cli/child.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::cli {

/// Holds another process's place: an exclusive lock on a file's first byte, kept by a child.
class FileLock {
  public:
    explicit FileLock(const std::string& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    int child_ = -1;
    int pipe_ = -1;
};

class RunFixture : public testing::Test {
  protected:
    /// A backtest of momentum on 300 made-up trades.
    [[nodiscard]] static std::string good_config();
    /// The scripted strategy `s` with one step on the scripted exchange.
    [[nodiscard]] static std::string scripted_config(const std::string& step,
                                                     const std::string& script);
    /// A strategy of the zoo, by what it does wrong.
    [[nodiscard]] static std::string zoo_config(const std::string& name);
    /// Rows of a Binance trade file.
    [[nodiscard]] static std::string many_rows();

    ChildResult run_config(const std::string& text, const std::vector<std::string>& more = {});
    /// The good config with another strategy plugin, of a path below the build folder.
    ChildResult run_with_plugin(const std::string& path);
    /// Imports a Binance trade file as out.tdat.
    ChildResult import_file(const std::string& path);
    /// The status, every word in what it says, and no crash; nothing half-written.
    void expect_refused(const ChildResult& result,
                        int exit_status,
                        const std::vector<std::string>& words);

    TemporaryFolder folder_;
};

}  // namespace tradectl::cli
