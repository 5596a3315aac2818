#include "tests/venues/polymarket/chain.hpp"
#include "tests/venues/polymarket/crypto.hpp"

#include <algorithm>

namespace polysim {
namespace {

/// Words after the selector.
class Arguments {
  public:
    explicit Arguments(const Bytes& data) : data_{data} {}

    std::optional<Word> word(std::size_t index) const { return at(4 + 32 * index); }

    /// The dynamic array whose offset stands at `index`.
    std::optional<std::vector<Word>> array(std::size_t index) const {
        const auto offset = small(word(index));
        if (!offset) return std::nullopt;
        const auto count = small(at(4 + *offset));
        if (!count || *count > 1000) return std::nullopt;
        std::vector<Word> words;
        for (std::size_t i = 0; i < *count; ++i) {
            const auto item = at(4 + *offset + 32 * (i + 1));
            if (!item) return std::nullopt;
            words.push_back(*item);
        }
        return words;
    }

  private:
    std::optional<Word> at(std::size_t offset) const {
        if (offset > data_.size() || data_.size() - offset < 32) return std::nullopt;
        Word word;
        std::copy_n(data_.begin() + static_cast<std::ptrdiff_t>(offset), 32, word.begin());
        return word;
    }
    static std::optional<std::size_t> small(const std::optional<Word>& word) {
        const auto low = word ? low_of(*word) : std::nullopt;
        return low && *low < 1'000'000 ? std::optional<std::size_t>{*low} : std::nullopt;
    }

    const Bytes& data_;
};

Bytes bytes_of(const Word& word) {
    return {word.begin(), word.end()};
}

Word amount_of(Micro value) {
    return word_of(static_cast<std::uint64_t>(std::max<Micro>(0, value)));
}

std::optional<Bytes> call_erc20(const Holdings& holdings,
                                const std::string& asset,
                                const Bytes& name,
                                const Arguments& arguments) {
    const auto first = arguments.word(0);
    const auto second = arguments.word(1);
    if (name == selector("decimals()")) return bytes_of(word_of(std::uint64_t{6}));
    if (name == selector("balanceOf(address)") && first) {
        return bytes_of(amount_of(holdings.look(address_of(*first), asset).chain));
    }
    if (name == selector("allowance(address,address)") && first && second) {
        const auto found =
            holdings.allowances.find({address_of(*first), asset, address_of(*second)});
        return bytes_of(found == holdings.allowances.end() ? Word{} : found->second);
    }
    return std::nullopt;
}

std::optional<Bytes> balance_batch(const Holdings& holdings, const Arguments& arguments) {
    const auto accounts = arguments.array(0);
    const auto ids = arguments.array(1);
    if (!accounts || !ids || accounts->size() != ids->size()) return std::nullopt;
    Bytes out = bytes_of(word_of(std::uint64_t{32}));
    const auto append = [&](const Word& word) { out.insert(out.end(), word.begin(), word.end()); };
    append(word_of(std::uint64_t{ids->size()}));
    for (std::size_t i = 0; i < ids->size(); ++i) {
        append(amount_of(holdings.look(address_of((*accounts)[i]), to_decimal((*ids)[i])).chain));
    }
    return out;
}

/// Denominator and numerators: 1 and 1/0, or 2 and 1/1 for a split.
std::optional<Bytes> call_payout(const World& world,
                                 const Bytes& name,
                                 const Arguments& arguments) {
    const auto condition = arguments.word(0);
    if (!condition) return std::nullopt;
    const auto found = world.markets.find(hex(*condition));
    const bool resolved = found != world.markets.end() && found->second.winner != -1;
    const bool split = resolved && found->second.winner == -2;
    if (name == selector("payoutDenominator(bytes32)")) {
        return bytes_of(word_of(std::uint64_t{resolved ? split ? 2U : 1U : 0U}));
    }
    const auto index = arguments.word(1);
    if (!index) return std::nullopt;
    const bool pays =
        resolved && (split || word_of(static_cast<std::uint64_t>(found->second.winner)) == *index);
    return bytes_of(word_of(std::uint64_t{pays ? 1U : 0U}));
}

std::optional<Bytes> call_erc1155(const World& world,
                                  const Holdings& holdings,
                                  const Address& to,
                                  const Bytes& name,
                                  const Arguments& arguments) {
    const auto first = arguments.word(0);
    const auto second = arguments.word(1);
    if (name == selector("balanceOfBatch(address[],uint256[])")) {
        return balance_batch(holdings, arguments);
    }
    if (name == selector("balanceOf(address,uint256)") && first && second) {
        return bytes_of(amount_of(holdings.look(address_of(*first), to_decimal(*second)).chain));
    }
    if (name == selector("isApprovedForAll(address,address)") && first && second) {
        const bool approved =
            holdings.approvals.count({address_of(*first), to, address_of(*second)}) > 0;
        return bytes_of(word_of(std::uint64_t{approved ? 1U : 0U}));
    }
    if (name == selector("payoutDenominator(bytes32)") ||
        name == selector("payoutNumerators(bytes32,uint256)")) {
        return call_payout(world, name, arguments);
    }
    return std::nullopt;
}

}  // namespace

Bytes selector(const std::string& signature) {
    const Word hash = keccak256(signature);
    return {hash.begin(), hash.begin() + 4};
}

std::optional<Bytes> call_contract(World& world,
                                   const Holdings& holdings,
                                   const Address& to,
                                   const Bytes& data) {
    if (data.size() < 4) return std::nullopt;
    const Bytes name{data.begin(), data.begin() + 4};
    const Arguments arguments{data};
    const auto contracts = Contracts::of(world.settings.chain_id);
    if (to == contracts.collateral) return call_erc20(holdings, "pUSD", name, arguments);
    if (to == contracts.usdc_e) return call_erc20(holdings, "USDC.e", name, arguments);
    if (to == contracts.usdc) return call_erc20(holdings, "USDC", name, arguments);
    if (to == contracts.outcomes || to == contracts.position_manager) {
        return call_erc1155(world, holdings, to, name, arguments);
    }
    return Bytes{};  // no contract there: an empty answer
}

}  // namespace polysim
