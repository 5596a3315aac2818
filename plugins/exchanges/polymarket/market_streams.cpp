// The part of Polymarket that subscribes to books: one stream for each 500 tokens.
#include "polymarket.hpp"
#include "timers.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr std::string_view kCut = "a market stream is cut";
constexpr std::string_view kSilent = "a market stream is silent";

std::string assets_json(std::span<const std::string> assets) {
    std::string out = "[";
    for (const std::string& asset : assets)
        out.append(out.size() > 1 ? "," : "").append(json_quoted(asset));
    return out + "]";
}
}  // namespace

Status Polymarket::subscribe(RequestId id, std::span<const Subscription> items) {
    for (const Subscription& item : items) {
        const bool is_wallet = item.instrument == TRADECTL_HANDLE_NONE && !item.wallet.empty();
        if (!is_wallet) continue;
        if (Status good = check_wallet("subscribe", item.wallet); !good) return good;
    }
    for (const Subscription& item : items) {
        if (item.instrument == TRADECTL_HANDLE_NONE) {
            if (!item.wallet.empty()) follow(item);
            continue;
        }
        const auto listing = host().instrument(item.instrument);
        if (!listing)
            return fail(ErrorCode::NotFound,
                        "subscribe: instrument " + std::to_string(item.instrument) +
                            " is not known to the host");
        const std::string token(listing->venue_symbol());
        markets_.index(token, item.instrument);
        constexpr std::uint32_t kOffered =
            TRADECTL_STREAM_QUOTES | TRADECTL_STREAM_TRADES | TRADECTL_STREAM_BOOK;
        const bool was_wanted = feed_->wanted(item.instrument) != 0;
        const bool is_wanted = (item.streams & kOffered) != 0;
        feed_->want(item.instrument, item.streams & kOffered);
        if (is_wanted && !was_wanted) add_asset(token);
        if (!is_wanted && was_wanted) remove_asset(token);
    }
    host().complete_ok(id);
    return {};
}

void Polymarket::add_asset(const std::string& token) {
    const auto room = static_cast<std::size_t>(*settings.trading.assets_max);
    const std::size_t copies = hot_streams();
    std::size_t first = 0;
    while (first < market_streams_.size() && market_streams_[first].assets.size() >= room)
        first += copies;
    while (market_streams_.size() < first + copies)
        market_streams_.push_back({.wait_ns = *settings.timing.reconnect_min});
    for (std::size_t i = first; i < first + copies; ++i)
        add_asset_to(i, token);
}

void Polymarket::add_asset_to(std::size_t index, const std::string& token) {
    MarketStream& stream = market_streams_[index];
    stream.assets.push_back(token);
    if (stream.is_up)
        send_market(index,
                    R"({"operation":"subscribe","assets_ids":[)" + json_quoted(token) + "]}");
    else if (is_connected_)
        open_market_stream(index);
}

void Polymarket::remove_asset(const std::string& token) {
    for (std::size_t i = 0; i < market_streams_.size(); ++i) {
        MarketStream& stream = market_streams_[i];
        if (std::erase(stream.assets, token) == 0) continue;
        if (stream.is_up)
            send_market(i,
                        R"({"operation":"unsubscribe","assets_ids":[)" + json_quoted(token) + "]}");
    }
}

void Polymarket::send_market(std::size_t index, std::string_view frame) {
    const Status sent =
        host().ws_send(kMarketStreamFirst + index, {}, TRADECTL_WS_TEXT, as_bytes(frame));
    if (!sent) log(LogLevel::Warning, "market stream: " + sent.error().message);
}

/// The host opens a stream that broke again by itself: nothing is asked of it while it keeps one.
void Polymarket::open_market_stream(std::size_t index) {
    MarketStream& stream = market_streams_[index];
    if (stream.is_kept || stream.assets.empty()) return;
    const std::string url = std::string(settings.urls.ws->view()) + "/market";
    HttpRequest request;
    request.url = url;
    const Status opened = host().ws_open(kMarketStreamFirst + index, request);
    stream.is_kept = opened.has_value();
    if (stream.is_kept) return;
    log(LogLevel::Warning, "market stream: " + opened.error().message);
    reopen_market_stream(index);
}

