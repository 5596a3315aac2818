// The WebSocket client against RFC 6455, rule by rule, and what keeps a stream alive.
#include "tests/host/net/net_rig.hpp"
#include "tests/net_support/fault_proxy.hpp"
#include "tests/net_support/server_end.hpp"
#include "tests/net_support/ws_peer.hpp"

#include <functional>
#include <thread>

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

using Kind = NetEvent::Kind;
using Fin = WsFrame::Fin;

constexpr std::uint64_t kStream = 7;

class Streaming : public testing::Test {
  protected:
    void open(const std::function<void(VenueLink&)>& change = {},
              std::size_t queue_events_max = 65536) {
        VenueLink link = link_to(server_);
        if (change) change(link);
        // What an earlier client asked for on its way out is not for this one.
        rig_.reset();
        while (server_.is_asked())
            server_.accept();
        rig_.emplace(std::move(link), queue_events_max);
        ASSERT_TRUE(ask());
    }
    Status ask(std::uint64_t id = kStream) {
        WsOpen open;
        open.id = id;
        open.url = server_.url("ws", "/ws");
        return rig_->net().ws_open(std::move(open));
    }
    WsPeer connect(std::string_view headers = {}) {
        WsPeer peer(server_.accept());
        peer.shake(headers);
        EXPECT_EQ(rig_->wait_for(Kind::Opened).id, kStream);
        return peer;
    }
    void opened(const std::function<void(VenueLink&)>& change = {}) {
        open(change);
        peer_.emplace(connect());
    }
    Status send(std::string_view text) {
        return rig_->net().ws_send(0, kStream, WsKind::Text, WipedText(text));
    }
    /// The client must close with that code, and say so.
    void expect_failure(std::uint16_t code, ErrorCode error) {
        EXPECT_EQ(peer_->read_close(), code);
        const NetEvent event = rig_->wait_for(Kind::Closed);
        EXPECT_EQ(event.status, 1006);
        EXPECT_EQ(event.error.code, error) << event.error.message;
    }

    Listener server_;
    std::optional<NetRig> rig_;
    std::optional<WsPeer> peer_;
};

TEST_F(Streaming, MessagesOfAllLengthFormsComeWhole) {
    opened();
    for (const std::size_t bytes : {0u, 1u, 125u, 126u, 65535u, 65536u, 200000u}) {
        peer_->send({.opcode = WsFrame::kBinary, .payload = std::string(bytes, '\xff')});
        const NetEvent event = rig_->wait();
        EXPECT_EQ(event.kind, Kind::Binary);
        EXPECT_EQ(event.body, std::string(bytes, '\xff'));
    }
}

TEST_F(Streaming, SentMessagesAreMaskedAndWhole) {
    opened();
    for (const std::size_t bytes : {0u, 125u, 126u, 65536u}) {
        ASSERT_TRUE(send(std::string(bytes, 'x')));
        const auto frame = peer_->read();
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->opcode, WsFrame::kText);
        EXPECT_EQ(frame->fin, Fin::Last);
        EXPECT_EQ(frame->payload, std::string(bytes, 'x'));
    }
}

TEST_F(Streaming, FragmentsBecomeOneMessageAndControlFramesMayStandBetween) {
    opened();
    peer_->send({.payload = "a", .fin = Fin::More});
    peer_->send({.opcode = WsFrame::kPing, .payload = "are you there"});
    peer_->send({.opcode = WsFrame::kContinuation, .payload = "", .fin = Fin::More});
    peer_->send({.opcode = WsFrame::kPong, .payload = "nobody asked"});
    peer_->send({.opcode = WsFrame::kContinuation, .payload = "b"});
    const NetEvent event = rig_->wait();
    EXPECT_EQ(event.kind, Kind::Text);
    EXPECT_EQ(event.body, "ab");
    const auto pong = peer_->read();
    ASSERT_TRUE(pong);
    EXPECT_EQ(pong->opcode, WsFrame::kPong);
    EXPECT_EQ(pong->payload, "are you there");
}

