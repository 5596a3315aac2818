/// What the venue's contracts may take of our wallet, as the venue told it last.
#pragma once

#include "bytes.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tradectl::polymarket {

/// The venue's word for what is given: collateral by buys, outcome tokens by sales.
enum class Given { Collateral, Tokens, TokensV3 };
/// As the venue's requests name it.
[[nodiscard]] constexpr std::string_view asset_type(Given given) {
    if (given == Given::Collateral) return "COLLATERAL";
    return given == Given::Tokens ? "CONDITIONAL" : "CONDITIONAL-V2";
}
/// As people are told.
[[nodiscard]] constexpr std::string_view asset_words(Given given) {
    return given == Given::Collateral ? "pUSD" : "outcome tokens";
}

struct Allowance {
    Decimal amount;  ///< Decimal::max() without limit
    Timestamp read = Timestamp::none();
};

/// By what is given and the contract that may take it. [engine]
class Allowances {
  public:
    /// `spender`: an address; empty when the venue names none, and means all.
    void put(Given given, std::string_view spender, const Allowance& allowance) {
        all_[{given, to_lower(spender)}] = allowance;
    }
    /// Null when it is not known.
    [[nodiscard]] const Allowance* find(Given given, std::string_view spender) const {
        for (const std::string& each : {to_lower(spender), std::string()})
            if (const auto found = all_.find({given, each}); found != all_.end())
                return &found->second;
        return nullptr;
    }

  private:
    std::map<std::pair<Given, std::string>, Allowance> all_;
};

}  // namespace tradectl::polymarket
