// Requests to bytes and answers from bytes, whole, byte by byte, and broken.
#include "host/net/http_text.hpp"

#include "host/base/hash.hpp"
#include "host/net/url.hpp"
#include "host/net/venue_net.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

HttpHeader header(const std::string& name, std::string_view value) {
    return {name, WipedText(value)};
}

Status check(const std::string& name, std::string_view value) {
    std::vector<HttpHeader> headers;
    headers.push_back(header(name, value));
    return check_headers(headers);
}

std::string text_of(const HttpCall& call) {
    return std::string(request_text(call, *parse_url(call.url)).view());
}

TEST(RequestText, KeepsHeadersAsTheyWereSpelled) {
    HttpCall call;
    call.method = "POST";
    call.url = "https://a.example/order?x=1";
    call.headers.push_back(header("POLY_API_KEY", "k"));
    call.headers.push_back(header("User-Agent", "me"));
    call.body.append("{}");
    EXPECT_EQ(text_of(call),
              "POST /order?x=1 HTTP/1.1\r\nHost: a.example\r\nAccept-Encoding: identity\r\n"
              "Content-Type: application/json\r\nContent-Length: 2\r\nPOLY_API_KEY: k\r\n"
              "User-Agent: me\r\n\r\n{}");
}

TEST(RequestText, ContentThatIsNoneIsSaidWhereItIsExpected) {
    HttpCall call;
    call.url = "https://a.example:8443/";
    EXPECT_EQ(text_of(call),
              "GET / HTTP/1.1\r\nHost: a.example:8443\r\nAccept-Encoding: identity\r\n"
              "User-Agent: tradectl\r\n\r\n");
    call.method = "POST";
    EXPECT_NE(text_of(call).find("Content-Length: 0\r\n"), std::string::npos);
    call.method = "DELETE";
    EXPECT_EQ(text_of(call).find("Content-Length"), std::string::npos);
    call.body.append("[1]");
    EXPECT_NE(text_of(call).find("Content-Length: 3\r\n"), std::string::npos);
}

TEST(RequestText, NothingCanBeSmuggledIntoTheHead) {
    for (const char* method : {"", "GET ", "GET\r\nX: y", "G(T", "CONNECT"})
        EXPECT_FALSE(check_method(method)) << method;
    EXPECT_TRUE(check_method("DELETE"));
    EXPECT_TRUE(check("X-Y_z", "any \t text \xc3\xa4"));
    for (const char* name : {"", "X Y", "X:", "X\r\n", "Host", "CONTENT-LENGTH", "connection"})
        EXPECT_FALSE(check(name, "x")) << name;
    for (const std::string_view value : {"a\r\nX: y", "a\nb", "a\rb", "\x01", "\x7f"})
        EXPECT_FALSE(check("X", value));
    EXPECT_FALSE(check("X", std::string_view("a\0b", 3)));
}

Expected<bool> feed(ReplyReader& reader, std::string_view text) {
    return reader.feed(bytes_of(text));
}

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nA: 1\r\nContent-Length: 5\r\nB: 2\r\n\r\nhello";

TEST(ReplyReader, ReadsAnAnswerInAnyPieces) {
    for (std::size_t cut = 0; cut <= kAnswer.size(); ++cut) {
        ReplyReader reader(RepliesTo::OtherMethod, 100);
        const auto first = feed(reader, kAnswer.substr(0, cut));
        ASSERT_TRUE(first) << cut;
        EXPECT_EQ(*first, cut == kAnswer.size());
        if (!*first) {
            EXPECT_TRUE(*feed(reader, kAnswer.substr(cut))) << cut;
        }
        EXPECT_TRUE(reader.keeps_connection());
        const HttpReply reply = reader.take();
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body, "hello");
        EXPECT_EQ(reply.headers.size(), 3u);
    }
}

TEST(ReplyReader, AnAnswerThatEndsEarlyIsNone) {
    for (std::size_t cut = 0; cut < kAnswer.size(); ++cut) {
        ReplyReader reader(RepliesTo::OtherMethod, 100);
        ASSERT_FALSE(*feed(reader, kAnswer.substr(0, cut)));
        EXPECT_EQ(reader.finish().error().code, ErrorCode::Unavailable) << cut;
    }
}

