// The part of Polymarket that tells the host how its news arrive, and whose account it is.
#include "polymarket.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr std::string_view kFlow = "tradectl.flow/1";
constexpr std::string_view kAccount = "tradectl.account/1";
constexpr int kPollsMissed = 3;  // in a row, before they count as stopped

std::string flow_json(std::string_view name, const FlowState& flow, Timestamp heard) {
    return R"({"flow":")" + std::string(name) + R"(","state":")" + std::string(flow.state) +
           R"(","up":)" + std::to_string(flow.up) + R"(,"of":)" + std::to_string(flow.of) +
           (heard.is_none() ? std::string() : R"(,"heard":)" + std::to_string(heard.ns())) + "}";
}
}  // namespace

/// An ext record that carries JSON.
void Polymarket::tell_json(std::string_view name, std::string_view json) {
    const std::size_t bytes = (sizeof(tradectl_ext_event) + json.size() + 7) / 8 * 8;
    std::vector<std::uint64_t> record(bytes / 8);
    auto event = make_event<tradectl_ext_event>();
    event.header.size = static_cast<std::uint32_t>(bytes);
    event.header.instrument = TRADECTL_HANDLE_NONE;
    event.header.event_time = venue_now().ns();
    event.payload_offset = sizeof event;
    event.payload_bytes = static_cast<std::uint32_t>(json.size());
    event.name = to_id(name);
    auto* out = reinterpret_cast<std::uint8_t*>(record.data());
    std::memcpy(out, &event, sizeof event);
    std::memcpy(out + sizeof event, json.data(), json.size());
    static_cast<void>(
        host().publish_header(*reinterpret_cast<const tradectl_event*>(record.data())));
}

void Polymarket::tell_flows(Tell tell) {
    Timestamp heard = Timestamp::none();
    const auto pass_on = [&](std::string_view name, FlowState flow, FlowState& last) {
        if (tell == Tell::Changes && flow == last) return;
        last = flow;
        tell_json(kFlow, flow_json(name, flow, heard));
    };
    if (const FlowState flow = market_flow(heard); flow.of > 0)
        pass_on("market", flow, market_flow_);
    if (!has_wallet() || (user_heard_.is_none() && synced_.is_none())) return;
    const FlowState orders = orders_flow(heard);
    pass_on("orders", orders, orders_flow_);
}

/// The worst of its streams' groups; `heard`: by that which was heard longest ago.
FlowState Polymarket::market_flow(Timestamp& heard) const {
    FlowState out{.state = "streaming"};
    const std::size_t copies = hot_streams();
    for (std::size_t first = 0; first + copies <= market_streams_.size(); first += copies) {
        if (market_streams_[first].assets.empty()) continue;
        bool is_up = false;
        bool was_silent = false;
        Timestamp latest = Timestamp::none();
        for (std::size_t i = first; i < first + copies; ++i) {
            const MarketStream& stream = market_streams_[i];
            ++out.of;
            out.up += stream.is_up ? 1 : 0;
            is_up = is_up || stream.is_up;
            was_silent = was_silent || stream.was_silent;
            if (!stream.heard.is_none()) latest = std::max(latest, stream.heard);
        }
        heard = heard.is_none() ? latest : std::min(heard, latest);
        if (!is_up && out.state != "down") out.state = was_silent ? "stale" : "down";
    }
    if (!is_connected_) out.state = "down";
    return out;
}

/// While the stream is away, reads stand for it.
FlowState Polymarket::orders_flow(Timestamp& heard) const {
    heard = user_up_ ? user_heard_ : synced_;
    const std::int64_t patience = kPollsMissed * *settings.timing.poll_down + kNsPerSecond;
    const bool polls = !synced_.is_none() && now().minus(synced_) <= patience;
    std::string_view state = "down";
    if (!is_connected_)
        state = "down";
    else if (user_up_)
        state = "streaming";
    else if (polls)
        state = "polling";
    else if (user_was_silent_)
        state = "stale";
    return {.state = state, .up = user_up_ ? 1U : 0U, .of = 1};
}

// ---- The account

void Polymarket::tell_account() {
    if (!has_wallet()) return;
    std::string rows;
    const auto add = [&](Given given, std::string_view name) {
        const NamedAddress& spender = contract(name);
        const Allowance* known = allowances_.find(given, spender.text);
        const bool is_unlimited = known != nullptr && known->amount == Decimal::max();
        const std::string amount =
            known == nullptr ? "null"
                             : json_quoted(is_unlimited ? "unlimited" : known->amount.to_string());
        const std::string_view state = known == nullptr          ? "unknown"
                                       : known->amount.is_zero() ? "missing"
                                                                 : "ok";
        rows.append(rows.empty() ? "" : ",").append(R"({"asset":")").append(asset_words(given));
        rows.append(R"(","contract":")").append(name).append(R"(","spender":")");
        rows.append(spender.text).append(R"(","state":")").append(state);
        rows.append(R"(","amount":)").append(amount);
        if (known != nullptr) rows.append(R"(,"read":)").append(std::to_string(known->read.ns()));
        rows += "}";
    };
    const auto& tokens = first_tokens();
    for (const std::string_view name : {"exchange", "neg_risk_exchange"}) {
        if (tokens[1].empty() && !tokens[0].empty()) break;
        add(Given::Collateral, name);
        add(Given::Tokens, name);
    }
    if (!tokens[0].empty()) {
        add(Given::Collateral, "exchange_v3");
        add(Given::TokensV3, "exchange_v3");
    }
    tell_json(kAccount,
              R"({"key":)" + json_quoted(settings.wallet.key->view()) + R"(,"address":")" +
                  signer_.text + R"(","allowances":[)" + rows + "]}");
}

/// One outcome token of each kind among the instruments: an approval covers all of a kind. Those
/// of version 3 first; empty without one.
std::array<std::string, 2> Polymarket::first_tokens() {
    std::array<std::string, 2> out;
    host().each_instrument([&](const Instrument& instrument) {
        if (instrument.venue() != instance_name()) return;
        const auto word = parse_decimal_word(instrument.venue_symbol());
        if (!word) return;
        std::string& first = out[is_protocol_v2_token(*word) ? 0 : 1];
        if (first.empty()) first = instrument.venue_symbol();
    });
    return out;
}

/// Approvals of outcome tokens, as seldom as other balances of the chain.
Task<Status> Polymarket::read_approvals() {
    const auto tokens = first_tokens();
    const bool is_due =
        approvals_read_.is_none() || now().minus(approvals_read_) >= *settings.timing.balance_cache;
    if (!is_due) co_return Status{};
    approvals_read_ = now();
    for (std::size_t kind = 0; kind < tokens.size(); ++kind) {
        if (tokens[kind].empty()) continue;
        const Given given = kind == 0 ? Given::TokensV3 : Given::Tokens;
        const Status read = co_await read_allowances(given, tokens[kind], Look::AsTold);
        if (!read) note("approvals", read.error().message);
    }
    co_return Status{};
}

}  // namespace tradectl::polymarket
