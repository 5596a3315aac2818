/// Trades candles by signals and lets the exits under test close what it opened: the smallest
/// engine that candle exits can be shown with.
#pragma once

#include "host/execution/exits.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::execution {

struct Candle {
    Decimal open;
    Decimal high;
    Decimal low;
    Decimal close;
    int enter = 0;  ///< signal on this candle, acted on at the next: 1 long, -1 short
    bool leave = false;
    std::string tag{};
};

/// What a case may ask for besides its exits.
struct DeskRules {
    ExitRules exits;
    bool leave_by_signal = false;
    Decimal entry_price = Decimal::null();     ///< of the entry's limit order; null: at the open
    Decimal exit_price = Decimal::null();      ///< of an exit by signal
    Decimal adjusted_entry = Decimal::null();  ///< an entry that waits is moved there
    std::int64_t candle_ns = 60 * kNsPerMinute;
};

struct ClosedTrade {
    std::string reason;
    std::size_t opened = 0;
    std::size_t closed = 0;
    bool is_long = true;
    Decimal entry;
    Decimal exit;
    std::string tag;

    [[nodiscard]] double profit_ratio() const {
        const double ratio = exit.to_double() / entry.to_double() - 1;
        return is_long ? ratio : -ratio;
    }
};

/// One position at a time. An entry is ordered at the candle after its signal and filled when a
/// candle's range reaches its price; what is open at the end is closed at the last open.
class CandleDesk {
  public:
    explicit CandleDesk(DeskRules rules) : rules_(std::move(rules)) {
        EXPECT_TRUE(check_rules(rules_.exits));
    }

    std::vector<ClosedTrade> run(const std::vector<Candle>& candles) {
        for (std::size_t i = 1; i < candles.size(); ++i)
            step(candles[i - 1], candles[i], i, i + 1 == candles.size());
        if (position_ && position_->filled)
            close("force_exit", candles.size() - 1, candles.back().open);
        return closed_;
    }

  private:
    struct Position {
        bool is_long = true;
        bool filled = false;
        Decimal price;
        std::size_t opened = 0;
        std::string tag;
        std::optional<Decimal> leaving_at;
        ExitState state;
    };

    void step(const Candle& before, const Candle& now, std::size_t index, bool last) {
        if (position_ && !position_->filled && !rules_.adjusted_entry.is_null())
            order_entry(rules_.adjusted_entry, now);
        if (!position_ && before.enter != 0 && !last) {
            position_ = Position{};
            position_->is_long = before.enter > 0;
            position_->opened = index;
            position_->tag = before.tag;
            order_entry(rules_.entry_price.is_null() ? now.open : rules_.entry_price, now);
        }
        if (!position_) return;
        if (!position_->filled) {
            const bool reached =
                position_->is_long ? now.low <= position_->price : now.high >= position_->price;
            if (!reached) return;
            position_->filled = true;
        }
        leave(before, now, index);
    }

    /// A price beyond the candle's best for the venue becomes that.
    void order_entry(Decimal price, const Candle& now) {
        position_->price =
            position_->is_long ? std::min(price, now.high) : std::max(price, now.low);
    }

    void leave(const Candle& before, const Candle& now, std::size_t index) {
        const bool by_signal = rules_.leave_by_signal && before.leave && before.enter == 0;
        if (by_signal && !position_->leaving_at) {
            Decimal price = rules_.exit_price.is_null() ? now.open : rules_.exit_price;
            position_->leaving_at =
                position_->is_long ? std::max(price, now.low) : std::min(price, now.high);
        }
        if (position_->leaving_at) {
            const Decimal at = *position_->leaving_at;
            if (position_->is_long ? now.high >= at : now.low <= at)
                close("exit_signal", index, at);
            return;
        }
        const ExitBar bar{.open = now.open,
                          .high = now.high,
                          .low = now.low,
                          .close = now.close,
                          .start = time_of(index),
                          .entry = position_->opened == index};
        position_->state.entered = time_of(position_->opened);
        ExitView view;
        view.quantity = position_->is_long ? 1_d : -1_d;
        view.average_price = position_->price;
        view.now = time_of(index + 1);
        view.bar = &bar;
        const auto decision = evaluate({rules_.exits, position_->state}, view).value();
        position_->state = decision.state;
        if (decision.reason != TRADECTL_REASON_NONE)
            close(reason_word(decision.reason), index, decision.price);
    }

    [[nodiscard]] static std::string reason_word(std::uint16_t reason) {
        switch (reason) {
            case TRADECTL_REASON_EXIT_STOP: return "stop_loss";
            case TRADECTL_REASON_EXIT_TRAILING: return "trailing_stop_loss";
            case TRADECTL_REASON_EXIT_TARGET: return "roi";
            case TRADECTL_REASON_EXIT_TIME: return "time";
            default: return "other";
        }
    }
    [[nodiscard]] Timestamp time_of(std::size_t index) const {
        return Timestamp{static_cast<std::int64_t>(index) * rules_.candle_ns};
    }
    void close(const std::string& reason, std::size_t index, Decimal price) {
        closed_.push_back({reason,
                           position_->opened,
                           index,
                           position_->is_long,
                           position_->price,
                           price,
                           position_->tag});
        position_.reset();
    }

    DeskRules rules_;
    std::optional<Position> position_;
    std::vector<ClosedTrade> closed_;
};

}  // namespace tradectl::execution
