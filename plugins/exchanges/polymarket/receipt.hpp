/// What a transaction did, by the logs of its receipt: tokens that went and collateral that came.
#pragma once

#include "bytes.hpp"
#include "json.hpp"

#include <tradectl/abi/exchange.h>
#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::polymarket {

struct ReceiptLog {
    std::string address;  ///< of the contract, lower case
    std::vector<Word> topics;
    std::string data;  ///< bytes
};

/// Source: eth_getTransactionReceipt of the Ethereum JSON-RPC specification.
struct Receipt {
    bool succeeded = false;  ///< false: reverted, and nothing but gas was spent
    std::vector<ReceiptLog> logs;
};

inline constexpr std::string_view kReceiptMethod = "eth_getTransactionReceipt";

/// The result of `kReceiptMethod` as a text that is the same for every node; empty while
/// the transaction is in no block. Errors as decode_rpc_text.
[[nodiscard]] Expected<std::string> decode_rpc_receipt(const JsonView& json, std::uint64_t id);
/// Reads what that wrote. InvalidArgument.
[[nodiscard]] Expected<Receipt> parse_receipt(std::string_view text);

/// Whether a step is a transaction on the chain, by its identity: "tx:CHAIN:SENDER:NONCE".
[[nodiscard]] bool is_transaction(std::string_view identity);

/// What a share of each outcome is paid, by token.
using Payouts = std::map<std::string, Decimal>;
/// What became of a transaction, then each asset that it moved: see Polymarket::rows_of.
using TransactionRows = std::vector<tradectl_order_report>;

/// Whose transfers count: contracts of outcome tokens, and those of collateral with their assets.
struct MoneyContracts {
    std::vector<std::string> tokens;           ///< lower case
    std::map<std::string, std::string> coins;  ///< lower case -> asset
};

/// Amounts of 6 decimals, none of them zero.
struct Moves {
    std::map<std::string, Decimal> tokens_out;  ///< by token id; negative: came
    std::map<std::string, Decimal> coins_in;    ///< by asset; negative: went
};

/// What the owner's holdings changed by. Sources: ERC-20 Transfer, ERC-1155 TransferSingle and
/// TransferBatch. InvalidArgument for a log that is none of them by its form; Overflow.
[[nodiscard]] Expected<Moves> moves_of(const Receipt& receipt,
                                       const Address& owner,
                                       const MoneyContracts& contracts);

}  // namespace tradectl::polymarket
