// Enters when its settings say and leaves the rest to the host's exits.
#include <tradectl/strategy.hpp>

#include <charconv>
#include <map>
#include <string>
#include <vector>

namespace tradectl::reference {
namespace {

/// Buys at market just after the named moments. What is still open at `leave_at` is sold then.
class Replay final : public Strategy {
  public:
    struct Settings {
        TextListSetting entries{"entries",
                                {.fallback = "[]", .items_max = 1000, .bytes_max = 120},
                                "\"NS QUANTITY\": when to buy, in ns since 1970, and how much"};
        DecimalSetting stop{"stop", {.fallback = 0.1_d}, "loss at which the host sells"};
        TextListSetting targets{"targets",
                                {.fallback = "[]", .items_max = 8, .bytes_max = 60},
                                "\"NS OFFSET\": gain at which it sells from a time on"};
        DecimalSetting fee_rate{"fee_rate", {.fallback = 0_d}, "targets are net of this fee"};
        TextSetting leave_at{"leave_at", {.fallback = "0"}, "ns since 1970; 0: never"};
    };
    Settings settings;

    Status on_start() override {
        host().each_instrument([&](const Instrument& instrument) {
            instrument_ = instrument.handle();
            static_cast<void>(subscribe(instrument_, TRADECTL_STREAM_BARS, 5 * kNsPerMinute));
        });
        for (const std::string& target : *settings.targets) {
            const auto [after, offset] = pair_of(target);
            exits_.target_steps.push_back({after, offset});
        }
        exits_.stop = *settings.stop;
        exits_.fee_rate = *settings.fee_rate;
        for (const std::string& entry : *settings.entries) {
            const auto [time, quantity] = pair_of(entry);
            quantities_.push_back(quantity);
            // A nanosecond later: a bar that ends at that moment is over then.
            if (auto set = set_timer(quantities_.size(), Timestamp{time + 1}); !set) return set;
        }
        const std::int64_t leave = number_of(settings.leave_at->view());
        return leave == 0 ? Status{} : set_timer(kLeave, Timestamp{leave + 1});
    }
    void on_timer(const Timer& timer) override {
        const Decimal held = position(instrument_).quantity();
        if (timer.timer_id() == kLeave) {
            if (!held.is_positive()) return;
            // Its own sale is on the way: the host's exits would sell the same again.
            static_cast<void>(clear_exits(instrument_));
            order(Side::Sell, held);
            return;
        }
        order(Side::Buy, quantities_[timer.timer_id() - 1]);
    }
    void on_fill(const Fill& fill) override {
        if (fill.side() != Side::Buy) return;
        if (auto declared = Strategy::exits(instrument_, exits_); !declared)
            log(LogLevel::Error, "exits refused: " + declared.error().message);
    }

  private:
    static constexpr std::uint64_t kLeave = 1'000'000;

    static std::int64_t number_of(std::string_view text) {
        std::int64_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }
    static std::pair<std::int64_t, Decimal> pair_of(std::string_view text) {
        const std::size_t blank = text.find(' ');
        return {number_of(text.substr(0, blank)),
                Decimal::parse(text.substr(blank + 1)).value_or(0_d)};
    }
    void order(Side side, Decimal quantity) {
        const auto sent = submit(instrument_, side, {.quantity = quantity});
        if (!sent) log(LogLevel::Error, "order refused: " + sent.error().message);
    }

    Exits exits_;
    InstrumentHandle instrument_ = kNoHandle;
    std::vector<Decimal> quantities_;
};

}  // namespace
}  // namespace tradectl::reference

TRADECTL_STRATEGY_PLUGIN(tradectl::reference::Replay,
                         .id = "replay",
                         .version = "0.1.0",
                         .vendor = "tradectl",
                         .license = "Apache-2.0",
                         .description = "enters at given moments");
