#include "cli/envelope.hpp"

#include "host/base/error_name.hpp"

namespace tradectl::cli {

Json error_object(const Error& error) {
    Json out = Json::object();
    out.set("code", name_of(error.code));
    out.set("message", error.message);
    return out;
}

Json envelope(const Answer& answer, const EnvelopeParts& parts) {
    Json out = Json::object();
    out.set("schema", "tradectl.answer/1");
    out.set("command", parts.command);
    out.set("ok", answer.exit_code == ExitCode::Ok);
    out.set("exit_code", static_cast<int>(answer.exit_code));
    out.set("started_at", parts.started_at.to_string());
    out.set("finished_at", parts.finished_at.to_string());
    out.set("data", answer.data);
    Json& errors = out.set("errors", Json::array());
    for (const Json& error : answer.errors)
        errors.push(error);
    Json& warnings = out.set("warnings", Json::array());
    for (const std::string& warning : parts.warnings)
        warnings.push(warning);
    return out;
}

}  // namespace tradectl::cli
