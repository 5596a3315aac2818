// Requests and streams through the whole net, against servers whose every byte the test writes.
#include "host/net/venue_net.hpp"

#include "tests/host/net/net_rig.hpp"
#include "tests/net_support/server_end.hpp"
#include "tests/net_support/ws_peer.hpp"

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

using Kind = NetEvent::Kind;

WsOpen stream_to(const Listener& server, std::uint64_t id = 7) {
    WsOpen open;
    open.id = id;
    open.url = server.url("ws", "/market");
    return open;
}

std::string opened_text(WsPeer& peer) {
    const auto frame = peer.read();
    return frame ? frame->payload : "no frame";
}

NetEvent failure_of(NetRig& rig, HttpCall call) {
    EXPECT_TRUE(rig.net().send(std::move(call)));
    NetEvent event = rig.wait();
    EXPECT_EQ(event.kind, Kind::Failure);
    return event;
}

TEST(VenueNet, RequestsShareAKeptTlsConnection) {
    Listener server(Tls::On);
    NetRig rig(link_to(server));
    ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts)));
    auto end = server.accept();
    ASSERT_NE(end, nullptr);
    for (std::uint64_t id = 1; id <= 3; ++id) {
        const std::string request = end->read_request();
        EXPECT_TRUE(request.starts_with("POST /order HTTP/1.1\r\nHost: " + server.host() + "\r\n"));
        EXPECT_TRUE(request.ends_with("\r\n\r\n{\"x\":1}")) << request;
        EXPECT_TRUE(end->answer(200, "answer " + std::to_string(id), "X-Y: z\r\n"));
        const NetEvent event = rig.wait();
        EXPECT_EQ(event.kind, Kind::Answer) << event.error.message;
        EXPECT_EQ(event.id, id);
        EXPECT_EQ(event.status, 200);
        EXPECT_EQ(event.body, "answer " + std::to_string(id));
        EXPECT_EQ(event.headers.at(0), std::make_pair(std::string("X-Y"), std::string("z")));
        if (id == 3) break;
        ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts, id + 1)));
    }
    EXPECT_EQ(rig.net().stats().connections_opened, 1u);
    EXPECT_EQ(rig.net().stats().answers, 3u);
}

TEST(VenueNet, AStreamCarriesTextBothWays) {
    for (const Tls tls : {Tls::Off, Tls::On}) {
        Listener server(tls);
        NetRig rig(link_to(server));
        WsOpen open = stream_to(server);
        open.headers.push_back({"X-Who", WipedText(std::string_view("me"))});
        ASSERT_TRUE(rig.net().ws_open(std::move(open)));
        WsPeer peer(server.accept());
        const std::string request = peer.shake();
        EXPECT_TRUE(request.starts_with("GET /market HTTP/1.1\r\nHost: " + server.host()));
        EXPECT_NE(request.find("X-Who: me\r\n"), std::string::npos);
        EXPECT_EQ(rig.wait().kind, Kind::Opened);
        ASSERT_TRUE(rig.net().ws_send(0, 7, WsKind::Text, WipedText(std::string_view("hello"))));
        EXPECT_EQ(opened_text(peer), "hello");
        peer.send_text("[1,2]");
        const NetEvent event = rig.wait();
        EXPECT_EQ(event.kind, Kind::Text);
        EXPECT_EQ(event.id, 7u);
        EXPECT_EQ(event.body, "[1,2]");
    }
}

