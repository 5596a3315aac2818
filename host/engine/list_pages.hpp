/// How far a list proves what is not in it, when a venue gives it page by page.
#pragma once

#include "host/exchange/completion.hpp"
#include "host/recovery/finding.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace tradectl::engine {

/// What one answer says of itself.
[[nodiscard]] recovery::Coverage coverage_of(const exchange::Completion& answer);

/// A page speaks for its own part: it is complete when that part lacks nothing, whether more pages
/// follow or not. A list is complete when every page is; a cursor that came before, and an answer
/// that fails in the middle, leave it partial. [engine]
class ListPages {
  public:
    enum class Then : std::uint8_t { NextPage, End };

    /// The next page. `page` is what it says of itself, or what the caller makes of that.
    Then take(recovery::Coverage page, const exchange::Completion& answer);
    Then take(const exchange::Completion& answer) { return take(coverage_of(answer), answer); }

    /// Of all pages so far.
    [[nodiscard]] const recovery::Coverage& coverage() const { return coverage_; }
    /// Of the page to ask for; empty for the first one.
    [[nodiscard]] const std::string& cursor() const { return cursor_; }

  private:
    recovery::Coverage coverage_;
    std::string cursor_;
    std::set<std::string> seen_;
};

}  // namespace tradectl::engine
