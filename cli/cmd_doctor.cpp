// doctor: what is not as a run would want it.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "cli/table.hpp"
#include "host/doctor/doctor.hpp"

#include <iterator>

namespace tradectl::cli {
namespace {

ExitCode exit_code_of(doctor::Verdict sum) {
    if (sum == doctor::Verdict::Fail) return ExitCode::BadAnswer;
    return sum == doctor::Verdict::Unknown ? ExitCode::CannotTell : ExitCode::Ok;
}

Answer answer_of(const doctor::Checks& checks) {
    Answer answer;
    Table table({{"check"}, {"verdict"}, {"found"}});
    Json list = Json::array();
    for (const doctor::Check& check : checks) {
        table.add({check.name, std::string(doctor::to_string(check.verdict)), check.text});
        Json& json = list.push(Json::object());
        json.set("check", check.name);
        json.set("verdict", doctor::to_string(check.verdict));
        json.set("text", check.text);
        json.set("data", check.data);
        const bool fails = check.verdict == doctor::Verdict::Fail;
        if (!fails && check.verdict != doctor::Verdict::Unknown) continue;
        answer.errors.push_back(error_object(
            {fails ? ErrorCode::Denied : ErrorCode::Unresolved, check.name + ": " + check.text}));
    }
    answer.exit_code = exit_code_of(doctor::sum_of(checks));
    answer.text = table.to_string();
    answer.data.set("checks", std::move(list));
    return answer;
}

Expected<Answer> run_doctor(const std::vector<std::string>& plugin_files, Context& context) {
    doctor::Checks checks = doctor::examine_machine();
    if (!context.globals().config.empty()) {
        const auto document = context.load_config();
        if (!document) return fail(document.error());
        doctor::DoctorOptions options{.plugin_files = plugin_files};
        if (const auto timeout = context.globals().timeout_ns) options.timeout_ns = *timeout;
        auto more = doctor::examine_config(document->config, options);
        std::move(more.begin(), more.end(), std::back_inserter(checks));
    }
    return answer_of(checks);
}

}  // namespace

void register_doctor(Command& root) {
    auto files = std::make_shared<std::vector<std::string>>();
    root.add("doctor", "what is not as a run would want it")
        .may_take_config()
        .description(
            "Looks at this machine and, with CONFIG, at its state directory, disk, records,\n"
            "plugins, venues and their clocks. Changes nothing; loads the plugins that a run\n"
            "would load, and sends venues questions alone.")
        .option("--plugin", "FILE", "look at this file first", *files)
        .example("tradectl doctor configs/demo.yaml")
        .runs([files](Context& context) { return run_doctor(*files, context); });
}

}  // namespace tradectl::cli
