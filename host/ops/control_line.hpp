/// Lines of the control socket. Protocol: tradectl-control(5).
#pragma once

#include "host/base/json.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <string_view>

namespace tradectl::ops {

/// Version of the protocol: fields are only ever added within one.
inline constexpr std::int64_t kControlVersion = 1;
inline constexpr std::size_t kAnswerBytesMax = 64u << 20;

/// {"v":1,"ok":true,"data":...}
[[nodiscard]] std::string answer_line(const Json& data);
/// {"v":1,"ok":false,"error":{"code":...,"message":...}}
[[nodiscard]] std::string refusal_line(const Error& error);
/// {"v":1,"command":...}, and the fields of `body`.
[[nodiscard]] std::string request_line(std::string_view command, const Json& body);

/// The request of a line. InvalidArgument when it is none, Unsupported for another version.
Expected<Json> parse_request(std::string_view line);
/// The data of an answer, or the error that it tells. Corrupt when it is no answer.
Expected<Json> parse_answer(std::string_view line);
/// Whether the line tells an error, as an answer of this version does.
[[nodiscard]] bool tells_error(std::string_view line);

}  // namespace tradectl::ops
