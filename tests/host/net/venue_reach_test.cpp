// Whom a venue's link reaches: listed hosts, certificates, pins, proxies, and what is refused.
#include "host/net/venue_net.hpp"
#include "tests/host/net/net_rig.hpp"
#include "tests/net_support/server_end.hpp"

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

using Kind = NetEvent::Kind;

Error refusal_of(NetRig& rig, const std::string& url) {
    HttpCall call;
    call.url = url;
    const auto sent = rig.net().send(std::move(call));
    EXPECT_FALSE(sent) << url;
    return sent ? Error() : sent.error();
}

NetEvent failure_of(NetRig& rig, HttpCall call) {
    EXPECT_TRUE(rig.net().send(std::move(call)));
    NetEvent event = rig.wait();
    EXPECT_EQ(event.kind, Kind::Failure);
    return event;
}

TEST(VenueReach, AHostThatIsNotListedIsRefusedByNameAndKey) {
    Listener server;
    NetRig rig(link_to(server));
    for (const std::string& url : {std::string("https://other.example/x?secret=1"),
                                   std::string("http://localhost/"),
                                   "http://127.0.0.1:" + std::to_string(server.port()),
                                   "http://" + server.host() + "@evil.example/"}) {
        const Error error = refusal_of(rig, url);
        EXPECT_TRUE(error.code == ErrorCode::Permission ||
                    error.code == ErrorCode::InvalidArgument);
        EXPECT_EQ(error.message.find("secret"), std::string::npos);
    }
    EXPECT_EQ(refusal_of(rig, "https://Other.Example/").message,
              "other.example: is not in exchanges[test].network.hosts");
    WsOpen open;
    open.url = "wss://other.example/";
    EXPECT_EQ(rig.net().ws_open(std::move(open)).error().code, ErrorCode::Permission);
    EXPECT_FALSE(server.is_asked());
}

TEST(VenueReach, HostsMayBeListedWithTheirUsualPortOrWithout) {
    VenueLink link;
    link.name = "test";
    link.hosts = {"A.example", "b.example:443", "[::1]:9"};
    link.request_timeout_ns = 1;
    NetRig rig(std::move(link));
    for (const char* url : {"https://a.EXAMPLE/", "https://a.example:443/", "https://b.example/"}) {
        HttpCall call;
        call.url = url;
        EXPECT_TRUE(rig.net().send(std::move(call))) << url;
    }
    EXPECT_EQ(refusal_of(rig, "https://a.example:444/").code, ErrorCode::Permission);
    EXPECT_EQ(refusal_of(rig, "https://a.example./").code, ErrorCode::Permission);
    EXPECT_EQ(refusal_of(rig, "https://[::1]/").code, ErrorCode::Permission);
}

TEST(VenueReach, WithoutTlsThisMachineAloneIsSpokenToUnlessAllowed) {
    VenueLink link;
    link.name = "test";
    link.hosts = {"192.0.2.1"};
    link.request_timeout_ns = 1;
    {
        NetRig rig(link);
        EXPECT_EQ(refusal_of(rig, "http://192.0.2.1/").message,
                  "192.0.2.1: without TLS only this machine is spoken to");
    }
    link.plain_text = PlainText::Anywhere;
    NetRig rig(link);
    HttpCall call;
    call.url = "http://192.0.2.1/";
    EXPECT_EQ(failure_of(rig, std::move(call)).error.code, ErrorCode::Unavailable);
}

TEST(VenueReach, ACertificateForAnotherHostSaysForWhich) {
    Listener server(Tls::On, "DNS:other.example,DNS:b.example,IP:192.0.2.7");
    NetRig rig(link_to(server));
    ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts)));
    EXPECT_EQ(server.accept(), nullptr);
    const NetEvent event = rig.wait();
    EXPECT_EQ(event.error.code, ErrorCode::Authentication);
    EXPECT_EQ(event.error.message,
              "localhost: certificate: is for other.example, b.example, 192.0.2.7, not localhost");
}

TEST(VenueReach, ACertificateThatNobodyVouchesForDoesNotHold) {
    Listener server(Tls::On);
    const Listener other(Tls::On);
    VenueLink link = link_to(server);
    link.ca_file = other.ca_file();
    NetRig rig(std::move(link));
    ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts)));
    EXPECT_EQ(server.accept(), nullptr);
    const NetEvent event = rig.wait();
    EXPECT_EQ(event.error.code, ErrorCode::Authentication);
    EXPECT_NE(event.error.message.find("certificate: "), std::string::npos) << event.error.message;
}

