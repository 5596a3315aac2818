#include "host/exchange/venue_wire.hpp"

#include "host/base/clock.hpp"
#include "host/base/disk.hpp"
#include "tests/net_support/server_end.hpp"

#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

namespace tradectl::exchange {
namespace {

tradectl_str str(std::string_view text) {
    return {text.data(), static_cast<std::uint32_t>(text.size())};
}

/// Writes down what came; each line ends with ';'.
class NotingSink final : public WireSink {
  public:
    void on_http(const tradectl_http_response& response) override {
        text += "http " + std::to_string(response.http_id) + " " + std::to_string(response.status) +
                " " + std::to_string(response.http_status) + " " + view(response.body) + ";";
    }
    void on_ws(const tradectl_ws_event& event) override {
        text += "ws " + std::to_string(event.kind) + ";";
    }
    void on_signed(std::uint64_t id, const tradectl_signature& signature) override {
        text += "signed " + std::to_string(id) + " " + std::to_string(signature.status) + " " +
                std::to_string(signature.bytes.size) + ";";
    }
    void on_prepared_signed(std::uint64_t id, Signatures signatures) override {
        text += "prepared " + std::to_string(id) + " " +
                (signatures ? std::to_string(signatures->size()) : signatures.error().message) +
                ";";
    }
    std::string text;

  private:
    static std::string view(tradectl_bytes bytes) {
        return {reinterpret_cast<const char*>(bytes.data), bytes.size};
    }
};

class VenueWireTest : public testing::Test {
  protected:
    VenueWireTest() {
        net::VenueLink link;
        link.name = "test";
        link.hosts = {server_.host()};
        link.record = "/rec";
        net::VenueNetOptions options;
        options.venues.push_back(std::move(link));
        hub_ = WireHub::open(std::move(options), clock_, *disk_, [this] { ring(); }).value();
        const auto spec = [](const char* name, keys::KeyKind kind) {
            keys::KeySpec key{.name = name, .kind = kind};
            key.source.kind = keys::KeySource::Kind::Stored;
            return key;
        };
        store_ = keys::KeyStore::open({.keys = {spec("pass", keys::KeyKind::Secret),
                                                spec("other", keys::KeyKind::Secret),
                                                spec("mac", keys::KeyKind::Hmac)},
                                       .places = {.disk = disk_.get(), .directory = "/keys"},
                                       .salt = keys::KeyStoreOptions::Salt::Make})
                     .value();
        store_->reload();
        EXPECT_TRUE(store_->store("pass", "open sesame"));
        EXPECT_TRUE(store_->store("other", "of somebody else"));
        EXPECT_TRUE(store_->store("mac", "a key for tests"));
        desk_ = std::make_unique<KeyDesk>(
            *store_, keys::SigningPolicy{.keys = {"pass", "mac"}, .chains = {}, .contracts = {}});
        const plugin::WireManifest manifest{
            .hosts = {},
            .harmless = {{.method = "POST", .host_setting = "", .path = "/key", .rpc = {}},
                         {.method = "POST", .host_setting = "node", .path = "*", .rpc = {"read"}}},
            .buckets = {}};
        Json settings = Json::object();
        settings.set("node", server_.url("http", "/v2/providers-key?more=hush"));
        wire_ = std::make_unique<VenueWire>(*hub_,
                                            *desk_,
                                            VenueWireOptions{.name = "test",
                                                             .venue = 0,
                                                             .reach = {manifest, settings},
                                                             .bell = [this] { ring(); }});
    }

