/// Names picked by a pattern with `*`, as in lists of instruments that may be traded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl {

/// Whether the whole of `name` is what `pattern` says. `*` stands for any text, the empty one
/// included; every other character for itself. [any]
[[nodiscard]] constexpr bool matches_pattern(std::string_view name, std::string_view pattern) {
    std::size_t at = 0, in = 0;
    std::size_t star = std::string_view::npos, retry = 0;
    while (at < name.size()) {
        if (in < pattern.size() && pattern[in] == '*') {
            star = in++;
            retry = at;
        } else if (in < pattern.size() && pattern[in] == name[at]) {
            ++in;
            ++at;
        } else if (star != std::string_view::npos) {
            in = star + 1;  // the last star takes one character more
            at = ++retry;
        } else {
            return false;
        }
    }
    while (in < pattern.size() && pattern[in] == '*')
        ++in;
    return in == pattern.size();
}

[[nodiscard]] inline bool matches_any(std::string_view name,
                                      const std::vector<std::string>& patterns) {
    for (const std::string& pattern : patterns)
        if (matches_pattern(name, pattern)) return true;
    return false;
}

}  // namespace tradectl
