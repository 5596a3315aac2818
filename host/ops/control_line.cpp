#include "host/ops/control_line.hpp"

#include "host/base/error_name.hpp"

namespace tradectl::ops {

namespace {

constexpr JsonLimits kRequestLimits{.bytes_max = 64u << 10, .depth_max = 8};
constexpr JsonLimits kAnswerLimits{.bytes_max = kAnswerBytesMax, .depth_max = 16};

Json versioned() {
    Json out = Json::object();
    out.set("v", kControlVersion);
    return out;
}

bool has_version(const Json& json) {
    const Json* version = json.find("v");
    return version != nullptr && version->as_integer() == kControlVersion;
}

const Json* error_in(const Json& answer) {
    const Json* error = answer.find("error");
    const bool whole = error != nullptr && error->find_text("code") && error->find_text("message");
    return whole ? error : nullptr;
}

}  // namespace

bool tells_error(std::string_view line) {
    const auto answer = parse_json(line, kAnswerLimits);
    return answer && has_version(*answer) && error_in(*answer) != nullptr;
}

std::string answer_line(const Json& data) {
    Json out = versioned();
    out.set("ok", true);
    out.set("data", data);
    return out.dump();
}

std::string refusal_line(const Error& error) {
    Json out = versioned();
    out.set("ok", false);
    Json& said = out.set("error", Json::object());
    said.set("code", name_of(error.code));
    said.set("message", error.message);
    return out.dump();
}

std::string request_line(std::string_view command, const Json& body) {
    Json out = versioned();
    out.set("command", command);
    if (const auto* members = body.as_object()) {
        for (const JsonMember& member : *members)
            out.set(member.key, member.value);
    }
    return out.dump();
}

Expected<Json> parse_request(std::string_view line) {
    auto request = parse_json(line, kRequestLimits);
    if (!request) {
        return fail(ErrorCode::InvalidArgument, "control: " + request.error().message);
    }
    if (!has_version(*request)) {
        return fail(ErrorCode::Unsupported, "control: v is not 1: other versions are not spoken");
    }
    if (!request->find_text("command")) {
        return fail(ErrorCode::InvalidArgument, "control: a request without a command");
    }
    return request;
}

Expected<Json> parse_answer(std::string_view line) {
    const auto bad = [](const std::string& why) {
        return fail(ErrorCode::Corrupt, "control: the answer is none: " + why);
    };
    auto answer = parse_json(line, kAnswerLimits);
    if (!answer) return bad(answer.error().message);
    if (!has_version(*answer)) return bad("v is not 1");
    const Json* ok = answer->find("ok");
    const Json* data = answer->find("data");
    if (ok != nullptr && ok->as_boolean() == true && data != nullptr) return *data;
    const Json* error = error_in(*answer);
    if (error == nullptr) return bad("neither data nor an error");
    return fail(error_code_of(*error->find_text("code")).value_or(ErrorCode::Internal),
                std::string(*error->find_text("message")));
}

}  // namespace tradectl::ops
