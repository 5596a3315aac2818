/// Asks one venue for all that a comparison needs, one question after the other.
#pragma once

#include "host/engine/list_pages.hpp"
#include "host/engine/our_books.hpp"
#include "host/engine/venue_desk.hpp"
#include "host/recovery/compare.hpp"
#include "host/recovery/match_fills.hpp"
#include "host/recovery/sides.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::engine {

/// By account.
using FillCursors = std::map<std::string, recovery::FillCursor>;

/// Questions are pulled, so that a command may wait for each answer and a live session need not.
///
///     while (auto question = survey.next()) survey.take(desk.ask(index, *question));
///     auto comparison = survey.finish(now);
///
/// A venue that does not answer one question is not asked the next. [engine]
class Survey {
  public:
    /// All must outlive it. `cursors`: where earlier comparisons got to; `knows_since`: see
    /// `ExchangeRuntime::knows_since`.
    Survey(const market::InstrumentTable& table,
           std::string venue,
           OurBooks& ours,
           const recovery::Tolerances& tolerances,
           const FillCursors& cursors,
           Timestamp knows_since,
           const Clock& clock);

    /// The next question; nothing when all were asked, or a book of ours cannot be read.
    std::optional<VenueDesk::Question> next();
    /// The answer to it, or why there is none.
    void take(const Expected<exchange::Completion>& answer);

    /// The comparison. Errors are those of our books.
    Expected<recovery::Comparison> finish();
    /// After `finish`: where the next one may begin.
    [[nodiscard]] const FillCursors& cursors() const { return cursors_; }

  private:
    enum class Step : std::uint8_t { Orders, Balances, Positions, Markets, Fills, ById, Done };

    struct Account {
        tradectl_account_handle handle = 0;
        std::string name;
        std::unique_ptr<recovery::FillMatcher> matcher;
        recovery::Coverage coverage;
    };

    void begin_step();
    void end_step();
    void begin_fills();
    void begin_by_id();
    [[nodiscard]] bool holds_positions() const;
    [[nodiscard]] bool has_nothing_of_ours();
    void take_page(const exchange::Completion& answer);
    void take_items(const exchange::Completion& answer);
    void take_fills(const exchange::Completion& answer);
    void take_by_id(const exchange::Completion& answer);
    [[nodiscard]] bool is_needed(Step step) const;
    [[nodiscard]] recovery::Coverage& coverage();
    Status find_closed();
    template <typename T>
    void keep(Expected<T> part, T& into);
    [[nodiscard]] std::string account_name(tradectl_account_handle handle) const;
    [[nodiscard]] std::string instrument_name(tradectl_instrument_handle handle) const;

    const market::InstrumentTable& table_;
    OurBooks& ours_;
    const recovery::Tolerances& tolerances_;
    FillCursors cursors_;
    const Clock& clock_;

    Step step_ = Step::Orders;
    bool silent_ = false;      // a question stayed without an answer
    ListPages pages_;          // of the list that is asked for
    std::size_t account_ = 0;  // of Fills
    std::size_t by_id_ = 0;
    std::vector<recovery::OrderFact> to_ask_;

    recovery::OurSide our_side_;
    recovery::TheirSide their_side_;
    recovery::Coverage markets_coverage_;
    recovery::ClosedOrders closed_;
    std::vector<Account> accounts_;
    std::size_t answers_ = 0;
    std::optional<Error> failure_;
};

}  // namespace tradectl::engine