TEST_F(Streaming, ManyTinyFragmentsAndSingleBytesOnTheWire) {
    opened();
    std::string bytes = bytes_of_frame({.payload = "0", .fin = Fin::More});
    for (int i = 1; i < 200; ++i) {
        bytes += bytes_of_frame({.opcode = WsFrame::kContinuation,
                                 .payload = std::to_string(i % 10),
                                 .fin = i == 199 ? Fin::Last : Fin::More});
    }
    for (const char byte : bytes)
        ASSERT_TRUE(peer_->send_bytes(std::string_view(&byte, 1)));
    EXPECT_EQ(rig_->wait().body.size(), 200u);
}

TEST_F(Streaming, Utf8MayBeSplitAcrossFrames) {
    opened();
    const std::string text = "\xce\xba\xe1\xbd\xb9\xf0\x9f\x98\x80";
    for (std::size_t i = 0; i < text.size(); ++i) {
        peer_->send({.opcode = i == 0 ? WsFrame::kText : WsFrame::kContinuation,
                     .payload = text.substr(i, 1),
                     .fin = i + 1 == text.size() ? Fin::Last : Fin::More});
    }
    EXPECT_EQ(rig_->wait().body, text);
}

TEST_F(Streaming, TextThatIsNotUtf8FailsWith1007) {
    for (const char* text : {"\xff", "a\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe1\xbd"}) {
        opened();
        peer_->send_text(text);
        expect_failure(1007, ErrorCode::Corrupt);
    }
    opened();
    peer_->send({.payload = "\xe1", .fin = Fin::More});
    peer_->send({.opcode = WsFrame::kContinuation, .payload = "\x41"});
    expect_failure(1007, ErrorCode::Corrupt);
}

TEST_F(Streaming, BrokenRulesOfFramesFailWith1002) {
    const WsFrame broken[] = {
        {.payload = "x", .mask = WsFrame::Mask::Key},  // a server does not mask
        {.payload = "x", .reserved = 4},               // nothing was agreed on
        {.payload = "x", .reserved = 1},
        {.opcode = 3, .payload = "x"},
        {.opcode = 11, .payload = "x"},
        {.opcode = WsFrame::kContinuation, .payload = "of nothing"},
        {.opcode = WsFrame::kPing, .payload = "x", .fin = Fin::More},
        {.opcode = WsFrame::kPing, .payload = std::string(126, 'x')},
        {.opcode = WsFrame::kClose, .payload = "x"},
        {.opcode = WsFrame::kClose, .payload = close_payload(1005)},
        {.opcode = WsFrame::kClose, .payload = close_payload(999)},
    };
    for (const WsFrame& frame : broken) {
        opened();
        peer_->send(frame);
        expect_failure(1002, ErrorCode::Corrupt);
    }
    opened();
    peer_->send({.payload = "a", .fin = Fin::More});
    peer_->send({.payload = "another message inside"});
    expect_failure(1002, ErrorCode::Corrupt);
}