void Polymarket::reopen_market_stream(std::size_t index) {
    MarketStream& stream = market_streams_[index];
    set_timer_in(kMarketTimerFirst + index, jittered(stream.wait_ns));
    stream.wait_ns = std::min(stream.wait_ns * 2, *settings.timing.reconnect_max);
}

/// Whether the other of two hot streams goes on bringing the same.
bool Polymarket::has_live_twin(std::size_t index) const {
    if (hot_streams() < 2) return false;
    const MarketStream& twin = market_streams_[index ^ 1U];
    return twin.is_up && twin.has_spoken;
}

/// What a stream told is worth nothing behind a cut: its books wait for new snapshots.
void Polymarket::lose_market_stream(std::size_t index,
                                    std::uint32_t status,
                                    std::string_view text) {
    MarketStream& stream = market_streams_[index];
    const bool was_up = std::exchange(stream.is_up, false);
    stream.has_spoken = false;
    stream.was_silent = status == TRADECTL_STATUS_STALE;
    tell_flows();
    if (has_live_twin(index)) return;
    for (const std::string& token : stream.assets) {
        const auto instrument = markets_.instrument(token);
        if (!instrument) continue;
        feed_->cut(*instrument);
        if (was_up) tell_status(status, text, *instrument);
    }
}

/// A connection that says nothing is given up for a new one.
void Polymarket::drop_silent_stream(std::size_t index) {
    static_cast<void>(host().ws_close(kMarketStreamFirst + index));
    market_streams_[index].is_kept = false;
    lose_market_stream(index, TRADECTL_STATUS_STALE, kSilent);
    reopen_market_stream(index);
}

void Polymarket::on_market_event(std::size_t index, const WsEvent& event) {
    MarketStream& stream = market_streams_[index];
    stream.heard = now();
    switch (event.kind()) {
        case TRADECTL_WS_OPENED:
            stream.is_up = true;
            stream.has_spoken = stream.was_silent = false;
            static_cast<void>(host().cancel_timer(kMarketTimerFirst + index));
            send_market(index,
                        R"({"type":"market","assets_ids":)" + assets_json(stream.assets) +
                            R"(,"initial_dump":true,"custom_feature_enabled":true})");
            return tell_flows();
        case TRADECTL_WS_TEXT:
            stream.wait_ns = *settings.timing.reconnect_min;
            // A PONG says nothing of books.
            if (as_text(event.payload()).find('{') != std::string_view::npos)
                stream.has_spoken = true;
            if (!merge_) return decoder_.decode(as_text(event.payload()), *feed_);
            merge_->listen_to(index % hot_streams());
            return decoder_.decode(as_text(event.payload()), *merge_);
        case TRADECTL_WS_STALE: return drop_silent_stream(index);
        case TRADECTL_WS_CLOSED: return lose_market_stream(index, TRADECTL_STATUS_GAP, kCut);
        default: return;
    }
}

void Polymarket::watch_market_streams() {
    for (std::size_t i = 0; i < market_streams_.size(); ++i) {
        MarketStream& stream = market_streams_[i];
        drop_resolved(i);
        if (!stream.is_up) continue;
        if (now().minus(stream.heard) > *settings.timing.stale)
            drop_silent_stream(i);
        else
            send_market(i, "PING");
    }
}

/// Of a market that has paid nothing more is told: its place is free for another.
void Polymarket::drop_resolved(std::size_t index) {
    MarketStream& stream = market_streams_[index];
    std::vector<std::string> gone;
    for (const std::string& token : stream.assets) {
        const auto instrument = markets_.instrument(token);
        const auto listing = instrument ? host().instrument(*instrument) : std::nullopt;
        if (listing && told_status(*listing) == TRADECTL_INSTRUMENT_RESOLVED) gone.push_back(token);
    }
    if (gone.empty()) return;
    std::erase_if(stream.assets, [&](const std::string& token) {
        return std::find(gone.begin(), gone.end(), token) != gone.end();
    });
    if (stream.is_up)
        send_market(index, R"({"operation":"unsubscribe","assets_ids":)" + assets_json(gone) + "}");
}