TEST(VenueNet, WhatCannotBeSentIsRefusedAtOnce) {
    Listener server;
    VenueLink link = link_to(server);
    link.buckets = {{.name = "all", .per_second = 1}};
    NetRig rig(std::move(link));
    HttpCall call = call_to(server, Deed::Acts);
    call.bucket = 1;
    EXPECT_EQ(rig.net().send(std::move(call)).error().message, "bucket 1 of 1");
    call = call_to(server, Deed::Acts);
    call.venue = 1;
    EXPECT_EQ(rig.net().send(std::move(call)).error().code, ErrorCode::InvalidArgument);
    call = call_to(server, Deed::Acts);
    call.headers.push_back({"Host", WipedText(std::string_view("evil.example"))});
    EXPECT_EQ(rig.net().send(std::move(call)).error().code, ErrorCode::InvalidArgument);
    call = call_to(server, Deed::Acts);
    call.method = "GET / HTTP/1.1\r\nX:";
    EXPECT_EQ(rig.net().send(std::move(call)).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(rig.net().stats().calls, 0u);
}

TEST(VenueNet, AnAnswerAboveTheLimitIsQuotaForAReadAndUnknownForAnAct) {
    Listener server;
    VenueLink link = link_to(server);
    link.answer_bytes_max = 100;
    NetRig rig(std::move(link));
    for (const Deed deed : {Deed::Reads, Deed::Acts}) {
        ASSERT_TRUE(rig.net().send(call_to(server, deed)));
        auto end = server.accept();
        end->read_request();
        end->answer(200, std::string(101, 'x'));
        const NetEvent event = rig.wait();
        EXPECT_EQ(event.error.code,
                  deed == Deed::Reads ? ErrorCode::Quota : ErrorCode::OutcomeUnknown);
        EXPECT_EQ(event.error.message, "localhost: an answer above 100 bytes");
    }
}

TEST(VenueNet, AnAnswerThatComesBeforeTheWholeRequestIsHeard) {
    Listener server;
    NetRig rig(link_to(server));
    HttpCall call = call_to(server, Deed::Acts);
    call.body = WipedText(std::string(8u << 20, 'x'));
    ASSERT_TRUE(rig.net().send(std::move(call)));
    auto end = server.accept();
    end->read(1000);
    end->answer(413, "too much");
    EXPECT_EQ(rig.wait().status, 413);
    EXPECT_TRUE(end->sees_the_end());
}

TEST(VenueNet, ConnectionsAreBoundedAndCallsWaitTheirTurn) {
    Listener server;
    VenueLink link = link_to(server);
    link.connections_max = 2;
    NetRig rig(std::move(link));
    for (std::uint64_t id = 1; id <= 6; ++id)
        ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts, id, "/" + std::to_string(id))));
    auto first = server.accept();
    auto second = server.accept();
    for (std::uint64_t id = 1; id <= 6; id += 2) {
        EXPECT_TRUE(first->read_request().starts_with("POST /" + std::to_string(id)));
        first->answer(200, "");
        EXPECT_EQ(rig.wait().id, id);
        EXPECT_TRUE(second->read_request().starts_with("POST /" + std::to_string(id + 1)));
        second->answer(200, "");
        EXPECT_EQ(rig.wait().id, id + 1);
    }
    EXPECT_FALSE(server.is_asked());
    EXPECT_EQ(rig.net().stats().connections_opened, 2u);
}

TEST(VenueNet, PurposesDoNotShareConnections) {
    Listener server;
    VenueLink link = link_to(server);
    link.connections_max = 1;
    NetRig rig(std::move(link));
    for (std::uint32_t purpose = 0; purpose < 3; ++purpose) {
        HttpCall call = call_to(server, Deed::Acts);
        call.purpose = purpose;
        ASSERT_TRUE(rig.net().send(std::move(call)));
        EXPECT_NE(server.accept(), nullptr);
    }
}

TEST(VenueNet, AnUnusedConnectionIsClosedAfterItsTime) {
    Listener server;
    VenueLink link = link_to(server);
    link.idle_ns_max = 20 * kNsPerMillisecond;
    NetRig rig(std::move(link));
    ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts)));
    auto end = server.accept();
    end->read_request();
    end->answer(200, "");
    EXPECT_EQ(rig.wait().kind, Kind::Answer);
    EXPECT_TRUE(end->sees_the_end());
}

TEST(VenueNet, CallsWithoutAnAnswerAreBounded) {
    Listener server;
    VenueLink link = link_to(server);
    link.calls_max = 2;
    NetRig rig(std::move(link));
    ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts, 1)));
    ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts, 2)));
    EXPECT_EQ(rig.net().send(call_to(server, Deed::Acts, 3)).error().code, ErrorCode::Quota);
    auto end = server.accept();
    end->read_request();
    end->answer(200, "");
    EXPECT_EQ(rig.wait().kind, Kind::Answer);
    EXPECT_TRUE(rig.net().send(call_to(server, Deed::Acts, 3)));
}

