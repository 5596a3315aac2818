/// The member `wire` of a manifest: what an exchange plugin needs of the network.
#pragma once

#include "host/plugin/manifest.hpp"

namespace tradectl::plugin {

/// Config, naming the member, for what is missing, of the wrong kind or out of range; members that
/// it does not know are ignored.
[[nodiscard]] Expected<WireManifest> read_wire(const Json& json);

}  // namespace tradectl::plugin
