/// The thread that signs while the disk syncs.
#pragma once

#include "host/exchange/key_desk.hpp"
#include "host/exchange/wire.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tradectl::exchange {

/// Signs operations in their order. [any]
class SignWorker {
  public:
    struct Done {
        std::uint64_t prepare_id = 0;
        Signatures signatures;
    };

    /// `desk` must outlive it; `on_done` is called on its thread after each operation.
    SignWorker(KeyDesk& desk, std::function<void()> on_done);
    /// What is not signed by now never is.
    ~SignWorker();
    SignWorker(const SignWorker&) = delete;
    SignWorker& operator=(const SignWorker&) = delete;

    void sign(std::uint64_t prepare_id, std::vector<SignRequest> requests);
    /// What was done since the last call.
    [[nodiscard]] std::vector<Done> take_done();

  private:
    struct Job {
        std::uint64_t prepare_id = 0;
        std::vector<SignRequest> requests;
    };
    void run();
    [[nodiscard]] Signatures sign_all(const std::vector<SignRequest>& requests);

    KeyDesk& desk_;
    std::function<void()> on_done_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    std::vector<Done> done_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace tradectl::exchange
