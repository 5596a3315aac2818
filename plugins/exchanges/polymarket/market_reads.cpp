// The part of Polymarket that reads what the venue says of its markets.
#include "polymarket.hpp"

#include <utility>

namespace tradectl::polymarket {

std::optional<tradectl_instrument_handle> Polymarket::instrument_of(std::string_view token) {
    if (const auto known = markets_.instrument(token)) return known;
    // The host may have got instruments since.
    std::optional<tradectl_instrument_handle> found;
    host().each_instrument([&](const Instrument& instrument) {
        if (instrument.venue() != instance_name()) return;
        markets_.index(std::string(instrument.venue_symbol()), instrument.handle());
        if (instrument.venue_symbol() == token) found = instrument.handle();
    });
    return found;
}

Task<Status> Polymarket::refresh_market(tradectl_instrument_handle instrument) {
    if (!refreshing_.insert(instrument).second) co_return Status{};
    const auto read = co_await read_market(instrument);
    refreshing_.erase(instrument);
    if (!read) co_return fail(read.error());
    co_return Status{};
}

/// Tick, minimum and neg-risk come with the book; the fee from the market's own page.
Task<Expected<Market>> Polymarket::read_market(tradectl_instrument_handle instrument) {
    const auto listing = host().instrument(instrument);
    if (!listing) co_return fail(ErrorCode::NotFound, "the instrument is not known");
    if (listing->venue() != instance_name())
        co_return fail(ErrorCode::InvalidArgument,
                       std::string(listing->name()) + " is of another venue");
    const std::string token_id(listing->venue_symbol());
    const Decimal listed_tick = listing->tick();
    const Call call{.target = clob_url("/book?token_id=" + token_id)};
    const auto body = co_await read_public(call);
    if (!body) co_return fail(body.error());
    const auto json = document_.parse(*body);
    auto book = json ? decode_book(*json) : Expected<BookSnapshot>(fail(json.error()));
    if (!book) co_return fail(book.error().code, "/book: " + book.error().message);
    if (!book->has_neg_risk) {
        const Call ask{.target = clob_url("/neg-risk?token_id=" + token_id)};
        const auto answer = co_await read_public(ask);
        if (!answer) co_return fail(answer.error());
        const auto told = document_.parse(*answer);
        const auto flag = told ? told->boolean("neg_risk") : Expected<bool>(fail(told.error()));
        if (!flag) co_return fail(flag.error().code, "/neg-risk: " + flag.error().message);
        book->neg_risk = *flag;
    }
    // An answer that is older than the stream's word leaves that one standing.
    static_cast<void>(feed_->learn_tick(instrument, book->time, book->tick));
    Market& market = markets_.entry(instrument);  // what came meanwhile stays
    market.token_id = token_id;
    market.condition = book->market;
    market.tick = market.last_tick(listed_tick);
    market.quantity_min = book->quantity_min;
    market.neg_risk = book->neg_risk;
    market.read = now();
    if (!market.condition.empty()) run({0}, keep_fees(instrument, market.condition));
    co_return market;
}

Task<Status> Polymarket::keep_fees(tradectl_instrument_handle instrument, std::string condition) {
    co_return co_await read_fees(instrument, condition);
}

Task<Status> Polymarket::read_fees(tradectl_instrument_handle instrument,
                                   const std::string& condition) {
    const Call call{.target = clob_url("/clob-markets/" + condition)};
    const auto body = co_await read_public(call);
    if (!body) co_return fail(body.error());
    const auto json = document_.parse(*body);
    const auto told = json ? decode_clob_market(*json) : Expected<ClobMarket>(fail(json.error()));
    if (!told) co_return fail(told.error().code, "/clob-markets: " + told.error().message);
    Market& market = markets_.entry(instrument);
    market.fee_rate = told->fee_rate;
    market.fee_exponent = told->fee_exponent;
    co_return Status{};
}

/// Comes back well only when the fee is known: as the market's page says, else the list of markets.
Task<Status> Polymarket::learn_fee(tradectl_instrument_handle instrument,
                                   const std::string& condition) {
    const Status read = co_await read_fees(instrument, condition);
    if (read) co_return read;
    const ErrorCode code = read.error().code;
    const bool is_final = code == ErrorCode::NotFound || code == ErrorCode::InvalidArgument ||
                          code == ErrorCode::Rejected;
    if (!is_final) co_return read;
    const auto listing = host().instrument(instrument);
    if (!listing) co_return fail(ErrorCode::NotFound, "the instrument is not known");
    const std::string name(listing->name());
    const std::vector<std::string> tokens{std::string(listing->venue_symbol())};
    const OutcomeVisit keep = [this](const GammaMarket& market, const GammaOutcome& outcome) {
        keep_market(market, outcome);
    };
    if (Status listed = co_await read_markets(tokens, keep); !listed) co_return listed;
    Market& market = markets_.entry(instrument);
    if (!market.fee_rate.is_null()) co_return Status{};
    log(LogLevel::Error,
        "fee of " + name + " is told nowhere, taken as 0: " + read.error().message);
    market.fee_rate = {};
    co_return Status{};
}

}  // namespace tradectl::polymarket
