/// What the risk gate must let pass, worked out apart from it: integers, plain lists, no shared
/// code. Prices and quantities are whole numbers; money is in millionths.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <vector>

namespace tradectl::property {

enum class Side : std::uint8_t { Buy, Sell };

/// Limits of a session; 0 is off. Money in whole units of the quote asset.
struct ModelLimits {
    std::int64_t order_notional = 0;
    std::int64_t position_quantity = 0;
    std::int64_t position_notional = 0;
    std::int64_t exposure_strategy = 0;
    std::int64_t exposure_total = 0;
    std::int64_t open_orders = 0;
    std::int64_t positions = 0;
    bool one_position = false;
};

struct ModelOrder {
    std::uint64_t ref = 0;
    std::size_t instrument = 0;
    Side side = Side::Buy;
    std::int64_t quantity = 0;
    std::int64_t price = 0;    ///< 0: at market
    bool reduce_only = false;  ///< flagged
    std::uint64_t tag = 0;     ///< of its intent; 0: none
};

/// Strategies of one cash account, and a venue that treats an order by its price's remainder by 4:
/// 0 fills, 1 rests, 2 fills half, 3 rejects; what is at market fills at 100.
class GateModel {
  public:
    GateModel(std::size_t strategies, std::size_t instruments, ModelLimits limits);

    std::int64_t cash = 0;                ///< quote asset, total, whole units
    std::vector<std::int64_t> holdings;   ///< base asset of each instrument, total
    std::vector<std::int64_t> mid_twice;  ///< of each instrument: bid + ask

    /// Whether the gate must let it pass now.
    [[nodiscard]] bool allows(std::size_t strategy, const ModelOrder& order) const;
    /// The gate let it pass.
    void enter(std::size_t strategy, const ModelOrder& order);
    /// The strategy used this ref, whatever became of it.
    void use_ref(std::size_t strategy, std::uint64_t ref) { used_[strategy].insert(ref); }
    [[nodiscard]] bool is_used(std::size_t strategy, std::uint64_t ref) const {
        return used_[strategy].contains(ref);
    }
    void cancel(std::size_t strategy, std::uint64_t ref);
    /// What became of an order, told in the order in which it happens.
    struct News {
        enum class What : std::uint8_t { Taken, Rejected, Filled } what{};
        std::size_t strategy = 0;
        std::size_t instrument = 0;
        std::int64_t bought = 0;  ///< filled; negative: sold
        std::int64_t price = 0;
    };
    /// The venue answers everything that is on its way.
    void answer(const std::function<void(const News&)>& hear);
    /// Whether an order only makes a position smaller.
    [[nodiscard]] bool reduces(std::size_t strategy, const ModelOrder& order) const;

    [[nodiscard]] std::int64_t free_cash() const;  ///< millionths
    [[nodiscard]] std::int64_t free_base(std::size_t instrument) const;
    [[nodiscard]] std::int64_t position(std::size_t strategy, std::size_t instrument) const {
        return positions_.at({strategy, instrument});
    }
    /// Refs of orders that rest at the venue.
    [[nodiscard]] std::vector<std::uint64_t> resting(std::size_t strategy) const;

  private:
    struct Open {
        std::size_t strategy = 0;
        ModelOrder order;
        std::int64_t leaves = 0;
        std::int64_t hold_price = 0;  ///< millionths, fees included; buys alone
        bool answered = false;
        bool canceling = false;
    };

    [[nodiscard]] News settle(Open& open, std::int64_t quantity);
    [[nodiscard]] std::int64_t hold_price(const ModelOrder& order) const;
    [[nodiscard]] bool has_money(const ModelOrder& order) const;
    [[nodiscard]] std::int64_t open_quantity(std::size_t strategy,
                                             std::size_t instrument,
                                             Side side) const;
    [[nodiscard]] bool passes_counts(std::size_t strategy, const ModelOrder& order) const;
    [[nodiscard]] bool passes_sizes(std::size_t strategy, const ModelOrder& order) const;
    [[nodiscard]] std::int64_t exposure(std::size_t strategy) const;  ///< millionths

    std::size_t instruments_;
    ModelLimits limits_;
    std::map<std::pair<std::size_t, std::size_t>, std::int64_t> positions_;
    std::vector<std::set<std::uint64_t>> used_;
    std::vector<Open> open_;
};

}  // namespace tradectl::property
