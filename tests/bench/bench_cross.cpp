// Holds one unit while the fast average of the closes, or of the trades' prices, is above the slow
// one: the strategy that the peers run too. Averages are running sums, compared without dividing.
#include <tradectl/plugin.hpp>
#include <tradectl/strategy.hpp>

#include <cstdint>
#include <vector>

namespace {

using namespace tradectl;

class RunningSum {
  public:
    explicit RunningSum(std::size_t period) : ring_(period) {}
    void push(Decimal value) {
        sum_ = sum_ - ring_[next_] + value;
        ring_[next_] = value;
        next_ = next_ + 1 == ring_.size() ? 0 : next_ + 1;
        if (count_ < ring_.size()) ++count_;
    }
    [[nodiscard]] bool is_full() const { return count_ == ring_.size(); }
    /// The sum `times` over.
    [[nodiscard]] Decimal::Raw scaled(std::size_t times) const {
        return sum_.raw() * static_cast<Decimal::Raw>(times);
    }
    [[nodiscard]] std::size_t period() const { return ring_.size(); }

  private:
    std::vector<Decimal> ring_;
    std::size_t next_ = 0;
    std::size_t count_ = 0;
    Decimal sum_;
};

class Cross final : public Strategy {
  public:
    struct Settings {
        TextSetting source{"source",
                           {.fallback = "bars", .bytes_max = 16, .choices = {"bars", "trades"}},
                           "what is averaged"};
        DurationSetting bar_interval{
            "bar_interval", {.fallback = kNsPerMinute, .min = kNsPerSecond}, "length of a bar"};
        IntegerSetting fast{"fast", {.fallback = 10, .min = 1, .max = 4096}, "fast period"};
        IntegerSetting slow{"slow", {.fallback = 20, .min = 1, .max = 4096}, "slow period"};
    };
    Settings settings;

    Status on_configure() override {
        fast_ = RunningSum(static_cast<std::size_t>(*settings.fast));
        slow_ = RunningSum(static_cast<std::size_t>(*settings.slow));
        return {};
    }
    Status on_start() override {
        host().each_instrument([&](const Instrument& instrument) {
            const auto streams =
                settings.source->view() == "bars" ? TRADECTL_STREAM_BARS : TRADECTL_STREAM_TRADES;
            static_cast<void>(subscribe(instrument.handle(), streams, *settings.bar_interval));
        });
        return {};
    }
    void on_bar(const Bar& bar) override { take(bar.instrument(), bar.close()); }
    void on_trade(const Trade& trade) override { take(trade.instrument(), trade.price()); }

  private:
    void take(InstrumentHandle instrument, Decimal price) {
        fast_.push(price);
        slow_.push(price);
        if (!slow_.is_full()) return;
        const bool above = fast_.scaled(slow_.period()) > slow_.scaled(fast_.period());
        if (above == is_long_) return;
        OrderOptions options;
        options.quantity = 1_d;
        if (submit(instrument, above ? Side::Buy : Side::Sell, options)) is_long_ = above;
    }

    RunningSum fast_{1};
    RunningSum slow_{1};
    bool is_long_ = false;
};

}  // namespace

TRADECTL_STRATEGY_PLUGIN(Cross,
                         .id = "bench-cross",
                         .version = "0.1.0",
                         .vendor = "tradectl",
                         .license = "Apache-2.0",
                         .description = "one unit while the fast average is above the slow one");
