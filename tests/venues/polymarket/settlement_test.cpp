#include "tests/venues/polymarket/venue_fixture.hpp"

#include <algorithm>
#include <cstdlib>
#include <random>

namespace polysim {
namespace {

class Settlement : public VenueTest {
  protected:
    Settlement() {
        set("auto_settle", false);
        change_market("fee_rate", "0.04");
        quote("0.4", "0.6");
    }

    /// Buys 10 at 0.6 and returns the trade's id.
    std::string buy() {
        const std::string id = trader.place({.token = yes, .price = "0.6", .type = "FOK"});
        return world.orders.at(id).trades.at(0);
    }
    void move(const std::string& trade, const char* status) {
        turn(world, "settle", Json::object({{"trade", trade}, {"status", status}}));
    }
    std::string status_of(const std::string& trade) {
        const auto page = Json::parse(trader.call("GET", "/data/trades", "", "id=" + trade).body);
        return (*page)["data"].items().at(0)["status"].text();
    }
};

TEST_F(Settlement, TheVenueRunsAheadOfTheChain) {
    const std::string trade = buy();
    EXPECT_EQ(holding(trader, yes).venue(), 10 * kOne);
    EXPECT_EQ(holding(trader, yes).chain, 0);
    move(trade, "MINED");
    EXPECT_EQ(holding(trader, yes).chain, 10 * kOne);
    move(trade, "CONFIRMED");
    EXPECT_EQ(status_of(trade), "CONFIRMED");
    // 10 * 0.04 * 0.6 * 0.4 = 0.096
    EXPECT_EQ(holding(trader, "pUSD").chain, 1000 * kOne - 6 * kOne - 96'000);
}

TEST_F(Settlement, AFailureUndoesTheFillAndIsFinal) {
    const std::string trade = buy();
    move(trade, "RETRYING");
    EXPECT_EQ(holding(trader, yes).venue(), 10 * kOne);
    move(trade, "FAILED");
    EXPECT_EQ(holding(trader, yes).venue(), 0);
    EXPECT_EQ(holding(trader, "pUSD").venue(), 1000 * kOne);
    move(trade, "CONFIRMED");
    EXPECT_EQ(status_of(trade), "FAILED");
}

TEST_F(Settlement, AMinedTradeCanStillFail) {
    const std::string trade = buy();
    move(trade, "MINED");
    move(trade, "FAILED");
    EXPECT_EQ(holding(trader, yes).chain, 0);
    EXPECT_EQ(holding(trader, "pUSD").chain, 1000 * kOne);
}

TEST_F(Settlement, TimeSettlesWhenNobodyDoes) {
    set("auto_settle", true);
    const std::string trade = buy();
    advance(499);
    EXPECT_EQ(status_of(trade), "MATCHED");
    advance(1);
    EXPECT_EQ(status_of(trade), "MINED");
    advance(500);
    EXPECT_EQ(status_of(trade), "CONFIRMED");
}

TEST_F(Settlement, ADelayedMarketMatchesLater) {
    change_market("delay_s", 3);
    const auto answer = Json::parse(trader.post({.token = yes, .price = "0.6", .size = "10"}).body);
    EXPECT_EQ((*answer)["status"].text(), "delayed");
    const std::string id = (*answer)["orderID"].text();
    advance(2'999);
    EXPECT_EQ(world.orders.at(id).matched, 0);
    advance(1);
    EXPECT_EQ(world.orders.at(id).status, OrderStatus::Matched);
}

TEST_F(Settlement, ResolutionPaysTheWinner) {
    move(buy(), "CONFIRMED");
    const Json body = Json::object({{"condition", market["condition"]}, {"winner", 0}});
    turn(world, "resolve", body);
    EXPECT_EQ(refusal(trader.post({.token = yes})).substr(0, 3), "404");
}

using Amounts = std::map<Holdings::Key, Micro>;

/// What trades that are not in a block move, and what trades in one have moved.
struct Moved {
    Amounts pending;
    Amounts settled;
};

Moved moved_by(const World& world) {
    Moved moved;
    for (const auto& trade : world.trades) {
        if (trade.status == TradeStatus::Failed) continue;
        const bool mined =
            trade.status == TradeStatus::Mined || trade.status == TradeStatus::Confirmed;
        for (const auto& transfer : trade.transfers) {
            (mined ? moved.settled : moved.pending)[{transfer.account, transfer.asset}] +=
                transfer.change;
        }
    }
    return moved;
}

Amounts reserved_by(const World& world) {
    Amounts reserved;
    for (const auto& [id, order] : world.orders) {
        if (!order.open() || order.owner.empty()) continue;
        const bool buys = order.side == Side::Buy;
        reserved[{order.maker, buys ? "pUSD" : order.token}] +=
            buys ? notional_of(order.price, order.left()) : order.left();
    }
    return reserved;
}

/// `first`: the chain before anything was traded.
void check(const World& world, Amounts first) {
    Moved moved = moved_by(world);
    Amounts reserved = reserved_by(world);
    std::map<std::string, Micro> sums;
    for (const auto& [key, holding] : world.holdings.all()) {
        ASSERT_EQ(holding.pending, moved.pending[key]) << key.second;
        ASSERT_EQ(holding.chain, first[key] + moved.settled[key]) << key.second;
        ASSERT_EQ(holding.reserved, reserved[key]) << key.second;
        sums[key.second] += holding.chain + holding.pending;
    }
    for (const auto& [asset, sum] : sums)
        ASSERT_EQ(sum, 0) << asset;
}

std::uint64_t seed() {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    return given == nullptr ? std::random_device{}() : std::strtoull(given, nullptr, 10);
}

TEST_F(Settlement, NothingIsMadeOrLostInAThousandRandomSteps) {
    const std::uint64_t chosen = seed();
    SCOPED_TRACE("TRADECTL_TEST_SEED=" + std::to_string(chosen));
    std::mt19937_64 random{chosen};
    const auto pick = [&](int low, int high) {
        return std::uniform_int_distribution<int>{low, high}(random);
    };
    Trader second{world, 0x12};
    Trader third{world, 0x13};
    const std::vector<Trader*> traders{&trader, &second, &third};
    for (Trader* each : traders) {
        if (each != &trader) each->create_key();
        each->fund("500");
        each->give(yes, "500");
    }
    Amounts first;
    for (const auto& [key, holding] : world.holdings.all())
        first[key] = holding.chain;
    const char* types[] = {"GTC", "FAK", "FOK"};
    const char* ends[] = {"MINED", "RETRYING", "CONFIRMED", "FAILED"};
    for (int step = 0; step < 1000; ++step) {
        Trader& one = *traders[static_cast<std::size_t>(pick(0, 2))];
        const int what = pick(0, 9);
        if (what == 0 && !world.trades.empty()) {
            const auto which =
                static_cast<std::size_t>(pick(0, static_cast<int>(world.trades.size()) - 1));
            move(world.trades[which].id, ends[pick(0, 3)]);
        } else if (what == 1) {
            const auto ids = open_ids(world, one.key().id);
            if (!ids.empty()) one.call("DELETE", "/orders", Json::texts({ids.front()}).dump());
        } else {
            const std::string type = types[pick(0, 2)];
            const Micro unit = type == "GTC" ? 10'000 : kOne;  // what takes pays whole cents
            one.post({.token = yes,
                      .side = pick(0, 1) == 0 ? Side::Buy : Side::Sell,
                      .price = micro_text(pick(35, 65) * 10'000),
                      .size = micro_text(pick(500, 4000) * 10'000 / unit * unit),
                      .type = type});
        }
        check(world, first);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(world.trades.size(), 50U);
}

}  // namespace
}  // namespace polysim
