// In the market at all times: long while the fast average of the closes is not below the slow one,
// else short.
#include <tradectl/indicators.hpp>
#include <tradectl/strategy.hpp>

#include <string>
#include <utility>

namespace tradectl::reference {
namespace {

/// Trades one instrument, by bars. The first decision is at the bar that completes the slow period.
/// A change of side is two market orders: one that closes, one that opens.
///
/// At the end of the data it closes what is open. It keeps the count of bars under "bars".
class EmaCross final : public Strategy {
  public:
    struct Settings {
        DurationSetting bar_interval{
            "bar_interval",
            {.fallback = kNsPerMinute, .min = kNsPerSecond, .max = kNsPerDay},
            "length of a bar"};
        IntegerSetting fast{
            "fast", {.fallback = 10, .min = 1, .max = 65536}, "period of the fast average"};
        IntegerSetting slow{
            "slow", {.fallback = 20, .min = 1, .max = 65536}, "period of the slow average"};
        DecimalSetting quantity{
            "quantity", {.fallback = 1_d, .min = 0.000001_d}, "of every position"};
        BooleanSetting flat_bars{
            "flat_bars", {.fallback = false}, "also trade on a bar whose four prices are equal"};
    };
    Settings settings;

    Status on_configure() override {
        fast_ = Ema(static_cast<int>(*settings.fast));
        slow_ = Ema(static_cast<int>(*settings.slow));
        return {};
    }
    Status on_start() override {
        host().each_instrument([&](const Instrument& instrument) {
            if (subscribe(instrument.handle(), TRADECTL_STREAM_BARS, *settings.bar_interval))
                instrument_ = instrument.handle();
        });
        return {};
    }
    void on_bar(const Bar& bar) override {
        fast_.update(bar.close());
        slow_.update(bar.close());
        ++bars_;
        const bool is_flat = bar.open() == bar.high() && bar.high() == bar.low();
        if (!slow_.ready() || !fast_.ready() || (is_flat && !*settings.flat_bars)) return;
        want(bar.instrument(), fast_.value() >= slow_.value() ? Side::Buy : Side::Sell);
    }
    void on_status(const StatusUpdate& status) override {
        if (status.status() != TRADECTL_STATUS_END_OF_DATA) return;
        is_over_ = is_close_due_ = true;
    }
    void on_order(const OrderUpdate& order) override {
        // A close that fails is not tried again.
        if (is_over_ && order.status() == OrderStatus::Filled) is_close_due_ = true;
    }
    /// Once a turn: two fills of one turn show the same position to both of their handlers.
    void on_turn_end() override {
        if (std::exchange(is_close_due_, false) && open_orders().empty()) close(instrument_);
    }
    Status on_stop() override { return kv_put("bars", std::to_string(bars_)); }

  private:
    void want(InstrumentHandle instrument, Side side) {
        const Decimal held = position(instrument).quantity();
        if (side == Side::Buy ? held.is_positive() : held.is_negative()) return;
        close(instrument);
        order(instrument, side, *settings.quantity);
    }
    void close(InstrumentHandle instrument) {
        const Decimal held = position(instrument).quantity();
        if (held.is_positive()) order(instrument, Side::Sell, held);
        if (held.is_negative()) order(instrument, Side::Buy, -held);
    }
    void order(InstrumentHandle instrument, Side side, Decimal quantity) {
        const auto sent = submit(instrument, side, {.quantity = quantity});
        if (!sent) log(LogLevel::Error, "order refused: " + sent.error().message);
    }

    Ema fast_{1};
    Ema slow_{1};
    InstrumentHandle instrument_ = kNoHandle;
    bool is_over_ = false;
    bool is_close_due_ = false;
    std::uint64_t bars_ = 0;
};

}  // namespace
}  // namespace tradectl::reference

TRADECTL_STRATEGY_PLUGIN(tradectl::reference::EmaCross,
                         .id = "ema-cross",
                         .version = "0.1.0",
                         .vendor = "tradectl",
                         .license = "Apache-2.0",
                         .description = "holds the side of the faster of two averages");