bool Polymarket::waits_for_book(tradectl_instrument_handle instrument) {
    const auto listing = host().instrument(instrument);
    const Market* market = markets_.find(instrument);
    if (!listing || !is_connected_ || feed_->book(instrument) != nullptr) return false;
    if (market != nullptr && is_over(market->status)) return false;
    // Of a stream that is down nothing is worth knowing: it brings the book when it is back.
    const std::string token(listing->venue_symbol());
    return std::any_of(market_streams_.begin(), market_streams_.end(), [&](const auto& stream) {
        return stream.is_up &&
               std::find(stream.assets.begin(), stream.assets.end(), token) != stream.assets.end();
    });
}

/// A book that was dropped: the venue sends a fresh one, and we ask for it, whichever is first.
Task<Status> Polymarket::read_lost_book(tradectl_instrument_handle instrument) {
    if (!waits_for_book(instrument) || !lost_books_.insert(instrument).second) co_return Status{};
    std::int64_t wait_ns = *settings.timing.reconnect_min;
    for (;;) {
        const Status read = co_await read_book(instrument);
        if (!read) note("book/" + std::to_string(instrument), read.error().message);
        if (!waits_for_book(instrument)) break;
        const auto slept = co_await sleep(wait_ns);
        if (!slept || !waits_for_book(instrument)) break;
        wait_ns = std::min(wait_ns * 2, *settings.timing.reconnect_max);
    }
    lost_books_.erase(instrument);
    co_return Status{};
}

/// Takes it unless it is older than what is known of it.
Task<Status> Polymarket::read_book(tradectl_instrument_handle instrument) {
    const auto listing = host().instrument(instrument);
    if (!listing) co_return Status{};
    const Call call{.target = clob_url("/book?token_id=" + std::string(listing->venue_symbol()))};
    const auto body = co_await read_public(call);
    if (!body) co_return fail(body.error());
    const auto json = document_.parse(*body);
    const auto book = json ? decode_book(*json) : Expected<BookSnapshot>(fail(json.error()));
    if (!book) co_return fail(book.error().code, "/book: " + book.error().message);
    if (!waits_for_book(instrument)) co_return Status{};
    const bool is_taken = feed_->learn_tick(instrument, book->time, book->tick) &&
                          feed_->take_read(instrument, *book);
    if (!is_taken) log(LogLevel::Debug, "/book: older than the stream, asked for again");
    co_return Status{};
}

/// Half of the wait is drawn, so that many clients do not come back at once.
std::int64_t Polymarket::jittered(std::int64_t wait_ns) {
    const std::int64_t half = std::max<std::int64_t>(wait_ns / 2, 1);
    return half + static_cast<std::int64_t>(host().random() % static_cast<std::uint64_t>(half));
}

// ---- Heartbeat: while it beats, the venue cancels all when it stops

Task<Status> Polymarket::beat() {
    Error problem;
    // A stale id is refused with the one that is expected: that one is sent at once.
    for (int attempt = 0; attempt < 2; ++attempt) {
        const Call call{.method = "POST",
                        .target = "/v1/heartbeats",
                        .body = R"({"heartbeat_id":)" + json_quoted(heartbeat_id_) + "}"};
        const auto answer = co_await call_private(call);
        if (!answer) co_return fail(answer.error());
        const auto json = document_.parse(answer->body);
        const bool names_id = json && json->has("heartbeat_id");
        if (names_id) heartbeat_id_ = json->text_or("heartbeat_id", heartbeat_id_);
        if (answer->is_ok()) co_return Status{};
        problem = read_error(call, *answer);
        if (answer->http_status != 400 || !names_id) break;
    }
    // The venue waits for ten seconds in all.
    set_timer_in(kHeartbeatTimer, std::min(*settings.trading.heartbeat_interval, kNsPerSecond));
    co_return fail(problem);
}

void Polymarket::on_heartbeat_timer() {
    if (!(*settings.trading.heartbeat == "on")) return;
    set_timer_in(kHeartbeatTimer, *settings.trading.heartbeat_interval);
    run({0}, beat());
}

}  // namespace tradectl::polymarket
