// The part of Polymarket that tells what wallets hold and do: ours and others.
#include "bytes.hpp"
#include "polymarket.hpp"
#include "query_text.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr std::uint32_t kPageRows = 500;
constexpr std::size_t kPagesMax = 200;
}  // namespace

/// Whose it is: an address, or ours when we have one.
Status Polymarket::check_wallet(std::string_view request, std::string_view address) {
    if (address.empty()) return need_wallet(request);
    if (parse_address(address)) return {};
    return fail(ErrorCode::InvalidArgument,
                std::string(request) + ": \"" + std::string(address) + "\" is not an address");
}

Status Polymarket::positions(RequestId id, const Scope& scope) {
    const std::string wallet = scope.address().empty() ? maker_.text : std::string(scope.address());
    if (Status good = check_wallet("positions", wallet); !good) return good;
    run(id, answer_positions(id, wallet));
    return {};
}

Status Polymarket::balances(RequestId id, const Scope& scope) {
    const std::string wallet = scope.address().empty() ? maker_.text : std::string(scope.address());
    if (Status good = check_wallet("balances", wallet); !good) return good;
    run(id, answer_balances(id, wallet));
    return {};
}

Status Polymarket::activity(RequestId id, const Scope& scope) {
    const std::string wallet = scope.address().empty() ? maker_.text : std::string(scope.address());
    if (Status good = check_wallet("activity", wallet); !good) return good;
    run(id, answer_activity(id, wallet, scope.since(), scope.limit()));
    return {};
}

/// All pages of either version of the data API: by offset in the first, by cursor in the second.
Task<Status> Polymarket::read_data_pages(std::string_view path,
                                         const std::string& query,
                                         const RowVisit& visit) {
    const bool is_v2 = *settings.urls.data_version == 2;
    const std::string base = without_slash(settings.urls.data->view()) + (is_v2 ? "/v2" : "") +
                             std::string(path) + "?" + query;
    std::string cursor;
    for (std::size_t page = 0; page < kPagesMax; ++page) {
        std::string url = base + "&limit=" + std::to_string(kPageRows);
        if (!is_v2) url += "&offset=" + std::to_string(page * kPageRows);
        if (!cursor.empty()) url += "&cursor=" + percent_encoded(cursor);
        const Call call{.target = url, .bucket = Bucket::Data};
        const auto body = co_await read_public(call);
        if (!body) co_return fail(body.error());
        const auto json = document_.parse(*body);
        if (!json)
            co_return fail(json.error().code, std::string(path) + ": " + json.error().message);
        std::size_t rows = 0;
        const auto counted = [&](const JsonView& row) -> Status {
            ++rows;
            return visit(row);
        };
        const auto next = decode_data_page(*json, counted);
        if (!next)
            co_return fail(next.error().code, std::string(path) + ": " + next.error().message);
        if (is_v2 ? next->empty() : rows < kPageRows) co_return Status{};
        if (is_v2 && *next == cursor)
            co_return fail(ErrorCode::Corrupt,
                           std::string(path) + ": the cursor " + cursor + " repeats");
        cursor = *next;
    }
    co_return fail(ErrorCode::Quota,
                   std::string(path) + ": more than " + std::to_string(kPagesMax) + " pages");
}

Task<Status> Polymarket::answer_positions(RequestId id, std::string wallet) {
    const Timestamp as_of = venue_now();
    std::vector<tradectl_position_report> reports;
    std::size_t nameless = 0;
    const bool is_v2 = *settings.urls.data_version == 2;
    const RowVisit keep = [&](const JsonView& row) -> Status {
        const auto position = decode_position(row);
        if (!position) return fail(position.error());
        const auto instrument = instrument_of(position->token_id);
        if (!instrument) {
            ++nameless;
            return {};
        }
        tradectl_position_report report{};
        report.instrument = *instrument;
        report.account = account_;
        report.quantity = position->quantity.to_abi();
        report.average_price = position->average_price.to_abi();
        report.updated = as_of.ns();
        reports.push_back(report);
        return {};
    };
    const std::string query = "user=" + wallet + (is_v2 ? "&status=OPEN" : "&sizeThreshold=0");
    if (Status read = co_await read_data_pages("/positions", query, keep); !read) co_return read;
    if (nameless > 0)
        log(LogLevel::Info,
            std::to_string(nameless) + " positions of " + wallet +
                " are in markets that the config does not list");
    // The data API follows the chain at some distance: it is not the last word.
    host().complete_positions(id, reports, {Completeness::Partial, as_of});
    co_return Status{};
}

