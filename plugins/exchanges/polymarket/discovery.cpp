// The part of Polymarket that lists markets as instruments.
#include "bytes.hpp"
#include "gamma.hpp"
#include "polymarket.hpp"
#include "query_text.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr std::uint32_t kPageRows = 100;
constexpr std::uint32_t kDiscoverMax = 1000;

std::string base_url(std::string_view text) {
    while (!text.empty() && text.back() == '/')
        text.remove_suffix(1);
    return std::string(text);
}
}  // namespace

tradectl_instrument Polymarket::instrument_record(const GammaMarket& market,
                                                  const GammaOutcome& outcome) {
    const tradectl_decimal none = Decimal::null().to_abi();
    tradectl_instrument record{};
    record.struct_size = sizeof record;
    record.handle = instrument_of(outcome.token_id).value_or(TRADECTL_HANDLE_NONE);
    record.kind = TRADECTL_INSTRUMENT_BINARY;
    record.status = market.status();
    record.base_asset = record.quote_asset = record.settle_asset = TRADECTL_HANDLE_NONE;
    const auto known = host().instrument(record.handle);
    record.name =
        known ? known->raw().name : to_id(instrument_name(market, outcome, instance_name()));
    record.venue = to_id(instance_name());
    record.venue_symbol = to_id(outcome.token_id);
    record.base = known ? known->raw().base : to_id(outcome_asset(outcome.token_id));
    record.quote = record.settle = known ? known->raw().quote : to_id(defaults::kCollateralAsset);
    const Decimal tick = market.tick.is_null() ? 0.01_d : market.tick;
    record.tick = record.price_min = tick.to_abi();
    record.price_max = (1_d - std::min(tick, 1_d)).to_abi();
    record.lot = (0.01_d).to_abi();
    record.quantity_min = market.quantity_min.to_abi();
    record.quantity_max = none;
    record.notional_min = none;
    record.multiplier = (1_d).to_abi();
    record.close_time = market.end.ns();
    record.accounting = TRADECTL_ACCOUNTING_CASH;
    record.margin_initial = record.margin_maintenance = none;
    return record;
}

/// Keeps what orders need to know of the market, where it is one of the host's instruments.
void Polymarket::keep_market(const GammaMarket& market, const GammaOutcome& outcome) {
    const auto instrument = instrument_of(outcome.token_id);
    if (!instrument) return;
    Market kept;
    if (const Market* known = markets_.find(*instrument)) kept = *known;
    kept.token_id = outcome.token_id;
    kept.condition = market.condition;
    if (!market.tick.is_null()) kept.tick = market.tick;
    kept.quantity_min = market.quantity_min;
    kept.neg_risk = market.neg_risk;
    kept.fee_rate = market.fee_rate;
    kept.fee_exponent = market.fee_exponent;
    kept.read = now();
    markets_.put(*instrument, kept);
    if (market.is_protocol_v2) versions_by_token_[outcome.token_id] = 3;
}

/// Names the instruments that the host has; their markets are read by token, 50 at a time.
Status Polymarket::load_instruments(RequestId id) {
    std::vector<std::string> tokens;
    host().each_instrument([&](const Instrument& instrument) {
        if (instrument.venue() == instance_name()) tokens.emplace_back(instrument.venue_symbol());
    });
    run(id, answer_load(id, std::move(tokens)));
    return {};
}

