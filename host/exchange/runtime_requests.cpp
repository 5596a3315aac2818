// The part of ExchangeRuntime that puts requests to the plugin.
#include "host/base/assert.hpp"
#include "host/base/hex.hpp"
#include "host/exchange/runtime.hpp"
#include "host/keys/evm_word.hpp"

#include <utility>

namespace tradectl::exchange {

namespace {

tradectl_bytes bytes_of(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace

std::uint64_t ExchangeRuntime::connect() {
    const auto id = open_request(TRADECTL_REQUEST_CONNECT);
    end_call(id, 1, instance_->connect(id));
    return id;
}

std::uint64_t ExchangeRuntime::load_instruments() {
    const auto id = open_request(TRADECTL_REQUEST_LOAD_INSTRUMENTS);
    end_call(id, 1, instance_->load_instruments(id));
    return id;
}

std::uint64_t ExchangeRuntime::subscribe(std::span<const tradectl_subscription> items) {
    const auto id = open_request(TRADECTL_REQUEST_SUBSCRIBE);
    end_call(id, 1, instance_->subscribe(id, items));
    return id;
}

std::uint64_t ExchangeRuntime::prepare(std::span<const tradectl_operation> operations) {
    const auto count = static_cast<std::uint32_t>(operations.size());
    const auto id = open_request(TRADECTL_REQUEST_PREPARE, count);
    end_call(id, count, instance_->prepare(id, operations));
    return id;
}

void ExchangeRuntime::allow_step(OpId step) {
    if (options_.wire) options_.wire->allow_step(step);
}

std::uint64_t ExchangeRuntime::submit_prepared(std::span<const std::uint64_t> prepare_ids) {
    const auto count = static_cast<std::uint32_t>(prepare_ids.size());
    const auto id = open_request(TRADECTL_REQUEST_SUBMIT_PREPARED, count);
    std::vector<std::optional<Signatures>> taken;  // owns the bytes during the call
    std::vector<std::vector<tradectl_signature>> records(count);
    std::vector<const tradectl_signature*> signatures(count, nullptr);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto found = signing_.extract(prepare_ids[i]);
        if (found.empty()) continue;
        TRADECTL_ASSERT(found.mapped().has_value() && found.mapped()->has_value());
        taken.push_back(std::move(found.mapped()));
        for (const auto& bytes : **taken.back())
            records[i].push_back({sizeof(tradectl_signature), TRADECTL_OK, bytes_of(bytes)});
        signatures[i] = records[i].data();
    }
    end_call(id, count, instance_->submit_prepared(id, prepare_ids, signatures));
    return id;
}

SignState ExchangeRuntime::sign_state(std::uint64_t prepare_id) const {
    const auto found = signing_.find(prepare_id);
    if (found == signing_.end()) return SignState::Signed;
    if (!found->second) return SignState::Awaited;
    return found->second->has_value() ? SignState::Signed : SignState::Refused;
}

std::string ExchangeRuntime::refusal(std::uint64_t prepare_id) const {
    const auto found = signing_.find(prepare_id);
    const bool refused = found != signing_.end() && found->second && !found->second->has_value();
    return refused ? found->second->error().message : "";
}

std::string ExchangeRuntime::transaction_hash(std::uint64_t prepare_id) const {
    const auto found = signing_.find(prepare_id);
    const bool is_signed = found != signing_.end() && found->second && found->second->has_value();
    if (!is_signed || (**found->second).size() != 1) return "";
    return "0x" + to_hex(keys::keccak256((**found->second).front()));
}

std::uint64_t ExchangeRuntime::quote(const tradectl_quote_request& request) {
    const auto id = open_request(TRADECTL_REQUEST_QUOTE);
    end_call(id, 1, instance_->quote(id, request));
    return id;
}

void ExchangeRuntime::discard_prepared(std::uint64_t prepare_id) {
    signing_.erase(prepare_id);
    outputs_before_call_ = outputs_.size();
    instance_->discard_prepared(prepare_id);
    end_call(0, 0, TRADECTL_OK);
}

std::uint64_t ExchangeRuntime::query_order(const tradectl_order_query& query) {
    const auto id = open_request(TRADECTL_REQUEST_QUERY_ORDER);
    end_call(id, 1, instance_->query_order(id, query));
    return id;
}

std::uint64_t ExchangeRuntime::open_orders(const tradectl_scope& scope) {
    const auto id = open_request(TRADECTL_REQUEST_OPEN_ORDERS);
    end_call(id, 1, instance_->open_orders(id, scope));
    return id;
}

std::uint64_t ExchangeRuntime::positions(const tradectl_scope& scope) {
    const auto id = open_request(TRADECTL_REQUEST_POSITIONS);
    end_call(id, 1, instance_->positions(id, scope));
    return id;
}

std::uint64_t ExchangeRuntime::balances(const tradectl_scope& scope) {
    const auto id = open_request(TRADECTL_REQUEST_BALANCES);
    end_call(id, 1, instance_->balances(id, scope));
    return id;
}

std::uint64_t ExchangeRuntime::fills_since(const tradectl_scope& scope) {
    const auto id = open_request(TRADECTL_REQUEST_FILLS_SINCE);
    end_call(id, 1, instance_->fills_since(id, scope));
    return id;
}

std::uint64_t ExchangeRuntime::server_time() {
    const auto id = open_request(TRADECTL_REQUEST_SERVER_TIME);
    end_call(id, 1, instance_->server_time(id));
    return id;
}

}  // namespace tradectl::exchange
