// Eight strategies on one cash account, in random order, against models of the gate: what they
// deny does not pass, what they allow is not denied, and nobody spends what is not there. Money,
// sizes and counts are in one model; the market, rates, intent tags, losses and breakers in
// another.
//
// TRADECTL_TEST_SEED replays a run; TRADECTL_PROPERTY_ROUNDS sets how many interleavings all shards
// have together.
#include "host/base/log.hpp"
#include "host/config/load.hpp"
#include "tests/bench/event_rig.hpp"
#include "tests/property/gate_model.hpp"
#include "tests/property/limits_model.hpp"
#include "tests/property/world_config.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::property {
namespace {

constexpr int kShards = 8;
constexpr std::uint64_t kRoundsDefault = TRADECTL_PROPERTY_ROUNDS;
constexpr std::uint64_t kRoundsOfAWorld = 500;

std::uint64_t number_of(const char* variable, std::uint64_t fallback) {
    const char* text = std::getenv(variable);
    return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

/// The real pipeline and the model beside it.
class World {
  public:
    World(std::mt19937_64& random, const ModelLimits& limits, const MarketLimits& more)
        : random_(random),
          limits_(limits),
          model_(kStrategies, kInstruments, limits),
          more_(kStrategies, kInstruments, more) {
        config::LoadOptions load;
        load.directory = load.working_directory = "/";
        config_ = world_config(limits, more);
        auto outcome = config::load_text(config_, load);
        if (!outcome.document) {
            ADD_FAILURE() << config::to_error(outcome.errors).message;
            return;
        }
        document_ = std::move(*outcome.document);
        auto rig = bench::EventRig::open(document_);
        if (!rig) {
            ADD_FAILURE() << rig.error().message;
            return;
        }
        rig_ = std::move(*rig);
        model_.cash = 20'000;
        for (std::size_t i = 0; i < kInstruments; ++i) {
            model_.holdings[i] = 10;
            quote(i);
        }
    }

    [[nodiscard]] bool ready() const { return rig_ != nullptr; }

    /// One interleaving: each strategy once, in random order, and the market and the venue in
    /// between where chance will have it. False after a difference.
    bool round() {
        std::size_t order[kStrategies];
        for (std::size_t s = 0; s < kStrategies; ++s)
            order[s] = s;
        std::shuffle(order, order + kStrategies, random_);
        for (const std::size_t strategy : order) {
            if (below(4) == 0) quote(below(kInstruments));
            if (below(3) == 0) answer();
            if (below(6) == 0) pass_time();
            if (below(5) == 0) {
                cancel(strategy);
            } else {
                submit(strategy);
            }
            if (!same_money() || testing::Test::HasFailure()) return false;
        }
        answer();
        return same_positions();
    }

    [[nodiscard]] std::uint64_t allowed() const { return allowed_; }
    [[nodiscard]] std::uint64_t denied() const { return denied_; }

  private:
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    engine::StrategyRunner& runner(std::size_t strategy) {
        return *rig_->trading().runners[strategy];
    }

    void quote(std::size_t instrument) {
        const auto bid = static_cast<std::int64_t>(97 + below(10));
        const bool crossed = below(20) == 0;
        const auto ask = crossed ? bid - static_cast<std::int64_t>(below(2))
                                 : bid + 1 + static_cast<std::int64_t>(below(3));
        const auto shown = static_cast<std::int64_t>(1 + below(60));
        tradectl_quote_event event{};
        event.header.size = sizeof(event);
        event.header.type = TRADECTL_EVENT_QUOTE;
        event.header.instrument = static_cast<std::uint32_t>(instrument);
        event.bid_price = Decimal::from_int(bid).to_abi();
        event.ask_price = Decimal::from_int(ask).to_abi();
        event.bid_quantity = event.ask_quantity = Decimal::from_int(shown).to_abi();
        event.header.event_time = event.header.host_time = rig_->trading().clock.now().ns();
        rig_->trading().books->apply(event.header);
        model_.mid_twice[instrument] = bid + ask;
        more_.quotes[instrument] = {bid, ask, shown, more_.now};
    }

    void answer() {
        const auto rested = rig_->rest();
        EXPECT_TRUE(rested) << rested.error().message;
        model_.answer([this](const GateModel::News& news) {
            switch (news.what) {
                case GateModel::News::What::Taken: return more_.take(news.strategy);
                case GateModel::News::What::Rejected: return more_.reject(news.strategy);
                case GateModel::News::What::Filled:
                    return more_.fill(news.strategy, news.instrument, news.bought, news.price);
            }
        });
    }

    void pass_time() {
        answer();
        const auto ns = static_cast<std::int64_t>(below(400) * 1'000'000);
        rig_->pass(ns);
        more_.now += ns;
    }

    void cancel(std::size_t strategy) {
        const auto refs = model_.resting(strategy);
        if (refs.empty()) return;
        tradectl_cancel_command command{};
        command.header.size = sizeof(command);
        command.header.type = TRADECTL_COMMAND_CANCEL;
        command.order_ref = refs[below(refs.size())];
        model_.cancel(strategy, command.order_ref);
        static_cast<void>(runner(strategy).emit(command.header));
        rig_->pipeline().take_commands(runner(strategy));
    }

    ModelOrder random_order(std::size_t strategy) {
        ModelOrder order;
        order.ref = below(50) == 0 && next_ref_ > 1 ? 1 + below(next_ref_ - 1) : next_ref_++;
        order.instrument = below(kInstruments);
        order.side = below(2) == 0 ? Side::Buy : Side::Sell;
        order.quantity = static_cast<std::int64_t>(2 * (1 + below(10)));
        if (below(40) == 0) order.quantity *= 20;
        order.price = below(4) == 0 ? 0 : static_cast<std::int64_t>(80 + below(40));
        order.reduce_only = below(10) == 0;
        order.tag = below(3) == 0 ? 1 + below(8) : 0;
        const std::int64_t held = model_.position(strategy, order.instrument);
        // Often what closes the position, so that exits are tried too.
        if (held != 0 && held % 2 == 0 && below(3) == 0) {
            order.side = held > 0 ? Side::Sell : Side::Buy;
            order.quantity = std::abs(held);
        }
        return order;
    }

    void submit(std::size_t strategy) {
        if (more_.is_in_doubt(strategy)) return;
        const ModelOrder order = random_order(strategy);
        tradectl_submit_command command{};
        command.header.size = sizeof(command);
        command.header.type = TRADECTL_COMMAND_SUBMIT;
        command.header.instrument = static_cast<std::uint32_t>(order.instrument);
        command.header.account = runner(strategy).account();
        command.order_ref = order.ref;
        command.side = order.side == Side::Buy ? TRADECTL_SIDE_BUY : TRADECTL_SIDE_SELL;
        command.order_type = order.price == 0 ? TRADECTL_ORDER_MARKET : TRADECTL_ORDER_LIMIT;
        command.time_in_force = order.price == 0 ? TRADECTL_TIF_IOC : TRADECTL_TIF_GTC;
        command.order_flags = order.reduce_only ? TRADECTL_ORDER_REDUCE_ONLY : 0;
        command.quantity = Decimal::from_int(order.quantity).to_abi();
        command.price =
            (order.price == 0 ? Decimal::null() : Decimal::from_int(order.price)).to_abi();
        command.stop_price = Decimal::null().to_abi();
        command.expire_time = TRADECTL_TIME_NONE;
        command.intent_tag = order.tag;
        const Asked asked{.strategy = strategy,
                          .instrument = order.instrument,
                          .bought = order.side == Side::Buy ? order.quantity : -order.quantity,
                          .price = order.price,
                          .tag = order.tag,
                          .exits = model_.reduces(strategy, order),
                          .must_exit = order.reduce_only};
        const bool allows = model_.allows(strategy, order) && more_.allows(asked);
        const std::uint64_t before = rig_->trading().counters.orders;
        static_cast<void>(runner(strategy).emit(command.header));
        rig_->pipeline().take_commands(runner(strategy));
        const bool passed = rig_->trading().counters.orders != before;
        EXPECT_EQ(passed, allows) << "s" << strategy << " ref " << order.ref << " "
                                  << (order.side == Side::Buy ? "buy " : "sell ") << order.quantity
                                  << " " << kBases[order.instrument] << " at " << order.price
                                  << " under " << config_;
        // A number that was used is refused before the gate is asked.
        const bool judged = !model_.is_used(strategy, order.ref);
        model_.use_ref(strategy, order.ref);
        if (!passed) {
            ++denied_;
            if (judged) more_.deny(strategy);
            return;
        }
        ++allowed_;
        more_.enter(asked);
        if (limits_.one_position && model_.position(strategy, order.instrument) != 0) {
            // Where one position is allowed nothing may grow it.
            const bool grows =
                (model_.position(strategy, order.instrument) > 0) == (order.side == Side::Buy);
            EXPECT_FALSE(grows);
        }
        model_.enter(strategy, order);
    }

    [[nodiscard]] Decimal available(const std::string& asset) {
        const auto handle = rig_->trading().table.find_asset(asset);
        return rig_->trading().balances->amount(
            runner(0).account(), *handle, wal::Bucket::Available);
    }

    bool same_money() {
        const Decimal cash = available("USD");
        const auto micro = Decimal::from_raw(Decimal::from_int(1).raw() / 1'000'000);
        EXPECT_FALSE(cash.is_negative()) << cash.to_string();
        const auto wanted =
            checked_mul(Decimal::from_int(model_.free_cash()), micro, Rounding::HalfEven);
        bool same = cash == *wanted;
        EXPECT_EQ(cash, *wanted) << cash.to_string() << " is not " << wanted->to_string();
        for (std::size_t i = 0; i < kInstruments; ++i) {
            const Decimal base = available(kBases[i]);
            EXPECT_FALSE(base.is_negative()) << base.to_string();
            same = same && base == Decimal::from_int(model_.free_base(i));
        }
        EXPECT_TRUE(same) << "base assets differ";
        return same;
    }

    bool same_positions() {
        for (std::size_t s = 0; s < kStrategies; ++s) {
            for (std::uint32_t i = 0; i < kInstruments; ++i) {
                EXPECT_EQ(Decimal::from_abi(runner(s).position(i).quantity),
                          Decimal::from_int(model_.position(s, i)));
            }
        }
        return !testing::Test::HasFailure();
    }

    std::mt19937_64& random_;
    ModelLimits limits_;
    GateModel model_;
    LimitsModel more_;
    std::string config_;
    config::Document document_;
    std::unique_ptr<bench::EventRig> rig_;
    std::uint64_t next_ref_ = 1;
    std::uint64_t allowed_ = 0;
    std::uint64_t denied_ = 0;
};

ModelLimits random_limits(std::mt19937_64& random) {
    const auto maybe = [&](std::int64_t least, std::int64_t most) {
        return random() % 2 == 0 ? 0
                                 : least + static_cast<std::int64_t>(
                                               random() % static_cast<std::uint64_t>(most - least));
    };
    return {.order_notional = maybe(500, 3000),
            .position_quantity = maybe(5, 60),
            .position_notional = maybe(500, 6000),
            .exposure_strategy = maybe(500, 8000),
            .exposure_total = maybe(2000, 20000),
            .open_orders = maybe(1, 5),
            .positions = maybe(1, 3),
            .one_position = random() % 3 == 0};
}

/// Each is off in most worlds: many at once would leave nothing that passes.
MarketLimits random_market_limits(std::mt19937_64& random) {
    const auto below = [&](std::int64_t limit) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
    };
    const auto maybe = [&](std::int64_t least, std::int64_t most) {
        return below(4) != 0 ? 0 : least + below(most - least);
    };
    constexpr std::int64_t kMs = 1'000'000;
    MarketLimits limits{.sound_book = below(2) == 0,
                        .quote_age_ns = kMs * maybe(50, 2000),
                        .collar_percent = maybe(4, 25),
                        .depth = maybe(1, 4),
                        .slippage_permille = maybe(2, 30),
                        .per_second = maybe(1, 20),
                        .burst = 0,
                        .per_day = maybe(100, 2000),
                        .venue_per_second = maybe(5, 60),
                        .window_ns = kMs * maybe(50, 3000),
                        .daily_loss_quarter = maybe(2000, 40'000) | 1,
                        .losses = maybe(3, 40),
                        .reject_percent = maybe(5, 60),
                        .reject_window = 2 + below(20),
                        .breaker_threshold = maybe(2, 6),
                        .cool_down_ns = kMs * (100 + below(1000))};
    if (limits.daily_loss_quarter == 1) limits.daily_loss_quarter = 0;
    if (limits.per_second != 0 && below(2) == 0) limits.burst = 1 + below(30);
    return limits;
}

class GateProperty : public testing::TestWithParam<int> {
  protected:
    // Breakers say each time that they open.
    void SetUp() override { ASSERT_TRUE(open_log({.level = kLogOff})); }
};

TEST_P(GateProperty, PassesWhatTheModelAllowsAndNothingElse) {
    const auto clock = std::chrono::system_clock::now().time_since_epoch().count();
    const auto seed = number_of("TRADECTL_TEST_SEED", static_cast<std::uint64_t>(clock));
    const auto rounds = number_of("TRADECTL_PROPERTY_ROUNDS", kRoundsDefault) / kShards;
    std::printf("seed %llu (TRADECTL_TEST_SEED), %llu interleavings\n",
                static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(rounds));
    std::mt19937_64 random(seed + static_cast<std::uint64_t>(GetParam()));
    std::uint64_t allowed = 0;
    std::uint64_t denied = 0;
    for (std::uint64_t done = 0; done < rounds;) {
        const ModelLimits limits = random_limits(random);
        World world(random, limits, random_market_limits(random));
        ASSERT_TRUE(world.ready());
        for (std::uint64_t i = 0; i < kRoundsOfAWorld && done < rounds; ++i, ++done)
            ASSERT_TRUE(world.round()) << "interleaving " << done;
        allowed += world.allowed();
        denied += world.denied();
    }
    EXPECT_GT(allowed, rounds / 10);
    EXPECT_GT(denied, rounds / 10);
}

INSTANTIATE_TEST_SUITE_P(Shards, GateProperty, testing::Range(0, kShards));

}  // namespace
}  // namespace tradectl::property
