/// A connection that carries bytes, whatever is beneath it.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <system_error>

namespace tradectl::net {

/// Bytes both ways, with TLS or without. Shared, because an operation under way keeps it alive.
/// At most one read and one write at a time; `done` is called later, never from within the call.
/// [io]
class Wire {
  public:
    /// The error, or how many bytes; none of a read: the peer sends no more.
    using Done = std::function<void(std::error_code, std::size_t)>;

    virtual ~Wire() = default;
    /// Some bytes into `room`, which must stay until `done`.
    virtual void read_some(std::span<std::byte> room, Done done) = 0;
    /// Some of `bytes`, which must stay until `done`.
    virtual void write_some(std::span<const std::byte> bytes, Done done) = 0;
    /// Whether the peer neither closed nor sent anything that was not read: looked up on the spot.
    [[nodiscard]] virtual bool is_quiet() = 0;
    /// Whether a write that failed with no byte done may yet have sent some.
    [[nodiscard]] virtual bool writes_blindly() const = 0;
    /// Ends what is under way with an error. May be called twice.
    virtual void close() = 0;
    /// Gives the socket's descriptor away; for a wire without TLS and with nothing under way.
    [[nodiscard]] virtual int release() = 0;
};

}  // namespace tradectl::net
