#include "polymarket.hpp"

#include "bytes.hpp"
#include "timers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradectl::polymarket {

Status Polymarket::on_configure() {
    const Keccak keccak = [this](Bytes bytes) {
        const auto hash = host().hash(HashKind::Keccak256, bytes);
        return hash ? *hash : Word{};
    };
    hasher_.emplace(keccak);
    const auto read = [&](std::string_view name, std::string_view text) -> Expected<NamedAddress> {
        auto address = checksum_address(text, keccak);
        if (address) return address;
        return fail(ErrorCode::InvalidArgument,
                    "setting \"" + std::string(name) + "\": " + address.error().message);
    };
    if (has_wallet()) {
        auto signer = read("address", settings.wallet.address->view());
        if (!signer) return fail(signer.error());
        signer_ = maker_ = *signer;
    } else if (*settings.trading.heartbeat == "on") {
        return fail(ErrorCode::InvalidArgument,
                    "setting \"heartbeat\": on needs an address, it is sent for its orders");
    }
    const bool has_funder = !settings.wallet.funder->empty();
    if (has_funder != (*settings.wallet.signature_type != 0))
        return fail(ErrorCode::InvalidArgument,
                    "setting \"funder\": signature type 0 has none, 1 to 3 need one");
    if (has_funder && !has_wallet())
        return fail(ErrorCode::InvalidArgument,
                    "setting \"funder\": needs an address, whose key signs for it");
    if (has_funder) {
        auto funder = read("funder", settings.wallet.funder->view());
        if (!funder) return fail(funder.error());
        maker_ = *funder;
    }
    const auto& contracts = settings.contracts;
    for (const TextSetting* setting : {&contracts.exchange,
                                       &contracts.neg_risk_exchange,
                                       &contracts.exchange_v3,
                                       &contracts.exchange_v1,
                                       &contracts.neg_risk_exchange_v1,
                                       &contracts.collateral,
                                       &contracts.usdc_e,
                                       &contracts.usdc,
                                       &contracts.conditional_tokens,
                                       &contracts.position_manager,
                                       &contracts.neg_risk_adapter}) {
        auto address = read(setting->name(), (*setting)->view());
        if (!address) return fail(address.error());
        contracts_[std::string(setting->name())] = *address;
    }
    return {};
}

Status Polymarket::need_wallet(std::string_view request) {
    if (has_wallet()) return {};
    const std::string text = std::string(request) +
                             ": setting \"address\" is empty: markets are read, nothing is traded";
    note("wallet/" + std::string(request), text);
    return fail(ErrorCode::Unsupported, text);
}

Status Polymarket::on_start() {
    if (const auto account = host().find_account("main")) account_ = *account;
    host().each_instrument([this](const Instrument& instrument) {
        if (instrument.venue() == instance_name())
            markets_.index(std::string(instrument.venue_symbol()), instrument.handle());
    });
    feed_.emplace(host(), markets_);
    if (hot_streams() > 1)
        merge_.emplace(*feed_, [this](std::string_view asset) {
            const auto instrument = markets_.instrument(asset);
            return instrument && feed_->book(*instrument) != nullptr;
        });
    feed_->on_book_lost = [this](tradectl_instrument_handle instrument) {
        run({0}, read_lost_book(instrument));
    };
    feed_->on_book_back = [this](tradectl_instrument_handle instrument) {
        tell_status(TRADECTL_STATUS_RESYNCED, "a market stream is back", instrument);
    };
    feed_->on_ended = [this](tradectl_instrument_handle instrument) { end_book(instrument); };
    feed_->on_new_market_told = [this](std::string_view) { discover_soon(); };
    feed_->on_end_unclear = [this] { review_soon(); };
    recall_ends(host(), document_, markets_);
    recall_orders();
    return {};
}

Status Polymarket::on_stop() {
    is_connected_ = false;
    return {};
}

Status Polymarket::on_timer(std::uint64_t timer_id, Timestamp) {
    if (!is_connected_) return {};
    switch (timer_id) {
        case kPingTimer: watch_streams(); return {};
        case kPollTimer: sync_soon(); return {};
        case kReconnectTimer: open_user_stream(); return {};
        case kHeartbeatTimer: on_heartbeat_timer(); return {};
        case kDiscoverTimer: run({0}, keep_discovering()); return {};
        case kReviewTimer: run({0}, keep_reviewing()); return {};
        case kClockTimer: run({0}, keep_clock()); return {};
        default: break;
    }
    const std::uint64_t index = timer_id - kMarketTimerFirst;
    if (timer_id >= kMarketTimerFirst && index < market_streams_.size()) open_market_stream(index);
    return {};
}

Status Polymarket::on_ws(const WsEvent& event) {
    if (event.ws_id() == kUserStream) on_user_event(event);
    const std::uint64_t index = event.ws_id() - kMarketStreamFirst;
    if (event.ws_id() >= kMarketStreamFirst && index < market_streams_.size())
        on_market_event(index, event);
    return {};
}

}  // namespace tradectl::polymarket

namespace {
using Polymarket = tradectl::polymarket::Polymarket;
}
TRADECTL_EXCHANGE_PLUGIN(Polymarket,
                         .id = "polymarket",
                         .version = "0.1.0",
                         .vendor = "tradectl",
                         .license = "Apache-2.0",
                         .description = "prediction markets of Polymarket, on its order book",
                         .wire = tradectl::polymarket::defaults::kWire);
