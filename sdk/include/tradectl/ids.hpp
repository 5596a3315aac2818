/// Ids as distinct types, so that one kind cannot be passed for another.
#pragma once

#include <compare>
#include <cstdint>

namespace tradectl {

template <typename Tag>
struct Id {
    std::uint64_t value = 0;
    auto operator<=>(const Id&) const = default;
};

using OpId = Id<struct OpIdTag>;            ///< one step of work; 48 bits, from 1
using TxnId = Id<struct TxnIdTag>;          ///< first op id of the transaction
using WalSequence = Id<struct WalSeqTag>;   ///< place of a record in the WAL, from 1
using OrderRef = Id<struct OrderRefTag>;    ///< a strategy's own name for an order
using RequestId = Id<struct RequestIdTag>;  ///< a request to an exchange plugin

}  // namespace tradectl
