// Puts all that there is on the side to which the fast average of the closes has crossed the slow
// one.
#include <tradectl/strategy.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::reference {
namespace {

/// Sum of the last `period` values, and of the `period` before the last one. Exact.
class WindowSum {
  public:
    explicit WindowSum(std::size_t period) : ring_(period) {}
    void push(Decimal value) {
        previous_ = count_ >= ring_.size() ? std::optional(sum_) : std::nullopt;
        sum_ = sum_ - ring_[next_] + value;
        ring_[next_] = value;
        next_ = (next_ + 1) % ring_.size();
        ++count_;
    }
    [[nodiscard]] bool has_both() const { return previous_.has_value(); }
    [[nodiscard]] Decimal sum() const { return sum_; }
    [[nodiscard]] Decimal previous() const { return *previous_; }
    [[nodiscard]] std::int64_t period() const { return static_cast<std::int64_t>(ring_.size()); }

  private:
    std::vector<Decimal> ring_;
    std::size_t next_ = 0;
    std::size_t count_ = 0;
    Decimal sum_;
    std::optional<Decimal> previous_;
};

/// Decides when a bar ends and acts at the first quote after it: closes what is open, and when that
/// is filled opens the new side with the most whole lots that cost less than the account has.
class SmaCross final : public Strategy {
  public:
    struct Settings {
        DurationSetting bar_interval{
            "bar_interval",
            {.fallback = kNsPerDay, .min = kNsPerSecond, .max = 366 * kNsPerDay},
            "length of a bar"};
        IntegerSetting fast{
            "fast", {.fallback = 10, .min = 1, .max = 65536}, "period of the fast average"};
        IntegerSetting slow{
            "slow", {.fallback = 20, .min = 1, .max = 65536}, "period of the slow average"};
        DecimalSetting leverage{
            "leverage", {.fallback = 1_d, .min = 1_d, .max = 1000_d}, "times what the account has"};
        DecimalSetting spread{"spread",
                              {.fallback = 0_d, .min = 0_d, .max = 1_d},
                              "share of the price that an entry is worse by"};
        DecimalSetting fee_rate{
            "fee_rate", {.fallback = 0_d, .min = 0_d, .max = 1_d}, "share of the price to pay"};
        DecimalSetting fee_unit{
            "fee_unit", {.fallback = 0_d, .min = 0_d}, "further cost to count for each unit"};
        TextSetting close_at{"close_at",
                             {.fallback = "", .bytes_max = 40},
                             "close at the first quote after this time and stop; empty: never"};
    };
    Settings settings;

    Status on_configure() override {
        fast_ = WindowSum(static_cast<std::size_t>(*settings.fast));
        slow_ = WindowSum(static_cast<std::size_t>(*settings.slow));
        if (settings.close_at->empty()) return {};
        const auto time = Timestamp::parse(settings.close_at->view());
        if (!time) return fail(ErrorCode::InvalidArgument, "close_at is not a time");
        close_at_ = *time;
        return {};
    }
    Status on_start() override {
        host().each_instrument([&](const Instrument& instrument) {
            static_cast<void>(subscribe(instrument.handle(),
                                        TRADECTL_STREAM_BARS | TRADECTL_STREAM_QUOTES,
                                        *settings.bar_interval));
        });
        return {};
    }
    void on_bar(const Bar& bar) override {
        fast_.push(bar.close());
        slow_.push(bar.close());
        ++bars_;
        if (!fast_.has_both() || !slow_.has_both() || is_over_) return;
        const int before = compare(fast_.previous(), slow_.previous());
        const int now = compare(fast_.sum(), slow_.sum());
        if (before < 0 && now > 0) wanted_ = Side::Buy;
        if (before > 0 && now < 0) wanted_ = Side::Sell;
    }
    void on_quote(const Quote& quote) override {
        if (!close_at_.is_none() && quote.event_time() > close_at_ && !is_over_) {
            is_over_ = true;
            wanted_ = Side::None;  // a cross of the last bar but one is not followed any more
            act(quote.instrument(), Side::None);
        } else if (wanted_ != Side::None) {
            act(quote.instrument(), std::exchange(wanted_, Side::None));
        }
    }
    void on_order(const OrderUpdate& order) override {
        if (order.order_ref() != closing_ || is_open(order.status())) return;
        closing_ = {};
        if (order.status() == OrderStatus::Filled && next_ != Side::None)
            open(order.instrument(), next_);
    }
    Status on_stop() override { return kv_put("bars", std::to_string(bars_)); }

