#include "host/engine/list_pages.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

using recovery::Completeness;
using recovery::Coverage;

Coverage coverage_of(const exchange::Completion& answer) {
    Coverage coverage;
    coverage.as_of = Timestamp{answer.as_of};
    if (answer.status != TRADECTL_OK) {
        coverage.problem = "the venue answers with status " + std::to_string(answer.status) +
                           (answer.text.empty() ? "" : ": " + answer.text);
        return coverage;
    }
    switch (answer.completeness) {
        case TRADECTL_COMPLETENESS_COMPLETE: coverage.completeness = Completeness::Complete; break;
        case TRADECTL_COMPLETENESS_PARTIAL: coverage.completeness = Completeness::Partial; break;
        default: coverage.completeness = Completeness::Unknown; break;
    }
    return coverage;
}

ListPages::Then ListPages::take(Coverage page, const exchange::Completion& answer) {
    const bool began = coverage_.completeness != Completeness::Silent;
    if (page.completeness == Completeness::Silent && began) {
        page.completeness = Completeness::Partial;
        page.problem = "it stopped in the middle: " + page.problem;
    }
    if (!coverage_.problem.empty()) page.problem = coverage_.problem;
    if (began) page.completeness = std::min(page.completeness, coverage_.completeness);
    const bool goes_on = !answer.cursor.empty();
    const bool again = goes_on && !seen_.insert(answer.cursor).second;
    if (again && page.problem.empty()) page.problem = "it gives the same page again";
    if (!page.problem.empty() && page.completeness == Completeness::Complete)
        page.completeness = Completeness::Partial;
    coverage_ = std::move(page);
    if (!goes_on || again || answer.status != TRADECTL_OK) return Then::End;
    cursor_ = answer.cursor;
    return Then::NextPage;
}

}  // namespace tradectl::engine
