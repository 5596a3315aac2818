/// Recomputes, from fills alone and in plain integers, what margin accounts must have, and says
/// where the venue differs. Formulas of tradectl-paper(7), for markets that settle in the quote.
#pragma once

#include "plugins/exchanges/paper/venue.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>

namespace tradectl::paper {

class MarginAudit final : public Journal {
  public:
    __extension__ typedef __int128 Money;  ///< units of 1e-18

    MarginAudit(Decimal initial_margin, Decimal maintenance, MatchingRules rules)
        : initial_(initial_margin.raw()), maintenance_(maintenance.raw()), rules_(rules) {}
    /// Before the first operation; the venue must outlive the audit.
    void watch(const Venue& venue, AssetIndex settle) { venue_ = &venue, settle_ = settle; }
    void open(AccountIndex account, Decimal total) { totals_[account] = total.raw(); }

    /// Between two operations: compares all state; empty when nothing differs.
    [[nodiscard]] std::string compare() const;

    void on_order(const Order& order) override;
    void on_trigger(const Order&) override {}
    void on_fill(const Fill& fill) override;
    void on_bankruptcy(AccountIndex, AssetIndex, Decimal) override { ++bankruptcies; }
    [[nodiscard]] bool was_closed(std::string_view id) const override {
        return closed_.count(std::string(id)) != 0;
    }

    std::string complaint;  ///< the first rule that broke
    std::uint64_t fills = 0;
    std::uint64_t liquidations = 0;
    std::uint64_t bankruptcies = 0;

  private:
    struct Held {
        Money quantity = 0;  ///< of 1e-8
        Money average = 0;
        Money realized = 0;
    };
    struct Need {
        Money equity = 0;
        Money initial = 0;
        Money maintenance = 0;
    };
    [[nodiscard]] Need need_of(AccountIndex account) const;
    [[nodiscard]] bool has_positions(AccountIndex account) const;
    /// Returns what the fill realised.
    static Money apply(Held& held, Money signed_quantity, Money price);
    /// What the fill must cost.
    [[nodiscard]] Money fee_of(const Fill& fill) const;
    void complain(const Fill& fill, const std::string& what);

    Money initial_;
    Money maintenance_;
    MatchingRules rules_;
    const Venue* venue_ = nullptr;
    AssetIndex settle_ = kNoIndex;
    std::map<AccountIndex, Money> totals_;
    std::map<std::pair<AccountIndex, MarketIndex>, Held> positions_;
    mutable std::set<AccountIndex> in_liquidation_;  ///< since the last comparison
    std::set<std::string> reduce_only_;
    std::set<std::string> closed_;
    std::set<std::string> has_filled_;  ///< ids of orders with a fill
};

}  // namespace tradectl::paper
