/// Sources of compressed text; text_source.hpp chooses among them.
#pragma once

#include "host/base/text_source.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace tradectl {

/// Reads one member of a zip file; what is damaged is Corrupt.
Expected<std::unique_ptr<TextSource>> open_zip_source(const std::string& path,
                                                      const std::string& member);
/// Reads zstd frames, one behind the other; checksums are checked where frames have them.
Expected<std::unique_ptr<TextSource>> open_zstd_source(std::unique_ptr<TextSource> packed,
                                                       const std::string& path);
/// Whether four bytes begin a zstd frame that holds no data.
[[nodiscard]] bool is_zstd_skippable(std::string_view start);

}  // namespace tradectl
