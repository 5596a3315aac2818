#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::polymarket {

namespace {
std::string settings_with(const std::string& more) {
    return std::string(R"({"clob_url":"https://clob.test","ws_url":"wss://ws.test/ws",)"
                       R"("gamma_url":"https://gamma.test","data_url":"https://data.test")") +
           (more.find("\"rpc_urls\"") == std::string::npos
                ? R"(,"rpc_urls":["https://rpc-a.test","https://rpc-b.test"])"
                : "") +
           (more.find("\"address\"") == std::string::npos
                ? R"(,"address":")" + std::string(kSigner) + "\""
                : std::string()) +
           (more.empty() ? "" : "," + more) + "}";
}

std::string target_of(const FakeHttpRequest& request) {
    const std::size_t scheme = request.url.find("://");
    const std::size_t path = request.url.find('/', scheme + 3);
    return request.method + " " + (path == std::string::npos ? "/" : request.url.substr(path));
}
}  // namespace

FakeHost& VenueTest::prepare_host(FakeHost::Kv kept) {
    base.kv() = std::move(kept);
    use_real_hashes(host);
    instrument = base.add_instrument({.name = "yes.test",
                                      .venue = "test",
                                      .base = "yes",
                                      .quote = "pUSD",
                                      .tick = 0.01_d,
                                      .lot = 0.01_d,
                                      .kind = TRADECTL_INSTRUMENT_BINARY});
    const auto other = base.add_instrument({.name = "no.test",
                                            .venue = "test",
                                            .base = "no",
                                            .quote = "pUSD",
                                            .tick = 0.01_d,
                                            .lot = 0.01_d,
                                            .kind = TRADECTL_INSTRUMENT_BINARY});
    const_cast<tradectl_instrument&>(base.instrument(instrument)).venue_symbol = to_id(kToken);
    const_cast<tradectl_instrument&>(base.instrument(other)).venue_symbol = to_id(kOtherToken);
    return base;
}

VenueTest::VenueTest(std::string more_settings, FakeHost::Kv kept)
    : run((static_cast<void>(prepare_host(std::move(kept))), host),
          kExchangeApi<Polymarket>,
          settings_with(more_settings)) {
    EXPECT_EQ(run.status(), TRADECTL_OK) << run.error();
}

std::vector<std::string> VenueTest::waiting() const {
    std::vector<std::string> out;
    for (const FakeHttpRequest& request : host.http)
        if (std::find(answered_.begin(), answered_.end(), request.http_id) == answered_.end())
            out.push_back(target_of(request));
    return out;
}

void VenueTest::tell_chains() {
    for (std::size_t i = 0; i < host.http.size(); ++i) {
        const FakeHttpRequest request = host.http[i];
        const bool is_answered =
            std::find(answered_.begin(), answered_.end(), request.http_id) != answered_.end();
        if (is_answered || request.body.find("eth_chainId") == std::string::npos) continue;
        const std::size_t id = request.body.find("\"id\":") + 5;
        const std::string number = request.body.substr(id, request.body.find(',', id) - id);
        answered_.push_back(request.http_id);
        run.answer_http(request.http_id,
                        200,
                        R"({"jsonrpc":"2.0","id":)" + number + R"(,"result":")" + chain_id + "\"}");
    }
}

void VenueTest::sign_all() {
    tell_chains();
    while (answered_signs_ < host.sign_requests.size()) {
        const FakeSignRequest request = host.sign_requests[answered_signs_++];
        if (request.type == TRADECTL_SIGN_HMAC_SHA256) {
            const Word mac = hmac_sha256("test secret", request.payload);
            run.answer_signed(request.sign_id, as_text(mac));
        } else {
            run.answer_signed(request.sign_id, std::string(64, 's') + "\x1b");
        }
    }
}

