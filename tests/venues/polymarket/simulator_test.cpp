// The venue over real sockets, and how it misbehaves there.
#include "tests/venues/polymarket/simulator.hpp"

#include "tests/venues/polymarket/json.hpp"

#include <chrono>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace polysim {
namespace {

/// A blocking client with a time-out on every read.
class Client {
  public:
    explicit Client(int port) : fd_{socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval limit{5, 0};
        setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~Client() { close(fd_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(const std::string& bytes) {
        ASSERT_TRUE(connected_);
        ASSERT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), std::ssize(bytes));
    }
    void get(const std::string& path) { send("GET " + path + " HTTP/1.1\r\nHost: venue\r\n\r\n"); }
    /// Reads until `text` has come, the other side ends, or time is up.
    const std::string& read_until(const std::string& text) {
        char buffer[4096];
        while (in_.find(text) == in_.npos) {
            const auto count = recv(fd_, buffer, sizeof buffer, 0);
            if (count <= 0) break;
            in_.append(buffer, static_cast<std::size_t>(count));
        }
        return in_;
    }
    std::string read_to_end() { return read_until(std::string(1, '\x01') + "never"); }
    /// A masked text frame of fewer than 126 bytes.
    void send_frame(const std::string& text) {
        const char mask[] = {1, 2, 3, 4};
        std::string frame{static_cast<char>(0x81), static_cast<char>(0x80 | text.size())};
        frame.append(mask, 4);
        for (std::size_t i = 0; i < text.size(); ++i) {
            frame += static_cast<char>(text[i] ^ mask[i % 4]);
        }
        send(frame);
    }
    void upgrade(const std::string& path) {
        // Key and proof are RFC 6455's own example (section 1.3).
        send("GET " + path +
             " HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        EXPECT_NE(read_until("\r\n\r\n").find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
    }

  private:
    int fd_;
    bool connected_ = false;
    std::string in_;
};

class Sockets : public testing::Test {
  protected:
    void fault(const std::string& action) {
        simulator.control("fault", R"({"path":"/time","action":)" + action + "}");
    }

    Simulator simulator{{}};
    Client client{simulator.port("clob")};
};

TEST_F(Sockets, OneConnectionServesManyRequests) {
    client.get("/ok");
    client.read_until("\"OK\"");
    client.get("/version");
    EXPECT_NE(client.read_until("version\":2").find("version\":2"), std::string::npos);
    const auto ledger = Json::parse(simulator.ledger());
    EXPECT_EQ((*ledger)["requests"].size(), 2U);
    EXPECT_EQ((*ledger)["connections"]["clob"].text(), "1");
}

TEST_F(Sockets, TwoRequestsAtOnceAreAnsweredInOrder) {
    client.send("GET /ok HTTP/1.1\r\n\r\nGET /version HTTP/1.1\r\n\r\n");
    const std::string& seen = client.read_until("version\":2");
    EXPECT_LT(seen.find("\"OK\""), seen.find("version\":2"));
}

TEST_F(Sockets, TooManyRequestsNameTheWait) {
    fault(R"({"status":429,"retry_after":3})");
    client.get("/time");
    EXPECT_NE(client.read_until("Requests\"}").find("Retry-After: 3\r\n"), std::string::npos);
    client.get("/time");
    EXPECT_NE(client.read_until("200 OK").find("200 OK"), std::string::npos);
}

TEST_F(Sockets, ALostAnswerEndsTheConnection) {
    fault(R"({"close":true,"after":true})");
    client.get("/time");
    EXPECT_EQ(client.read_to_end(), "");
    const auto ledger = Json::parse(simulator.ledger());
    EXPECT_EQ((*ledger)["requests"].items().at(0)["status"].text(), "200");
}

TEST_F(Sockets, HalfAnAnswerEndsInTheMiddle) {
    fault(R"({"half":true})");
    client.get("/time");
    const std::string seen = client.read_to_end();
    EXPECT_EQ(seen.find("HTTP/1.1 200"), 0U);
    EXPECT_EQ(seen.find("\r\n\r\n1"), std::string::npos);
}

TEST_F(Sockets, AnAnswerCanComeLateAndInPieces) {
    fault(R"({"delay_ms":30,"chunk_bytes":20,"chunk_ms":5})");
    const auto start = std::chrono::steady_clock::now();
    client.get("/time");
    EXPECT_NE(client.read_until("\r\n\r\n1").find("\r\n\r\n1"), std::string::npos);
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds{35});
}

TEST_F(Sockets, FaultsWaitAndCount) {
    simulator.control("fault", R"({"path":"/time","skip":1,"count":2,"action":{"status":500}})");
    const char* wanted[] = {"200 OK", "500 Error", "500 Error", "200 OK"};
    for (const char* status : wanted) {
        Client each{simulator.port("clob")};
        each.get("/time");
        EXPECT_NE(each.read_until("\r\n\r\n").find(status), std::string::npos) << status;
    }
}

TEST_F(Sockets, AMarketSessionGetsItsBookAndPong) {
    const auto market = Json::parse(simulator.control("market", "{}"));
    const std::string token = (*market)["tokens"].items().at(0).text();
    client.upgrade("/ws/market");
    client.send_frame(R"({"type":"market","assets_ids":[")" + token + "\"]}");
    EXPECT_NE(client.read_until("\"event_type\":\"book\"").find(token), std::string::npos);
    client.send_frame("PING");
    EXPECT_NE(client.read_until("PONG").find("PONG"), std::string::npos);
    simulator.control("book",
                      R"({"token":")" + token + R"(","bids":[{"price":"0.4","size":"5"}]})");
    EXPECT_NE(client.read_until("price_change").find("price_change"), std::string::npos);
}

TEST_F(Sockets, WrongCredentialsShowAsAClose) {
    client.upgrade("/ws/user");
    client.send_frame(R"({"type":"user","auth":{"apiKey":"a","secret":"b","passphrase":"c"}})");
    const std::string seen = client.read_to_end();
    EXPECT_EQ(seen.substr(seen.size() - 4), std::string("\x88\x02\x03\xE8", 4));
}

TEST_F(Sockets, ASilentSessionNeitherTalksNorAnswers) {
    client.upgrade("/ws/market");
    client.send_frame(R"({"type":"market","assets_ids":[]})");
    simulator.control("session", R"({"action":"silent"})");
    client.send_frame("PING");
    simulator.control("session", R"({"action":"text","text":"the end"})");
    EXPECT_EQ(client.read_until("the end").find("PONG"), std::string::npos);
}

TEST_F(Sockets, EveryServiceHasItsOwnDoor) {
    Client gamma{simulator.port("gamma")};
    gamma.get("/markets");
    EXPECT_NE(gamma.read_until("[]").find("[]"), std::string::npos);
    Client node{simulator.port("rpc1")};
    const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]})";
    node.send("POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
              body);
    EXPECT_NE(node.read_until("0x89").find("0x89"), std::string::npos);
}

}  // namespace
}  // namespace polysim