    void ring() {
        const std::lock_guard lock(mutex_);
        rung_ = true;
        changed_.notify_all();
    }
    /// What comes until there is something of that kind; all of it after ten seconds.
    std::string wait_for(const std::string& word) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (true) {
            wire_->drain(sink_);
            if (sink_.text.find(word) != std::string::npos) break;
            std::unique_lock lock(mutex_);
            if (!changed_.wait_until(lock, deadline, [this] { return rung_; })) break;
            rung_ = false;
        }
        return std::exchange(sink_.text, "");
    }
    tradectl_status send(const std::string& method,
                         const std::string& path,
                         std::string_view body = "",
                         std::uint64_t op = 0,
                         std::string_view header = "") {
        const std::string url = server_.url("http", path);
        const tradectl_header headers[] = {{str("X-Pass"), str(header)}};
        const tradectl_capture captures[] = {{str("/secret"), str("pass")}};
        tradectl_http_request request{};
        request.struct_size = sizeof(request);
        request.http_id = 5;
        request.op_id = op;
        request.method = str(method);
        request.url = str(url);
        request.headers = headers;
        request.header_count = header.empty() ? 0 : 1;
        request.body = {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()};
        request.captures = captures;
        request.capture_count = path == "/key" ? 1 : 0;
        return wire_->http_send(request);
    }

    [[nodiscard]] std::string recording() const {
        return read_file(*disk_, "/rec/test-000001.jsonl", 1u << 20).value_or("");
    }