FakeHttpRequest VenueTest::answer(std::string_view begins,
                                  std::uint32_t status,
                                  std::string_view body) {
    sign_all();
    for (std::size_t i = 0; i < host.http.size(); ++i) {
        const FakeHttpRequest request = host.http[i];
        if (std::find(answered_.begin(), answered_.end(), request.http_id) != answered_.end() ||
            !target_of(request).starts_with(begins))
            continue;
        answered_.push_back(request.http_id);
        run.answer_http(request.http_id, status, body);
        sign_all();
        return request;
    }
    ADD_FAILURE() << "no request waits that begins with " << begins
                  << "; waiting: " << testing::PrintToString(waiting());
    return {};
}

FakeHttpRequest VenueTest::drop(std::string_view begins, tradectl_status transport) {
    sign_all();
    for (std::size_t i = 0; i < host.http.size(); ++i) {
        const FakeHttpRequest request = host.http[i];
        if (std::find(answered_.begin(), answered_.end(), request.http_id) != answered_.end() ||
            !target_of(request).starts_with(begins))
            continue;
        answered_.push_back(request.http_id);
        run.fail_http(request.http_id, transport);
        sign_all();
        return request;
    }
    ADD_FAILURE() << "no request waits that begins with " << begins;
    return {};
}

void VenueTest::answer_sync(std::string_view orders, std::string_view trades) {
    for (int rounds = 0; rounds < 50; ++rounds) {
        sign_all();
        const auto open = waiting();
        const auto has = [&](std::string_view begins) {
            return std::any_of(open.begin(), open.end(), [&](const std::string& each) {
                return each.starts_with(begins);
            });
        };
        if (has("GET /data/orders"))
            answer("GET /data/orders", 200, orders);
        else if (has("GET /data/trades"))
            answer("GET /data/trades", 200, trades);
        else if (has("GET /data/order/"))
            answer("GET /data/order/", 404, R"({"error":"not found"})");
        else
            return;
    }
    ADD_FAILURE() << "the reads do not end";
}

void VenueTest::connect(Lists lists) {
    EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
    answer("GET /time", 200, std::to_string(base.now().ns() / kNsPerSecond));
    answer("GET /version", 200, R"({"version":2})");
    answer("POST /auth/api-key",
           200,
           R"({"apiKey":")" + std::string(kKey) +
               R"(","secret":"{{secret:clob-secret}}","passphrase":"{{secret:clob-passphrase}}"})");
    answer_sync();
    run.ws(1, TRADECTL_WS_OPENED, "");
    answer_sync();
    EXPECT_EQ(completion(1).status, TRADECTL_OK) << completion(1).text;
    if (lists == Lists::KnowThem) return tell_markets();
    answer("GET /markets?limit=100&closed=false", 200, "[]");
    answer("GET /markets?limit=100&closed=true", 200, "[]");
}

/// The review at the start finds both tokens, and says nothing else of their market.
void VenueTest::tell_markets() {
    const auto quoted = [](std::string_view token) {
        return R"(\")" + std::string(token) + R"(\")";
    };
    answer("GET /markets?limit=100&closed=false&clob_token_ids",
           200,
           R"([{"conditionId":")" + std::string(kCondition) +
               R"(","slug":"it","outcomes":"[\"Yes\",\"No\"]","clobTokenIds":"[)" + quoted(kToken) +
               "," + quoted(kOtherToken) + R"(]","enableOrderBook":true,"acceptingOrders":true}])");
}

void VenueTest::answer_market(std::string_view tick, std::string_view neg_risk) {
    answer("GET /book",
           200,
           R"({"market":")" + std::string(kCondition) + R"(","asset_id":")" + std::string(kToken) +
               R"(","timestamp":"1700000000000","bids":[],"asks":[],"min_order_size":"5",)"
               R"("tick_size":")" +
               std::string(tick) + R"(","neg_risk":)" + std::string(neg_risk) + "}");
    answer("GET /clob-markets/",
           200,
           R"({"c":")" + std::string(kCondition) +
               R"(","mts":0.01,"mos":5,"fd":{"r":0.04,"e":1,"to":true}})");
}

