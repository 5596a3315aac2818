#include "history.hpp"

#include <cstddef>

namespace tradectl::paper {

namespace {
constexpr std::size_t kDigestBytes = sizeof(std::uint64_t);
constexpr std::size_t kBlockBytes = 64 * kDigestBytes;

void append_digest(std::string& block, std::uint64_t digest) {
    for (std::size_t i = 0; i < kDigestBytes; ++i)
        block += static_cast<char>(digest >> (8 * i));
}

std::uint64_t digest_at(std::string_view block, std::size_t at) {
    std::uint64_t digest = 0;
    for (std::size_t i = 0; i < kDigestBytes; ++i)
        digest |= std::uint64_t{static_cast<unsigned char>(block[at + i])} << (8 * i);
    return digest;
}
}  // namespace

Status History::load() {
    if (const auto record = host_.kv_get(kHistoryKey)) {
        const auto marks = decode_history(as_text(*record));
        if (!marks) return fail(marks.error());
        marks_ = saved_ = *marks;
    }
    std::uint64_t blocks = 0;
    Status result;
    const Status walked = host_.kv_each(kDroppedPrefix, [&](std::string_view key, Bytes value) {
        const std::string_view block = as_text(value);
        if (block.size() % kDigestBytes != 0 || block.size() > kBlockBytes)
            result = fail(ErrorCode::Corrupt, "store: bad record " + std::string(key));
        if (!result) return;
        for (std::size_t at = 0; at < block.size(); at += kDigestBytes)
            dropped_.insert(digest_at(block, at));
        block_ = block;
        ++blocks;
    });
    if (!walked) return walked;
    block_index_ = blocks == 0 ? 0 : blocks - 1;
    return result;
}

void History::put(std::string_view key, std::string_view value) {
    if (const Status done = host_.kv_put(key, value); !done)
        host_.log(LogLevel::Error, "store: key " + std::string(key) + ": " + done.error().message);
}

void History::add_closed(std::string_view client_order_id, std::uint64_t number) {
    put(closing_key(++marks_.closed), encode(Closing{std::string(client_order_id), number}));
    while (marks_.closed - marks_.closed_first >= keep_)
        drop_oldest_closed();
}

void History::drop_oldest_closed() {
    const std::string key = closing_key(marks_.closed_first++);
    const auto record = host_.kv_get(key);
    if (!record) return;
    const auto closing = decode_closing(as_text(*record));
    if (closing) {
        note_dropped(closing->client_order_id);
        put(closed_key(closing->client_order_id), {});
        if (closing->number != 0) put(venue_id_key(venue_order_id(closing->number)), {});
    } else {
        host_.log(LogLevel::Error, closing.error().message);
    }
    put(key, {});
}

void History::note_dropped(std::string_view client_order_id) {
    const std::uint64_t digest = digest_of(client_order_id);
    dropped_.insert(digest);
    if (block_.size() == kBlockBytes) {
        if (block_changed_) put(dropped_key(block_index_), block_);
        block_.clear();
        ++block_index_;
    }
    append_digest(block_, digest);
    block_changed_ = true;
}

void History::add_fill(std::uint64_t number, const Names& names) {
    while (number - marks_.fills_first >= keep_)
        drop_oldest_fill(names);
}

void History::drop_oldest_fill(const Names& names) {
    const std::uint64_t number = marks_.fills_first++;
    const std::string key = fill_key(number);
    const auto record = host_.kv_get(key);
    if (!record) return;
    const auto fill = decode_fill(number, as_text(*record), names);
    if (fill)
        marks_.dropped_until = fill->time;
    else
        host_.log(LogLevel::Error, fill.error().message);
    if (fill && fill->by_venue) put(own_fill_key(number), {});
    put(key, {});
}

void History::flush() {
    if (block_changed_) put(dropped_key(block_index_), block_);
    block_changed_ = false;
    if (saved_ == marks_) return;
    put(kHistoryKey, encode(marks_));
    saved_ = marks_;
}

}  // namespace tradectl::paper
