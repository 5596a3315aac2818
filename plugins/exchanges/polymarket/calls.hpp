/// What goes to the venue and comes back: requests, answers, and steps on their way.
#pragma once

#include "order.hpp"
#include "own_orders.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/exchange.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace tradectl::polymarket {

/// Rate buckets, by their place in the manifest.
enum class Bucket : std::uint32_t { Clob, Orders, Cancels, Gamma, Data, Rpc };
inline constexpr std::size_t kBucketCount = 6;

/// What came back of one HTTP request.
struct Answer {
    tradectl_status transport = TRADECTL_OK;  ///< OK: an answer; OUTCOME_UNKNOWN; else not sent
    std::uint32_t http_status = 0;
    std::string body;
    Timestamp retry_after = Timestamp::none();
    [[nodiscard]] bool is_ok() const {
        return transport == TRADECTL_OK && http_status >= 200 && http_status < 300;
    }
    /// Otherwise nothing of the request left, and it may be given up.
    [[nodiscard]] bool may_have_arrived() const {
        return transport == TRADECTL_OK || transport == TRADECTL_OUTCOME_UNKNOWN;
    }
};

struct Call {
    std::string method = "GET";
    std::string target;  ///< of a private call path and query, else the whole URL
    std::string body = {};
    OpId op = {};
    Bucket bucket = Bucket::Clob;
    std::uint32_t weight = 1;
};

/// An operation between prepare and submit.
struct PreparedStep {
    OperationKind kind = OperationKind::Order;
    OpId op;
    Order order;              ///< ORDER
    OrderHashes hashes;       ///< ORDER
    OwnOrder own;             ///< ORDER
    std::uint64_t nonce = 0;  ///< APPROVE, REDEEM
    std::string target;       ///< CANCEL: the order's hash; CANCEL_ALL: the body
};

/// An order that waits for its market to be read anew.
struct WaitingOrder {
    RequestId id;
    tradectl_operation record;
};

/// A step that is on its way to the venue.
struct Outgoing {
    RequestId request;
    OpId op;
    std::string order_id;
    std::string body;
    std::string token_id = {};  ///< of an order
    int version = 0;            ///< of an order: that it was built in
};

struct ContractCall {
    std::string to;
    std::string data;  ///< 0x hex
};

/// In wei for a unit of gas.
struct GasPrice {
    std::uint64_t tip = 0;
    std::uint64_t most = 0;
};

}  // namespace tradectl::polymarket
