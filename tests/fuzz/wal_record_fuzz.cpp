// A batch's payload: every record that decodes is written again to the same bytes, and as text.
#include "host/base/assert.hpp"
#include "host/wal/dump.hpp"
#include "host/wal/record.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

using namespace tradectl;

namespace {

template <typename Body>
void check(const wal::Record& record,
           const Expected<Body>& body,
           std::span<const std::byte> original) {
    if (!body) return;
    std::vector<std::byte> again;
    TRADECTL_ASSERT(wal::encode(record.header, *body, again).has_value());
    TRADECTL_ASSERT(std::equal(again.begin(), again.end(), original.begin(), original.end()));
}

void check_record(const wal::Record& record, std::span<const std::byte> original) {
    switch (record.header.type) {
        case wal::RecordType::Intent: return check(record, decode_intent(record), original);
        case wal::RecordType::Result: return check(record, decode_result(record), original);
        case wal::RecordType::Rollback: return check(record, decode_rollback(record), original);
        case wal::RecordType::Resolve: return check(record, decode_resolve(record), original);
        case wal::RecordType::Kv: return check(record, decode_kv(record), original);
        case wal::RecordType::Note: return check(record, decode_note(record), original);
        case wal::RecordType::Seal: return check(record, decode_seal(record), original);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::span<const std::byte> rest(reinterpret_cast<const std::byte*>(data), size);
    while (!rest.empty()) {
        const auto before = rest;
        const auto record = wal::decode(rest);
        if (!record) break;
        TRADECTL_ASSERT(rest.size() < before.size());
        check_record(*record, before.first(before.size() - rest.size()));
        static_cast<void>(wal::to_line(*record, wal::DumpForm::JsonLine));
        static_cast<void>(wal::to_line(*record, wal::DumpForm::Text));
    }
    return 0;
}
