/// Bytes of a file after decompression: what TextInput reads its lines from.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace tradectl {

class TextSource {
  public:
    virtual ~TextSource() = default;
    /// Reads up to `out.size()` bytes (above 0); 0 at the end of sound content only. Corrupt or Io.
    virtual Expected<std::size_t> read(std::span<char> out) = 0;
    /// Bytes of the file on disk that were read so far. [any]
    [[nodiscard]] virtual std::uint64_t bytes_done() const = 0;
    /// Bytes of the file on disk; 0 when it is no regular file. [any]
    [[nodiscard]] virtual std::uint64_t bytes_all() const = 0;
};

/// Opens the file as what its first bytes say that it is: gzip, zstd, zip or plain. Of a zip the
/// named member is read, or its only one: InvalidArgument, with their names, when there are several
/// and none is named, and when there is none of that name: also in a file that is no zip.
Expected<std::unique_ptr<TextSource>> open_text_source(const std::string& path,
                                                       const std::string& zip_member = {});

/// The same bytes, read by a thread of its own which stays up to 2 MiB ahead. An error comes where
/// it would have come without.
std::unique_ptr<TextSource> read_ahead(std::unique_ptr<TextSource> source);

}  // namespace tradectl