  private:
    /// Of two averages, without dividing.
    [[nodiscard]] int compare(Decimal fast_sum, Decimal slow_sum) const {
        const auto fast =
            checked_mul(fast_sum, Decimal::from_int(slow_.period()), Rounding::HalfEven);
        const auto slow =
            checked_mul(slow_sum, Decimal::from_int(fast_.period()), Rounding::HalfEven);
        if (!fast || !slow || *fast == *slow) return 0;
        return *fast < *slow ? -1 : 1;
    }
    void act(InstrumentHandle instrument, Side side) {
        const Decimal held = position(instrument).quantity();
        next_ = side;
        if (held.is_zero()) {
            if (side != Side::None) open(instrument, side);
            return;
        }
        const auto sent = submit(instrument,
                                 held.is_positive() ? Side::Sell : Side::Buy,
                                 {.quantity = held.is_negative() ? -held : held});
        if (sent)
            closing_ = *sent;
        else
            log(LogLevel::Error, "close refused: " + sent.error().message);
    }
    void open(InstrumentHandle handle, Side side) {
        next_ = Side::None;
        const auto instrument = host().instrument(handle);
        if (!instrument) return;
        const Decimal units = units_for(*instrument, side);
        if (!units.is_positive()) return;
        const auto sent = submit(handle, side, {.quantity = units});
        if (!sent) log(LogLevel::Error, "entry refused: " + sent.error().message);
    }
    /// The most lots of which price with spread, fee rate and fee a unit stay below what is there.
    [[nodiscard]] Decimal units_for(const Instrument& instrument, Side side) const {
        const BookTop quote = top(instrument.handle());
        const Decimal price = side == Side::Buy ? quote.ask_price() : quote.bid_price();
        const Decimal spread = side == Side::Buy ? *settings.spread : -*settings.spread;
        const auto cost = checked_mul(price, 1_d + spread + *settings.fee_rate, Rounding::HalfEven);
        const auto equity = checked_mul(
            balance(instrument.quote_asset()).total(), *settings.leverage, Rounding::Down);
        if (!cost || !equity) return 0_d;
        const Decimal unit = *cost + *settings.fee_unit;
        const auto units = checked_div(*equity, unit, Rounding::Down);
        if (!units) return 0_d;
        const Decimal lots = round_to(*units, instrument.lot(), Rounding::Down).value_or(0_d);
        const auto spent = checked_mul(lots, unit, Rounding::HalfEven);
        return spent && *spent == *equity ? lots - instrument.lot() : lots;
    }

    WindowSum fast_{1};
    WindowSum slow_{1};
    Timestamp close_at_ = Timestamp::none();
    Side wanted_ = Side::None;  ///< from the last bar to the next quote
    Side next_ = Side::None;    ///< to be opened when `closing_` is filled
    OrderRef closing_ = {};
    bool is_over_ = false;
    std::uint64_t bars_ = 0;
};

}  // namespace
}  // namespace tradectl::reference

TRADECTL_STRATEGY_PLUGIN(tradectl::reference::SmaCross,
                         .id = "sma-cross",
                         .version = "0.1.0",
                         .vendor = "tradectl",
                         .license = "Apache-2.0",
                         .description = "follows the crosses of two averages with all there is");
