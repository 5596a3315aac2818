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
    Decimal quantity_min = Decimal::null();
    bool neg_risk = false;
    Decimal fee_rate;
    int fee_exponent = 1;
    Timestamp read = Timestamp::none();
    // As told last; 0: what the host had from the start.
    std::uint32_t status = 0;
    Timestamp close_time = Timestamp::none();
    int missing = 0;  ///< reads in a row in which the venue did not list it
};

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
