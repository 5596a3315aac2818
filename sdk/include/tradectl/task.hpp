/// `Task<T>`: a coroutine that gives one value, for multi-step work that reads straight.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace tradectl {

template <typename T>
class Task;

namespace task_detail {
/// Hands control to whoever awaits the task, or back to the caller of `resume`.
struct FinalAwaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
        const auto continuation = ended.promise().continuation;
        return continuation ? continuation : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
};

struct PromiseBase {
    std::coroutine_handle<> continuation;
    std::exception_ptr thrown;

    std::suspend_always initial_suspend() noexcept { return {}; }
    FinalAwaiter final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { thrown = std::current_exception(); }
};

template <typename T>
struct Promise : PromiseBase {
    std::optional<T> value;

    Task<T> get_return_object();
    template <typename U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() {
        if (thrown) std::rethrow_exception(thrown);
        return std::move(*value);
    }
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object();
    void return_void() noexcept {}
    void take() const {
        if (thrown) std::rethrow_exception(thrown);
    }
};
}  // namespace task_detail

/// Owns one coroutine. It starts when it is awaited (or by `start`), and is destroyed, wherever it
/// waits, with its Task. An exception inside comes out of the `co_await`. [engine]
///
/// A coroutine's parameters live in it: pass by value, not by reference, what may end sooner.
template <typename T = void>
class [[nodiscard]] Task {
  public:
    using promise_type = task_detail::Promise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    explicit Task(Handle handle) : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    /// Runs the coroutine up to its first wait. Only for one that nobody awaits.
    void start() { handle_.resume(); }
    [[nodiscard]] bool done() const { return handle_.done(); }
    /// The result of a finished task, or its exception.
    T take() { return handle_.promise().take(); }

    auto operator co_await() && noexcept {
        struct Awaiter {
            Handle awaited;
            [[nodiscard]] bool await_ready() const noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<> continuation) noexcept {
                awaited.promise().continuation = continuation;
                return awaited;
            }
            T await_resume() { return awaited.promise().take(); }
        };
        return Awaiter{handle_};
    }

  private:
    Handle handle_;
};

template <typename T>
Task<T> task_detail::Promise<T>::get_return_object() {
    return Task<T>{std::coroutine_handle<Promise>::from_promise(*this)};
}
inline Task<void> task_detail::Promise<void>::get_return_object() {
    return Task<void>{std::coroutine_handle<Promise>::from_promise(*this)};
}

}  // namespace tradectl