TEST(VenueReach, AnAddressIsHeldToTheAddressInTheCertificate) {
    for (const char* name : {"IP:127.0.0.1", "IP:127.0.0.2", "DNS:127.0.0.1"}) {
        Listener server(Tls::On, name);
        VenueLink link = link_to(server);
        const std::string host = "127.0.0.1:" + std::to_string(server.port());
        link.hosts = {host};
        NetRig rig(std::move(link));
        HttpCall call;
        call.url = "https://" + host + "/";
        ASSERT_TRUE(rig.net().send(std::move(call)));
        auto end = server.accept();
        EXPECT_EQ(end != nullptr, std::string(name) == "IP:127.0.0.1") << name;
        if (end) end->answer(200, "");
        EXPECT_EQ(rig.wait().kind, end ? Kind::Answer : Kind::Failure);
    }
}

TEST(VenueReach, APinThatIsNotInTheChainEndsTheConnection) {
    Listener server(Tls::On);
    for (const bool fits : {true, false}) {
        VenueLink link = link_to(server);
        link.pins = {fits ? server.certificate().pin()
                          : "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
        NetRig rig(std::move(link));
        ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts)));
        auto end = server.accept();
        ASSERT_NE(end, nullptr);
        if (fits) end->answer(200, "");
        const NetEvent event = rig.wait();
        EXPECT_EQ(event.kind, fits ? Kind::Answer : Kind::Failure) << event.error.message;
        if (fits) continue;
        EXPECT_EQ(event.error.code, ErrorCode::Authentication);
        EXPECT_EQ(end->read(1), "");  // the request was never sent
    }
}

TEST(VenueReach, OptionsThatAreWrongAreNamedByTheirKey) {
    const SystemClock clock;
    const auto disk = make_memory_disk();
    const auto message = [&](VenueLink link) {
        link.name = "pm";
        VenueNetOptions options;
        options.venues.push_back(std::move(link));
        const auto net = VenueNet::open(std::move(options), clock, *disk, [] {});
        return net ? std::string() : net.error().message;
    };
    EXPECT_EQ(message({}), "");
    EXPECT_TRUE(message({.proxy = "proxy.example"}).starts_with("exchanges[pm].network.proxy: "));
    EXPECT_TRUE(
        message({.proxy = "https://p.example/"}).starts_with("exchanges[pm].network.proxy"));
    EXPECT_TRUE(message({.ca_file = "/none"}).starts_with("exchanges[pm].network.ca_file: /none"));
    EXPECT_TRUE(message({.pins = {"abc"}}).starts_with("exchanges[pm].network.pins: pin \"abc\""));
}

TEST(VenueReach, AProxyIsAskedToConnectAndNothingElseIsToldToIt) {
    for (const Tls tls : {Tls::Off, Tls::On}) {
        Listener server(tls);
        Listener proxy;
        VenueLink link = link_to(server);
        link.proxy = proxy.url("http");
        NetRig rig(std::move(link));
        ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts)));
        auto hop = proxy.accept();
        EXPECT_EQ(hop->read_request(),
                  "CONNECT " + server.host() + " HTTP/1.1\r\nHost: " + server.host() + "\r\n\r\n");
        hop->write("HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n");
        if (tls == Tls::Off) {
            EXPECT_TRUE(hop->read_request().starts_with("POST /order HTTP/1.1\r\n"));
            hop->answer(200, "through the proxy");
            EXPECT_EQ(rig.wait().body, "through the proxy");
        } else {
            EXPECT_EQ(hop->read(1), "\x16");  // a TLS handshake
        }
        EXPECT_FALSE(server.is_asked());
    }
}

TEST(VenueReach, AProxyThatRefusesIsNamedWithItsAnswer) {
    Listener server;
    Listener proxy;
    VenueLink link = link_to(server);
    link.proxy = proxy.url("http");
    NetRig rig(std::move(link));
    ASSERT_TRUE(rig.net().send(call_to(server, Deed::Acts)));
    auto hop = proxy.accept();
    hop->read_request();
    hop->write("HTTP/1.1 407 Who are you\r\n\r\n");
    const NetEvent event = rig.wait();
    EXPECT_EQ(event.error.code, ErrorCode::Unavailable);
    EXPECT_EQ(event.error.message,
              "localhost: proxy " + proxy.host() + ": answered \"HTTP/1.1 407 Who are you\"");
}

TEST(VenueReach, NobodyThereIsUnavailable) {
    Listener server;
    NetRig rig(link_to(server));
    server.stop();
    const NetEvent event = failure_of(rig, call_to(server, Deed::Acts));
    EXPECT_EQ(event.error.code, ErrorCode::Unavailable);
    EXPECT_EQ(event.error.message, "localhost: connect: Connection refused");
}

}  // namespace
}  // namespace tradectl::net
