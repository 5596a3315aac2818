#include "host/plugin/inventory.hpp"

#include "host/base/hash.hpp"
#include "host/base/hex.hpp"
#include "host/base/mapped_file.hpp"
#include "host/plugin/sealed_file.hpp"
#include "host/plugin/version_rule.hpp"

namespace tradectl::plugin {
namespace {

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

void add_manifest(Json& json, const std::optional<Manifest>& manifest) {
    const Manifest known = manifest.value_or(Manifest{});
    json.set("id", text_or_null(known.id));
    json.set("kind", manifest ? Json(to_string(known.kind)) : Json());
    json.set("version", text_or_null(known.version));
    json.set("vendor", text_or_null(known.vendor));
    json.set("license", text_or_null(known.license));
    json.set("description", text_or_null(known.description));
    Json capabilities = Json::array();
    for (const std::string& capability : known.capabilities)
        capabilities.push(capability);
    json.set("capabilities", manifest ? capabilities : Json());
    json.set("settings", manifest ? known.settings : Json());
}

/// A copy, because whoever cuts a mapped file short stops its reader.
Expected<MappedFile> read_copy(const std::string& path) {
    const auto copy = SealedFile::copy_of(path);
    if (!copy) return fail(copy.error());
    return MappedFile::open(copy->path());
}

}  // namespace

InventoryItem inspect(const Candidate& candidate) {
    InventoryItem item;
    item.candidate = candidate;
    const Status allowed = check_file(candidate.path);
    if (!allowed) item.refused = allowed.error().message;
    // A refused file is described all the same: reading runs none of it.
    // A copy is read, for a writer that cuts the file short must not stop the reader.
    const auto file = read_copy(candidate.path);
    if (!file) {
        if (item.refused.empty()) item.refused = file.error().message;
        return item;
    }
    item.sha256 = to_hex(sha256(file->bytes()));
    if (const auto entry = read_entry(file->bytes(), candidate.path)) {
        item.entry = *entry;
        item.warning = version_warning(*entry, host_entry(), candidate.path).value_or("");
    }
    auto image = read_image(file->bytes(), candidate.path);
    if (image)
        item.manifest = std::move(image->manifest);
    else if (item.refused.empty())
        item.refused = image.error().message;
    return item;
}

std::vector<InventoryItem> take_inventory(const SearchPath& path) {
    std::vector<InventoryItem> items;
    for (const Candidate& candidate : list_candidates(path))
        items.push_back(inspect(candidate));
    return items;
}

Json to_json(const InventoryItem& item) {
    Json json = Json::object();
    json.set("name", item.candidate.name);
    json.set("path", item.candidate.path);
    json.set("origin", to_string(item.candidate.origin));
    json.set("shadowed_by", text_or_null(item.candidate.shadowed_by));
    json.set("sha256", text_or_null(item.sha256));
    json.set("abi",
             item.entry ? Json(std::to_string(item.entry->abi_major) + "." +
                               std::to_string(item.entry->abi_minor))
                        : Json());
    add_manifest(json, item.manifest);
    json.set("refused", text_or_null(item.refused));
    json.set("warning", text_or_null(item.warning));
    return json;
}

}  // namespace tradectl::plugin
