/// A run of the program that goes on beside the test.
#pragma once

#include "tests/cli/child.hpp"

#include <string>
#include <vector>

#include <sys/types.h>

namespace tradectl::cli {

/// `tradectl run`, for a minute at most; stopped with the object.
class LiveRun {
  public:
    /// Starts it on a config's text; its state is in `live` of the folder, which must outlive it.
    LiveRun(const TemporaryFolder& folder, const std::string& config_text);
    ~LiveRun() { stop(); }
    LiveRun(const LiveRun&) = delete;
    LiveRun& operator=(const LiveRun&) = delete;

    /// Asks it to stop and waits; its exit status, 128 and the signal when one ended it.
    int stop();
    /// Ends it at once, as a power cut would.
    void kill();
    void signal(int number) const;
    /// Another command on the same config and state.
    [[nodiscard]] ChildResult on(std::vector<std::string> command) const;

  private:
    int wait();

    std::vector<std::string> words_;
    pid_t child_ = -1;
    int status_ = -1;
};

}  // namespace tradectl::cli
