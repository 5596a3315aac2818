#include "host/net/loop.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tradectl::net {

namespace asio = boost::asio;

struct Loop::Impl {
    std::mutex mutex;
    /// Null once the loop is gone.
    std::unique_ptr<asio::io_context> context = std::make_unique<asio::io_context>(1);
    std::thread thread;

    void post(std::function<void()> task) {
        const std::lock_guard lock(mutex);
        if (context) asio::post(*context, std::move(task));
    }
};

Loop::Loop() : impl_(std::make_shared<Impl>()) {
    impl_->thread = std::thread([context = impl_->context.get()] {
        const auto work = asio::make_work_guard(*context);
        context->run();
    });
}

Loop::~Loop() {
    stop();
    std::unique_ptr<asio::io_context> context;
    {
        const std::lock_guard lock(impl_->mutex);
        context = std::move(impl_->context);
    }
}

void Loop::post(std::function<void()> task) {
    impl_->post(std::move(task));
}

void Loop::stop() {
    impl_->context->stop();
    if (impl_->thread.joinable()) impl_->thread.join();
}

std::function<void(std::function<void()>)> Loop::mailbox() const {
    return [impl = impl_](std::function<void()> task) { impl->post(std::move(task)); };
}

asio::io_context& Loop::context() const {
    return *impl_->context;
}

struct Timer::Impl {
    explicit Impl(asio::io_context& context) : timer(context) {}
    asio::steady_timer timer;
    std::function<void()> call;
    std::uint64_t setting = 0;  ///< a wait that belongs to an earlier one is void
};

Timer::Timer(Loop& loop) : impl_(std::make_shared<Impl>(loop.context())) {}

Timer::~Timer() {
    cancel();
}

void Timer::after(std::int64_t ns, std::function<void()> call) {
    cancel();
    impl_->call = std::move(call);
    // Beyond a year the clock's sum could pass its end.
    const std::int64_t wait_ns = std::clamp<std::int64_t>(ns, 0, 365 * kNsPerDay);
    impl_->timer.expires_after(std::chrono::nanoseconds(wait_ns));
    impl_->timer.async_wait(
        [impl = impl_, setting = impl_->setting](const boost::system::error_code&) {
            if (impl->setting != setting) return;
            ++impl->setting;
            const auto due = std::exchange(impl->call, nullptr);
            due();
        });
}

void Timer::cancel() {
    ++impl_->setting;
    impl_->call = nullptr;
    impl_->timer.cancel();
}

}  // namespace tradectl::net
