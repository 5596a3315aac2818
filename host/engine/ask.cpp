#include "host/engine/ask.hpp"

#include "host/base/clock.hpp"

#include <cstring>
#include <optional>
#include <utility>

namespace tradectl::engine {

namespace {

class AnswerSink final : public exchange::ExchangeSink {
  public:
    AnswerSink(std::uint64_t request_id, exchange::ExchangeSink& others)
        : request_id_(request_id), others_(others) {}

    void on_completion(std::uint32_t index, exchange::Completion&& completion) override {
        if (completion.request_id == request_id_) {
            answer = std::move(completion);
        } else {
            others_.on_completion(index, std::move(completion));
        }
    }
    void on_exchange_event(std::uint32_t index, const tradectl_event& event) override {
        others_.on_exchange_event(index, event);
    }

    std::optional<exchange::Completion> answer;

  private:
    std::uint64_t request_id_;
    exchange::ExchangeSink& others_;
};

}  // namespace

void HeldNews::on_completion(std::uint32_t exchange, exchange::Completion&& completion) {
    news_.push_back({exchange, std::move(completion)});
}

void HeldNews::on_exchange_event(std::uint32_t exchange, const tradectl_event& event) {
    std::vector<std::uint64_t> words(event.size / 8);
    std::memcpy(words.data(), &event, event.size);
    news_.push_back({exchange, std::move(words)});
}

void HeldNews::pass_on(exchange::ExchangeSink& sink) {
    for (News& news : news_) {
        if (auto* completion = std::get_if<exchange::Completion>(&news.content)) {
            sink.on_completion(news.exchange, std::move(*completion));
        } else {
            const auto& words = std::get<std::vector<std::uint64_t>>(news.content);
            sink.on_exchange_event(news.exchange,
                                   *reinterpret_cast<const tradectl_event*>(words.data()));
        }
    }
    news_.clear();
}

Expected<exchange::Completion> await_answer(exchange::ExchangeRuntime& runtime,
                                            std::uint64_t request_id,
                                            exchange::ExchangeSink& others,
                                            const WaitALittle& wait,
                                            int attempts_max) {
    AnswerSink sink(request_id, others);
    const SystemClock clock;
    const std::int64_t deadline = clock.monotonic_ns() + wait.patience_ns();
    for (int i = 0; i < attempts_max || clock.monotonic_ns() < deadline; ++i) {
        runtime.hear_wire();
        runtime.deliver(sink);
        if (sink.answer) return std::move(*sink.answer);
        if (auto stored = runtime.commit_status(); !stored) return fail(stored.error());
        if (runtime.faulted()) {
            return fail(ErrorCode::Internal,
                        "exchange '" + runtime.name() + "': " + runtime.fault_reason());
        }
        if (wait.is_over())
            return fail(ErrorCode::Unavailable,
                        "exchange '" + runtime.name() + "' is not waited for any longer");
        wait();
    }
    return fail(ErrorCode::Unavailable, "exchange '" + runtime.name() + "' does not answer");
}

}  // namespace tradectl::engine
