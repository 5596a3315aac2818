// What becomes of a request whose connection breaks at any byte, and that acting ones never go out
// twice.
#include "tests/host/net/net_rig.hpp"
#include "tests/net_support/answering_server.hpp"
#include "tests/net_support/fault_proxy.hpp"

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

using Kind = NetEvent::Kind;

/// A client whose connections go through a proxy.
class ThroughProxy {
  public:
    explicit ThroughProxy(const Listener& server, std::int64_t timeout_ns = 10 * kNsPerSecond)
        : proxy(server.port()), tls_(server.url("http").starts_with("https")), rig_(link(server)) {
        timeout_ns_ = timeout_ns;
    }

    NetEvent call(Deed deed) {
        HttpCall call;
        call.id = ++id_;
        call.deed = deed;
        call.method = deed == Deed::Acts ? "POST" : "GET";
        call.url = std::string(tls_ ? "https" : "http") +
                   "://localhost:" + std::to_string(proxy.port()) + "/x";
        call.timeout_ns = timeout_ns_;
        if (deed == Deed::Acts) call.body.append("12345");
        EXPECT_TRUE(rig_.net().send(std::move(call)));
        return rig_.wait();
    }
    NetRig& rig() { return rig_; }

    FaultProxy proxy;

  private:
    VenueLink link(const Listener& server) const {
        VenueLink link = link_to(server);
        link.hosts = {"localhost:" + std::to_string(proxy.port())};
        return link;
    }

    bool tls_;
    std::int64_t timeout_ns_ = 0;
    std::uint64_t id_ = 0;
    NetRig rig_;
};

std::size_t bytes_of_call(Deed deed) {
    AnsweringServer server;
    ThroughProxy client(server.listener());
    EXPECT_EQ(client.call(deed).kind, Kind::Answer);
    return client.proxy.bytes_from_clients();
}

TEST(NetFaults, ARequestCutAtAnyByteIsUnknownOnceAByteLeft) {
    AnsweringServer server;
    const std::size_t bytes = bytes_of_call(Deed::Acts);
    std::size_t connections = 0;
    for (const Fault::Kind kind : {Fault::Kind::Cut, Fault::Kind::Reset}) {
        for (std::size_t at = 0; at < bytes; ++at) {
            ThroughProxy client(server.listener());
            client.proxy.set({.to_server = {.kind = kind, .at_byte = at}});
            const NetEvent event = client.call(Deed::Acts);
            ASSERT_EQ(event.kind, Kind::Failure) << at;
            if (at > 0) {
                ASSERT_EQ(event.error.code, ErrorCode::OutcomeUnknown) << at;
            } else if (event.error.code == ErrorCode::Unavailable) {
                ASSERT_EQ(client.proxy.bytes_from_clients(), 0u);
            }
            connections += client.proxy.connections();
            ASSERT_EQ(client.proxy.connections(), 1u) << at;
        }
    }
    EXPECT_EQ(server.requests_of(connections), 0u);
}

TEST(NetFaults, AnAnswerCutAtAnyByteLeavesAnActUnknownAndDoneOnce) {
    AnsweringServer server(Tls::Off, "ok");
    const std::size_t answer_bytes = std::string("HTTP/1.1 200 Said\r\n").size() +
                                     std::string("Content-Length: 2\r\n\r\nok").size();
    for (std::size_t at = 0; at <= answer_bytes; ++at) {
        ThroughProxy client(server.listener());
        client.proxy.set({.to_client = {.kind = Fault::Kind::Cut, .at_byte = at}});
        const NetEvent event = client.call(Deed::Acts);
        if (at == answer_bytes) {
            EXPECT_EQ(event.kind, Kind::Answer);
        } else if (at > 0) {
            ASSERT_EQ(event.error.code, ErrorCode::OutcomeUnknown) << at;
        }
        EXPECT_EQ(client.proxy.connections(), 1u);
    }
    EXPECT_LE(server.requests_of(answer_bytes + 1), answer_bytes + 1);
}

TEST(NetFaults, AReadIsUnavailableWhereAnActIsUnknown) {
    AnsweringServer server;
    const std::size_t bytes = bytes_of_call(Deed::Reads);
    for (const std::size_t at : {std::size_t{1}, bytes / 2, bytes - 1}) {
        ThroughProxy client(server.listener());
        client.proxy.set({.to_server = {.kind = Fault::Kind::Cut, .at_byte = at}});
        EXPECT_EQ(client.call(Deed::Reads).error.code, ErrorCode::Unavailable);
        // A connection that never worked is not tried again by itself.
        EXPECT_EQ(client.proxy.connections(), 1u);
    }
}

