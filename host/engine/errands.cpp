#include "host/engine/errands.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

/// For one answer of a venue.
constexpr std::int64_t kErrandNs = 15 * kNsPerSecond;

Status stopped() {
    return fail(ErrorCode::Unavailable, "the run stops");
}

}  // namespace

void Errands::add(Errand errand) {
    if (stopped_) return errand.give_up();
    waiting_.push_back(std::move(errand));
}

void Errands::work() {
    while (!waiting_.empty() && !working_) {
        const Errand errand = std::move(waiting_.front());
        waiting_.pop_front();
        working_ = true;
        errand.work();
        asked_.reset();
        working_ = false;
    }
}

void Errands::stop() {
    stopped_ = true;
    while (!waiting_.empty()) {
        waiting_.front().give_up();
        waiting_.pop_front();
    }
}

Status Errands::wait_a_turn() {
    return parts_.turn() ? Status() : stopped();
}

Status Errands::wait_until(const std::function<bool()>& holds, const std::string& what) {
    while (!holds()) {
        if (time_is_up()) return fail(ErrorCode::Unavailable, "the time is up: " + what);
        if (!parts_.turn()) return stopped();
    }
    return {};
}

Expected<exchange::Completion> Errands::ask(std::uint32_t exchange, const Question& question) {
    TRADECTL_ASSERT(working_ && !asked_);
    auto& runtime = *parts_.trading.exchanges[exchange];
    if (runtime.faulted()) {
        return fail(ErrorCode::Internal,
                    "exchange '" + runtime.name() + "': " + runtime.fault_reason());
    }
    const Timestamp end = std::min(deadline_, parts_.trading.clock.now().plus_ns(kErrandNs));
    asked_ = Asked{exchange, question(runtime)};
    answer_.reset();
    while (!answer_) {
        const bool late = parts_.trading.clock.now() >= end;
        if (!late && parts_.turn()) continue;
        asked_.reset();
        if (!late) return fail(stopped().error());
        return fail(ErrorCode::Unavailable, "exchange '" + runtime.name() + "' does not answer");
    }
    return *std::exchange(answer_, std::nullopt);
}

Status Errands::make_durable() {
    parts_.flush();
    auto& journal = *parts_.trading.journal;
    const WalSequence last{journal.next_sequence().value - 1};
    while (journal.durable() < last) {
        if (auto failure = journal.failure()) return fail(*failure);
        // A session that stops still makes its last records durable; whoever waits need not know.
        if (!parts_.turn()) return stopped();
    }
    return {};
}

Status Errands::wait_for_books() {
    if (auto durable = make_durable(); !durable) return durable;
    const WalSequence last = parts_.trading.journal->durable();
    return wait_until([&] { return parts_.applied() >= last; }, "the ledger lags behind the log");
}

void Errands::on_completion(std::uint32_t exchange, exchange::Completion&& completion) {
    if (asked_ && asked_->exchange == exchange && asked_->request == completion.request_id) {
        asked_.reset();
        answer_ = std::move(completion);
        return;
    }
    others_->on_completion(exchange, std::move(completion));
}

void Errands::on_exchange_event(std::uint32_t exchange, const tradectl_event& event) {
    others_->on_exchange_event(exchange, event);
}

}  // namespace tradectl::engine
