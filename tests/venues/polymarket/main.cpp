/// The simulated venue as a program: prints one line of JSON with its URLs, then serves until
/// SIGTERM, SIGINT, or the end of its standard input.
#include "tests/venues/polymarket/simulator.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace {

/// `--name value` pairs; false for anything else.
bool read_options(int count, char** words, polysim::Simulator::Options& options) {
    for (int i = 1; i < count; i += 2) {
        const std::string_view name = words[i];
        if (i + 1 == count) return false;
        if (name == "--port") {
            options.port = std::atoi(words[i + 1]);
        } else if (name == "--seed") {
            options.seed = std::strtoull(words[i + 1], nullptr, 10);
        } else if (name == "--tls") {
            options.tls_directory = words[i + 1];
        } else {
            return false;
        }
    }
    return true;
}

void wait_for_end(int signals) {
    pollfd polled[] = {{signals, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    char buffer[256];
    while (true) {
        if (poll(polled, 2, -1) < 0) continue;
        if (polled[0].revents != 0) return;
        if (polled[1].revents != 0 && read(STDIN_FILENO, buffer, sizeof buffer) <= 0) return;
    }
}

}  // namespace

int main(int count, char** words) {
    polysim::Simulator::Options options;
    if (!read_options(count, words, options)) {
        std::fprintf(stderr, "usage: polymarket_sim [--port N] [--seed N] [--tls DIRECTORY]\n");
        return 2;
    }
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // TLS writes to a peer that is gone
    try {
        const polysim::Simulator simulator{options};
        std::printf("%s\n", simulator.describe().c_str());
        std::fflush(stdout);
        wait_for_end(signalfd(-1, &ends, SFD_CLOEXEC));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "polymarket_sim: %s\n", error.what());
        return 1;
    }
    return 0;
}
