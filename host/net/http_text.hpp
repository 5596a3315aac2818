/// Requests as bytes, and answers from bytes: HTTP/1.1 (RFC 9112) without any I/O.
#pragma once

#include "host/net/wiped_text.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::net {

struct HttpCall;
struct HttpHeader;
struct Url;

/// InvalidArgument for a method that is no token, a header name that is none, a value with control
/// characters, and a header that the net writes itself. [any]
Status check_method(const std::string& method);
Status check_headers(const std::vector<HttpHeader>& headers);

/// The request's bytes, headers in the caller's order and spelling. `call` was checked. [any]
[[nodiscard]] WipedText request_text(const HttpCall& call, const Url& url);

struct HttpReply {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

enum class RepliesTo { Head, OtherMethod };

/// Reads one final answer; interim ones (1xx) are skipped. Heads are bounded at 64 KiB. [io]
class ReplyReader {
  public:
    ReplyReader(RepliesTo method, std::size_t body_bytes_max);
    ~ReplyReader();
    ReplyReader(const ReplyReader&) = delete;
    ReplyReader& operator=(const ReplyReader&) = delete;

    /// True once the answer is whole. Quota above a limit; Corrupt for what is no answer, or comes
    /// in an encoding that was not asked for. Not called again after an error.
    Expected<bool> feed(std::span<const std::byte> bytes);
    /// The peer sends no more: success when that is where the answer ends, else Unavailable.
    Status finish();
    /// Of a whole answer: whether the connection may carry another request.
    [[nodiscard]] bool keeps_connection() const;
    [[nodiscard]] HttpReply take();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tradectl::net
