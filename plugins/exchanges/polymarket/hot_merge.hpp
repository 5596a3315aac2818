/// Makes one flow of two market streams that say the same, so that losing either loses nothing.
#pragma once

#include "market_messages.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace tradectl::polymarket {

inline constexpr std::size_t kCopiesMax = 2;

/// What one stream said goes on once, whichever says it first. The venue numbers nothing: what is
/// the same is told by its content, its time and a count among equals. [engine]
class HotMerge final : public MarketSink {
  public:
    /// Whether a book of the asset stands, on which changes build.
    using HasBook = std::function<bool(std::string_view asset)>;

    /// Borrows `out`.
    HotMerge(MarketSink& out, HasBook has_book) : out_(out), has_book_(std::move(has_book)) {}

    /// Whose words come next.
    void listen_to(std::size_t copy) { copy_ = copy; }

    void on_book(std::string_view asset,
                 Timestamp time,
                 std::span<const PriceLevel> bids,
                 std::span<const PriceLevel> asks) override;
    void on_changes(Timestamp time, std::span<const LevelChange> changes) override;
    void on_trade(std::string_view asset,
                  Timestamp time,
                  Side aggressor,
                  Decimal price,
                  Decimal quantity) override;
    void on_tick(std::string_view asset, Timestamp time, Decimal tick) override;
    void on_new_market(std::string_view condition, Timestamp time) override {
        out_.on_new_market(condition, time);
    }
    void on_resolved(std::string_view winner,
                     Timestamp time,
                     std::span<const std::string_view> assets) override;
    void on_problem(std::string_view what) override { out_.on_problem(what); }

  private:
    enum class Kind : std::uint8_t { Book, Change, Trade, Tick, End };
    using Key = std::tuple<std::int64_t, Kind, Side, Decimal, Decimal>;  // time first
    struct Count {
        std::uint32_t told = 0;
        std::array<std::uint32_t, kCopiesMax> said{};
    };
    struct Line {
        std::int64_t book_time = 0;
        std::array<std::uint32_t, kCopiesMax> books{};  // of that instant, as each one said
        std::array<std::int64_t, kCopiesMax> spoken{};  // each one's newest book or change
        std::int64_t newest = 0;                        // of anything
        std::map<Key, Count> recent;
    };

    [[nodiscard]] Line& line(std::string_view asset);
    [[nodiscard]] bool is_news(Line& line, const Key& key);
    [[nodiscard]] bool is_overtaken(Line& line, std::int64_t time);

    MarketSink& out_;
    HasBook has_book_;
    std::size_t copy_ = 0;
    std::map<std::string, Line, std::less<>> lines_;
    std::vector<LevelChange> news_;
};

}  // namespace tradectl::polymarket
