/// Who is at the other end of a local socket.
#pragma once

#include <cstdint>

namespace tradectl::net {

/// As the kernel knew it when the connection was made (SO_PEERCRED, unix(7)).
struct Peer {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int32_t pid = 0;
};

}  // namespace tradectl::net
