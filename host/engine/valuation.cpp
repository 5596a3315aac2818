#include "host/engine/valuation.hpp"

#include "host/base/log.hpp"
#include "host/market/book.hpp"

#include <chrono>
#include <vector>

namespace tradectl::engine {

namespace {

class Listener final : public exchange::ExchangeSink {
  public:
    explicit Listener(std::uint32_t instruments) : books_(instruments) {}
    void on_completion(std::uint32_t, exchange::Completion&&) override {}
    void on_exchange_event(std::uint32_t, const tradectl_event& event) override {
        books_.apply(event);
    }
    [[nodiscard]] Decimal mid(tradectl_instrument_handle handle) const {
        const tradectl_book_top& top = books_.top(handle);
        const Decimal bid = Decimal::from_abi(top.bid_price);
        const Decimal ask = Decimal::from_abi(top.ask_price);
        if (bid.is_null() || ask.is_null()) return Decimal::null();
        const auto sum = checked_add(bid, ask);
        const auto half = sum ? checked_mul(*sum, 0.5_d, Rounding::HalfEven) : sum;
        return half ? *half : Decimal::null();
    }

  private:
    market::BookTable books_;
};

/// One for each asset: the first instrument of the venue that trades it.
std::map<std::string, tradectl_instrument_handle> markets_of(const Trading& trading,
                                                             const std::string& venue,
                                                             const std::set<std::string>& assets) {
    std::map<std::string, tradectl_instrument_handle> out;
    for (tradectl_instrument_handle handle = 0; handle < trading.table.size(); ++handle) {
        const tradectl_instrument& instrument = *trading.table.instrument(handle);
        const bool open = instrument.status == TRADECTL_INSTRUMENT_OPEN ||
                          instrument.status == TRADECTL_INSTRUMENT_CLOSING;
        if (market::id_text(instrument.venue) != venue || !open) continue;
        const std::string base(market::id_text(instrument.base));
        if (assets.contains(base)) out.emplace(base, handle);
    }
    return out;
}

}  // namespace

std::map<std::string, Mid> read_mids(Trading& trading,
                                     DeskExchange& desk,
                                     exchange::ExchangeRuntime& runtime,
                                     const std::set<std::string>& assets,
                                     std::int64_t wait_ns) {
    const auto markets = markets_of(trading, runtime.name(), assets);
    if (markets.empty()) return {};
    std::vector<tradectl_subscription> items;
    for (const auto& [asset, handle] : markets) {
        tradectl_subscription item{};
        item.struct_size = sizeof(item);
        item.instrument = handle;
        item.streams = TRADECTL_STREAM_QUOTES | TRADECTL_STREAM_BOOK;
        items.push_back(item);
    }
    using Steady = std::chrono::steady_clock;
    const auto end = Steady::now() + std::chrono::nanoseconds(wait_ns);
    Listener listener(trading.table.size());
    const auto answer = desk.wait_for(runtime, runtime.subscribe(items), listener, wait_ns);
    std::map<std::string, Mid> out;
    if (!answer || answer->status != TRADECTL_OK) {
        log(LogLevel::Warning,
            "balance",
            "exchange '" + runtime.name() +
                "' gives no market data: " + (answer ? answer->text : answer.error().message));
        return out;
    }
    for (;;) {
        for (const auto& [asset, handle] : markets) {
            const Decimal mid = listener.mid(handle);
            if (mid.is_null()) continue;
            const tradectl_id& quote = trading.table.instrument(handle)->quote;
            out[asset] = {mid, std::string(market::id_text(quote))};
        }
        if (out.size() == markets.size() || runtime.faulted() || Steady::now() >= end) return out;
        desk.wait_a_little(runtime);
        runtime.deliver(listener);
    }
}

}  // namespace tradectl::engine
