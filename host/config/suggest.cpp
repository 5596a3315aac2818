#include "host/config/suggest.hpp"

#include <algorithm>
#include <numeric>

namespace tradectl::config {
namespace {

constexpr std::size_t kDistanceMax = 3;
constexpr std::size_t kWordBytesMax = 64;  // nobody's key is longer; bounds the work

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> two_above(b.size() + 1);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(above.begin(), above.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_above[j - 2] + 1);
        }
        two_above.swap(above);
        above.swap(row);
    }
    return above[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
    if (word.size() > kWordBytesMax) return "";
    std::size_t best = std::min(kDistanceMax, std::max<std::size_t>(1, word.size() / 3)) + 1;
    std::string found;
    for (const std::string& candidate : words) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string hint_for(std::string_view word, const std::vector<std::string>& words) {
    const std::string guess = nearest(word, words);
    if (!guess.empty()) return "did you mean '" + guess + "'?";
    return words.empty() ? "" : "allowed here: " + join(words);
}

}  // namespace tradectl::config
