/// What is known of a market besides its instrument record.
#pragma once

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace tradectl::polymarket {

struct Market {
    std::string token_id;
    std::string condition;
    Decimal tick = Decimal::null();
    Decimal told_tick = Decimal::null();      ///< by the order book or its stream: lists come later
    Timestamp tick_time = Timestamp::none();  ///< of that word
    Decimal quantity_min = Decimal::null();
    bool neg_risk = false;
    Decimal fee_rate = Decimal::null();  ///< of takers; null until it was told
    int fee_exponent = 1;
    Timestamp read = Timestamp::none();
    Timestamp retry = Timestamp::none();  ///< a read failed: before then none is tried for an order
    // As told last; 0: what the host had from the start.
    std::uint32_t status = 0;
    Timestamp close_time = Timestamp::none();
    /// The stream's word, of this run or an earlier one: no list opens it again. 0: it told none.
    std::uint32_t ended = 0;
    Decimal pays = Decimal::null();  ///< with it
    bool is_seen = false;            ///< in the venue's lists, by this run
    int missing = 0;                 ///< reads in a row in which the venue did not list it

    /// As the host knows it; `listed` when nobody told one yet.
    [[nodiscard]] Decimal last_tick(Decimal listed) const {
        if (!told_tick.is_null()) return told_tick;
        return tick.is_null() ? listed : tick;
    }
};

[[nodiscard]] inline bool is_over(std::uint32_t instrument_status) {
    return instrument_status == TRADECTL_INSTRUMENT_CLOSED ||
           instrument_status == TRADECTL_INSTRUMENT_RESOLVED;
}

/// By instrument handle; tokens are found by their ids. [engine]
class Markets {
  public:
    [[nodiscard]] const Market* find(tradectl_instrument_handle instrument) const {
        const auto found = markets_.find(instrument);
        return found == markets_.end() ? nullptr : &found->second;
    }
    [[nodiscard]] Market* find(tradectl_instrument_handle instrument) {
        const auto found = markets_.find(instrument);
        return found == markets_.end() ? nullptr : &found->second;
    }
    /// Made when there is none; without a tick it says nothing about orders.
    [[nodiscard]] Market& entry(tradectl_instrument_handle instrument) {
        return markets_[instrument];
    }
    void put(tradectl_instrument_handle instrument, Market market) {
        markets_[instrument] = std::move(market);
    }
    void index(const std::string& token, tradectl_instrument_handle instrument) {
        tokens_[token] = instrument;
    }
    [[nodiscard]] std::optional<tradectl_instrument_handle> instrument(
        std::string_view token) const {
        const auto found = tokens_.find(token);
        if (found == tokens_.end()) return std::nullopt;
        return found->second;
    }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    std::map<tradectl_instrument_handle, Market> markets_;
    std::unordered_map<std::string, tradectl_instrument_handle, Hash, std::equal_to<>> tokens_;
};

}  // namespace tradectl::polymarket
