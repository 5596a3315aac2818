// The part of Polymarket that tells what becomes of the markets of the host's instruments.
#include "gamma.hpp"
#include "polymarket.hpp"
#include "timers.hpp"

#include <set>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr int kMissingMax = 3;  // reads in a row
}

/// A market near its close time closes as soon as the user wants to be out of it.
std::uint32_t Polymarket::market_status(const GammaMarket& market) const {
    const std::uint32_t status = market.status();
    const std::int64_t before = *settings.markets.closing_before;
    if (status != TRADECTL_INSTRUMENT_OPEN || before == 0 || market.end.is_none()) return status;
    const bool is_near = market.end.minus(venue_now()) <= before;
    return is_near ? TRADECTL_INSTRUMENT_CLOSING : TRADECTL_INSTRUMENT_OPEN;
}

/// As it was told last, or as the host had it from the start.
std::uint32_t Polymarket::told_status(const Instrument& instrument) const {
    const Market* known = markets_.find(instrument.handle());
    return known != nullptr && known->status != 0 ? known->status : instrument.raw().status;
}

void Polymarket::tell_market_status(const tradectl_instrument& record, Decimal pays) {
    Market& market = markets_.entry(record.handle);
    const bool was_over = is_over(market.status);
    market.status = record.status;
    market.close_time = Timestamp{record.close_time};
    feed_->tell_instrument(TRADECTL_INSTRUMENT_STATUS_CHANGED, record, venue_now(), pays);
    if (is_over(record.status) && !was_over) end_book(record.handle);
    if (was_over && !is_over(record.status)) run({0}, read_lost_book(record.handle));
}

/// Nobody renews the book of a market that has ended.
void Polymarket::end_book(tradectl_instrument_handle instrument) {
    if (feed_->wanted(instrument) == 0) return;
    feed_->cut(instrument);
    tell_status(TRADECTL_STATUS_GAP, "the market has ended", instrument);
}

/// Tells what changed since it was told last.
void Polymarket::review(const GammaMarket& market, const GammaOutcome& outcome) {
    const auto handle = instrument_of(outcome.token_id);
    const auto listing = handle ? host().instrument(*handle) : std::nullopt;
    if (!listing) return;
    Market& known = markets_.entry(*handle);
    known.missing = 0;
    known.is_seen = true;
    if (known.status == TRADECTL_INSTRUMENT_RESOLVED) return;
    const std::uint32_t status_before = known.status == 0 ? listing->raw().status : known.status;
    const Timestamp close_before =
        known.status == 0 ? Timestamp{listing->raw().close_time} : known.close_time;
    const Decimal tick_before = known.last_tick(listing->tick());
    keep_market(market, outcome);
    if (known.tick.is_positive() && known.tick != tick_before)
        feed_->change_tick(*handle, venue_now(), known.tick);
    // The order book knows better than the list: it is asked which of the two is late.
    const bool differs = !market.tick.is_null() && market.tick != known.tick;
    if (differs && !is_over(known.status)) run({0}, refresh_market(*handle));
    const tradectl_instrument record = instrument_record(market, outcome);
    const bool moved = !market.end.is_none() && market.end != close_before;
    if (record.status == status_before && !moved) return;
    const bool is_resolved = record.status == TRADECTL_INSTRUMENT_RESOLVED;
    const bool is_told = known.ended == TRADECTL_INSTRUMENT_RESOLVED;  // by a run before this one
    const Decimal pays = is_told ? known.pays : outcome.price;
    tell_market_status(record, is_resolved ? pays : Decimal::null());
}

/// The venue's lists do not show its market any more, open or closed: nobody can say what an order
/// there would meet.
void Polymarket::miss_market(const std::string& token) {
    const auto handle = instrument_of(token);
    const auto listing = handle ? host().instrument(*handle) : std::nullopt;
    if (!listing) return;
    Market& known = markets_.entry(*handle);
    const std::string name(listing->name());
    const bool is_first = ++known.missing == 1 && !known.is_seen;
    if (is_first)
        log(LogLevel::Warning,
            "instrument " + name + ": the venue's lists do not know its token (venue_symbol \"" +
                token + "\")");
    if (known.missing != kMissingMax || known.status == TRADECTL_INSTRUMENT_CLOSED) return;
    log(LogLevel::Warning,
        "market of " + name +
            (known.is_seen ? " is in the venue's lists no more; told as closed"
                           : " was never in the venue's lists; told as closed"));
    tradectl_instrument record = listing->raw();
    record.status = TRADECTL_INSTRUMENT_CLOSED;
    tell_market_status(record, Decimal::null());
}

Task<Status> Polymarket::review_markets() {
    std::vector<std::string> tokens;
    host().each_instrument([&](const Instrument& instrument) {
        if (instrument.venue() != instance_name()) return;
        const Market* known = markets_.find(instrument.handle());
        const bool is_final = (known != nullptr && known->status == TRADECTL_INSTRUMENT_RESOLVED) ||
                              instrument.raw().status == TRADECTL_INSTRUMENT_RESOLVED;
        if (!is_final) tokens.emplace_back(instrument.venue_symbol());
    });
    std::set<std::string> found;
    const OutcomeVisit keep = [&](const GammaMarket& market, const GammaOutcome& outcome) {
        found.insert(outcome.token_id);
        review(market, outcome);
    };
    if (Status read = co_await read_markets(tokens, keep); !read) co_return read;
    for (const std::string& token : tokens)
        if (!found.contains(token)) miss_market(token);
    co_return Status{};
}

Task<Status> Polymarket::keep_reviewing() {
    if (is_reviewing_) co_return Status{};
    is_reviewing_ = true;
    const Status done = co_await review_markets();
    is_reviewing_ = false;
    if (is_connected_) set_timer_in(kReviewTimer, *settings.markets.review_interval);
    if (!done) note("review", "markets: " + done.error().message);
    co_return Status{};
}

/// The stream told that a market ended; what it pays is in the list, soon or some time later.
void Polymarket::review_soon() {
    set_timer_in(kReviewTimer, kNsPerSecond);
}

/// A warning that would come with every read is written once a minute.
void Polymarket::note(const std::string& key, const std::string& text) {
    constexpr std::size_t kNotesMax = 1000;
    if (notes_.size() >= kNotesMax) notes_.clear();
    const auto [noted, is_new] = notes_.try_emplace(key, now());
    if (!is_new && now().minus(noted->second) < kNsPerMinute) return;
    noted->second = now();
    log(LogLevel::Warning, text);
}

}  // namespace tradectl::polymarket
