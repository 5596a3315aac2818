/// The venue and its reference model side by side, fed with the same random operations.
#pragma once

#include "plugins/exchanges/paper/venue.hpp"
#include "tests/plugins/paper/reference_model.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tradectl::paper {

/// SplitMix64 (Steele, Lea, Flood, 2014).
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }
    /// From `low` to `high`, both included.
    std::int64_t roll(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
    }
    bool one_in(std::int64_t n) { return roll(1, n) == 1; }

  private:
    std::uint64_t state_;
};

/// Collects what the venue says, and checks what must hold for any order whatever the model says.
class CheckingJournal final : public Journal {
  public:
    void on_order(const Order& order) override;
    void on_trigger(const Order&) override {}
    void on_fill(const Fill& fill) override;
    bool was_closed(std::string_view client_order_id) const override {
        return closed_.count(std::string(client_order_id)) != 0;
    }

    std::vector<reference::Fill> fills;
    std::vector<reference::End> ends;
    std::string complaint;  ///< the first invariant that broke
    Decimal base_bought;    ///< by all accounts from the recorded market, net
    Decimal quote_paid;     ///< to the recorded market, net
    Decimal fees;
    std::uint64_t trades_between_us = 0;

  private:
    void complain(const Order& order, const char* what);

    std::set<std::string> closed_;
    std::set<std::string> never_take_;  ///< post-only orders
    Fill last_;
};

class TwinVenues {
  public:
    explicit TwinVenues(std::uint64_t seed);
    /// One random operation on both. Returns what differs, empty when nothing does.
    [[nodiscard]] std::string step();
    /// Compares all state; empty when equal.
    [[nodiscard]] std::string compare() const;

    [[nodiscard]] std::uint64_t fills() const { return fills_; }
    [[nodiscard]] const CheckingJournal& journal() const { return journal_; }

  private:
    void market_event();
    void trade_event();
    void quote_event();
    void book_event();
    void submit();
    void cancel();
    void replace();
    [[nodiscard]] std::int64_t near_price() { return mid_ + dice_.roll(-6, 6); }
    [[nodiscard]] std::int64_t market_quantity() { return dice_.roll(1, 3'000'000); }
    void expect_same(Reason venue, std::int64_t model, const char* what);
    [[nodiscard]] std::string compare_outputs();
    [[nodiscard]] std::int64_t pick_id();

    Dice dice_;
    reference::Rules reference_rules_;
    CheckingJournal journal_;
    std::unique_ptr<Venue> venue_;
    std::unique_ptr<reference::Model> model_;
    MarketIndex market_ = 0;
    std::int64_t accounts_ = 3;
    int feed_ = 0;
    std::int64_t mid_ = 10'000;
    std::int64_t now_ = 1;
    std::int64_t next_id_ = 1;
    std::uint64_t fills_ = 0;
    Decimal base_sum_;
    Decimal quote_sum_;
    std::string difference_;
};

}  // namespace tradectl::paper