    net::Listener server_;
    SystemClock clock_;
    std::unique_ptr<Disk> disk_ = make_memory_disk();
    std::mutex mutex_;
    std::condition_variable changed_;
    bool rung_ = false;
    std::unique_ptr<WireHub> hub_;
    std::unique_ptr<keys::KeyStore> store_;
    std::unique_ptr<KeyDesk> desk_;
    std::unique_ptr<VenueWire> wire_;
    NotingSink sink_;
};

TEST_F(VenueWireTest, WhatActsNeedsADurableStep) {
    EXPECT_EQ(send("POST", "/order", "{}"), TRADECTL_DENIED);
    EXPECT_EQ(send("DELETE", "/order", "{}", 7), TRADECTL_DENIED);
    EXPECT_FALSE(server_.is_asked());
    wire_->allow_step(OpId{7});
    EXPECT_EQ(send("POST", "/order", "{}", 8), TRADECTL_DENIED);
    ASSERT_EQ(send("POST", "/order", "{}", 7), TRADECTL_OK);
    const auto end = server_.accept();
    ASSERT_NE(end, nullptr);
    EXPECT_NE(end->read_request().find("POST /order HTTP/1.1"), std::string::npos);
    end->answer(200, "taken");
    EXPECT_EQ(wait_for("http"), "http 5 0 200 taken;");
}

TEST_F(VenueWireTest, AMessageThatActsNeedsOneToo) {
    const std::string text = "buy";
    const std::span<const std::uint8_t> payload(reinterpret_cast<const std::uint8_t*>(text.data()),
                                                text.size());
    EXPECT_EQ(wire_->ws_send(1, 9, TRADECTL_WS_TEXT, payload), TRADECTL_DENIED);
    wire_->allow_step(OpId{9});
    EXPECT_EQ(wire_->ws_send(1, 9, TRADECTL_WS_TEXT, payload), TRADECTL_NOT_FOUND);
}

TEST_F(VenueWireTest, SlotsAreFilledForGrantedKeysAlone) {
    EXPECT_EQ(send("GET", "/", "", 0, "{{secret:other}}"), TRADECTL_DENIED);
    EXPECT_FALSE(server_.is_asked());
    ASSERT_EQ(send("GET", "/", "", 0, "{{secret:pass}}"), TRADECTL_OK);
    const auto end = server_.accept();
    ASSERT_NE(end, nullptr);
    EXPECT_NE(end->read_request().find("X-Pass: open sesame"), std::string::npos);
}

TEST_F(VenueWireTest, ASecretInAnAnswerBecomesAKeyAndIsNotSeen) {
    ASSERT_EQ(send("POST", "/key"), TRADECTL_OK);
    auto end = server_.accept();
    ASSERT_NE(end, nullptr);
    end->read_request();
    end->answer(200, R"({"id":"a","secret":"fresh one"})");
    EXPECT_EQ(wait_for("http"), R"(http 5 0 200 {"id":"a","secret":"{{secret:pass}}"};)");
    EXPECT_EQ(store_->find("pass")->secret(), "fresh one");
}

TEST_F(VenueWireTest, ASecretThatWasExchangedStandsInNoRecording) {
    ASSERT_TRUE(store_->store("pass", "rotated one"));
    ASSERT_EQ(send("GET", "/say", "{{secret:pass}}"), TRADECTL_OK);
    const auto end = server_.accept();
    ASSERT_NE(end, nullptr);
    EXPECT_NE(end->read_request().find("rotated one"), std::string::npos);
    end->answer(200, "rotated one, before open sesame");
    wait_for("http");
    EXPECT_NE(recording().find("{{secret}}, before {{secret}}"), std::string::npos) << recording();
    EXPECT_EQ(recording().find("rotated one"), std::string::npos);
    EXPECT_EQ(recording().find("open sesame"), std::string::npos);
}

TEST_F(VenueWireTest, WhatFollowsAHostInASettingStandsInNoRecording) {
    ASSERT_EQ(send("POST", "/v2/providers-key?more=hush", R"({"method":"read"})"), TRADECTL_OK);
    const auto end = server_.accept();
    ASSERT_NE(end, nullptr);
    EXPECT_NE(end->read_request().find("POST /v2/providers-key"), std::string::npos);
    end->answer(200, "ok");
    wait_for("http");
    EXPECT_NE(recording().find(server_.host()), std::string::npos);
    EXPECT_EQ(recording().find("providers-key"), std::string::npos) << recording();
    EXPECT_EQ(recording().find("hush"), std::string::npos) << recording();
}

TEST_F(VenueWireTest, ARefusalIsHandedOverAsItIs) {
    ASSERT_EQ(send("POST", "/key"), TRADECTL_OK);
    auto end = server_.accept();
    ASSERT_NE(end, nullptr);
    end->read_request();
    end->answer(400, "no key for you");
    EXPECT_EQ(wait_for("http"), "http 5 0 400 no key for you;");
    EXPECT_EQ(store_->find("pass")->secret(), "open sesame");
}

TEST_F(VenueWireTest, AnAnswerWhoseSecretCannotBeFoundIsNotShown) {
    ASSERT_EQ(send("POST", "/key"), TRADECTL_OK);
    auto end = server_.accept();
    ASSERT_NE(end, nullptr);
    end->read_request();
    end->answer(200, "fresh one, but no JSON");
    EXPECT_EQ(wait_for("http"), "http 5 " + std::to_string(TRADECTL_INVALID_ARGUMENT) + " 200 ;");
}

TEST_F(VenueWireTest, SignsWithGrantedKeysAndAnswersBehindTheCall) {
    const std::string text = "message";
    tradectl_sign_request request{};
    request.struct_size = sizeof(request);
    request.type = TRADECTL_SIGN_HMAC_SHA256;
    request.key = str("mac");
    request.payload = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    ASSERT_EQ(wire_->sign(3, request), TRADECTL_OK);
    EXPECT_EQ(sink_.text, "");
    EXPECT_EQ(wait_for("signed"), "signed 3 0 32;");
    request.key = str("other");
    ASSERT_EQ(wire_->sign(4, request), TRADECTL_OK);
    EXPECT_EQ(wait_for("signed"), "signed 4 " + std::to_string(TRADECTL_DENIED) + " 0;");
    const auto uses = desk_->take_uses();
    ASSERT_EQ(uses.size(), 1U);
    EXPECT_EQ(uses[0].key, "mac");
    EXPECT_TRUE(desk_->take_uses().empty());
}

TEST_F(VenueWireTest, APreparedOperationIsSignedWholeOrRefused) {
    const SignRequest good{.type = TRADECTL_SIGN_HMAC_SHA256, .key = "mac", .payload = {}};
    const SignRequest bad{.type = TRADECTL_SIGN_HMAC_SHA256, .key = "other", .payload = {}};
    wire_->sign_prepared(1, {good, good});
    EXPECT_EQ(wait_for("prepared"), "prepared 1 2;");
    wire_->sign_prepared(2, {good, bad});
    const std::string refused = wait_for("prepared");
    EXPECT_NE(refused.find("other"), std::string::npos) << refused;
}

}  // namespace
}  // namespace tradectl::exchange