Task<Status> Polymarket::answer_load(RequestId id, std::vector<std::string> tokens) {
    constexpr std::size_t kTokensMax = 50;
    std::vector<tradectl_instrument> records;
    const std::set<std::string, std::less<>> wanted(tokens.begin(), tokens.end());
    const auto keep = [&](const JsonView& row) -> Status {
        const auto market = decode_gamma_market(row, inner_document_);
        if (!market) return fail(market.error());
        for (const GammaOutcome& outcome : market->outcomes) {
            if (!wanted.contains(outcome.token_id)) continue;
            keep_market(*market, outcome);
            records.push_back(instrument_record(*market, outcome));
        }
        return {};
    };
    for (std::size_t first = 0; first < tokens.size(); first += kTokensMax) {
        std::string query;
        for (std::size_t i = first; i < std::min(tokens.size(), first + kTokensMax); ++i)
            query += "&clob_token_ids=" + tokens[i];
        // Closed markets are listed only when asked for.
        for (int pass = 0; pass < 2; ++pass) {
            const std::string closed = pass == 0 ? "false" : "true";
            const Call call{.target = base_url(settings.urls.gamma->view()) +
                                      "/markets?limit=100&closed=" + closed + query,
                            .bucket = Bucket::Gamma};
            const auto body = co_await read_public(call);
            if (!body) co_return fail(body.error());
            const auto json = document_.parse(*body);
            if (!json) co_return fail(json.error().code, "/markets: " + json.error().message);
            if (Status read = json->each(keep); !read)
                co_return fail(read.error().code, "/markets: " + read.error().message);
        }
    }
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
        request.limit == 0 ? kPageRows : std::min(request.limit, kDiscoverMax);
    run(id, answer_discover(id, std::string(request.category), std::string(request.tag), limit));
    return {};
}

/// Category and tag are both tags at the venue: names are looked up, numbers are taken as ids.
Task<Expected<std::string>> Polymarket::tag_id(const std::string& name) {
    if (name.find_first_not_of("0123456789") == std::string::npos) co_return name;
    const Call call{.target = base_url(settings.urls.gamma->view()) + "/tags/slug/" +
                              percent_encoded(to_lower(name)),
                    .bucket = Bucket::Gamma};
    const auto body = co_await read_public(call);
    if (!body) co_return fail(body.error());
    const auto json = document_.parse(*body);
    const auto id = json ? json->integer("id") : Expected<std::int64_t>(fail(json.error()));
    if (!id) co_return fail(id.error().code, "/tags: " + id.error().message);
    co_return std::to_string(*id);
}

Task<Status> Polymarket::answer_discover(RequestId id,
                                         std::string category,
                                         std::string tag,
                                         std::uint32_t limit) {
    std::string query = "limit=" + std::to_string(kPageRows) + "&closed=false";
    for (int part = 0; part < 2; ++part) {
        const std::string name = part == 0 ? category : tag;
        if (name.empty()) continue;
        const auto number = co_await tag_id(name);
        if (!number) co_return fail(number.error());
        query += "&tag_id=" + *number;
    }
    std::vector<tradectl_instrument> records;
    const auto keep = [&](const JsonView& row) -> Status {
        const auto market = decode_gamma_market(row, inner_document_);
        if (!market) {
            // One market that cannot be read must not hide the others.
            log(LogLevel::Warning, "discover: " + market.error().message);
            return {};
        }
        if (!market->can_trade()) return {};
        for (const GammaOutcome& outcome : market->outcomes) {
            keep_market(*market, outcome);
            if (records.size() < limit) records.push_back(instrument_record(*market, outcome));
        }
        return {};
    };
    std::string cursor;
    do {
        std::string url = base_url(settings.urls.gamma->view()) + "/markets/keyset?" + query;
        if (!cursor.empty()) url += "&after_cursor=" + percent_encoded(cursor);
        const Call call{.target = url, .bucket = Bucket::Gamma};
        const auto body = co_await read_public(call);
        if (!body) co_return fail(body.error());
        const auto json = document_.parse(*body);
        const auto rows = json ? json->at("markets") : Expected<JsonView>(fail(json.error()));
        if (!rows) co_return fail(rows.error().code, "/markets/keyset: " + rows.error().message);
        if (Status read = rows->each(keep); !read) co_return read;
        std::string next(json->text_or("next_cursor", ""));
        if (next == cursor) next.clear();
        cursor = std::move(next);
    } while (!cursor.empty() && records.size() < limit);
    host().complete_instruments(
        id,
        records,
        {cursor.empty() ? Completeness::Complete : Completeness::Partial, venue_now()});
    co_return Status{};
}

}  // namespace tradectl::polymarket
