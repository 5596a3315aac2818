// plugin trust, verify, untrust: which plugin files may run in mode live.
#include "cli/command.hpp"
#include "cli/envelope.hpp"
#include "cli/plugin_words.hpp"
#include "cli/table.hpp"
#include "host/base/clock.hpp"

namespace tradectl::cli {
namespace {

struct TrustWords {
    PluginWords plugin;
    std::string as;
    std::string isolation = "inproc";
    std::string confirm;
    bool yes = false;
};

Unexpected no_place() {
    return fail(ErrorCode::Usage,
                "nothing says where plugins.lock is: give --lock FILE or set HOME");
}

/// What is asked of whoever says yes.
std::string asked_text(const plugin::InventoryItem& item,
                       const plugin::TrustedPlugin& entry,
                       const plugin::LockFile& lock) {
    std::string text = plugin_head(item);
    const plugin::TrustedPlugin* before = lock.lock.find(entry.name);
    Table table({{""}, {""}});
    table.add({"trusted as", entry.name});
    table.add({"isolation", std::string(plugin::to_string(entry.isolation))});
    table.add({"lock", lock.path});
    if (before != nullptr && before->sha256 != entry.sha256)
        table.add({"in place of", "sha256 " + before->sha256});
    return text + table.body();
}

Json entry_json(const plugin::TrustedPlugin& entry) {
    Json json = Json::object();
    json.set("plugin", entry.name);
    json.set("sha256", entry.sha256);
    json.set("isolation", plugin::to_string(entry.isolation));
    Json capabilities = Json::array();
    for (const std::string& word : entry.capabilities)
        capabilities.push(word);
    json.set("capabilities", capabilities);
    json.set("trusted_at", entry.trusted_at.to_string());
    json.set("by_uid", entry.by_uid);
    return json;
}

Expected<Answer> run_trust(const TrustWords& words, Context& context) {
    const auto places = plugin_places(words.plugin, context);
    if (!places) return fail(places.error());
    if (places->lock_path.empty()) return no_place();
    const auto candidate = candidate_of(words.plugin.name, places->search);
    if (!candidate) return fail(candidate.error());
    const plugin::InventoryItem item = plugin::inspect(*candidate);
    if (!item.refused.empty()) return fail(ErrorCode::Config, "refused: " + item.refused);
    const std::string name = words.as.empty() ? item.manifest->id : words.as;
    const auto entry =
        plugin::trusted_entry(name, *item.manifest, item.sha256, SystemClock().now());
    if (!entry) return fail(entry.error().code, candidate->path + ": " + entry.error().message);
    const auto lock = plugin::read_lock(places->lock_path);
    if (!lock) return fail(lock.error());

    Answer answer;
    answer.text = asked_text(item, *entry, *lock);
    answer.data.set("asked", plugin::to_json(item));
    answer.data.set("entry", entry_json(*entry));
    answer.data.set("lock", places->lock_path);
    if (!words.yes && words.confirm != name) {
        answer.exit_code = ExitCode::Usage;
        answer.errors.push_back(error_object(
            {ErrorCode::Usage, "nothing was written: confirm with --confirm=" + name}));
        return answer;
    }
    const auto done = plugin::change_lock(places->lock_path, [&](plugin::PluginLock& now) {
        now.put(*entry);
        return true;
    });
    if (!done) return fail(done.error());
    answer.text += "trusted\n";
    return answer;
}

Expected<Answer> run_untrust(const PluginWords& words, Context& context) {
    const auto places = plugin_places(words, context);
    if (!places) return fail(places.error());
    if (places->lock_path.empty()) return no_place();
    bool was_there = false;
    const auto done = plugin::change_lock(places->lock_path, [&](plugin::PluginLock& lock) {
        was_there = lock.remove(words.name);
        return was_there;
    });
    if (!done) return fail(done.error());
    if (!was_there) {
        return fail(ErrorCode::Config, places->lock_path + ": has no plugin '" + words.name + "'");
    }
    Answer answer;
    answer.text = words.name + " is not trusted any more\n";
    answer.data.set("plugin", words.name);
    answer.data.set("lock", places->lock_path);
    return answer;
}

/// One line of `verify`.
struct Verified {
    std::string name;
    std::string path;
    std::string state;  ///< "ok", "changed", "missing", "not locked", "asks for more", "refused"
    std::string locked_sha256;
    std::string found_sha256;
    std::string message;
};

Verified verify_file(const plugin::LockFile& lock,
                     const std::string& name,
                     const plugin::InventoryItem& item) {
    const auto verdict = verdict_on(lock, item);
    Verified out{.name = name,
                 .path = item.candidate.path,
                 .state = std::string(plugin::to_string(verdict.trust)),
                 .locked_sha256 = verdict.entry == nullptr ? "" : verdict.entry->sha256,
                 .found_sha256 = item.sha256,
                 .message = verdict.message};
    if (verdict.trust != plugin::Trust::Trusted) return out;
    out.state = item.refused.empty() ? "ok" : "refused";
    out.message = item.refused;
    return out;
}

/// The file that a run would take for an entry: of that name, else with that id.
const plugin::InventoryItem* find_entry(const std::vector<plugin::InventoryItem>& items,
                                        const std::string& name) {
    for (const auto& item : items) {
        if (item.candidate.shadowed_by.empty() && item.candidate.name == name) return &item;
    }
    for (const auto& item : items) {
        if (!item.candidate.shadowed_by.empty()) continue;
        if (item.manifest && item.manifest->id == name) return &item;
    }
    return nullptr;
}

Verified verify_name(const plugin::LockFile& lock,
                     const std::vector<plugin::InventoryItem>& items,
                     const std::string& name) {
    const plugin::InventoryItem* item = find_entry(items, name);
    if (item != nullptr) return verify_file(lock, name, *item);
    const plugin::TrustedPlugin* entry = lock.lock.find(name);
    Verified out;
    out.name = name;
    out.state = entry == nullptr ? "not locked" : "missing";
    out.locked_sha256 = entry == nullptr ? "" : entry->sha256;
    out.message =
        "plugin " + name + ": " +
        (entry == nullptr ? "not in " + lock.path + ", and " : "in " + lock.path + ", but ") +
        "no such file is found";
    return out;
}

Answer verified_answer(const std::vector<Verified>& lines) {
    Answer answer;
    Table table({{"plugin"}, {"state"}, {"path"}});
    Json plugins = Json::array();
    const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    for (const Verified& line : lines) {
        table.add({line.name, line.state, line.path.empty() ? "-" : line.path});
        Json& json = plugins.push(Json::object());
        json.set("plugin", line.name);
        json.set("state", line.state);
        json.set("path", or_null(line.path));
        json.set("locked_sha256", or_null(line.locked_sha256));
        json.set("found_sha256", or_null(line.found_sha256));
        if (line.state == "ok") continue;
        answer.exit_code = ExitCode::BadAnswer;
        answer.errors.push_back(error_object({ErrorCode::Denied, line.message}));
    }
    answer.text = table.empty() ? "no plugin is locked\n" : table.to_string();
    answer.data.set("plugins", std::move(plugins));
    return answer;
}

Expected<Answer> run_verify(const PluginWords& words,
                            const std::vector<std::string>& names,
                            Context& context) {
    const auto places = plugin_places(words, context);
    if (!places) return fail(places.error());
    const auto lock = plugin::read_lock(places->lock_path);
    if (!lock) return fail(lock.error());
    const auto items = plugin::take_inventory(places->search);
    std::vector<Verified> lines;
    for (const std::string& name : names) {
        if (name.find('/') == std::string::npos) {
            lines.push_back(verify_name(*lock, items, name));
            continue;
        }
        const auto candidate = candidate_of(name, places->search);
        if (!candidate) return fail(candidate.error());
        lines.push_back(verify_file(*lock, candidate->name, plugin::inspect(*candidate)));
    }
    if (names.empty()) {
        for (const auto& entry : lock->lock.entries())
            lines.push_back(verify_name(*lock, items, entry.name));
    }
    return verified_answer(lines);
}

void add_trust(Command& group) {
    auto words = std::make_shared<TrustWords>();
    group.add("trust", "let a plugin file run in mode live")
        .description(
            "Shows what the plugin is and asks for, and when that is confirmed writes the file's\n"
            "digest to plugins.lock. Another file of that name is not trusted.")
        .option("--as", "ID", "under this name instead of the manifest's id", words->as)
        .option("--isolation", "KIND", "how it runs", words->isolation)
        .choices({"inproc"})
        .option("--confirm", "ID", "the name, when what is shown is wanted", words->confirm)
        .flag("--yes", "trust it unseen", words->yes)
        .option("--plugin", "FILE", "look at this file first", words->plugin.files)
        .option("--lock", "FILE", "instead of the configured plugins.lock", words->plugin.lock)
        .positional("FILE", "a word with a slash, or a name", words->plugin.name)
        .example("tradectl plugin trust ./momentum.so --confirm=momentum")
        .runs([words](Context& context) { return run_trust(*words, context); });
}

}  // namespace

void add_trust_commands(Command& group) {
    add_trust(group);
    auto verified = std::make_shared<PluginWords>();
    auto names = std::make_shared<std::vector<std::string>>();
    group.add("verify", "hold plugin files against plugins.lock")
        .description("Every plugin of the lock, as a run would find it now; or the ones named.")
        .option("--plugin", "FILE", "look at this file first", verified->files)
        .option("--lock", "FILE", "instead of the configured plugins.lock", verified->lock)
        .positional(
            "ID", "a name, or a file: a word with a slash", *names, Command::Presence::Optional)
        .example("tradectl plugin verify")
        .runs(
            [verified, names](Context& context) { return run_verify(*verified, *names, context); });
    auto gone = std::make_shared<PluginWords>();
    group.add("untrust", "take a plugin out of plugins.lock")
        .option("--lock", "FILE", "instead of the configured plugins.lock", gone->lock)
        .positional("ID", "as plugin verify prints it", gone->name)
        .example("tradectl plugin untrust momentum")
        .runs([gone](Context& context) { return run_untrust(*gone, context); });
}

}  // namespace tradectl::cli