TEST(NetFaults, BehindTlsACutIsUnknownOnlyAfterTheHandshake) {
    AnsweringServer server(Tls::On);
    std::size_t whole = 0;
    {
        ThroughProxy client(server.listener());
        ASSERT_EQ(client.call(Deed::Acts).kind, Kind::Answer);
        whole = client.proxy.bytes_from_clients();
    }
    // Signatures vary by a few bytes; the request is the end of what is sent.
    const std::size_t early = 200;
    const std::size_t late = whole - bytes_of_call(Deed::Acts) + 8;
    ASSERT_LT(early, late);
    std::size_t connections = 1;
    for (std::size_t at = 1; at < whole; at += 19) {
        ThroughProxy client(server.listener());
        client.proxy.set({.to_server = {.kind = Fault::Kind::Cut, .at_byte = at}});
        const NetEvent event = client.call(Deed::Acts);
        ASSERT_EQ(event.kind, Kind::Failure) << at;
        const bool unknown = event.error.code == ErrorCode::OutcomeUnknown;
        ASSERT_TRUE(unknown || event.error.code == ErrorCode::Unavailable) << at;
        if (at < early || at > late) {
            ASSERT_EQ(unknown, at > late) << at;
        }
        connections += client.proxy.connections();
    }
    EXPECT_EQ(server.requests_of(connections), 1u);
}

TEST(NetFaults, AKeptConnectionThatDiesUnderAReadIsReplacedOnce) {
    AnsweringServer server;
    const std::size_t bytes = bytes_of_call(Deed::Reads);
    for (const std::size_t at : {bytes + 1, bytes + bytes / 2, 2 * bytes - 1}) {
        ThroughProxy client(server.listener());
        client.proxy.set({.to_server = {.kind = Fault::Kind::Cut, .at_byte = at}});
        EXPECT_EQ(client.call(Deed::Reads).kind, Kind::Answer);
        client.proxy.set({});
        EXPECT_EQ(client.call(Deed::Reads).kind, Kind::Answer);
        EXPECT_EQ(client.proxy.connections(), 2u);
        EXPECT_EQ(client.rig().net().stats().repeats, 1u);
    }
}

TEST(NetFaults, AKeptConnectionThatDiesUnderAnActIsNotReplaced) {
    AnsweringServer server;
    const std::size_t bytes = bytes_of_call(Deed::Acts);
    std::size_t connections = 0;
    for (std::size_t at = bytes + 1; at < 2 * bytes; at += 7) {
        ThroughProxy client(server.listener());
        client.proxy.set({.to_server = {.kind = Fault::Kind::Cut, .at_byte = at}});
        EXPECT_EQ(client.call(Deed::Acts).kind, Kind::Answer);
        client.proxy.set({});
        EXPECT_EQ(client.call(Deed::Acts).error.code, ErrorCode::OutcomeUnknown);
        EXPECT_EQ(client.proxy.connections(), 1u);
        ++connections;
    }
    EXPECT_EQ(server.requests_of(connections), connections);
}

TEST(NetFaults, AKeptConnectionThatThePeerClosedIsNotUsed) {
    AnsweringServer server;
    ThroughProxy client(server.listener());
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(client.call(Deed::Acts).kind, Kind::Answer);
        client.proxy.cut_all();
    }
    EXPECT_EQ(client.proxy.connections(), 5u);
}

TEST(NetFaults, ABlackHoleCostsTheTimeoutAlone) {
    AnsweringServer server;
    for (const Deed deed : {Deed::Acts, Deed::Reads}) {
        ThroughProxy client(server.listener(), 100 * kNsPerMillisecond);
        client.proxy.set({.to_server = {.kind = Fault::Kind::BlackHole, .at_byte = 10}});
        const NetEvent event = client.call(deed);
        EXPECT_EQ(event.error.code,
                  deed == Deed::Acts ? ErrorCode::OutcomeUnknown : ErrorCode::Unavailable);
        EXPECT_EQ(event.error.message, "localhost: no answer within 100 ms");
        EXPECT_EQ(client.rig().net().stats().connections_now, 0u);
    }
}

TEST(NetFaults, SingleBytesAndDelaysChangeNothing) {
    for (const Tls tls : {Tls::Off, Tls::On}) {
        AnsweringServer server(tls, std::string(300, 'x'));
        ThroughProxy client(server.listener());
        client.proxy.set({.to_server = {.segment_bytes = 1},
                          .to_client = {.segment_bytes = 50, .delay_ns = kNsPerMillisecond}});
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(client.call(Deed::Acts).body, std::string(300, 'x'));
        EXPECT_EQ(client.proxy.connections(), 1u);
    }
}

TEST(NetFaults, APeerThatEndsItsSideAfterTheAnswerIsNotUsedAgain) {
    AnsweringServer server;
    ThroughProxy client(server.listener());
    const std::size_t answer_bytes = std::string("HTTP/1.1 200 Said\r\n").size() +
                                     std::string("Content-Length: 2\r\n\r\nok").size();
    client.proxy.set({.to_client = {.kind = Fault::Kind::HalfClose, .at_byte = answer_bytes}});
    EXPECT_EQ(client.call(Deed::Acts).kind, Kind::Answer);
    const NetEvent second = client.call(Deed::Acts);
    // Either the end was seen in time, or the answer never came.
    EXPECT_TRUE(second.kind == Kind::Answer || second.error.code == ErrorCode::OutcomeUnknown);
}

}  // namespace
}  // namespace tradectl::net