TEST(VenueNet, ABucketHoldsCallsBackOrRefusesThoseThatCannotWait) {
    Listener server;
    VenueLink link = link_to(server);
    link.buckets = {{.name = "all", .per_second = 20, .burst = 1}};
    NetRig rig(std::move(link));
    for (std::uint64_t id = 1; id <= 3; ++id)
        ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts, id)));
    HttpCall hasty = call_to(server, Deed::Acts, 4);
    hasty.timeout_ns = 20 * kNsPerMillisecond;
    const NetEvent event = failure_of(rig, std::move(hasty));
    EXPECT_EQ(event.id, 4u);
    EXPECT_EQ(event.error.code, ErrorCode::RateLimited);
    EXPECT_GT(event.retry_after_ns, 50 * kNsPerMillisecond);
    auto end = server.accept();
    Timestamp last;
    for (std::uint64_t id = 1; id <= 3; ++id) {
        end->read_request();
        end->answer(200, "");
        const NetEvent answer = rig.wait();
        EXPECT_EQ(answer.id, id);
        if (id > 1) {
            EXPECT_GT(answer.received.minus(last), 20 * kNsPerMillisecond);
        }
        last = answer.received;
    }
}

TEST(VenueNet, TooManyRequestsCloseTheBucketForAsLongAsTheVenueSays) {
    Listener server;
    VenueLink link = link_to(server);
    link.buckets = {{.name = "a"}, {.name = "b"}};
    NetRig rig(std::move(link));
    ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts, 1)));
    auto end = server.accept();
    end->read_request();
    end->answer(429, "slow down", "Retry-After: 60\r\n");
    const NetEvent answer = rig.wait();
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.retry_after_ns, kNsPerMinute);
    const NetEvent refused = failure_of(rig, call_to(server, Deed::Acts, 2));
    EXPECT_EQ(refused.error.code, ErrorCode::RateLimited);
    EXPECT_GT(refused.retry_after_ns, 50 * kNsPerSecond);
    HttpCall other = call_to(server, Deed::Acts, 3);
    other.bucket = 1;
    ASSERT_TRUE(rig.net().send(std::move(other)));
    end->read_request();
    end->answer(200, "");
    EXPECT_EQ(rig.wait().id, 3u);
}

TEST(VenueNet, TheRecordingHasTrafficButNoSecrets) {
    Listener server;
    VenueLink link = link_to(server);
    link.record = "/rec";
    NetRig rig(std::move(link));
    rig.net().hide(0, WipedText(std::string_view("hunter2")));
    HttpCall call = call_to(server, Deed::Acts);
    call.headers.push_back({"POLY_PASSPHRASE", WipedText(std::string_view("hunter2"))});
    call.body = WipedText(std::string_view("{\"pass\":\"hunter2\",\"size\":\"5\"}"));
    call.record = HttpCall::Record::WithoutAnswer;
    ASSERT_TRUE(rig.net().send(std::move(call)));
    auto end = server.accept();
    EXPECT_NE(end->read_request().find("POLY_PASSPHRASE: hunter2\r\n"), std::string::npos);
    end->answer(200, "{\"secret\":\"fresh\"}");
    EXPECT_EQ(rig.wait().kind, Kind::Answer);
    const std::string text = read_file(rig.disk(), "/rec/test-000001.jsonl", 1u << 20).value_or("");
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
    EXPECT_EQ(text.find("fresh"), std::string::npos) << text;
    EXPECT_NE(text.find("\\\"size\\\":\\\"5\\\""), std::string::npos) << text;
    EXPECT_NE(text.find("\"bytes\":18"), std::string::npos) << text;
}

TEST(VenueNet, EndsWithCallsAndStreamsUnderWay) {
    Listener server(Tls::On);
    NetRig rig(link_to(server));
    for (std::uint64_t id = 1; id <= 20; ++id)
        ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts, id)));
    ASSERT_TRUE(rig.net().ws_open(stream_to(server)));
    auto end = server.accept();
    rig.stop();
    EXPECT_NE(end, nullptr);
}

}  // namespace
}  // namespace tradectl::net
