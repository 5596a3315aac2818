/// What the venue really has, and how it treats each order.
#pragma once

#include "host/base/clock.hpp"
#include "tests/crash/venue_door.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tradectl::crash {

/// What becomes of one order's request.
enum class Treatment : std::uint8_t {
    Fill,          ///< acknowledged and filled
    Rest,          ///< acknowledged, rests
    Half,          ///< acknowledged, half filled, rests
    HalfCanceled,  ///< half filled, then canceled by the venue
    Reject,
    LostAck,       ///< filled, but the answer is lost
    LostAckRest,   ///< rests, but the answer is lost
    Accepted5xx,   ///< rests, and the venue's front says 502
    LostRequest,   ///< never arrives; the answer is "unknown"
    SilentLoss,    ///< never arrives; no answer at all
    Late,          ///< arrives later, before its fence, and fills; no answer
    LateRest,      ///< the same, and rests
    LateAtFence,   ///< arrives in the last moment before its fence passes, and fills; no answer
    PastFence,     ///< arrives when its fence has passed, and is refused; no answer
    DuplicateAck,  ///< acknowledged twice, each fill told twice
    QueryLag,      ///< filled, answer lost, and queries show it 1.5 s later
    IdReuse,       ///< never arrives, and another order shows up under its id
    CancelLost,    ///< rests; a cancel of it works, and its answer is lost
    Cancel5xx,     ///< rests; a cancel of it works, and the venue's front says 502
    CancelFills,   ///< rests; it fills before a cancel of it arrives, which is refused
    kCount,
};
const char* to_text(Treatment treatment);

/// What the process was about when it died.
enum class Moment : std::uint8_t {
    Making,  ///< its state directory did not exist
    Start,
    BeforeSend,
    AfterSend,
    BeforeCancel,
    AfterCancel,
    Pause,  ///< it waits
    End,
    kCount,
};
const char* to_text(Moment moment);

/// All of the venue that outlives a crash of ours; a copy is a snapshot.
struct VenueState {
    struct Arrival {
        Timestamp at;  ///< venue time
        Timestamp fence;
        Treatment treatment{};
        VenueOrder order;
    };
    std::vector<VenueOrder> orders;
    std::vector<VenueFill> fills;
    std::vector<Arrival> on_the_way;
    /// What became of each id that was handed to the wire.
    std::map<std::string, Treatment> sent;
    std::set<std::string> foreign;
    std::size_t submits = 0;
    Decimal usd = Decimal::from_int(100'000);
    Decimal btc = Decimal::from_int(10);
};

class VenueModel final : public VenueDoor {
  public:
    /// `clock` is ours; the venue's is `skew_ns` ahead of it.
    VenueModel(const Clock& clock, std::int64_t skew_ns, std::vector<Treatment> script)
        : clock_(clock), skew_ns_(skew_ns), script_(std::move(script)) {}

    /// Called before and after each request that changes something here.
    std::function<void(Moment)> on_boundary = [](Moment) {};

    [[nodiscard]] VenueState& state() { return state_; }
    /// Lets everything arrive that is due.
    void pass_time();
    /// The address as the plugin's setting has it.
    [[nodiscard]] std::string address() const;

    [[nodiscard]] Timestamp now() const override { return clock_.now().plus_ns(skew_ns_); }
    Reply submit(const VenueOrder& order, Timestamp fence) override;
    Reply cancel(const std::string& id) override;
    std::vector<VenueOrder> orders() override;
    std::vector<VenueFill> fills() override;
    Timestamp shown_until() override;
    Decimal usd() override { return state_.usd; }
    Decimal btc() override { return state_.btc; }

  private:
    void accept(VenueOrder order, Treatment treatment, Timestamp time);
    void fill(VenueOrder& order, Decimal quantity, Timestamp time);
    void send_late(const VenueOrder& order, Timestamp fence, Treatment treatment);
    Reply cancel_open(VenueOrder& order);

    const Clock& clock_;
    std::int64_t skew_ns_;
    std::vector<Treatment> script_;
    VenueState state_;
};

}  // namespace tradectl::crash
