// The part of Polymarket that reads the venue's lists of markets.
#include "bytes.hpp"
#include "gamma.hpp"
#include "polymarket.hpp"
#include "query_text.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr std::size_t kTokensMax = 50;  // of one request
constexpr std::size_t kPageRows = 100;  // the venue gives no more
constexpr std::size_t kPagesMax = 200;
}  // namespace

/// A row that cannot be read must not hide the others: it is named, and left out.
std::optional<GammaMarket> Polymarket::gamma_market(const JsonView& row) {
    auto market = decode_gamma_market(row, inner_document_);
    if (market) return std::move(*market);
    const std::string name(row.text_or("slug", row.text_or("conditionId", "without a name")));
    note("gamma/" + name, "market " + name + ": " + market.error().message);
    return std::nullopt;
}

/// The markets of these tokens, open ones first; closed ones are listed only when asked for.
Task<Status> Polymarket::read_markets(const std::vector<std::string>& tokens,
                                      const OutcomeVisit& visit) {
    for (std::size_t first = 0; first < tokens.size(); first += kTokensMax) {
        std::set<std::string, std::less<>> wanted;
        for (std::size_t i = first; i < std::min(tokens.size(), first + kTokensMax); ++i)
            wanted.insert(tokens[i]);
        const RowVisit keep = [&](const JsonView& row) -> Status {
            const auto market = gamma_market(row);
            if (!market) return {};
            for (const GammaOutcome& outcome : market->outcomes)
                if (wanted.erase(outcome.token_id) > 0) visit(*market, outcome);
            return {};
        };
        for (const std::string_view closed : {"false", "true"}) {
            std::string query;
            for (const std::string& token : wanted)
                query += "&clob_token_ids=" + token;
            if (query.empty()) break;
            const Call call{.target = without_slash(settings.urls.gamma->view()) +
                                      "/markets?limit=100&closed=" + std::string(closed) + query,
                            .bucket = Bucket::Gamma};
            const auto body = co_await read_public(call);
            if (!body) co_return fail(body.error());
            const auto json = document_.parse(*body);
            if (json && !json->is_array())
                co_return fail(ErrorCode::InvalidArgument, "/markets: expected an array");
            const Status read = json ? json->each(keep) : Status(fail(json.error()));
            if (!read) co_return fail(read.error().code, "/markets: " + read.error().message);
        }
    }
    co_return Status{};
}

/// All open markets with one tag, or with any; false when the visit ended it.
Task<Expected<bool>> Polymarket::read_listing(const std::string& tag, const MarketVisit& visit) {
    std::string query = "limit=" + std::to_string(kPageRows) + "&closed=false";
    if (!tag.empty()) query += "&tag_id=" + tag;
    std::string cursor;
    bool goes_on = true;
    const RowVisit keep = [&](const JsonView& row) -> Status {
        if (!goes_on) return {};
        if (const auto market = gamma_market(row)) goes_on = visit(*market);
        return {};
    };
    for (std::size_t page = 0; page < kPagesMax; ++page) {
        std::string url = without_slash(settings.urls.gamma->view()) + "/markets/keyset?" + query;
        if (!cursor.empty()) url += "&after_cursor=" + percent_encoded(cursor);
        const Call call{.target = url, .bucket = Bucket::Gamma};
        const auto body = co_await read_public(call);
        if (!body) co_return fail(body.error());
        const auto json = document_.parse(*body);
        const auto rows = json ? json->at("markets") : Expected<JsonView>(fail(json.error()));
        if (!rows) co_return fail(rows.error().code, "/markets/keyset: " + rows.error().message);
        if (Status read = rows->each(keep); !read) co_return fail(read.error());
        const std::string next(json->text_or("next_cursor", ""));
        if (next.empty() || !goes_on) co_return goes_on;
        if (next == cursor)
            co_return fail(ErrorCode::Corrupt, "/markets/keyset: the cursor " + next + " repeats");
        cursor = next;
    }
    co_return fail(ErrorCode::Quota,
                   "/markets/keyset: more than " + std::to_string(kPagesMax) + " pages");
}

/// Of a category and a tag those that have both: the venue takes several tags for any of them.
Task<Expected<bool>> Polymarket::read_tagged(const std::string& category,
                                             const std::string& tag,
                                             const MarketVisit& visit) {
    std::vector<std::string> numbers;
    for (const std::string* name : {&category, &tag}) {
        if (name->empty()) continue;
        const auto number = co_await tag_id(*name);
        if (!number) co_return fail(number.error());
        numbers.push_back(*number);
    }
    if (numbers.empty()) numbers.emplace_back();
    std::set<std::string> with_first;
    if (numbers.size() == 2) {
        const MarketVisit note_it = [&](const GammaMarket& market) {
            with_first.insert(market.condition);
            return true;
        };
        const auto read = co_await read_listing(numbers[0], note_it);
        if (!read) co_return fail(read.error());
    }
    const bool wants_both = numbers.size() == 2;
    const MarketVisit filtered = [&](const GammaMarket& market) {
        return (wants_both && !with_first.contains(market.condition)) || visit(market);
    };
    co_return co_await read_listing(numbers.back(), filtered);
}

/// Category and tag are both tags at the venue: names are looked up, numbers are taken as ids.
Task<Expected<std::string>> Polymarket::tag_id(const std::string& name) {
    if (name.find_first_not_of("0123456789") == std::string::npos) co_return name;
    if (const auto known = tag_ids_.find(name); known != tag_ids_.end()) co_return known->second;
    const Call call{.target = without_slash(settings.urls.gamma->view()) + "/tags/slug/" +
                              percent_encoded(to_lower(name)),
                    .bucket = Bucket::Gamma};
    const auto body = co_await read_public(call);
    if (!body) co_return fail(body.error());
    const auto json = document_.parse(*body);
    const auto id = json ? json->integer("id") : Expected<std::int64_t>(fail(json.error()));
    if (!id) co_return fail(id.error().code, "/tags/slug/" + name + ": " + id.error().message);
    co_return tag_ids_[name] = std::to_string(*id);
}

}  // namespace tradectl::polymarket