tradectl_operation VenueTest::order(std::string_view client_id,
                                    Decimal price,
                                    Decimal quantity) const {
    tradectl_operation out{};
    out.struct_size = sizeof out;
    out.kind = TRADECTL_OPERATION_ORDER;
    out.op_id = 77;
    out.intent_time = base.now().ns();
    out.instrument = instrument;
    out.side = TRADECTL_SIDE_BUY;
    out.order_type = TRADECTL_ORDER_LIMIT;
    out.time_in_force = TRADECTL_TIF_GTC;
    out.quantity = quantity.to_abi();
    out.price = price.to_abi();
    out.stop_price = Decimal::null().to_abi();
    out.expire_time = TRADECTL_TIME_NONE;
    out.client_order_id = to_id(client_id);
    return out;
}

std::string VenueTest::place(std::uint64_t id, const tradectl_operation& operation) {
    EXPECT_EQ(run.prepare(id, operation), TRADECTL_OK);
    const auto open = waiting();
    if (std::any_of(open.begin(), open.end(), [](const std::string& each) {
            return each.starts_with("GET /book");
        }))
        answer_market();
    const FakeCompletion prepared = completion(id);
    EXPECT_EQ(prepared.status, TRADECTL_OK) << prepared.text;
    run.submit(id + 1, id, std::string(64, 's') + "\x1b");
    sign_all();
    return prepared.identity;
}

const FakeCompletion& VenueTest::completion(std::uint64_t id) const {
    static const FakeCompletion kNone{.status = 1, .text = "none"};
    const FakeCompletion* found = host.completion(id);
    return found != nullptr ? *found : kNone;
}

std::string VenueTest::log_text() const {
    std::string out;
    for (const FakeLogLine& line : base.log_lines())
        out += line.text + "\n";
    return out;
}

std::string taker_trade(std::string_view id,
                        std::string_view order_id,
                        std::string_view size,
                        std::string_view status) {
    return R"({"event_type":"trade","type":"TRADE","id":")" + std::string(id) +
           R"(","taker_order_id":")" + std::string(order_id) + R"(","market":")" +
           std::string(kCondition) + R"(","asset_id":")" + std::string(kToken) +
           R"(","side":"BUY","size":")" + std::string(size) +
           R"(","price":"0.5","fee_rate_bps":"0","status":")" + std::string(status) +
           R"(","match_time":"1700000001","last_update":"1700000001","owner":")" +
           std::string(kKey) + R"(","trader_side":"TAKER","maker_orders":[]})";
}

std::string maker_trade(std::string_view id,
                        std::string_view order_id,
                        std::string_view size,
                        std::string_view status) {
    return R"({"event_type":"trade","type":"TRADE","id":")" + std::string(id) +
           R"(","taker_order_id":"0xffff","asset_id":")" + std::string(kToken) +
           R"(","side":"SELL","size":"100","price":"0.5","status":")" + std::string(status) +
           R"(","match_time":"1700000001","owner":"someone","trader_side":"MAKER",)"
           R"("maker_orders":[{"order_id":"0xeeee","owner":"another","matched_amount":"50",)"
           R"("price":"0.5"},{"order_id":")" +
           std::string(order_id) + R"(","owner":")" + std::string(kKey) +
           R"(","matched_amount":")" + std::string(size) + R"(","price":"0.5","asset_id":")" +
           std::string(kToken) + R"("}]})";
}

std::string order_news(std::string_view order_id,
                       std::string_view type,
                       std::string_view status,
                       std::string_view matched) {
    return R"({"event_type":"order","id":")" + std::string(order_id) + R"(","owner":")" +
           std::string(kKey) + R"(","asset_id":")" + std::string(kToken) +
           R"(","side":"BUY","price":"0.5","original_size":"10","size_matched":")" +
           std::string(matched) + R"(","type":")" + std::string(type) + R"(","status":")" +
           std::string(status) +
           R"(","order_type":"GTC","created_at":"1700000000",)"
           R"("expiration":"0","timestamp":"1700000001000"})";
}

}  // namespace tradectl::polymarket