TEST_F(Streaming, AMessageAboveTheLimitFailsWith1009) {
    const auto limit = [](VenueLink& link) { link.message_bytes_max = 1000; };
    opened(limit);
    peer_->send_text(std::string(1000, 'x'));
    EXPECT_EQ(rig_->wait().body.size(), 1000u);
    peer_->send_text(std::string(1001, 'x'));
    expect_failure(1009, ErrorCode::Quota);
    opened(limit);
    peer_->send({.payload = std::string(600, 'x'), .fin = Fin::More});
    peer_->send({.opcode = WsFrame::kContinuation, .payload = std::string(401, 'x')});
    expect_failure(1009, ErrorCode::Quota);
    opened(limit);
    peer_->send_bytes(std::string("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10));
    expect_failure(1009, ErrorCode::Quota);
}

TEST_F(Streaming, ThePeersCloseIsAnsweredAndReported) {
    opened();
    peer_->send({.opcode = WsFrame::kClose, .payload = close_payload(1001, "going away")});
    EXPECT_EQ(peer_->read_close(), 1001);
    const NetEvent event = rig_->wait_for(Kind::Closed);
    EXPECT_EQ(event.status, 1001);
    EXPECT_EQ(event.body, "going away");
    opened();
    peer_->send({.opcode = WsFrame::kClose, .payload = ""});
    EXPECT_EQ(rig_->wait_for(Kind::Closed).status, 1005);
    opened();
    peer_->end().reset();
    EXPECT_EQ(rig_->wait_for(Kind::Closed).status, 1006);
}

TEST_F(Streaming, DeflateIsOfferedOnlyWhenAsked) {
    open();
    WsPeer plain(server_.accept());
    EXPECT_EQ(plain.shake().find("permessage-deflate"), std::string::npos);
    open([](VenueLink& link) { link.deflate = Deflate::Offered; });
    WsPeer peer(server_.accept());
    EXPECT_NE(peer.shake("Sec-WebSocket-Extensions: permessage-deflate; "
                         "server_no_context_takeover; client_no_context_takeover\r\n")
                  .find("permessage-deflate"),
              std::string::npos);
    EXPECT_EQ(rig_->wait_for(Kind::Opened).id, kStream);
    for (const std::string& text : {std::string("hello"), std::string(100000, 'y')}) {
        peer.send({.payload = deflated(text), .reserved = 4});
        EXPECT_EQ(rig_->wait().body, text);
    }
    peer.send_text("not deflated");
    EXPECT_EQ(rig_->wait().body, "not deflated");
}

TEST_F(Streaming, ADeflatedMessageIsBoundedByWhatItBecomes) {
    open([](VenueLink& link) {
        link.deflate = Deflate::Offered;
        link.message_bytes_max = 1000;
    });
    peer_.emplace(server_.accept());
    peer_->shake("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n");
    peer_->send({.payload = deflated(std::string(1u << 20, 'x')), .reserved = 4});
    expect_failure(1009, ErrorCode::Quota);
}

TEST_F(Streaming, AHandshakeThatIsRefusedSaysByWhat) {
    open();
    for (const int status : {403, 200, 500}) {
        auto end = server_.accept();
        ASSERT_NE(end, nullptr);
        end->read_request();
        end->answer(status, "no");
        const NetEvent event = rig_->wait_for(Kind::Closed);
        EXPECT_EQ(event.error.code,
                  status == 403 ? ErrorCode::Authentication : ErrorCode::Unavailable);
        EXPECT_NE(event.error.message.find(std::to_string(status)), std::string::npos)
            << event.error.message;
    }
    auto end = server_.accept();
    end->read_request();
    end->write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n");
    EXPECT_EQ(rig_->wait_for(Kind::Closed).status, 1006);
}

TEST_F(Streaming, ABrokenStreamIsOpenedAgain) {
    opened();
    for (std::uint64_t i = 2; i < 6; ++i) {
        peer_->end().reset();
        EXPECT_EQ(rig_->wait_for(Kind::Closed).connection, i - 1);
        peer_.emplace(server_.accept());
        peer_->shake();
        EXPECT_EQ(rig_->wait_for(Kind::Opened).connection, i);
    }
    EXPECT_EQ(rig_->net().stats().streams_now, 1u);
    ASSERT_TRUE(send("still here"));
    EXPECT_EQ(peer_->read()->payload, "still here");
}

TEST_F(Streaming, WhatWasMeantForAnotherConnectionIsNotSent) {
    opened();
    peer_->end().reset();
    peer_.emplace(server_.accept());
    peer_->shake();
    // The engine has not heard of the new connection yet: it still means the old one.
    ASSERT_TRUE(send("for the old one"));
    EXPECT_EQ(rig_->wait_for(Kind::Opened).connection, 2u);
    ASSERT_TRUE(send("for the new one"));
    EXPECT_EQ(peer_->read()->payload, "for the new one");
}

TEST_F(Streaming, SendingNeedsAConnection) {
    open();
    EXPECT_EQ(send("x").error().code, ErrorCode::Unavailable);
    EXPECT_EQ(rig_->net().ws_send(0, 8, WsKind::Text, WipedText()).error().code,
              ErrorCode::NotFound);
    EXPECT_EQ(ask().error().code, ErrorCode::BadState);
    EXPECT_EQ(rig_->net().ws_close(0, 8).error().code, ErrorCode::NotFound);
}

TEST_F(Streaming, ClosingSaysGoodbyeAndNothingMoreComes) {
    opened();
    peer_->send_text("a message on its way");
    ASSERT_TRUE(rig_->net().ws_close(0, kStream));
    EXPECT_EQ(peer_->read_close(), 1000);
    peer_->send({.opcode = WsFrame::kClose, .payload = close_payload(1000)});
    EXPECT_TRUE(peer_->end().sees_the_end());
    EXPECT_EQ(rig_->net().stats().streams_now, 0u);
    ASSERT_TRUE(ask());
    peer_.emplace(server_.accept());
    peer_->shake();
    const NetEvent event = rig_->wait();
    EXPECT_EQ(event.kind, Kind::Opened);
    EXPECT_EQ(event.connection, 1u);
}

TEST_F(Streaming, TwoHeartbeatsWithoutAnyWordAreDeath) {
    opened([](VenueLink& link) { link.heartbeat_ns = 30 * kNsPerMillisecond; });
    const NetEvent event = rig_->wait_for(Kind::Closed);
    EXPECT_EQ(event.error.message, "localhost: no sign of life for two heartbeats");
    EXPECT_EQ(peer_->read()->opcode, WsFrame::kPing);
    EXPECT_NE(server_.accept(), nullptr);
}

TEST_F(Streaming, PongsKeepItAliveAndSilenceIsStaleOnce) {
    opened([](VenueLink& link) {
        link.heartbeat_ns = 20 * kNsPerMillisecond;
        link.silence_ns = 100 * kNsPerMillisecond;
    });
    for (int i = 0; i < 15; ++i) {
        const auto ping = peer_->read();
        ASSERT_TRUE(ping);
        ASSERT_EQ(ping->opcode, WsFrame::kPing);
        peer_->send({.opcode = WsFrame::kPong, .payload = ping->payload});
    }
    EXPECT_EQ(rig_->wait().kind, Kind::Stale);
    peer_->send_text("x");
    EXPECT_EQ(rig_->wait().kind, Kind::Text);
}

TEST_F(Streaming, AHandshakeWithoutAnAnswerCostsTheTimeoutAlone) {
    open([](VenueLink& link) { link.connect_timeout_ns = 50 * kNsPerMillisecond; });
    const auto silent = server_.accept();
    const NetEvent event = rig_->wait_for(Kind::Closed);
    EXPECT_EQ(event.error.message, "localhost: not open within 50 ms");
}

TEST_F(Streaming, ASlowEngineStopsTheReadingAndLosesNothing) {
    open({}, 10);
    peer_.emplace(connect());
    std::string all;
    for (int i = 0; i < 5000; ++i)
        all += bytes_of_frame({.payload = std::to_string(i)});
    ASSERT_TRUE(peer_->send_bytes(all));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (rig_->net().stats().pauses == 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    EXPECT_GT(rig_->net().stats().pauses, 0u);
    for (int i = 0; i < 5000; ++i)
        ASSERT_EQ(rig_->wait().body, std::to_string(i));
}

TEST_F(Streaming, AStreamThroughABadNetworkLosesNothingBetweenItsCuts) {
    FaultProxy proxy(server_.port());
    proxy.set({.to_server = {.segment_bytes = 1}, .to_client = {.segment_bytes = 1}});
    VenueLink link = link_to(server_);
    link.hosts = {"localhost:" + std::to_string(proxy.port())};
    rig_.emplace(std::move(link));
    WsOpen open;
    open.id = kStream;
    open.url = "ws://localhost:" + std::to_string(proxy.port()) + "/";
    ASSERT_TRUE(rig_->net().ws_open(std::move(open)));
    for (int round = 0; round < 3; ++round) {
        WsPeer peer = connect();
        for (int i = 0; i < 50; ++i)
            peer.send_text(std::to_string(i));
        for (int i = 0; i < 50; ++i)
            EXPECT_EQ(rig_->wait_for(Kind::Text).body, std::to_string(i));
        proxy.cut_all();
        EXPECT_EQ(rig_->wait_for(Kind::Closed).id, kStream);
    }
    rig_.reset();
}

}  // namespace
}  // namespace tradectl::net
