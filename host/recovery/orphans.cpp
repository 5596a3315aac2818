#include "host/recovery/orphans.hpp"

#include "host/base/mutant.hpp"
#include "host/wal/client_order_id.hpp"

namespace tradectl::recovery {

std::optional<OpId> decode_own(std::string_view client_order_id, const wal::Identity& identity) {
    const auto id = wal::parse_client_order_id(client_order_id);
    if (!id || (id->install_id != identity.install_id && !mutant("recovery.orphan_install")))
        return std::nullopt;
    if (!wal::is_authentic(*id, identity.key) && !mutant("recovery.orphan_mac"))
        return std::nullopt;
    return id->op_id;
}

}  // namespace tradectl::recovery
