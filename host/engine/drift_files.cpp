#include "host/engine/drift_files.hpp"

#include "host/base/json.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace tradectl::engine {

namespace {

constexpr std::uint64_t kFileBytesMax = 16u << 20;

std::string cursors_path(const StatePaths& paths) {
    return paths.root + "/reconcile.json";
}
std::string acks_path(const StatePaths& paths) {
    return paths.root + "/acks.json";
}

Json time_json(Timestamp time) {
    return time.is_none() ? Json() : Json(time.ns());
}

/// The items of the array `key` of a file; nothing when there is no such file or it is not one.
Expected<Json> read_object(Disk& disk, const std::string& path) {
    auto text = read_file(disk, path, kFileBytesMax);
    if (!text) return fail(text.error());
    auto json = parse_json(*text);
    if (!json || json->as_object() == nullptr)
        return fail(ErrorCode::Corrupt, path + ": not a JSON object");
    return json;
}

/// Whole or not at all for whoever reads it, but not kept from a power cut: a sync here would hold
/// up those of the log, and what is lost is only known again later.
Status replace_file(Disk& disk, const std::string& path, std::string_view content) {
    const std::string temporary = path + ".tmp";
    {
        auto file = disk.open(temporary, {.write = true, .create = true});
        if (!file) return fail(file.error());
        if (auto done = (*file)->truncate(0); !done) return done;
        if (auto done = (*file)->write(0, std::as_bytes(std::span(content))); !done) return done;
    }
    return disk.rename(temporary, path);
}

std::string text_of(const Json& object, std::string_view key) {
    return std::string(object.find_text(key).value_or(""));
}

std::optional<std::int64_t> integer_of(const Json& object, std::string_view key) {
    const Json* value = object.find(key);
    return value == nullptr ? std::nullopt : value->as_integer();
}

std::optional<Ack> ack_of(const Json& item) {
    const auto at = integer_of(item, "at");
    const auto until = integer_of(item, "until");
    if (!at || !until || text_of(item, "id").empty()) return std::nullopt;
    return Ack{text_of(item, "id"),
               Timestamp{*at},
               Timestamp{*until},
               text_of(item, "actor"),
               text_of(item, "reason")};
}

}  // namespace

Json to_json(const Ack& ack) {
    Json out = Json::object();
    out.set("id", ack.id);
    out.set("at", ack.at.ns());
    out.set("until", ack.until.ns());
    out.set("actor", ack.actor);
    out.set("reason", ack.reason);
    return out;
}

VenueCursors read_cursors(Disk& disk,
                          const StatePaths& paths,
                          wal::LogId log_id,
                          WalSequence applied) {
    VenueCursors out;
    const auto json = read_object(disk, cursors_path(paths));
    if (!json || text_of(*json, "log_id") != std::to_string(log_id.value)) return out;
    const Json* items = json->find("cursors");
    if (items == nullptr || items->as_array() == nullptr) return out;
    for (const Json& item : *items->as_array()) {
        const auto since = integer_of(item, "since");
        const auto sequence = integer_of(item, "sequence");
        if (!sequence || *sequence < 0) return {};
        if (static_cast<std::uint64_t>(*sequence) > applied.value) return {};
        recovery::FillCursor cursor;
        if (since) cursor.since = Timestamp{*since};
        cursor.sequence = WalSequence{static_cast<std::uint64_t>(*sequence)};
        out[text_of(item, "venue")].insert_or_assign(text_of(item, "account"), cursor);
    }
    return out;
}

Status write_cursors(Disk& disk,
                     const StatePaths& paths,
                     wal::LogId log_id,
                     const VenueCursors& cursors) {
    const auto hold = lock_reconcile_files(disk, paths);
    if (!hold) return fail(hold.error());
    Json file = Json::object();
    file.set("schema", "tradectl.reconcile/1");
    file.set("log_id", std::to_string(log_id.value));
    Json& items = file.set("cursors", Json::array());
    for (const auto& [venue, accounts] : cursors) {
        for (const auto& [account, cursor] : accounts) {
            Json item = Json::object();
            item.set("venue", venue);
            item.set("account", account);
            item.set("since", time_json(cursor.since));
            item.set("sequence", static_cast<std::int64_t>(cursor.sequence.value));
            items.push(std::move(item));
        }
    }
    const std::string text = file.dump() + "\n";
    const auto before = read_file(disk, cursors_path(paths), kFileBytesMax);
    if (before && *before == text) return {};
    return replace_file(disk, cursors_path(paths), text);
}

Expected<std::vector<Ack>> read_acks(Disk& disk, const StatePaths& paths, Timestamp now) {
    std::vector<Ack> acks;
    const auto json = read_object(disk, acks_path(paths));
    if (!json) {
        if (json.error().code == ErrorCode::NotFound) return acks;
        return fail(json.error());
    }
    const Json* items = json->find("acks");
    if (items == nullptr || items->as_array() == nullptr)
        return fail(ErrorCode::Corrupt, acks_path(paths) + ": no list of acks");
    for (const Json& item : *items->as_array()) {
        auto ack = ack_of(item);
        if (!ack) return fail(ErrorCode::Corrupt, acks_path(paths) + ": an entry is not whole");
        if (now < ack->until) acks.push_back(std::move(*ack));
    }
    return acks;
}

Status add_ack(Disk& disk, const StatePaths& paths, const Ack& ack) {
    const auto hold = lock_reconcile_files(disk, paths);
    if (!hold) return fail(hold.error());
    auto acks = read_acks(disk, paths, ack.at);
    if (!acks) return fail(acks.error());
    std::erase_if(*acks, [&](const Ack& other) { return other.id == ack.id; });
    acks->push_back(ack);
    Json file = Json::object();
    file.set("schema", "tradectl.acks/1");
    Json& items = file.set("acks", Json::array());
    for (const Ack& one : *acks)
        items.push(to_json(one));
    return write_file_atomically(disk, acks_path(paths), file.dump(JsonStyle::Pretty) + "\n");
}

}  // namespace tradectl::engine
