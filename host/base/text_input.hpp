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

/// Reads a plain, gzip (RFC 1952, several members allowed) or zip file (its first member) line by
/// line in constant memory. What it is, the content says, not the name.
class TextInput {
  public:
    struct Options {
        std::size_t line_bytes_max = 65536;  ///< without the line end
    };

    /// NotFound, Permission or Io for the file; Corrupt for a zip without a readable member.
    static Expected<TextInput> open(const std::string& path, Options options);
    static Expected<TextInput> open(const std::string& path) { return open(path, Options{}); }

    ~TextInput();
    TextInput(TextInput&&) noexcept;
    TextInput& operator=(TextInput&&) noexcept;

    /// The next line without its LF or CRLF, valid until the next call; nothing at the end of the
    /// content. A last line needs no line end. Corrupt for damaged or truncated compressed content,
    /// InvalidArgument for a line over the limit, Io; after an error every call fails the same way.
    Expected<std::optional<std::string_view>> next();

    /// Number of the line that `next` returned last, from 1; 0 before the first.
    [[nodiscard]] std::uint64_t line_number() const;
    [[nodiscard]] const std::string& path() const;

  private:
    struct State;
    explicit TextInput(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace tradectl
