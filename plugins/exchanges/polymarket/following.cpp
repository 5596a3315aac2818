// The part of Polymarket that tells what other wallets do: when asked, and of followed ones as it
// happens, by reads that come often behind news and seldom while nothing happens.
#include "bytes.hpp"
#include "polymarket.hpp"
#include "query_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr std::size_t kPageRows = 500;
constexpr std::size_t kOffsetMax = 10'000;  // the venue's
constexpr std::size_t kPagesMax = 200;
constexpr std::int64_t kReadNs = 100 * kNsPerMillisecond;  // share of one wallet in the budget
constexpr std::string_view kWalletPrefix = "w/";

std::int64_t second_of(Timestamp time) {
    return std::max<std::int64_t>(time.is_none() ? 1 : time.ns() / kNsPerSecond, 1);
}
}  // namespace

// ---- Reads

/// The older routes page by offset, which moves while rows arrive. So each page begins at the last
/// second of the one before, which is read again as a whole; offsets serve within one second alone.
Task<Status> Polymarket::read_activity_by_time(const std::string& wallet,
                                               std::int64_t since,
                                               const RowVisit& visit) {
    const std::string base =
        without_slash(settings.urls.data->view()) + "/activity?user=" + wallet +
        "&sortBy=TIMESTAMP&sortDirection=ASC&limit=" + std::to_string(kPageRows);
    std::size_t offset = 0;
    bool is_within = false;  // a second that has more than one page
    for (std::size_t page = 0; page < kPagesMax; ++page) {
        std::string url = base + "&start=" + std::to_string(since);
        if (is_within) url += "&end=" + std::to_string(since) + "&offset=" + std::to_string(offset);
        const Call call{.target = url, .bucket = Bucket::Data};
        const auto body = co_await read_public(call);
        if (!body) co_return fail(body.error());
        const auto json = document_.parse(*body);
        if (!json) co_return fail(json.error().code, "/activity: " + json.error().message);
        if (!json->is_array()) co_return fail(ErrorCode::InvalidArgument, "/activity: no array");
        const bool is_full = json->size() >= kPageRows;
        std::int64_t last = since;
        const RowVisit latest = [&](const JsonView& row) -> Status {
            last = std::max(last, second_of(row.time_or("timestamp", Timestamp::none())));
            return {};
        };
        static_cast<void>(json->each(latest));
        const bool is_cut = is_full && !is_within && last > since;
        const RowVisit whole_seconds = [&](const JsonView& row) -> Status {
            const Timestamp time = row.time_or("timestamp", Timestamp::none());
            return is_cut && second_of(time) >= last ? Status{} : visit(row);
        };
        const bool starts_within = is_full && !is_within && !is_cut;
        if (starts_within) {  // read it again, from its first row, with an end
            is_within = true;
            continue;
        }
        if (Status read = json->each(whole_seconds); !read) co_return read;
        if (is_cut) {
            since = last;
        } else if (!is_within) {
            co_return Status{};
        } else if (is_full) {
            offset += json->size();
            if (offset > kOffsetMax)
                co_return fail(
                    ErrorCode::Quota,
                    "/activity: more than " + std::to_string(kOffsetMax) + " rows in one second");
        } else {
            is_within = false;
            offset = 0;
            ++since;
        }
    }
    co_return fail(ErrorCode::Quota,
                   "/activity: more than " + std::to_string(kPagesMax) + " pages");
}

