/// Lines of a text file that may be compressed.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tradectl {

/// Where a reader of lines stands.
class TextPlace {
  public:
    virtual ~TextPlace() = default;
    [[nodiscard]] virtual const std::string& path() const = 0;
    /// Number of the line that was read last, from 1; 0 before the first.
    [[nodiscard]] virtual std::uint64_t line_number() const = 0;
    /// Bytes of the file that were read so far, as they are on disk.
    [[nodiscard]] virtual std::uint64_t bytes_done() const = 0;
};

/// Reads a plain, gzip (RFC 1952, several members allowed), zstd (RFC 8878, several frames allowed)
/// or zip file (one member) line by line in constant memory. What it is, the content says, not the
/// name.
class TextInput final : public TextPlace {
  public:
    enum class ReadAhead : std::uint8_t {
        Off,
        On,  ///< a thread of its own reads and decompresses, up to 2 MiB ahead
    };
    struct Options {
        std::size_t line_bytes_max = 65536;  ///< without the line end
        char line_end = '\n';                ///< LF is taken off, any other stays
        std::string zip_member;              ///< empty: the only one
        ReadAhead read_ahead = ReadAhead::Off;
    };

    /// NotFound, Permission or Io for the file; Corrupt for a zip without a readable member;
    /// InvalidArgument when a zip has several members and none is named, or not the named one.
    static Expected<TextInput> open(const std::string& path, Options options);
    static Expected<TextInput> open(const std::string& path) { return open(path, Options{}); }

    ~TextInput() override;
    TextInput(TextInput&&) noexcept;
    TextInput& operator=(TextInput&&) noexcept;

    /// The next line without its LF or CRLF, valid until the next call; nothing at the end of the
    /// content. A last line needs no line end. Corrupt for damaged or truncated compressed content,
    /// InvalidArgument for a line over the limit, Io; after an error every call fails the same way.
    Expected<std::optional<std::string_view>> next();

    [[nodiscard]] std::uint64_t line_number() const override;
    /// Whether the line that `next` returned last had its end; true before the first. The last row
    /// of a file that was cut off has none.
    [[nodiscard]] bool line_ended() const;
    [[nodiscard]] const std::string& path() const override;
    [[nodiscard]] std::uint64_t bytes_done() const override;
    /// Bytes of the file; 0 when it is no regular file.
    [[nodiscard]] std::uint64_t bytes_all() const;

  private:
    struct State;
    explicit TextInput(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace tradectl
