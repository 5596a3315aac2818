/// A frozen venue with a market, a counterparty and a funded trader, for tests.
#pragma once

#include "tests/venues/polymarket/trader.hpp"
#include "tests/venues/polymarket/trading.hpp"

#include <gtest/gtest.h>

namespace polysim {

class VenueTest : public testing::Test {
  protected:
    VenueTest() {
        world.frozen_ms = 1'790'000'000'000;
        market = turn(world, "market", Json::object({{"tick", "0.01"}}));
        yes = market["tokens"].items()[0].text();
        no = market["tokens"].items()[1].text();
        trader.create_key();
        trader.fund("1000");
    }

    void quote(const std::string& bid, const std::string& ask, const std::string& size = "100") {
        const auto level = [&](const std::string& price) {
            return Json::array().push(Json::object({{"price", price}, {"size", size}}));
        };
        turn(world,
             "book",
             Json::object({{"token", yes}, {"bids", level(bid)}, {"asks", level(ask)}}));
    }
    void advance(std::int64_t ms) { turn(world, "clock", Json::object({{"advance_ms", ms}})); }
    void set(const char* name, const Json& value) {
        turn(world, "settings", Json::object({{name, value}}));
    }
    void change_market(const char* name, const Json& value) {
        turn(world, "market", Json::object({{"condition", market["condition"]}, {name, value}}));
    }
    Holding holding(const Trader& who, const std::string& asset) {
        return world.holdings.look(who.address(), asset);
    }
    /// Status and the text of a refusal, as one line.
    static std::string refusal(const Response& response) {
        const auto body = Json::parse(response.body);
        return std::to_string(response.status) + " " + (body ? (*body)["error"].text() : "");
    }

    World world{1};
    Json market;
    std::string yes;
    std::string no;
    Trader trader{world, 0x11};
};

}  // namespace polysim