/// All rows from that second on; one that cannot be read is named and counted.
Task<Expected<std::vector<ActivityRow>>> Polymarket::read_activity(const std::string& wallet,
                                                                   Timestamp since,
                                                                   std::size_t& malformed) {
    std::vector<ActivityRow> rows;
    const RowVisit keep = [&](const JsonView& row) -> Status {
        auto activity = decode_activity(row);
        if (!activity) {
            ++malformed;
            note("activity/" + wallet, "activity of " + wallet + ": " + activity.error().message);
            return {};
        }
        activity->wallet = wallet;
        if (activity->type == "TRADE" || activity->type == "REDEEM")
            rows.push_back(std::move(*activity));
        return {};
    };
    const std::int64_t start = second_of(since);
    Status read;
    if (*settings.urls.data_version == 1) {
        read = co_await read_activity_by_time(wallet, start, keep);
    } else {
        const std::string query = "user=" + wallet + "&start=" + std::to_string(start);
        read = co_await read_data_pages("/activity", query, keep);
        std::reverse(rows.begin(), rows.end());  // they come newest first
    }
    if (!read) co_return fail(read.error());
    std::stable_sort(
        rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    co_return rows;
}

void Polymarket::tell_activity(const ActivityRow& row,
                               std::string_view name,
                               std::string_view wallet,
                               std::uint16_t flags) {
    auto event = make_event<tradectl_activity_event>();
    event.header.flags = flags;
    event.header.event_time = row.time.ns();
    event.header.instrument = instrument_of(row.token_id).value_or(TRADECTL_HANDLE_NONE);
    event.activity = row.type == "TRADE" ? TRADECTL_ACTIVITY_TRADE : TRADECTL_ACTIVITY_REDEEM;
    event.side = static_cast<std::uint32_t>(row.side);
    event.price = row.price.to_abi();
    event.quantity = row.quantity.to_abi();
    event.wallet = to_id(wallet);
    event.activity_id = to_id(name);
    // Of a token that is no instrument: its id, so that it can be found.
    event.counterparty = to_id(row.token_id);
    static_cast<void>(host().publish(event));
}

Task<Status> Polymarket::answer_activity(RequestId id,
                                         std::string wallet,
                                         Timestamp since,
                                         std::uint32_t limit) {
    const Timestamp as_of = venue_now();
    std::size_t malformed = 0;
    const auto rows = co_await read_activity(wallet, since, malformed);
    if (!rows) co_return fail(rows.error());
    ActivityNames names;
    std::uint32_t told = 0;
    bool is_cut = false;
    const std::string name_of_wallet = to_lower(wallet);
    for (const ActivityRow& row : *rows) {
        const std::string name = names.name(row);
        // The second of `since` was read whole, for the names.
        if (!since.is_none() && row.time < since) continue;
        is_cut = limit != 0 && told >= limit;
        if (is_cut) break;
        tell_activity(row, name, name_of_wallet, 0);
        ++told;
    }
    const bool is_whole = !is_cut && malformed == 0;
    host().complete_ok(id, {is_whole ? Completeness::Complete : Completeness::Partial, as_of});
    co_return Status{};
}

// ---- Followed wallets

void Polymarket::follow(const Subscription& item) {
    const std::string wallet(item.wallet);
    const std::string key = std::string(kWalletPrefix) + wallet;
    const bool is_wanted = (item.streams & TRADECTL_STREAM_ACTIVITY) != 0;
    if (!is_wanted) {
        if (followed_.erase(wallet) > 0) static_cast<void>(host().kv_erase(key));
        return;
    }
    if (followed_.contains(wallet)) return;
    // What happened before it was followed for the first time is not told.
    Timestamp from = venue_now();
    bool is_recalled = false;
    if (const auto kept = host().kv_get(key)) {
        const std::string_view text = as_text(*kept);
        std::int64_t ns = 0;
        is_recalled = std::from_chars(text.data(), text.data() + text.size(), ns).ec == std::errc{};
        if (is_recalled) from = Timestamp{ns};
    }
    const auto& follow = settings.follow;
    Following following{
        .book = FollowedWallet(from, {.overlap_ns = *follow.overlap}),
        .pace = PollPace({.shortest_ns = *follow.shortest,
                          .idle_ns = std::max(*follow.idle, *follow.shortest),
                          .failed_ns = std::max(*settings.timing.reconnect_max, *follow.shortest)}),
        .is_recalled = is_recalled};
    keep_floor(wallet, following);
    const auto [placed, is_new] = followed_.emplace(wallet, std::move(following));
    placed->second.turn = next_turn_++;
    if (is_connected_) run({0}, keep_following(wallet, placed->second.turn));
}

/// A loop of an earlier connection ends where it waits: its turn is over.
void Polymarket::start_following() {
    for (auto& [wallet, following] : followed_) {
        following.turn = next_turn_++;
        run({0}, keep_following(wallet, following.turn));
    }
}

Following* Polymarket::following(const std::string& wallet, std::uint64_t turn) {
    const auto found = followed_.find(wallet);
    const bool is_on = is_connected_ && found != followed_.end() && found->second.turn == turn;
    return is_on ? &found->second : nullptr;
}

Task<Status> Polymarket::keep_following(std::string wallet, std::uint64_t turn) {
    while (following(wallet, turn) != nullptr) {
        const auto told = co_await poll_wallet(wallet, turn);
        Following* const still = following(wallet, turn);
        if (still == nullptr) break;
        const std::int64_t wait = wait_after(*still, told);
        const auto slept = co_await sleep(wait);
        if (!slept) co_return fail(slept.error());
    }
    co_return Status{};
}

std::int64_t Polymarket::wait_after(Following& wallet, const Expected<std::size_t>& told) {
    const std::string problem = told ? "" : told.error().message;
    if (!problem.empty() && wallet.problem.empty())
        log(LogLevel::Warning, "followed wallet: " + problem);
    if (problem.empty() && !wallet.problem.empty())
        log(LogLevel::Info, "followed wallet: is read again");
    wallet.problem = problem;
    std::int64_t wait = !told       ? jittered(wallet.pace.after_failure())
                        : *told > 0 ? wallet.pace.after_news()
                                    : wallet.pace.after_nothing();
    // Many wallets share what the venue allows.
    wait = std::max(wait, static_cast<std::int64_t>(followed_.size()) * kReadNs);
    for (const Bucket bucket : {Bucket::Data, Bucket::Gamma}) {
        const Timestamp quiet = quiet_until_[static_cast<std::size_t>(bucket)];
        if (!told && !quiet.is_none()) wait = std::max(wait, quiet.minus(now()));
    }
    return wait;
}

/// Where a later run goes on. Written by the next read, when what the last one told has long been
/// decided on.
void Polymarket::keep_floor(const std::string& wallet, Following& following) {
    if (following.kept == following.book.floor()) return;
    following.kept = following.book.floor();
    const Status put = host().kv_put(std::string(kWalletPrefix) + wallet,
                                     std::string_view(std::to_string(following.kept.ns())));
    if (!put) log(LogLevel::Error, "followed wallet " + wallet + ": " + put.error().message);
}

/// Reads what is new of the wallet, makes its tokens known, tells it; how many rows that were.
Task<Expected<std::size_t>> Polymarket::poll_wallet(const std::string& wallet, std::uint64_t turn) {
    Following* about = following(wallet, turn);
    if (about == nullptr) co_return std::size_t{0};
    keep_floor(wallet, *about);
    const Timestamp floor = about->book.floor();
    std::size_t malformed = 0;
    auto rows = co_await read_activity(wallet, floor, malformed);
    if (!rows) co_return fail(rows.error());
    std::vector<std::string> tokens;
    for (const ActivityRow& row : *rows)
        if (row.type == "TRADE") tokens.push_back(row.token_id);
    if (Status listed = co_await list_tokens(tokens); !listed) co_return fail(listed.error());
    about = following(wallet, turn);
    if (about == nullptr) co_return std::size_t{0};
    const bool was_recalled = std::exchange(about->is_recalled, false);
    const std::uint16_t flags = was_recalled ? TRADECTL_EVENT_FLAG_REPLAYED : 0;
    const std::uint64_t lost_sight = about->book.lost_sight();
    const auto news = about->book.take(std::move(*rows), venue_now());
    for (const FollowedFill& fill : news)
        tell_activity(fill.row, fill.id, wallet, flags);
    if (about->book.lost_sight() != lost_sight)
        note("sight/" + wallet, "wallet " + wallet + " does more than can be kept apart");
    co_return news.size();
}

}  // namespace tradectl::polymarket
