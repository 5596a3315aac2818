#include "cli/progress_bar.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <unistd.h>

namespace tradectl::cli {
namespace {
constexpr std::size_t kBarColumns = 24;
constexpr std::chrono::milliseconds kFirst{1000};
constexpr std::chrono::milliseconds kBetween{200};
}  // namespace

ProgressBar::ProgressBar(std::string what, Show show)
    : what_(std::move(what)),
      shows_(show == Show::OnTerminal && ::isatty(STDERR_FILENO) == 1),
      begin_(Clock::now()),
      last_(begin_ + kFirst - kBetween) {}

ProgressBar::~ProgressBar() {
    if (written_) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::update(std::uint64_t count, std::uint64_t done, std::uint64_t all) {
    if (!shows_) return;
    const Clock::time_point now = Clock::now();
    if (now - last_ < kBetween) return;
    last_ = now;
    written_ = true;
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    std::fprintf(stderr, "\r%s\x1b[K", line(what_, count, done, all, seconds).c_str());
}

std::string ProgressBar::line(const std::string& what,
                              std::uint64_t count,
                              std::uint64_t done,
                              std::uint64_t all,
                              double seconds) {
    std::string text;
    if (all > 0) {
        const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(all));
        const auto filled = static_cast<std::size_t>(part * static_cast<double>(kBarColumns));
        std::string percent = std::to_string(static_cast<int>(part * 100));
        percent.insert(0, 3 - percent.size(), ' ');
        text = "[" + std::string(filled, '=') + std::string(kBarColumns - filled, ' ') + "] " +
               percent + " %  ";
    }
    text += std::to_string(count) + " " + what;
    if (seconds > 0)
        text += ", " +
                std::to_string(static_cast<std::uint64_t>(static_cast<double>(count) / seconds)) +
                "/s";
    return text;
}

}  // namespace tradectl::cli
