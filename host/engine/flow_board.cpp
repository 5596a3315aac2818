#include "host/engine/flow_board.hpp"

#include "host/base/log.hpp"
#include "host/engine/extension.hpp"
#include "host/engine/trading.hpp"

#include <array>
#include <optional>
#include <utility>

namespace tradectl::engine {

namespace {

constexpr std::array<std::string_view, 4> kStates{"streaming", "polling", "stale", "down"};
constexpr std::size_t kFlowsMax = 64;  // of all exchanges

std::optional<std::int64_t> number_of(const Json& object, std::string_view key) {
    const Json* found = object.find(key);
    return found == nullptr ? std::nullopt : found->as_integer();
}

std::optional<FlowState> state_of(std::string_view word) {
    for (std::size_t i = 0; i < kStates.size(); ++i)
        if (kStates.at(i) == word) return static_cast<FlowState>(i);
    return std::nullopt;
}

}  // namespace

std::string_view to_string(FlowState state) {
    return kStates.at(static_cast<std::size_t>(state));
}

void FlowBoard::hear(const std::string& exchange, const tradectl_event& event, Timestamp now) {
    const auto told = told_json(event, kFlowExtension);
    if (!told) return;
    const std::string name(told->find_text("flow").value_or(""));
    const auto state = state_of(told->find_text("state").value_or(""));
    const bool has_room = flows_.size() < kFlowsMax || flows_.contains({exchange, name});
    if (name.empty() || !state || !has_room) {
        log(LogLevel::Warning, "engine", "a flow that cannot be read", {{"exchange", exchange}});
        return;
    }
    const auto [at, is_new] = flows_.try_emplace({exchange, name});
    Flow& flow = at->second;
    flow.streams_up = number_of(*told, "up").value_or(0);
    flow.streams = number_of(*told, "of").value_or(0);
    if (const auto heard = number_of(*told, "heard")) flow.heard = Timestamp{*heard};
    if (!is_new && flow.state == *state) return;
    log(*state == FlowState::Streaming ? LogLevel::Info : LogLevel::Warning,
        "engine",
        "flow",
        {{"exchange", exchange},
         {"flow", name},
         {"state", std::string(to_string(*state))},
         {"before", is_new ? "none" : std::string(to_string(flow.state))}});
    flow.state = *state;
    flow.since = now;
}

Json FlowBoard::to_json(std::string_view exchange, Timestamp now) const {
    Json out = Json::array();
    for (const auto& [key, flow] : flows_) {
        if (key.first != exchange) continue;
        Json& each = out.push(Json::object());
        each.set("flow", key.second);
        each.set("state", to_string(flow.state));
        each.set("streams_up", flow.streams_up);
        each.set("streams", flow.streams);
        each.set("since", Json::text_of(flow.since));
        const bool is_heard = !flow.heard.is_none();
        each.set("age_ms", is_heard ? Json(now.minus(flow.heard) / kNsPerMillisecond) : Json());
    }
    return out;
}

std::string FlowBoard::troubles() const {
    std::string out;
    for (const auto& [key, flow] : flows_) {
        if (flow.state == FlowState::Streaming) continue;
        out.append(out.empty() ? "" : ", ").append(key.first).append(" ").append(key.second);
        out.append(" ").append(to_string(flow.state));
    }
    return out;
}

void FlowTap::on_completion(std::uint32_t exchange, exchange::Completion&& completion) {
    next_->on_completion(exchange, std::move(completion));
}

void FlowTap::on_exchange_event(std::uint32_t exchange, const tradectl_event& event) {
    if (event.type == TRADECTL_EVENT_EXT)
        board_.hear(trading_.exchanges[exchange]->name(), event, trading_.clock.now());
    next_->on_exchange_event(exchange, event);
}

}  // namespace tradectl::engine
