/// Runs the built program as a user would.
#pragma once

#include "host/base/json.hpp"

#include <map>
#include <string>
#include <vector>

namespace tradectl::cli {

struct ChildResult {
    int exit_status = -1;  ///< 128 + signal when one ended it
    std::string out;
    std::string err;

    /// Standard output as the one JSON document that it must be; Null and a test failure otherwise.
    [[nodiscard]] Json json() const;
};

struct ChildOptions {
    std::string input = {};                               ///< standard input
    std::map<std::string, std::string> environment = {};  ///< added to PATH and HOME
    std::string stdout_path = {};                         ///< file instead of a pipe
};

/// `tradectl ARGUMENTS` from the build folder, with nothing of the test's own environment.
ChildResult run_tradectl(const std::vector<std::string>& arguments,
                         const ChildOptions& options = {});

/// Any program by absolute path.
ChildResult run_program_at(const std::string& program,
                           const std::vector<std::string>& arguments,
                           const ChildOptions& options = {});

/// A folder of its own that goes away with the test.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
    /// Writes a file and returns its path.
    std::string write(const std::string& name, const std::string& text) const;
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

[[nodiscard]] std::string read_text(const std::string& path);

}  // namespace tradectl::cli
