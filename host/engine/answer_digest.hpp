/// What commits the log to an answer of an exchange plugin.
#pragma once

#include "host/base/hash.hpp"
#include "host/exchange/completion.hpp"

#include <tradectl/abi/events.h>

namespace tradectl::engine {

/// SHA-256 of a record of news (a fill, an order's state) as the plugin published it, from behind
/// its head, which the host fills. [any]
[[nodiscard]] Sha256Digest answer_digest(const tradectl_event& event);

/// SHA-256 of an answer to a request, as tradectl-wal(5) lines it up. [any]
[[nodiscard]] Sha256Digest answer_digest(const exchange::Completion& completion);

}  // namespace tradectl::engine
