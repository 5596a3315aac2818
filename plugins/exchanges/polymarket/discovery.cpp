// The part of Polymarket that lists markets as instruments.
#include "bytes.hpp"
#include "gamma.hpp"
#include "polymarket.hpp"
#include "timers.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr std::uint32_t kDiscoverRows = 100;
constexpr std::uint32_t kDiscoverMax = 1000;
constexpr std::size_t kUnlistedMax = 10'000;
constexpr std::int64_t kUnknownNs = kNsPerMinute;  // until an unknown token is asked for again
constexpr std::int64_t kRefusedNs = kNsPerHour;    // the same of one that is over or was refused

/// What the host says of all markets, and not of one.
bool is_for_all(ErrorCode code) {
    return code == ErrorCode::Quota || code == ErrorCode::Unsupported;
}
}  // namespace

tradectl_instrument Polymarket::instrument_record(const GammaMarket& market,
                                                  const GammaOutcome& outcome) {
    const tradectl_decimal none = Decimal::null().to_abi();
    tradectl_instrument record{};
    record.struct_size = sizeof record;
    record.handle = instrument_of(outcome.token_id).value_or(TRADECTL_HANDLE_NONE);
    record.kind = TRADECTL_INSTRUMENT_BINARY;
    const Market* kept = markets_.find(record.handle);
    record.status = market_status(market);
    if (kept != nullptr) record.status = std::max(record.status, kept->ended);
    record.base_asset = record.quote_asset = record.settle_asset = TRADECTL_HANDLE_NONE;
    const auto known = host().instrument(record.handle);
    record.name = known ? known->raw().name : free_name(market, outcome);
    record.venue = to_id(instance_name());
    record.venue_symbol = to_id(outcome.token_id);
    record.base = known ? known->raw().base : to_id(outcome_asset(outcome.token_id));
    record.quote = record.settle = known ? known->raw().quote : to_id(defaults::kCollateralAsset);
    const bool is_told = kept != nullptr && !kept->told_tick.is_null();
    const Decimal listed = market.tick.is_null() ? 0.01_d : market.tick;
    const Decimal tick = is_told ? kept->told_tick : listed;
    record.tick = record.price_min = tick.to_abi();
    record.price_max = (1_d - std::min(tick, 1_d)).to_abi();
    record.lot = (0.01_d).to_abi();
    record.quantity_min = (market.quantity_min.is_null() ? 0.01_d : market.quantity_min).to_abi();
    record.quantity_max = none;
    record.notional_min = none;
    record.multiplier = (1_d).to_abi();
    record.close_time = market.end.ns();
    record.accounting = TRADECTL_ACCOUNTING_CASH;
    record.margin_initial = record.margin_maintenance = none;
    return record;
}

/// One that another token has is told apart by a part of the token's id.
tradectl_id Polymarket::free_name(const GammaMarket& market, const GammaOutcome& outcome) {
    const std::string name = instrument_name(market, outcome, instance_name());
    if (!host().find_instrument(name)) return to_id(name);
    return to_id(marked_instrument_name(market, outcome, instance_name()));
}

/// Keeps what orders need to know of the market, where it is one of the host's instruments.
void Polymarket::keep_market(const GammaMarket& market, const GammaOutcome& outcome) {
    const auto instrument = instrument_of(outcome.token_id);
    if (!instrument) return;
    Market& kept = markets_.entry(*instrument);
    kept.token_id = outcome.token_id;
    kept.condition = market.condition;
    if (!kept.told_tick.is_null())
        kept.tick = kept.told_tick;
    else if (!market.tick.is_null())
        kept.tick = market.tick;
    if (!market.quantity_min.is_null()) kept.quantity_min = market.quantity_min;
    kept.neg_risk = market.neg_risk;
    if (!market.fee_rate.is_null()) {
        kept.fee_rate = market.fee_rate;
        kept.fee_exponent = market.fee_exponent;
    }
    kept.read = now();
    if (market.is_protocol_v2) versions_by_token_[outcome.token_id] = 3;
}

/// Names the instruments that the host has.
Status Polymarket::load_instruments(RequestId id) {
    run(id, answer_load(id));
    return {};
}

Task<Status> Polymarket::answer_load(RequestId id) {
    std::vector<std::string> tokens;
    host().each_instrument([&](const Instrument& instrument) {
        if (instrument.venue() == instance_name()) tokens.emplace_back(instrument.venue_symbol());
    });
    std::vector<tradectl_instrument> records;
    const OutcomeVisit keep = [&](const GammaMarket& market, const GammaOutcome& outcome) {
        keep_market(market, outcome);
        records.push_back(instrument_record(market, outcome));
    };
    if (Status read = co_await read_markets(tokens, keep); !read) co_return read;
    const bool is_whole = records.size() >= tokens.size();
    if (!is_whole)
        log(LogLevel::Warning,
            std::to_string(tokens.size() - records.size()) +
                " instruments are not known to the venue's list of markets");
    host().complete_instruments(
        id, records, {is_whole ? Completeness::Complete : Completeness::Partial, venue_now()});
    co_return Status{};
}

Status Polymarket::discover(RequestId id, const Discover& request) {
    const std::uint32_t limit =
        request.limit == 0 ? kDiscoverRows : std::min(request.limit, kDiscoverMax);
    run(id, answer_discover(id, std::string(request.category), std::string(request.tag), limit));
    return {};
}

