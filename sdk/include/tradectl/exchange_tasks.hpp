/// Runs the coroutines of one exchange instance and wakes them by the ids of the host's answers.
#pragma once

#include "exchange_host.hpp"
#include "task.hpp"

#include <algorithm>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tradectl {

/// First id that the wrapper takes for its own timers, HTTP requests and signatures.
inline constexpr std::uint64_t kTaskIdFirst = std::uint64_t{1} << 63;

/// Keeps tasks until they end; on its own end it destroys those that still wait. [engine]
class ExchangeTasks {
  public:
    explicit ExchangeTasks(ExchangeHost& host) : host_(host) {}
    ExchangeTasks(const ExchangeTasks&) = delete;
    ExchangeTasks& operator=(const ExchangeTasks&) = delete;

    /// Starts `task`. When it ends with an error or an exception this is logged and, if `id` is
    /// not 0, completes that request; success must have completed it.
    void run(RequestId id, Task<Status> task) {
        roots_.push_back(std::make_unique<Task<void>>(drive(id, std::move(task))));
        Task<void>& root = *roots_.back();
        ++depth_;
        root.start();
        settle();
    }

    /// Gives the host's answer to whoever waits for `id`. False when nobody does.
    template <typename Record>
    bool wake(std::uint64_t id, const Record* answer) {
        for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
            if (it->id != id) continue;
            const Waiting waiting = *it;
            waiting_.erase(it);
            *waiting.answer = answer;
            ++depth_;
            waiting.handle.resume();
            settle();
            return true;
        }
        return false;
    }

    [[nodiscard]] std::size_t running() const { return roots_.size(); }

    /// Sends by `send(id) -> Status`, then waits for the answer to that id. Gives the record, valid
    /// until the next wait, or the refusal.
    template <typename Record, typename Send>
    class Answer {
      public:
        Answer(ExchangeTasks& tasks, Send send) : tasks_(tasks), send_(std::move(send)) {}
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> handle) {
            const std::uint64_t id = tasks_.next_id_++;
            sent_ = send_(id);
            if (!sent_) return false;
            tasks_.waiting_.push_back({id, handle, &answer_});
            return true;
        }
        Expected<const Record*> await_resume() {
            if (!sent_) return fail(sent_.error());
            return static_cast<const Record*>(answer_);
        }

      private:
        ExchangeTasks& tasks_;
        Send send_;
        Status sent_;
        const void* answer_ = nullptr;
    };

    template <typename Record, typename Send>
    [[nodiscard]] Answer<Record, Send> answer(Send send) {
        return {*this, std::move(send)};
    }

  private:
    struct Waiting {
        std::uint64_t id;
        std::coroutine_handle<> handle;
        const void** answer;
    };

    Task<void> drive(RequestId id, Task<Status> task) {
        Status result;
        try {
            result = co_await std::move(task);
        } catch (const std::exception& error) {
            result = fail(ErrorCode::Internal, std::string("exception in a task: ") + error.what());
        } catch (...) {  // reported below, like any other failure
            result = fail(ErrorCode::Internal, "exception of unknown type in a task");
        }
        if (result) co_return;
        host_.log(LogLevel::Error, result.error().message);
        if (id.value == 0) co_return;
        host_.complete_failed(id, {.code = result.error().code, .text = result.error().message});
    }

    /// Drops what has ended, but never from inside one of the tasks.
    void settle() {
        if (--depth_ > 0) return;
        std::erase_if(roots_, [](const auto& root) { return root->done(); });
    }

    ExchangeHost& host_;
    std::vector<std::unique_ptr<Task<void>>> roots_;
    std::vector<Waiting> waiting_;
    std::uint64_t next_id_ = kTaskIdFirst;
    int depth_ = 0;
};

}  // namespace tradectl
