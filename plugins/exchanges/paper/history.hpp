/// What the venue forgets: of closed orders and of fills the store keeps so many, and of each
/// closed order that was dropped it keeps the digest of its id, so that the id is never taken
/// twice.
#pragma once

#include "id_set.hpp"
#include "store.hpp"

#include <tradectl/exchange_host.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::paper {

/// [engine]
class History {
  public:
    /// `host` must outlive the history. Keeps `keep` closed orders and as many fills.
    History(ExchangeHost& host, std::uint64_t keep) : host_(host), keep_(keep) {}

    /// Reads the store. Corrupt, with the record's name.
    [[nodiscard]] Status load();

    /// An order has closed and its record is in the store; the oldest goes when they are too many.
    void add_closed(std::string_view client_order_id, std::uint64_t number);
    /// The same for a fill, given the number of the newest.
    void add_fill(std::uint64_t number, const Names& names);
    /// Whether the record of a closed order with this id was dropped. Two ids can have one digest:
    /// of a million dropped ones, one in 10^13 new ids is taken for a known one.
    [[nodiscard]] bool was_dropped(std::string_view client_order_id) const {
        return dropped_.contains(digest_of(client_order_id));
    }
    [[nodiscard]] const HistoryMarks& marks() const { return marks_; }
    /// Stores what changed.
    void flush();

  private:
    void put(std::string_view key, std::string_view value);
    void drop_oldest_closed();
    void drop_oldest_fill(const Names& names);
    void note_dropped(std::string_view client_order_id);

    ExchangeHost& host_;
    std::uint64_t keep_;
    HistoryMarks marks_;
    HistoryMarks saved_;
    IdSet dropped_;
    std::string block_;  ///< the last, not yet full, block of digests
    std::uint64_t block_index_ = 0;
    bool block_changed_ = false;
};

}  // namespace tradectl::paper
