#include "host/ops/control_client.hpp"

#include "host/net/line_call.hpp"
#include "host/ops/control_line.hpp"

namespace tradectl::ops {

Expected<Json> ask_control(const std::string& path,
                           std::string_view command,
                           const Json& body,
                           std::int64_t timeout_ns) {
    const auto line = net::call_line({.path = path,
                                      .line = request_line(command, body),
                                      .timeout_ns = timeout_ns,
                                      .answer_bytes_max = kAnswerBytesMax});
    if (!line) return fail(line.error());
    auto answer = parse_answer(*line);
    if (answer || tells_error(*line)) return answer;
    return fail(ErrorCode::OutcomeUnknown, answer.error().message);
}

}  // namespace tradectl::ops
