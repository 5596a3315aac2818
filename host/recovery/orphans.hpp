/// Orders at a venue that carry our id although our log does not know them: proof that the log lost
/// what it had acknowledged.
#pragma once

#include "host/wal/identity.hpp"

#include <tradectl/ids.hpp>

#include <optional>
#include <string_view>

namespace tradectl::recovery {

/// Whose an order is, judged by its client order id.
enum class Owner : std::uint8_t {
    Foreign,  ///< not made by this installation: another program's, or by hand
    Known,    ///< ours, and the log has its intent
    Orphan,   ///< ours by its MAC, and the log does not have its intent
};

/// `known` says whether the log holds an intent of that operation and id.
template <typename Known>
[[nodiscard]] Owner owner_of(std::string_view client_order_id,
                             const wal::Identity& identity,
                             Known&& known);

/// The operation that an id names, when its MAC proves that this installation made it.
[[nodiscard]] std::optional<OpId> decode_own(std::string_view client_order_id,
                                             const wal::Identity& identity);

template <typename Known>
Owner owner_of(std::string_view client_order_id, const wal::Identity& identity, Known&& known) {
    const auto op_id = decode_own(client_order_id, identity);
    if (!op_id) return Owner::Foreign;
    return known(*op_id) ? Owner::Known : Owner::Orphan;
}

}  // namespace tradectl::recovery