Task<Status> Polymarket::answer_discover(RequestId id,
                                         std::string category,
                                         std::string tag,
                                         std::uint32_t limit) {
    std::vector<tradectl_instrument> records;
    const MarketVisit keep = [&](const GammaMarket& market) {
        if (!market.can_trade()) return true;
        for (const GammaOutcome& outcome : market.outcomes) {
            keep_market(market, outcome);
            if (records.size() == limit) return false;
            records.push_back(instrument_record(market, outcome));
        }
        return true;
    };
    const auto is_whole = co_await read_tagged(category, tag, keep);
    if (!is_whole) co_return fail(is_whole.error());
    host().complete_instruments(
        id, records, {*is_whole ? Completeness::Complete : Completeness::Partial, venue_now()});
    co_return Status{};
}

// ---- Instruments that appear while the session runs

/// The host's handle of the outcome, which is made when it is new.
Expected<tradectl_instrument_handle> Polymarket::list_outcome(const GammaMarket& market,
                                                              const GammaOutcome& outcome) {
    if (const auto known = instrument_of(outcome.token_id)) return *known;
    const tradectl_instrument record = instrument_record(market, outcome);
    const auto added = host().add_instrument(Instrument{record});
    if (!added) {
        note("list/" + std::to_string(static_cast<int>(added.error().code)),
             "not listed: " + added.error().message);
        leave_out(outcome.token_id, is_for_all(added.error().code) ? kUnknownNs : kRefusedNs);
        return fail(added.error());
    }
    chain_cache_.drop();  // its token was not asked for
    markets_.index(outcome.token_id, *added);
    keep_market(market, outcome);
    return *added;
}

void Polymarket::leave_out(const std::string& token, std::int64_t ns) {
    if (unlisted_.size() >= kUnlistedMax) unlisted_.clear();
    unlisted_[token] = now().plus_ns(ns);
}

/// Whether the token may be asked for, or offered to the host, again.
bool Polymarket::is_due(const std::string& token) const {
    const auto left_out = unlisted_.find(token);
    return left_out == unlisted_.end() || now() >= left_out->second;
}

/// Makes instruments of tokens that are none yet, and whose markets still trade or may: what ended
/// while nobody looked can neither be bought nor sold. What we hold is an instrument already.
Task<Status> Polymarket::list_tokens(const std::vector<std::string>& tokens) {
    std::set<std::string> unknown;
    for (const std::string& token : tokens) {
        if (is_due(token) && parse_decimal_word(token) && !instrument_of(token))
            unknown.insert(token);
    }
    if (unknown.empty()) co_return Status{};
    const std::vector<std::string> asked(unknown.begin(), unknown.end());
    const OutcomeVisit list = [&](const GammaMarket& market, const GammaOutcome& outcome) {
        unknown.erase(outcome.token_id);
        const std::uint32_t status = market.status();
        if (status == TRADECTL_INSTRUMENT_CLOSED || status == TRADECTL_INSTRUMENT_RESOLVED)
            return leave_out(outcome.token_id, kRefusedNs);
        static_cast<void>(list_outcome(market, outcome));  // it notes its failure
    };
    if (Status read = co_await read_markets(asked, list); !read) co_return read;
    for (const std::string& token : unknown) {
        leave_out(token, kUnknownNs);
        note("token/" + token, "token " + token + " is in no list of markets");
    }
    co_return Status{};
}

/// What the setting `discover` names: what is open and new becomes an instrument.
Task<Status> Polymarket::discover_markets() {
    std::size_t count = 0;
    host().each_instrument([&](const Instrument& instrument) {
        const bool is_ours = instrument.venue() == instance_name();
        count += is_ours && !is_over(told_status(instrument)) ? 1U : 0U;
    });
    const auto most = static_cast<std::size_t>(*settings.markets.discover_max);
    is_discovery_full_ = is_discovery_full_ && count >= most;
    const MarketVisit list = [&](const GammaMarket& market) {
        if (!market.can_trade()) return true;
        for (const GammaOutcome& outcome : market.outcomes) {
            if (instrument_of(outcome.token_id) || !is_due(outcome.token_id)) continue;
            if (count >= most) {
                if (!std::exchange(is_discovery_full_, true))
                    log(LogLevel::Warning, "discover_max is reached: " + std::to_string(most));
                return false;
            }
            const auto listed = list_outcome(market, outcome);
            if (!listed && is_for_all(listed.error().code)) return false;
            count += listed ? 1U : 0U;
        }
        return true;
    };
    for (const std::string& entry : *settings.markets.discover) {
        const std::size_t slash = entry.find('/');
        const std::string category = slash == std::string::npos ? "" : entry.substr(0, slash);
        const std::string tag = slash == std::string::npos ? entry : entry.substr(slash + 1);
        const auto read = co_await read_tagged(category, tag, list);
        if (!read) note("discover/" + entry, "discover " + entry + ": " + read.error().message);
    }
    co_return Status{};
}

Task<Status> Polymarket::keep_discovering() {
    if (settings.markets.discover->empty() || is_discovering_) co_return Status{};
    is_discovering_ = true;
    discovers_soon_ = false;
    const Status done = co_await discover_markets();
    is_discovering_ = false;
    if (is_connected_) set_timer_in(kDiscoverTimer, *settings.markets.discover_interval);
    co_return done;
}

/// A market that the stream told of is in the list a moment later.
void Polymarket::discover_soon() {
    if (settings.markets.discover->empty() || std::exchange(discovers_soon_, true)) return;
    set_timer_in(kDiscoverTimer, kNsPerSecond);
}

}  // namespace tradectl::polymarket
