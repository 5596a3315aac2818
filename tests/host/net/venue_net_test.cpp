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

}  // namespace
}  // namespace tradectl::net
