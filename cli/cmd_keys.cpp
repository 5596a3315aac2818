// keys: which keys the configuration names, whether they can be read, and whose they are.
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/envelope.hpp"
#include "cli/table.hpp"
#include "host/base/disk.hpp"
#include "host/base/hex.hpp"
#include "host/engine/session_keys.hpp"

namespace tradectl::cli {
namespace {

using keys::KeyReport;

/// The store, and what its first reading came to.
struct Looked {
    std::unique_ptr<Disk> disk = make_posix_disk();
    config::Mode mode = config::Mode::Paper;
    std::unique_ptr<keys::KeyStore> store;
    std::vector<KeyReport> reports;
};

Expected<keys::KeyStoreOptions> options_of(Context& context, Looked& looked) {
    const auto document = context.load_config();
    if (!document) return fail(document.error());
    const auto root = engine::state_directory_of(document->config);
    if (!root) return fail(root.error());
    looked.mode = document->config.mode;
    return engine::key_store_options(document->config,
                                     engine::StatePaths{*root},
                                     *looked.disk,
                                     keys::KeyStoreOptions::Salt::Use);
}

Status look(Context& context, Looked& looked) {
    auto options = options_of(context, looked);
    if (!options) return fail(options.error());
    auto store = keys::KeyStore::open(std::move(*options));
    if (!store) return fail(store.error());
    looked.store = std::move(*store);
    looked.reports = looked.store->reload();
    return {};
}

Expected<Answer> run_list(Context& context) {
    Looked looked;
    const auto options = options_of(context, looked);
    if (!options) return fail(options.error());
    Table table({{"name"}, {"type"}, {"source"}});
    Json list = Json::array();
    for (const keys::KeySpec& spec : options->keys) {
        const std::string type(to_string(spec.kind));
        table.add({spec.name, type, to_string(spec.source)});
        Json& item = list.push(Json::object());
        item.set("name", spec.name);
        item.set("type", type);
        item.set("source", to_string(spec.source));
    }
    Answer answer;
    answer.text = table.empty() ? "no keys\n" : table.to_string();
    answer.data.set("keys", std::move(list));
    return answer;
}

std::string state_of(const KeyReport& report, const Status& checked) {
    if (!checked) return "refused";
    return report.state == KeyReport::State::Absent ? "not stored yet" : "ok";
}

/// One failure decides: a key that is no key before one that cannot be read.
void add_failure(const Error& error, Answer& answer) {
    answer.errors.push_back(error_object(error));
    if (answer.exit_code != ExitCode::Config) answer.exit_code = exit_code_of(error.code);
}

Expected<Answer> run_check(Context& context) {
    Looked looked;
    if (auto done = look(context, looked); !done) return fail(done.error());
    Table table({{"name"}, {"type"}, {"fingerprint"}, {"state"}});
    Json list = Json::array();
    Answer answer;
    for (const KeyReport& report : looked.reports) {
        const auto checked = engine::check_key_report(report, looked.mode);
        const std::string type(to_string(report.kind));
        const std::string state = state_of(report, checked);
        table.add(
            {report.name, type, report.fingerprint.empty() ? "-" : report.fingerprint, state});
        Json& item = list.push(Json::object());
        item.set("name", report.name);
        item.set("type", type);
        item.set("source", report.source);
        item.set("state", state);
        item.set("fingerprint", report.fingerprint.empty() ? Json() : Json(report.fingerprint));
        item.set("address", report.address ? Json(keys::to_text(*report.address)) : Json());
        if (!report.warning.empty()) context.warn("key " + report.name + ": " + report.warning);
        if (!checked) add_failure(checked.error(), answer);
    }
    answer.text = table.empty() ? "no keys\n" : table.to_string();
    answer.data.set("keys", std::move(list));
    return answer;
}

/// What everybody may know of a key; empty for secrets.
std::string public_half(const keys::Key& key) {
    if (const auto address = key.address()) return keys::to_text(*address);
    return to_hex(key.public_bytes());
}

Expected<Answer> run_address(const std::string& name, Context& context) {
    Looked looked;
    if (auto done = look(context, looked); !done) return fail(done.error());
    Answer answer;
    Json list = Json::array();
    bool known = false;
    for (const KeyReport& report : looked.reports) {
        if (!name.empty() && report.name != name) continue;
        known = true;
        const auto checked = engine::check_key_report(report, config::Mode::Paper);
        if (!checked) add_failure(checked.error(), answer);
        const auto key = looked.store->find(report.name);
        const std::string text = key ? public_half(*key) : std::string();
        if (text.empty() && checked && !name.empty()) {
            add_failure({ErrorCode::Config,
                         key ? "key " + name + ": a " + std::string(to_string(report.kind)) +
                                   " has no public half"
                             : "key " + name + ": not stored yet"},
                        answer);
        }
        if (text.empty()) continue;
        answer.text += name.empty() ? report.name + "  " + text + "\n" : text + "\n";
        Json& item = list.push(Json::object());
        item.set("name", report.name);
        item.set("type", std::string(to_string(report.kind)));
        item.set("address", text);
    }
    if (!known && !name.empty())
        return fail(ErrorCode::Config, "key " + name + ": not in the configuration");
    if (answer.text.empty() && answer.errors.empty()) answer.text = "no keys with an address\n";
    answer.data.set("keys", std::move(list));
    return answer;
}

}  // namespace

void register_keys(Command& root) {
    Command& group = root.add("keys", "the keys that sign; shows nothing secret");
    group.example("tradectl keys check configs/live.yaml");
    group.add("list", "names, types and sources of keys; reads none of them")
        .needs_config()
        .example("tradectl keys list configs/live.yaml")
        .runs([](Context& context) { return run_list(context); });
    group.add("check", "whether every key can be read and used")
        .description("Reads all sources, commands too, as a run would.")
        .needs_config()
        .example("tradectl keys check configs/live.yaml")
        .runs([](Context& context) { return run_check(context); });
    auto name = std::make_shared<std::string>();
    group.add("address", "the address or public key of each key, or of one")
        .needs_config()
        .positional("NAME", "of a key; without it all", *name, Command::Presence::Optional)
        .example("tradectl keys address configs/live.yaml wallet")
        .runs([name](Context& context) { return run_address(*name, context); });
}

}  // namespace tradectl::cli
