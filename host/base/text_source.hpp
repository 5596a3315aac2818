/// Bytes of a file after decompression: what TextInput reads its lines from.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace tradectl {

class TextSource {
  public:
    virtual ~TextSource() = default;
    /// Reads up to `out.size()` bytes (above 0); 0 at the end of sound content only. Corrupt or Io.
    virtual Expected<std::size_t> read(std::span<char> out) = 0;
};

/// Opens the file as what its first bytes say that it is.
Expected<std::unique_ptr<TextSource>> open_text_source(const std::string& path);

}  // namespace tradectl