TEST(ReplyReader, ReadsChunksByteByByte) {
    const std::string_view text =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nabcd\r\n3\r\nefg\r\n0\r\n"
        "Trailer: t\r\n\r\n";
    ReplyReader reader(RepliesTo::OtherMethod, 100);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto whole = feed(reader, text.substr(i, 1));
        ASSERT_TRUE(whole) << i << whole.error().message;
        EXPECT_EQ(*whole, i + 1 == text.size());
    }
    EXPECT_EQ(reader.take().body, "abcdefg");
}

TEST(ReplyReader, InterimAnswersAreSkippedButNotForEver) {
    ReplyReader reader(RepliesTo::OtherMethod, 100);
    EXPECT_TRUE(*feed(
        reader,
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nX: y\r\n\r\n" + std::string(kAnswer)));
    EXPECT_EQ(reader.take().body, "hello");
    ReplyReader tired(RepliesTo::OtherMethod, 100);
    std::string many;
    for (int i = 0; i < 17; ++i)
        many += "HTTP/1.1 100 Continue\r\n\r\n";
    EXPECT_EQ(feed(tired, many).error().code, ErrorCode::Corrupt);
}

TEST(ReplyReader, WithoutALengthTheAnswerEndsWithTheConnection) {
    ReplyReader reader(RepliesTo::OtherMethod, 100);
    EXPECT_FALSE(*feed(reader, "HTTP/1.1 200 OK\r\n\r\nall of it"));
    EXPECT_TRUE(reader.finish());
    EXPECT_FALSE(reader.keeps_connection());
    EXPECT_EQ(reader.take().body, "all of it");
}

TEST(ReplyReader, AnswersWithoutABodyAreWholeWithTheirHead) {
    ReplyReader head(RepliesTo::Head, 100);
    EXPECT_TRUE(*feed(head, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
    ReplyReader none(RepliesTo::OtherMethod, 100);
    EXPECT_TRUE(*feed(none, "HTTP/1.1 204 No Content\r\n\r\n"));
}

TEST(ReplyReader, SurplusAndCloseEndTheConnection) {
    ReplyReader surplus(RepliesTo::OtherMethod, 100);
    EXPECT_TRUE(*feed(surplus, std::string(kAnswer) + "H"));
    EXPECT_FALSE(surplus.keeps_connection());
    ReplyReader closed(RepliesTo::OtherMethod, 100);
    EXPECT_TRUE(*feed(closed, "HTTP/1.1 204 x\r\nConnection: close\r\n\r\n"));
    EXPECT_FALSE(closed.keeps_connection());
}

TEST(ReplyReader, LimitsHold) {
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: ";
    ReplyReader exact(RepliesTo::OtherMethod, 5);
    EXPECT_TRUE(*feed(exact, kAnswer));
    ReplyReader length(RepliesTo::OtherMethod, 4);
    EXPECT_EQ(feed(length, kAnswer).error().code, ErrorCode::Quota);
    ReplyReader chunks(RepliesTo::OtherMethod, 4);
    EXPECT_EQ(
        feed(chunks, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
            .error()
            .code,
        ErrorCode::Quota);
    ReplyReader endless(RepliesTo::OtherMethod, 4);
    EXPECT_EQ(feed(endless, "HTTP/1.1 200 OK\r\n\r\nhello").error().code, ErrorCode::Quota);
    ReplyReader chatty(RepliesTo::OtherMethod, 100);
    EXPECT_EQ(feed(chatty, "HTTP/1.1 200 OK\r\nX: " + std::string(70000, 'x')).error().code,
              ErrorCode::Quota);
}

TEST(ReplyReader, WhatIsNoAnswerIsCorrupt) {
    for (const char* text : {"220 mail.example ready\r\n",
                             "HTTP/3.0 200 OK\r\n\r\n",
                             "HTTP/1.1 2x0 OK\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0"
                             "\r\n\r\n"}) {
        ReplyReader reader(RepliesTo::OtherMethod, 100);
        const auto whole = feed(reader, text);
        ASSERT_FALSE(whole) << text;
        EXPECT_EQ(whole.error().code, ErrorCode::Corrupt) << text;
    }
}

}  // namespace
}  // namespace tradectl::net
