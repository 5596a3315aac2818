/// JSON-RPC of the chain and the few contract calls that are made through it.
#pragma once

#include "bytes.hpp"
#include "json.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::polymarket {

// ---- Call data: selector and 32-byte words, as 0x hex

[[nodiscard]] std::string call_balance_of(const Address& owner);
/// ERC-1155: of one token.
[[nodiscard]] std::string call_balance_of(const Address& owner, const Word& token);
/// ERC-1155: of several tokens of one owner.
[[nodiscard]] std::string call_balance_of_batch(const Address& owner, std::span<const Word> tokens);
[[nodiscard]] std::string call_allowance(const Address& owner, const Address& spender);
[[nodiscard]] std::string call_is_approved_for_all(const Address& owner, const Address& operated);
[[nodiscard]] std::string call_approve(const Address& spender, const Word& amount);
enum class Approval { Revoke, Grant };
[[nodiscard]] std::string call_set_approval_for_all(const Address& operated, Approval approval);
/// Conditional tokens: zero until the condition is resolved.
[[nodiscard]] std::string call_payout_denominator(const Word& condition);
/// Conditional tokens: what of it the outcome of that index is paid.
[[nodiscard]] std::string call_payout_numerator(const Word& condition, std::uint64_t index);
/// Conditional tokens: both outcomes of a binary market.
[[nodiscard]] std::string call_redeem_positions(const Address& collateral, const Word& condition);
/// Neg-risk adapter: by condition and the amounts of both outcomes.
[[nodiscard]] std::string call_redeem_neg_risk(const Word& condition,
                                               std::span<const Word> amounts);

// ---- Requests

/// One `{"jsonrpc":"2.0",...}`; `params` is JSON.
[[nodiscard]] std::string rpc_request(std::uint64_t id,
                                      std::string_view method,
                                      std::string_view params);
/// Scheme and host of an end point, for messages: its path may hold a provider's key.
[[nodiscard]] std::string shown_url(std::string_view url);
/// `[{"to":...,"data":...},"latest"]`.
[[nodiscard]] std::string eth_call_params(std::string_view to, std::string_view data);

/// Errors of a node by what they mean.
enum class RpcFault {
    NonceTooLow,
    AlreadyKnown,
    Underpriced,
    CannotPay,
    WrongChain,
    Reverted,
    Other
};
[[nodiscard]] RpcFault rpc_fault(std::string_view message);

/// The text result of request `id`; an array is searched for it. InvalidArgument for a malformed
/// answer, Rejected with the node's words for an error.
[[nodiscard]] Expected<std::string> decode_rpc_text(const JsonView& json, std::uint64_t id);

/// A number, as `0x89`. InvalidArgument when it is none of 64 bits.
[[nodiscard]] Expected<std::uint64_t> quantity_of(std::string_view text);

/// An integer or a word of call results. InvalidArgument when empty: no contract is not zero.
[[nodiscard]] Expected<Word> decode_word(std::string_view data);
/// A dynamic array of words.
[[nodiscard]] Expected<std::vector<Word>> decode_words(std::string_view data);

}  // namespace tradectl::polymarket
