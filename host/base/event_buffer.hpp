/// A run of event records in one block of memory, as they cross the plugin border (abi/events.h).
#pragma once

#include <tradectl/abi/events.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace tradectl {

/// Records one behind the other, 8-byte aligned. References into it end with the next append. [any]
class EventBuffer {
  public:
    /// Copies one record; `event.size` bytes are read.
    void append(const tradectl_event& event) {
        std::memcpy(grow(event.size), &event, event.size);
        ++count_;
    }

    /// Makes room for one record of a fixed type and returns it, zeroed, with size and type set.
    template <typename Record>
    Record& emplace(std::uint16_t type) {
        static_assert(sizeof(Record) % 8 == 0);
        auto* record = new (grow(sizeof(Record))) Record{};
        record->header.size = sizeof(Record);
        record->header.type = type;
        ++count_;
        return *record;
    }

    void clear() {
        used_ = 0;
        count_ = 0;
    }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] std::uint32_t count() const { return count_; }
    [[nodiscard]] std::size_t bytes() const { return used_; }
    [[nodiscard]] const std::uint8_t* data() const {
        return reinterpret_cast<const std::uint8_t*>(words_.data());
    }

    /// Walks the records: `visit(const tradectl_event&)`.
    template <typename Visit>
    void each(Visit&& visit) const {
        for (std::size_t at = 0; at < used_;) {
            const auto& event = *reinterpret_cast<const tradectl_event*>(data() + at);
            visit(event);
            at += event.size;
        }
    }

  private:
    void* grow(std::size_t record_bytes) {
        const std::size_t end = used_ + record_bytes;
        if (end > words_.size() * sizeof(std::uint64_t)) words_.resize(end / 4 + 64);
        void* at = reinterpret_cast<std::uint8_t*>(words_.data()) + used_;
        used_ = end;
        return at;
    }

    std::vector<std::uint64_t> words_;
    std::size_t used_ = 0;
    std::uint32_t count_ = 0;
};

}  // namespace tradectl
