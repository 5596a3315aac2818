// The part of start-up that compares balances with the venue's.
#include "host/base/log.hpp"
#include "host/engine/ask.hpp"
#include "host/engine/our_books.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/startup.hpp"

#include <span>
#include <string>
#include <utility>

namespace tradectl::engine {

namespace {

/// What the account did before is in what it has now: as of the reading, or of the question, so
/// that a trade while it is answered is looked at rather than passed.
void keep_opening(const Trading& trading,
                  Pipeline& pipeline,
                  std::uint32_t exchange,
                  tradectl_account_handle account,
                  Timestamp as_of) {
    const std::string text = std::to_string(as_of.ns());
    pipeline.scribe().kv(opened_instance(trading.exchanges[exchange]->name()),
                         trading.account_name(account),
                         std::as_bytes(std::span(text)));
}

}  // namespace

Status book_opening_balances(Trading& trading,
                             Pipeline& pipeline,
                             HeldNews& held,
                             const WaitALittle& wait) {
    for (std::uint32_t index = 0; index < trading.exchanges.size(); ++index) {
        auto& runtime = *trading.exchanges[index];
        tradectl_scope scope{};
        scope.struct_size = sizeof(scope);
        scope.account = TRADECTL_HANDLE_NONE;
        scope.instrument = TRADECTL_HANDLE_NONE;
        scope.since = TRADECTL_TIME_NONE;
        const Timestamp asked = trading.clock.now();
        auto answer = await_answer(runtime, runtime.balances(scope), held, wait);
        if (!answer) return fail(answer.error());
        if (answer->status == TRADECTL_UNSUPPORTED && !is_traded(trading.config, index)) continue;
        if (answer->status != TRADECTL_OK ||
            answer->completeness != TRADECTL_COMPLETENESS_COMPLETE) {
            return fail(
                ErrorCode::Unavailable,
                "exchange '" + runtime.name() + "' does not tell its balances: " + answer->text);
        }
        for (const auto& report : answer->balances) {
            if (report.account >= trading.table.account_count()) continue;
            if (!trading.balances->states(report.account).empty() &&
                !trading.opening.contains(report.account)) {
                continue;  // the ledger knows this account already
            }
            // By the venue's clock, as its trades are; by ours where it does not tell.
            const bool tells = answer->as_of != TRADECTL_TIME_NONE;
            const Timestamp as_of = tells ? Timestamp{answer->as_of} : asked;
            const bool reaches = trading.reaches_venue(index);
            const bool first =
                trading.opening.emplace(report.account, reaches ? as_of : Timestamp::none()).second;
            if (first && reaches) keep_opening(trading, pipeline, index, report.account, as_of);
            const Decimal total = Decimal::from_abi(report.total);
            if (total.is_zero()) continue;
            const std::string asset(market::id_text(report.asset));
            auto postings = execution::fund(trading.account_name(report.account), asset, total);
            if (!postings) return fail(postings.error());
            pipeline.scribe().opening(
                index, report.account, *postings, "balance reported by the exchange at the start");
            pipeline.settler().post(report.account, *postings);
        }
    }
    return {};
}

Status check_venue_balances(Trading& trading, Pipeline& pipeline, const WaitALittle& wait) {
    for (auto& runtime : trading.exchanges) {
        tradectl_scope scope{};
        scope.struct_size = sizeof(scope);
        scope.account = TRADECTL_HANDLE_NONE;
        scope.instrument = TRADECTL_HANDLE_NONE;
        scope.since = TRADECTL_TIME_NONE;
        auto answer = await_answer(*runtime, runtime->balances(scope), pipeline, wait);
        if (!answer) return fail(answer.error());
        for (const auto& report : answer->balances) {
            if (report.account >= trading.table.account_count()) continue;
            // What nobody can tell yet is not drift: it blocks its account and instrument.
            if (pipeline.gate().blocks(report.account)) continue;
            const std::string asset(market::id_text(report.asset));
            // The venue moves it when the trade is settled.
            if (trading.unsettled_assets(report.account).contains(asset)) continue;
            const auto handle = trading.table.add_asset(asset);
            if (!handle) return fail(handle.error());
            Decimal ours;
            for (const auto& state : trading.balances->states(report.account)) {
                if (state.asset == *handle) ours = Decimal::from_abi(state.total);
            }
            const Decimal theirs = Decimal::from_abi(report.total);
            if (ours == theirs) continue;
            const Halt halt{.scope = "exchange:" + runtime->name(),
                            .since = trading.clock.now(),
                            .actor = "host",
                            .reason = "drift: " + asset + " in account " +
                                      std::string(trading.account_name(report.account)) +
                                      ": ledger " + ours.to_string() + ", venue " +
                                      theirs.to_string()};
            log(LogLevel::Error, "startup", halt.reason, {{"instance", runtime->name()}});
            if (auto latched = trading.halts.add(halt); !latched) return latched;
        }
    }
    return {};
}

}  // namespace tradectl::engine
