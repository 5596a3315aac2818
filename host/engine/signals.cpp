#include "host/engine/signals.hpp"

#include "host/base/assert.hpp"

#include <atomic>
#include <csignal>
#include <thread>

#include <unistd.h>

namespace tradectl::engine {

namespace {

std::atomic<const Doorbell*> signal_bell{nullptr};
std::atomic<int> first_signal{0};
std::atomic<bool> reload{false};
std::atomic<int> ringing{0};  ///< handlers that may hold the bell

void on_signal(int number) {
    int none = 0;
    if (number == SIGHUP)
        reload.store(true);
    else if (!first_signal.compare_exchange_strong(none, number))
        _exit(128 + number);
    ++ringing;
    if (const Doorbell* bell = signal_bell.load()) bell->ring();
    --ringing;
}

}  // namespace

SignalGuard::SignalGuard(const Doorbell& bell) {
    const Doorbell* none = nullptr;
    TRADECTL_ASSERT(signal_bell.compare_exchange_strong(none, &bell));
    first_signal.store(0);
    reload.store(false);
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

SignalGuard::~SignalGuard() {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGHUP, &action, nullptr);
    signal_bell.store(nullptr);
    // The bell goes next: its descriptor may be another file's by the time a late handler writes.
    while (ringing.load() != 0)
        std::this_thread::yield();
}

int SignalGuard::received() noexcept {
    return first_signal.load();
}

void SignalGuard::listen_for_reload() noexcept {
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigaction(SIGHUP, &action, nullptr);
}

bool SignalGuard::take_reload() noexcept {
    return reload.exchange(false);
}

}  // namespace tradectl::engine
