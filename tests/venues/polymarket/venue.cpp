#include "tests/venues/polymarket/venue.hpp"

#include "tests/venues/polymarket/access.hpp"
#include "tests/venues/polymarket/clob.hpp"

#include <algorithm>

namespace polysim {
namespace {

bool starts_with(const std::string& text, const std::string& prefix) {
    return text.rfind(prefix, 0) == 0;
}

/// The first fault that this request meets, with its counts moved on.
std::optional<Json> meet_fault(World& world, const Request& request) {
    for (std::size_t i = 0; i < world.faults.size(); ++i) {
        Fault& fault = world.faults[i];
        if (!fault.method.empty() && fault.method != request.method) continue;
        if (!starts_with(request.path, fault.path)) continue;
        if (fault.skip > 0) {
            --fault.skip;
            continue;
        }
        const Json action = fault.action;
        if (fault.count > 0 && --fault.count == 0) {
            world.faults.erase(world.faults.begin() + static_cast<std::ptrdiff_t>(i));
        }
        return action;
    }
    return std::nullopt;
}

Response dispatch(World& world, const Request& request, LoggedRequest& entry) {
    const auto below = [&](const std::string& prefix) {
        Request inner = request;
        inner.path = request.path.substr(prefix.size());
        if (inner.path.empty()) inner.path = "/";
        return inner;
    };
    if (starts_with(request.path, "/gamma/")) return serve_gamma(world, below("/gamma"));
    if (starts_with(request.path, "/data-api/")) return serve_data_api(world, below("/data-api"));
    if (starts_with(request.path, "/rpc")) return serve_rpc(world, below("/rpc"));
    return serve_clob(world, request, entry);
}

void corrupt(Response& response, const Json& action) {
    const std::string kind = action["corrupt"].text();
    if (kind == "json") response.body.resize(response.body.size() / 2);
    if (kind == "utf8") response.body.insert(response.body.size() / 2, "\xC3\x28\xFF");
    if (kind == "huge") {
        response.body.append(static_cast<std::size_t>(action["bytes"].integer_or(64 << 20)), ' ');
    }
}

/// The venue did as it was asked and says of one order in a batch that it does not know.
void spoil_leg(Response& response, const Json& action) {
    const auto answers = Json::parse(response.body);
    if (!answers || !answers->is_array()) return;
    Json spoilt = Json::array();
    std::int64_t place = 0;
    for (const auto& answer : answers->items()) {
        Json leg = answer;
        if (place++ == action["leg"].integer_or(0)) {
            leg = Json::object({{"success", true},
                                {"errorMsg", action["text"].text()},
                                {"orderID", ""},
                                {"status", ""}});
        }
        spoilt.push(leg);
    }
    response.body = spoilt.dump();
}

Response faulty_answer(const Json& action) {
    const auto status = static_cast<int>(action["status"].integer_or(500));
    Response response{status, action["text"].text(), {}};
    if (action.has("body")) response = json_answer(action["body"], status);
    if (status == 429 && !action.has("body") && !action.has("text")) {
        response = error_answer(429, "Too Many Requests");
    }
    if (action.has("retry_after")) {
        response.headers.emplace_back("Retry-After", action["retry_after"].text_or("1"));
    }
    for (const auto& [name, value] : action["headers"].members()) {
        response.headers.emplace_back(name, value.text());
    }
    return response;
}

Response spoil(World& world,
               const Request& request,
               const Json& action,
               LoggedRequest& entry,
               Delivery& delivery) {
    entry.fault = action.dump();
    delivery.delay_ms = action["delay_ms"].integer_or(0);
    delivery.close_without_answer = action["close"].truth();
    delivery.half = action["half"].truth();
    delivery.chunk_bytes = static_cast<std::size_t>(action["chunk_bytes"].integer_or(0));
    delivery.chunk_ms = action["chunk_ms"].integer_or(0);
    const bool replaced = action.has("status") || delivery.close_without_answer;
    Response response;
    if (!replaced || action["after"].truth()) response = dispatch(world, request, entry);
    if (action.has("status")) response = faulty_answer(action);
    corrupt(response, action);
    if (action.has("leg")) spoil_leg(response, action);
    return response;
}

std::string reason_in(const Response& response) {
    if (response.status < 400) return "";
    const auto body = Json::parse(response.body);
    return body ? (*body)["error"].text() : response.body.substr(0, 200);
}

}  // namespace

Response serve(World& world, const Request& request, Delivery& delivery) {
    if (starts_with(request.path, "/control/")) {
        Request inner = request;
        inner.path = request.path.substr(std::string{"/control"}.size());
        return serve_control(world, inner);
    }
    LoggedRequest entry;
    entry.at_ms = world.now_ms();
    entry.at_us = steady_us();
    entry.connection = request.connection;
    entry.method = request.method;
    entry.path = request.path;
    entry.query = request.query;
    entry.body_bytes = request.body.size();
    const auto fault = meet_fault(world, request);
    const Response response =
        fault ? spoil(world, request, *fault, entry, delivery) : dispatch(world, request, entry);
    entry.status = response.status;
    if (entry.reason.empty()) entry.reason = reason_in(response);
    world.log.push_back(entry);
    return response;
}

}  // namespace polysim
