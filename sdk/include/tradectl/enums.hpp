/// The constants of abi/types.h, commands.h and exchange.h as scoped enums with the same numbers.
#pragma once

#include "abi/exchange.h"

#include <cstdint>

namespace tradectl {

/// Side of an order, a fill or an aggressor.
enum class Side : std::uint8_t {
    None = TRADECTL_SIDE_NONE,
    Buy = TRADECTL_SIDE_BUY,
    Sell = TRADECTL_SIDE_SELL,
};

[[nodiscard]] constexpr Side opposite(Side side) {
    if (side == Side::None) return Side::None;
    return side == Side::Buy ? Side::Sell : Side::Buy;
}

enum class OrderType : std::uint8_t {
    Limit = TRADECTL_ORDER_LIMIT,
    Market = TRADECTL_ORDER_MARKET,
    Stop = TRADECTL_ORDER_STOP,            ///< becomes Market when the trigger trades
    StopLimit = TRADECTL_ORDER_STOP_LIMIT  ///< becomes Limit when the trigger trades
};

enum class TimeInForce : std::uint8_t {
    Gtc = TRADECTL_TIF_GTC,  ///< good till canceled
    Ioc = TRADECTL_TIF_IOC,  ///< what fills at once; the rest is canceled
    Fok = TRADECTL_TIF_FOK,  ///< all at once or nothing
    Gtd = TRADECTL_TIF_GTD   ///< good till a time
};

enum class OrderStatus : std::uint32_t {
    Pending = TRADECTL_ORDER_STATUS_PENDING,
    Sent = TRADECTL_ORDER_STATUS_SENT,
    Acknowledged = TRADECTL_ORDER_STATUS_ACKNOWLEDGED,
    PartiallyFilled = TRADECTL_ORDER_STATUS_PARTIALLY_FILLED,
    Filled = TRADECTL_ORDER_STATUS_FILLED,
    Canceled = TRADECTL_ORDER_STATUS_CANCELED,
    Rejected = TRADECTL_ORDER_STATUS_REJECTED,
    Expired = TRADECTL_ORDER_STATUS_EXPIRED,
    Denied = TRADECTL_ORDER_STATUS_DENIED,
    Unresolved = TRADECTL_ORDER_STATUS_UNRESOLVED,
};

/// Whether an order in this state can still fill or may have to be looked for.
[[nodiscard]] constexpr bool is_open(OrderStatus status) {
    return status <= OrderStatus::PartiallyFilled || status == OrderStatus::Unresolved;
}

enum class Liquidity : std::uint8_t {
    None = TRADECTL_LIQUIDITY_NONE,
    Maker = TRADECTL_LIQUIDITY_MAKER,
    Taker = TRADECTL_LIQUIDITY_TAKER,
};

enum class LogLevel : std::uint32_t {
    Trace = TRADECTL_LOG_TRACE,
    Debug = TRADECTL_LOG_DEBUG,
    Info = TRADECTL_LOG_INFO,
    Warning = TRADECTL_LOG_WARNING,
    Error = TRADECTL_LOG_ERROR,
};

/// Kind of an acting operation.
enum class OperationKind : std::uint32_t {
    Order = TRADECTL_OPERATION_ORDER,
    Replace = TRADECTL_OPERATION_REPLACE,
    Cancel = TRADECTL_OPERATION_CANCEL,
    CancelAll = TRADECTL_OPERATION_CANCEL_ALL,
    Approve = TRADECTL_OPERATION_APPROVE,
    Redeem = TRADECTL_OPERATION_REDEEM,
    Transfer = TRADECTL_OPERATION_TRANSFER,
};

/// What may be done after an ambiguous submit.
enum class IdentityClass : std::uint32_t {
    Idempotent = TRADECTL_CLASS_A_IDEMPOTENT,  ///< identical bytes may be sent again
    DuplicateRejected = TRADECTL_CLASS_B_DUPLICATE_REJECTED,
    QueryOnly = TRADECTL_CLASS_C_QUERY_ONLY,
};

/// The moment after which a request can no longer execute.
enum class Fence : std::uint32_t {
    None = TRADECTL_FENCE_NONE,
    Time = TRADECTL_FENCE_TIME,                 ///< value: venue time, ns
    BlockHeight = TRADECTL_FENCE_BLOCK_HEIGHT,  ///< value: height
    Nonce = TRADECTL_FENCE_NONCE,               ///< value: nonce of the sender
};

/// Whether an answer lists everything in the scope asked: only `Complete` proves absence.
enum class Completeness : std::uint32_t {
    Unknown = TRADECTL_COMPLETENESS_UNKNOWN,
    Partial = TRADECTL_COMPLETENESS_PARTIAL,
    Complete = TRADECTL_COMPLETENESS_COMPLETE,
};

enum class HashKind : std::uint32_t {
    Keccak256 = TRADECTL_HASH_KECCAK256,
    Sha256 = TRADECTL_HASH_SHA256,
    Sha1 = TRADECTL_HASH_SHA1,
};

/// What the host signs, by type (abi/wire.h).
enum class SignKind : std::uint32_t {
    Eip712 = TRADECTL_SIGN_EIP712,
    EthTx = TRADECTL_SIGN_ETH_TX,
    SolanaMessage = TRADECTL_SIGN_SOLANA_MESSAGE,
    HmacSha256 = TRADECTL_SIGN_HMAC_SHA256,
    Es256Jwt = TRADECTL_SIGN_ES256_JWT,
    Ed25519 = TRADECTL_SIGN_ED25519,
};

/// A TRADECTL_REASON_ number; the list is commands.h.
using Reason = std::uint32_t;

}  // namespace tradectl
