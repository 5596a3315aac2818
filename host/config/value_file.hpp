/// Values that live in files of their own.
#pragma once

#include <tradectl/expected.hpp>

#include <string>

namespace tradectl::config {

inline constexpr std::size_t kValueFileBytesMax = 64 * 1024;

/// Content of the regular file without white space at its ends. Permission when others may
/// read it or its group may write it, InvalidArgument when it is empty or too large. `directory` is
/// where a relative path starts.
[[nodiscard]] Expected<std::string> read_value_file(const std::string& path,
                                                    const std::string& directory);

/// `path`, or `directory/path` when it is relative.
[[nodiscard]] std::string absolute_path(const std::string& path, const std::string& directory);

}  // namespace tradectl::config
