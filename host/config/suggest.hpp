/// Hints for misspelt words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tradectl::config {

/// Edits (insert, delete, replace, swap of neighbours) between two words.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word` when it is near enough for a slip, else empty. The first wins
/// among equals.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& words);

/// "did you mean 'X'?", or "allowed here: a, b, c", or empty when there is nothing to offer.
[[nodiscard]] std::string hint_for(std::string_view word, const std::vector<std::string>& words);

/// "a, b, c".
[[nodiscard]] std::string join(const std::vector<std::string>& words);

}  // namespace tradectl::config
