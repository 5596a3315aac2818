/// What operators hand over to a live session: reconcile --apply and wal-recover --apply. Protocol:
/// tradectl-control(5).
#pragma once

#include "host/engine/drift_watch.hpp"
#include "host/engine/errands.hpp"
#include "host/engine/handover_json.hpp"
#include "host/engine/live_recovery.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/trading.hpp"
#include "host/ops/control_server.hpp"

#include <tradectl/expected.hpp>

#include <functional>
#include <string>

namespace tradectl::engine {

/// What they need of the session; all of it must outlive them.
struct OperatorErrandParts {
    Trading& trading;
    Pipeline& pipeline;
    Errands& errands;
    DriftWatch& drift;
    LiveRecovery& recovery;
};

/// Each request is checked, put on record with who asked, and done as an errand: the run compares
/// and asks by itself, whatever the client found. [engine]
class OperatorErrands {
  public:
    explicit OperatorErrands(OperatorErrandParts parts) : parts_(parts) {}

    void reconcile(ops::ControlCall&& call);
    void recover(ops::ControlCall&& call);

  private:
    template <typename Work>
    void begin(ops::ControlCall&& call, const std::string& what, Work work);
    [[nodiscard]] Expected<Json> apply(const ApplyRequest& request, const std::string& who);
    [[nodiscard]] Expected<Json> decide(const RecoverRequest& request, const std::string& who);
    [[nodiscard]] Expected<ReconcileReport> compare(History history);
    Status flatten(tradectl_account_handle account, tradectl_instrument_handle instrument);
    bool try_flatten(tradectl_account_handle account, tradectl_instrument_handle instrument);

    OperatorErrandParts parts_;
};

}  // namespace tradectl::engine
