/// What goes to venues, on its way to the disk: steps that became durable together leave together.
#pragma once

#include <tradectl/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::engine {

/// A step whose intent is in the log.
struct OutgoingStep {
    enum class Kind : std::uint8_t { Order, Cancel };
    WalSequence sequence;  ///< of its intent
    std::uint32_t exchange = 0;
    std::uint64_t prepare_id = 0;
    Kind kind = Kind::Order;
    std::string client_order_id;
    OpId op_id;  ///< of a cancel
};

/// First in, first out for each exchange. Those of one look that found them durable are a group: it
/// leaves when its last signature is there, and waits for none of a later look. [engine]
class Outbox {
  public:
    /// Most that leave in one call: a call into a plugin has a budget.
    static constexpr std::size_t kTogetherMax = 60;
    /// Whether a step still waits for its signatures.
    using IsUnsigned = std::function<bool(const OutgoingStep& step)>;

    explicit Outbox(IsUnsigned is_unsigned) : is_unsigned_(std::move(is_unsigned)) {}

    void add(OutgoingStep step);
    [[nodiscard]] bool empty() const { return queues_.empty(); }
    /// The earliest intent of all.
    [[nodiscard]] std::optional<WalSequence> first() const;
    /// Everything up to `durable` is on the disk: what of it has no group becomes one.
    void close_groups(WalSequence durable);
    /// Whether `take` gives something.
    [[nodiscard]] bool can_take(WalSequence durable) const;
    /// The next group that is whole, all of one exchange; empty when none is.
    [[nodiscard]] std::vector<OutgoingStep> take(WalSequence durable);

  private:
    struct Waiting {
        OutgoingStep step;
        std::uint64_t group = 0;  // 0: not seen durable yet
    };
    using Queue = std::deque<Waiting>;
    [[nodiscard]] std::size_t ready(const Queue& queue, WalSequence durable) const;

    IsUnsigned is_unsigned_;
    std::map<std::uint32_t, Queue> queues_;  // by exchange, none of them empty
    std::uint64_t last_group_ = 0;
};

}  // namespace tradectl::engine
