/// One unfinished operation and what is heard of it, to be bent by a test.
#pragma once

#include "host/recovery/decide.hpp"

#include <tradectl/abi/types.h>

#include <gtest/gtest.h>

namespace tradectl::recovery {

inline constexpr std::int64_t kIntent = 1'000 * kNsPerSecond;
inline constexpr std::int64_t kFence = kIntent + 5 * kNsPerSecond;

inline Timestamp at(std::int64_t ns) {
    return Timestamp{ns};
}

class Decide : public testing::Test {
  protected:
    Decide() {
        operation_.op_id = OpId{7};
        operation_.step = wal::StepKind::TradeExecute;
        operation_.status = wal::StepStatus::Pending;
        operation_.due = ledger::Due::Resolve;
        operation_.may_be_sent = true;
        operation_.client_order_id = "mine";
        operation_.identity_class = IdentityClass::DuplicateRejected;
        operation_.fence = FenceKind::Time;
        operation_.fence_value = kFence;
        operation_.intent_time = at(kIntent);
        operation_.side = 1;
        operation_.order_status = TRADECTL_ORDER_STATUS_PENDING;
        operation_.quantity = Decimal::from_int(10);
    }

    void look(Look::Answer answer, std::int64_t venue_ns) {
        evidence_.looks.push_back({answer, at(venue_ns)});
    }
    void found(std::uint8_t status, int filled, int listed = -1) {
        look(Look::Answer::Found, kIntent + 1);
        evidence_.order = {.status = status,
                           .side = 1,
                           .order_qty = Decimal::from_int(10),
                           .filled_qty = Decimal::from_int(filled),
                           .client_order_id = "mine"};
        const int sum = listed < 0 ? filled : listed;
        evidence_.fills_qty = Decimal::from_int(sum);
        evidence_.fills = {sum == 0 ? Listing::Answer::Absent : Listing::Answer::Listed,
                           at(kIntent + 1)};
    }
    /// Nowhere to be seen: two looks and both lists behind the fence.
    void nowhere(std::int64_t first = kFence + 1, std::int64_t apart = kLooksApartNs) {
        look(Look::Answer::Absent, first);
        look(Look::Answer::Absent, first + apart);
        evidence_.open_orders = {Listing::Answer::Absent, at(first)};
        evidence_.fills = {Listing::Answer::Absent, at(first)};
    }
    /// It was there with that much filled, and all sources agree that it ended.
    void ended(int filled = 0) {
        operation_.venue_order_id = "V1";
        operation_.order_status = TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
        operation_.filled_qty = Decimal::from_int(filled);
        evidence_ = {};
        nowhere(kIntent, kEndedApartNs);
        evidence_.open_orders.venue_time = evidence_.fills.venue_time = at(kIntent + kEndedApartNs);
        if (filled != 0) evidence_.fills.answer = Listing::Answer::Listed;
        evidence_.fills_qty = operation_.filled_qty;
        evidence_.fills_whole = true;
    }
    [[nodiscard]] Verdict verdict() const { return decide(operation_, evidence_, policy_); }
    [[nodiscard]] Outcome outcome() const { return verdict().outcome; }

    Unfinished operation_;
    Evidence evidence_;
    Policy policy_;
};

}  // namespace tradectl::recovery
