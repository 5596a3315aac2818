/// Lays one account's fills at the venue beside ours, page by page.
#pragma once

#include "host/recovery/sides.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tradectl::recovery {

/// Up to where both sides are known to agree: the next comparison begins there.
struct FillCursor {
    Timestamp since = Timestamp::none();  ///< venue time; none: from the start
    WalSequence sequence;                 ///< of our records; 0: from the start
};

/// Keeps what did not match alone, so that its memory is that of our new fills. [engine]
///
/// 1. A fill is the same when account, instrument, trade id, venue order id and side are.
/// 2. What is not among our new fills may be among the older ones: `older` looks there.
/// 3. What the account did by other hands before it was `opened` is in its opening balance, once it
///    is final: it is passed. What names an order of ours is not.
/// 4. The cursor never passes a fill that did not match, that is not final, or that is in flight.
class FillMatcher {
  public:
    using Older = std::function<Expected<std::optional<FillFact>>(const FillFact&)>;

    FillMatcher(FillCursor from,
                std::vector<FillFact> ours,
                Older older,
                Timestamp opened = Timestamp::none());

    /// From when the venue is to be asked: an overlap before the cursor, and before the oldest of
    /// our new fills.
    [[nodiscard]] Timestamp since() const { return since_; }

    /// One fill of the venue's, in any order; the same one twice counts once. Errors are `older`'s.
    Status take(const FillFact& theirs);

    /// Ends it. `now` is ours; the answer's time (the venue's, or none) tell what is in flight.
    void finish(const Coverage& coverage, Timestamp now, const Tolerances& tolerances);

    struct Pair {
        FillFact ours;
        FillFact theirs;
    };
    // After `finish`.
    [[nodiscard]] const std::vector<FillFact>& only_theirs() const { return only_theirs_; }
    [[nodiscard]] const std::vector<FillFact>& only_ours() const { return only_ours_; }
    [[nodiscard]] const std::vector<Pair>& differing() const { return differing_; }
    [[nodiscard]] const std::vector<FillFact>& unsettled() const { return unsettled_; }
    /// Where the next comparison may begin; as it was when the answer was not complete.
    [[nodiscard]] FillCursor cursor() const { return cursor_; }
    [[nodiscard]] std::size_t taken() const { return taken_; }

  private:
    struct Mine {
        FillFact fact;
        bool matched = false;
    };
    void look_at_ours(const Coverage& coverage, Timestamp now, const Tolerances& tolerances);
    void look_at_theirs(Timestamp venue_now, const Tolerances& tolerances);

    [[nodiscard]] bool is_before_us(const FillFact& theirs) const;

    FillCursor from_;
    Timestamp opened_;
    Timestamp since_ = Timestamp::none();
    std::unordered_map<std::string, Mine> ours_;  // by key
    Older older_;
    std::vector<FillFact> candidates_;  // theirs that nobody knew
    std::vector<FillFact> only_theirs_;
    std::vector<FillFact> only_ours_;
    std::vector<Pair> differing_;
    std::vector<FillFact> unsettled_;
    Timestamp newest_ = Timestamp::none();
    FillCursor cursor_;
    std::size_t taken_ = 0;
};

}  // namespace tradectl::recovery
