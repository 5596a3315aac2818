// The least that a strategy can do: an order at every trade, far from the market and gone at once.
#include <tradectl/plugin.hpp>
#include <tradectl/strategy.hpp>

namespace {

using namespace tradectl;

class EveryTrade final : public Strategy {
  public:
    struct Settings {
        DecimalSetting price{"price", {.fallback = 1000_d}, "of each order"};
        DecimalSetting quantity{"quantity", {.fallback = 0.01_d}, "of each order"};
    };
    Settings settings;

    Status on_start() override {
        host().each_instrument([&](const Instrument& instrument) {
            static_cast<void>(subscribe(instrument.handle(), TRADECTL_STREAM_TRADES));
        });
        return {};
    }
    void on_trade(const Trade& trade) override {
        OrderOptions options;
        options.quantity = *settings.quantity;
        options.price = *settings.price;
        options.time_in_force = TimeInForce::Ioc;
        static_cast<void>(submit(trade.instrument(), Side::Buy, options));
    }
};

}  // namespace

TRADECTL_STRATEGY_PLUGIN(EveryTrade,
                         .id = "bench-strategy",
                         .version = "0.1.0",
                         .vendor = "tradectl",
                         .license = "Apache-2.0",
                         .description = "an order at every trade");
