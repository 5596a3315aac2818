/// What wallets hold on the chain, kept while nothing is known to have changed it.
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tradectl::polymarket {

/// What a wallet holds on the chain.
struct ChainBalances {
    Decimal collateral;
    Decimal usdc_e;
    Decimal usdc;
    std::map<std::string, Decimal> outcomes;  ///< by token id
    Timestamp read = Timestamp::none();       ///< when the reading began
};

/// By owner, in lower case. [engine]
class ChainCache {
  public:
    /// A reading of the last `ns`, or null.
    [[nodiscard]] const ChainBalances* find(std::string_view owner,
                                            Timestamp now,
                                            std::int64_t ns) const {
        const auto found = readings_.find(owner);
        const bool is_fresh = found != readings_.end() && now.minus(found->second.read) < ns;
        return is_fresh ? &found->second : nullptr;
    }
    /// `drops`: of the moment when the reading began; one that something overtook is not kept.
    void put(const std::string& owner, ChainBalances reading, std::uint64_t drops) {
        if (drops == drops_) readings_[owner] = std::move(reading);
    }
    void drop() {
        readings_.clear();
        ++drops_;
    }
    [[nodiscard]] std::uint64_t drops() const { return drops_; }

  private:
    std::map<std::string, ChainBalances, std::less<>> readings_;
    std::uint64_t drops_ = 0;
};

/// Which chain each end point serves, as it said. [engine]
class ChainIds {
  public:
    /// Null when it was not asked yet.
    [[nodiscard]] const std::uint64_t* find(const std::string& url) const {
        const auto told = chains_.find(url);
        return told == chains_.end() ? nullptr : &told->second;
    }
    [[nodiscard]] bool is_other(const std::string& url, std::int64_t ours) const {
        const std::uint64_t* told = find(url);
        return told != nullptr && *told != static_cast<std::uint64_t>(ours);
    }
    void put(const std::string& url, std::uint64_t chain) { chains_[url] = chain; }

  private:
    std::map<std::string, std::uint64_t> chains_;
};

}  // namespace tradectl::polymarket
