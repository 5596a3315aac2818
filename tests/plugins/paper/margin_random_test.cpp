// Random markets and orders on margin, audited after each operation.
#include "tests/plugins/paper/margin_audit.hpp"
#include "tests/plugins/paper/twin_venues.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::paper {
namespace {

constexpr std::uint64_t kOperationsOfARun = 500;

Decimal cents(std::int64_t count) {
    return Decimal::from_raw(Decimal::Raw{count} * 10'000'000'000'000'000);
}
Decimal lots(std::int64_t count) {
    return Decimal::from_raw(Decimal::Raw{count} * 100'000'000'000'000'000);  // of 0.1
}

MatchingRules random_rules(Dice& dice) {
    MatchingRules rules;
    rules.queue = static_cast<QueueModel>(dice.roll(0, 2));
    rules.self_trade = static_cast<SelfTrade>(dice.roll(0, 2));
    rules.depth = static_cast<Depth>(dice.roll(0, 1));
    rules.fill = static_cast<FillPrice>(dice.roll(0, 2));
    if (dice.one_in(2)) rules.spread = 0.001_d;
    rules.spread_on = static_cast<SpreadOn>(dice.roll(0, 1));
    rules.slippage_ticks = dice.roll(0, 2);
    rules.fees.taker_rate = 0.001_d;
    rules.fees.maker_rate = dice.one_in(2) ? -0.0005_d : 0.0003_d;
    rules.fees.fixed = dice.one_in(2) ? 0.5_d : 0_d;
    rules.fees.fixed_per = static_cast<FixedFee>(dice.roll(0, 1));
    if (dice.one_in(2)) rules.fees.unit = 0.01_d;
    if (dice.one_in(2)) rules.fees.rounding = Rounding::HalfEven;
    if (dice.one_in(2)) rules.fees.liquidation_rate = 0.01_d;
    rules.bars.play = static_cast<BarPlay>(dice.roll(0, 1));
    rules.bars.spread_ticks = dice.roll(0, 3);
    if (dice.one_in(2)) rules.bars.depth = 5_d;
    rules.bars.path = static_cast<BarPath>(dice.roll(0, 2));
    rules.bars.zero_volume = static_cast<ZeroVolume>(dice.roll(0, 1));
    rules.bars.priority = static_cast<BarPriority>(dice.roll(0, 2));
    rules.bars.limit_fill = static_cast<LimitFill>(dice.roll(0, 2));
    rules.bars.limit_touch = static_cast<LimitTouch>(dice.roll(0, 1));
    rules.bars.stop_fill = static_cast<StopFill>(dice.roll(0, 2));
    rules.bars.in_bar = static_cast<InBar>(dice.roll(0, 1));
    rules.mark = static_cast<Mark>(dice.roll(0, 2));
    rules.negative_balance = static_cast<NegativeBalance>(dice.roll(0, 1));
    return rules;
}

/// Three accounts, two markets that settle in one asset; rules, feed and orders follow the seed.
class MarginRun {
  public:
    explicit MarginRun(std::uint64_t seed)
        : dice_(seed),
          rules_(random_rules(dice_)),
          audit_(0.1_d, 0.05_d, rules_),
          venue_(rules_, audit_),
          feed_(dice_.roll(0, 2)) {
        Listing listing;
        listing.quote = listing.settle = venue_.accounts().asset("USD");
        listing.kind = TRADECTL_INSTRUMENT_PERPETUAL;
        listing.accounting = Accounting::Margin;
        listing.margin_initial = 0.1_d;
        listing.margin_maintenance = 0.05_d;
        listing.tick = cents(1);
        listing.lot = lots(1);
        for (const char* base : {"BTC", "ETH"}) {
            listing.name = base;
            listing.base = venue_.accounts().asset(base);
            static_cast<void>(venue_.add_market(listing));
        }
        audit_.watch(venue_, listing.settle);
        for (AccountIndex i = 0; i < kAccounts; ++i) {
            const AccountIndex account = venue_.accounts().account(std::to_string(i));
            venue_.accounts().set(account, listing.settle, {500_d, {}});
            audit_.open(account, 500_d);
        }
    }
    [[nodiscard]] std::string step() {
        if (!dice_.one_in(3)) ++now_;
        market_ = static_cast<MarketIndex>(dice_.roll(0, 1));
        venue_.expire(Timestamp{now_});
        const std::int64_t kind = dice_.roll(1, 20);
        if (kind <= 8)
            market_event();
        else if (kind <= 17)
            submit();
        else if (kind == 18)
            replace();
        else
            static_cast<void>(venue_.cancel(any_id(), any_account(), Timestamp{now_}));
        return audit_.compare();
    }
    [[nodiscard]] const MarginAudit& audit() const { return audit_; }

  private:
    static constexpr AccountIndex kAccounts = 3;

    AccountIndex any_account() { return static_cast<AccountIndex>(dice_.roll(0, kAccounts - 1)); }
    std::string any_id() { return std::to_string(dice_.roll(std::max(0, ids_ - 10), ids_)); }
    Decimal near_price() { return cents(mid_[market_] + dice_.roll(-60, 60)); }

    void market_event() {
        std::int64_t& mid = mid_[market_];
        // Now and then a leap that no margin survives.
        mid += dice_.one_in(25) ? dice_.roll(-1500, 1500) : dice_.roll(-80, 80);
        mid = std::min<std::int64_t>(std::max<std::int64_t>(mid, 3'000), 30'000);
        const Timestamp now{now_};
        if (feed_ == 0) return bar();
        if (feed_ == 1 || dice_.one_in(2))
            return venue_.on_trade(market_,
                                   cents(mid),
                                   lots(dice_.roll(1, 300)),
                                   static_cast<std::uint32_t>(dice_.roll(0, 2)),
                                   now);
        const auto size = [&] { return dice_.one_in(10) ? Decimal{} : lots(dice_.roll(1, 300)); };
        venue_.on_quote(
            market_, {cents(mid), size()}, {cents(mid + dice_.roll(1, 9)), size()}, now);
    }
    void bar() {
        const std::int64_t mid = mid_[market_];
        const std::int64_t open = mid + dice_.roll(-50, 50);
        const std::int64_t close = mid + dice_.roll(-50, 50);
        const std::int64_t high = std::max(open, close) + dice_.roll(0, 50);
        const std::int64_t low = std::min(open, close) - dice_.roll(0, 50);
        const Decimal volume = dice_.one_in(6) ? Decimal{} : lots(dice_.roll(1, 1000));
        venue_.on_bar(
            market_, {cents(open), cents(high), cents(low), cents(close), volume}, Timestamp{now_});
    }
    void submit() {
        OrderTerms terms;
        terms.client_order_id = std::to_string(++ids_);
        terms.market = market_;
        terms.account = any_account();
        terms.side = dice_.one_in(2) ? Side::Buy : Side::Sell;
        terms.type = static_cast<OrderType>(dice_.roll(1, 4));
        terms.time_in_force = static_cast<TimeInForce>(dice_.roll(1, 3));
        terms.quantity = lots(dice_.roll(1, 300));
        if (terms.has_limit()) terms.price = near_price();
        if (terms.is_stop()) terms.stop_price = near_price();
        if (dice_.one_in(4)) terms.flags = TRADECTL_ORDER_REDUCE_ONLY;
        if (dice_.one_in(3)) {
            const Decimal held = venue_.position(terms.account, market_).quantity;
            if (!held.is_zero()) terms.quantity = held.is_negative() ? -held : held;
        }
        static_cast<void>(venue_.submit(terms, Timestamp{now_}));
    }
    void replace() {
        const std::string target = any_id();
        const Order* order = venue_.find_open(target);
        if (order == nullptr) return;
        const bool keeps = !order->terms.has_limit() || dice_.one_in(2);
        static_cast<void>(venue_.replace(target,
                                         order->terms.account,
                                         std::to_string(++ids_),
                                         lots(dice_.roll(1, 300)),
                                         keeps ? Decimal::null() : near_price(),
                                         Timestamp{now_}));
    }

    Dice dice_;
    MatchingRules rules_;
    MarginAudit audit_;
    Venue venue_;
    std::int64_t feed_;
    std::int64_t mid_[2] = {10'000, 10'000};
    std::int64_t now_ = 1;
    int ids_ = 0;
    MarketIndex market_ = 0;
};

// TRADECTL_TEST_SEED replays from that seed; TRADECTL_TEST_OPERATIONS sets how many operations.
TEST(PaperMargin, AgreesWithTheAuditOnRandomOperations) {
    const auto from_environment = [](const char* name, std::uint64_t fallback) {
        const char* text = std::getenv(name);
        return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
    };
    const std::uint64_t first = from_environment("TRADECTL_TEST_SEED", 20'260'202);
    const std::uint64_t total = from_environment("TRADECTL_TEST_OPERATIONS", 200'000);
    std::uint64_t fills = 0;
    std::uint64_t liquidations = 0;
    std::uint64_t bankruptcies = 0;
    for (std::uint64_t done = 0; done < total; done += kOperationsOfARun) {
        const std::uint64_t seed = first + done / kOperationsOfARun;
        MarginRun run(seed);
        for (std::uint64_t i = 0; i < kOperationsOfARun; ++i)
            ASSERT_EQ(run.step(), "")
                << "operation " << i << ", replay with TRADECTL_TEST_SEED=" << seed;
        fills += run.audit().fills;
        liquidations += run.audit().liquidations;
        bankruptcies += run.audit().bankruptcies;
    }
    std::cout << total << " operations from seed " << first << ", " << fills << " fills, "
              << liquidations << " liquidations, " << bankruptcies << " bankruptcies\n";
    EXPECT_GT(fills, total / 20);
    EXPECT_GT(liquidations, 0u);
    EXPECT_GT(bankruptcies, 0u);
}

}  // namespace
}  // namespace tradectl::paper