// ---- Balances

Task<Status> Polymarket::read_venue_balances(std::vector<tradectl_balance_report>& out) {
    const Call call{.target = "/balance-allowance?asset_type=COLLATERAL&signature_type=" +
                              std::to_string(*settings.wallet.signature_type)};
    const auto body = co_await read_private(call);
    if (!body) co_return fail(body.error());
    const auto json = document_.parse(*body);
    const auto told = json ? decode_balance(*json) : Expected<BalanceAllowance>(fail(json.error()));
    if (!told) co_return fail(told.error().code, "/balance-allowance: " + told.error().message);
    keep_allowances(Given::Collateral, *told);
    Decimal held;
    for (const auto& [id, order] : own_.all()) {
        if (order.is_closed || order.side != Side::Buy || !order.is_known) continue;
        const auto left = checked_sub(order.quantity, order.filled);
        const auto cost = left ? checked_mul(*left, order.price, Rounding::Up) : std::nullopt;
        held = cost ? checked_add(held, *cost).value_or(held) : held;
    }
    tradectl_balance_report report{};
    report.account = account_;
    report.total = told->balance.to_abi();
    report.held = std::min(held, told->balance).to_abi();
    report.free = (told->balance - std::min(held, told->balance)).to_abi();
    report.unsettled = Decimal{}.to_abi();
    report.updated = venue_now().ns();
    report.asset = to_id(defaults::kCollateralAsset);
    out.push_back(report);
    co_return Status{};
}

Task<Status> Polymarket::answer_balances(RequestId id, std::string wallet) {
    Timestamp as_of = venue_now();
    std::vector<tradectl_balance_report> reports;
    const bool is_ours = has_wallet() && equals_ignoring_case(wallet, maker_.text);
    if (is_ours) {
        if (Status read = co_await read_venue_balances(reports); !read) co_return read;
        if (Status read = co_await read_approvals(); !read) co_return read;
        tell_account();
    }
    NamedAddress owner{*parse_address(wallet), wallet};
    const auto chain = co_await read_chain(owner);
    // Without the chain our own collateral is still known; a foreign wallet then is not.
    if (!chain && !is_ours) co_return fail(chain.error());
    if (!chain) log(LogLevel::Warning, "balances on the chain: " + chain.error().message);
    const auto add = [&](std::string_view asset, Decimal amount) {
        tradectl_balance_report report{};
        report.account = account_;
        report.total = report.free = amount.to_abi();
        report.held = report.unsettled = Decimal{}.to_abi();
        report.updated = chain->read.ns();
        report.asset = to_id(asset);
        reports.push_back(report);
    };
    if (chain) {
        as_of = std::min(as_of, chain->read);
        if (!is_ours) add(defaults::kCollateralAsset, chain->collateral);
        add("USDC.e", chain->usdc_e);
        add("USDC", chain->usdc);
        for (const auto& [token, amount] : chain->outcomes) {
            const auto instrument = instrument_of(token);
            const auto listing = instrument ? host().instrument(*instrument) : std::nullopt;
            add(listing ? std::string(listing->base()) : outcome_asset(token), amount);
        }
    }
    host().complete_balances(
        id, reports, {chain ? Completeness::Complete : Completeness::Partial, as_of});
    co_return Status{};
}

}  // namespace tradectl::polymarket
