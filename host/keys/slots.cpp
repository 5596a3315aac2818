#include "host/keys/slots.hpp"

#include "host/keys/json_cursor.hpp"

#include <algorithm>
#include <charconv>

namespace tradectl::keys {
namespace {

constexpr std::string_view kOpen = "{{secret:";
constexpr std::string_view kClose = "}}";

Status check_granted(std::span<const std::string> granted, std::string_view name) {
    if (std::find(granted.begin(), granted.end(), name) != granted.end()) return {};
    // The name may be any text of a plugin.
    return fail(ErrorCode::Denied,
                is_key_name(name)
                    ? "slot: key '" + std::string(name) + "' is not granted to this exchange"
                    : std::string("slot: no name of a key"));
}

/// One piece of a text: as it is, or a secret in its place. The key is held until it was copied.
struct Piece {
    std::string_view plain;
    std::shared_ptr<const Key> key;
    std::string_view name;
    [[nodiscard]] std::string_view text() const { return key ? key->secret() : plain; }
};

Expected<Piece> piece_of(std::string_view name,
                         const KeyStore& store,
                         std::span<const std::string> granted) {
    if (auto allowed = check_granted(granted, name); !allowed) return fail(allowed.error());
    auto key = store.find(name);
    const std::string title = "slot: key '" + std::string(name) + "' ";
    if (!key) return fail(ErrorCode::NotFound, title + "is not there");
    // Some venues want the key of a MAC itself when a stream begins.
    if (key->kind() != KeyKind::Secret && key->kind() != KeyKind::Hmac)
        return fail(ErrorCode::InvalidArgument, title + "is no secret for slots");
    return Piece{{}, std::move(key), name};
}

Expected<std::vector<Piece>> split(std::string_view text,
                                   const KeyStore& store,
                                   std::span<const std::string> granted) {
    std::vector<Piece> pieces;
    while (true) {
        const std::size_t open = text.find(kOpen);
        pieces.push_back({text.substr(0, open), nullptr, {}});
        if (open == std::string_view::npos) return pieces;
        text.remove_prefix(open + kOpen.size());
        const std::size_t close = text.find(kClose);
        if (close == std::string_view::npos)
            return fail(ErrorCode::InvalidArgument, "slot: without an end");
        auto piece = piece_of(text.substr(0, close), store, granted);
        if (!piece) return fail(piece.error());
        pieces.push_back(std::move(*piece));
        text.remove_prefix(close + kClose.size());
    }
}

/// The next reference token of a JSON pointer, unescaped, and the rest.
std::string next_token(std::string_view& pointer) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    std::string token(pointer.substr(0, end));
    pointer.remove_prefix(end);
    for (std::size_t at = 0; (at = token.find('~', at)) != std::string::npos; ++at)
        token.replace(at, 2, token.substr(at + 1, 1) == "1" ? "/" : "~");
    return token;
}

bool enter_member(JsonCursor& cursor, const std::string& token) {
    std::string_view key;
    std::string_view other;
    if (!cursor.open('{')) return false;
    while (cursor.next_member(key)) {
        if (key == token) return true;
        if (!cursor.skip(other)) return false;
    }
    return false;
}

bool enter_item(JsonCursor& cursor, const std::string& token) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
    std::string_view other;
    if (error != std::errc() || end != token.data() + token.size() || !cursor.open('['))
        return false;
    for (; cursor.next_item(); --index) {
        if (index == 0) return true;
        if (!cursor.skip(other)) return false;
    }
    return false;
}

/// The text that the pointer leads to, without its quotes; nothing when it leads to none or the
/// text has escapes, which no key needs.
std::optional<std::string_view> find_text(std::string_view body, std::string_view pointer) {
    JsonCursor cursor(body);
    while (pointer.starts_with('/')) {
        const std::string token = next_token(pointer);
        const bool there =
            cursor.peek() == '[' ? enter_item(cursor, token) : enter_member(cursor, token);
        if (!there) return std::nullopt;
    }
    std::string_view value;
    if (!pointer.empty() || cursor.peek() != '"' || !cursor.scalar(value) ||
        value.find('\\') != std::string_view::npos)
        return std::nullopt;
    return value;
}

bool is_whole_json(std::string_view body) {
    JsonCursor cursor(body);
    std::string_view all;
    return cursor.skip(all) && cursor.at_end();
}

/// Where a secret stood, in the body.
struct Found {
    std::size_t at = 0;
    std::size_t bytes = 0;
    std::string_view key;
};

}  // namespace

bool has_slot(std::string_view text) {
    return text.find(kOpen) != std::string_view::npos;
}

std::string slot_of(std::string_view name) {
    return std::string(kOpen) + std::string(name) + std::string(kClose);
}

Expected<LockedBytes> fill_slots(std::string_view text,
                                 const KeyStore& store,
                                 std::span<const std::string> granted,
                                 const KeyUseLog& log) {
    const auto pieces = split(text, store, granted);
    if (!pieces) return fail(pieces.error());
    std::size_t size = 0;
    for (const Piece& piece : *pieces)
        size += piece.text().size();
    LockedBytes filled(size);
    auto to = filled.bytes().begin();
    for (const Piece& piece : *pieces) {
        const auto from = bytes_of(piece.text());
        to = std::copy(from.begin(), from.end(), to);
        if (piece.key && log) log({piece.name, piece.key->fingerprint(), "slot"});
    }
    return filled;
}

Expected<std::string> capture_secrets(std::span<char> body,
                                      std::span<const Capture> captures,
                                      KeyStore& store,
                                      std::span<const std::string> granted,
                                      const KeyUseLog& log) {
    const std::string_view text(body.data(), body.size());
    const auto refused = [&](ErrorCode code, const std::string& why) {
        wipe(std::as_writable_bytes(body));
        return fail(code, "capture: " + why);
    };
    if (!is_whole_json(text)) return refused(ErrorCode::InvalidArgument, "the answer is no JSON");
    std::vector<Found> places;
    for (const Capture& capture : captures) {
        if (auto allowed = check_granted(granted, capture.key); !allowed)
            return refused(ErrorCode::Denied, allowed.error().message);
        const auto value = find_text(text, capture.pointer);
        if (!value) {
            return refused(ErrorCode::InvalidArgument,
                           "no text at '" + capture.pointer + "' of the answer");
        }
        places.push_back(
            {static_cast<std::size_t>(value->data() - text.data()), value->size(), capture.key});
    }
    for (const Found& found : places) {
        if (auto kept = store.store(found.key, text.substr(found.at, found.bytes)); !kept)
            return refused(kept.error().code, kept.error().message);
        const auto key = store.find(found.key);
        if (key && log) log({found.key, key->fingerprint(), "captured"});
    }
    std::sort(
        places.begin(), places.end(), [](const Found& a, const Found& b) { return a.at < b.at; });
    std::string redacted;
    std::size_t at = 0;
    for (const Found& found : places) {
        if (found.at < at) continue;  // captured twice
        redacted.append(text.substr(at, found.at - at)).append(slot_of(found.key));
        at = found.at + found.bytes;
    }
    redacted.append(text.substr(at));
    wipe(std::as_writable_bytes(body));
    return redacted;
}

}  // namespace tradectl::keys
