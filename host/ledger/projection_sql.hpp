/// The statements that the projection keeps ready. For projection.cpp alone.
#pragma once

#include <array>
#include <cstddef>

namespace tradectl::ledger {

enum class ProjectionSql : std::size_t {
    InsertStep,
    RenewStep,
    UpdateStep,
    RollBackStep,
    MarkStepUnresolved,
    InsertOrder,
    UpdateOrder,
    FindOrder,
    CancelOrder,
    MarkOrderUnresolved,
    InsertFill,
    SettleFill,
    UpsertPosition,
    InsertEquity,
    InsertDenied,
    InsertNote,
    InsertResolution,
    PutKv,
    DeleteKv,
    PutInstance,
    SelectInstances,
};

/// One text for each, in that order.
extern const std::array<const char*, 21> kProjectionSql;

}  // namespace tradectl::ledger
