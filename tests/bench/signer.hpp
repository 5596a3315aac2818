/// A recoverable secp256k1 signature of a digest, as an order on an EVM venue needs one, made on a
/// thread of its own.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <semaphore>
#include <thread>

namespace tradectl::bench {

/// Calls libsecp256k1 itself: what is measured is the least that any signer can take.
class Signer {
  public:
    Signer();
    ~Signer();
    Signer(const Signer&) = delete;
    Signer& operator=(const Signer&) = delete;

    /// One signature on the caller's thread. Not while another is under way.
    void sign();
    /// Has one made on the signer's thread.
    void begin();
    /// Returns when it is made; at once when none was begun.
    void finish();

  private:
    struct Context;
    void run();

    std::unique_ptr<Context> context_;
    std::array<unsigned char, 32> digest_{};
    std::array<unsigned char, 64> signature_{};
    bool under_way_ = false;  // of the caller
    std::atomic<bool> stopping_{false};
    std::binary_semaphore wanted_{0};
    std::binary_semaphore made_{0};
    std::thread thread_;
};

}  // namespace tradectl::bench
