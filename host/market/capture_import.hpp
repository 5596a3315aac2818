/// Brings recordings of raw exchange messages into the fast format, as a whole or not at all.
#pragma once

#include "host/market/capture_format.hpp"
#include "host/market/capture_report.hpp"
#include "host/market/import.hpp"

#include <tradectl/expected.hpp>

namespace tradectl {
class Disk;
}

namespace tradectl::market {

/// Takes one kind of record of one symbol out of recordings, as `options.capture` says; of the
/// other options, the layout is not looked at. Several inputs are read side by side and merged by
/// receive time, equal times in the order of the list: connections that were recorded at once, REST
/// answers in a file of their own, and files of consecutive days. (Without receive times they are
/// read one after the other.)
///
/// A book is a snapshot and then differences, by the venue's rule of numbers. Where differences are
/// missing, the report has a SequenceGap and the file an empty snapshot: nothing is known then
/// until the venue's next snapshot.
///
/// A bad line ends it with Corrupt and the text `FILE:LINE: reason`; then, and on every other
/// failure, the output is as it was before. The same for several symbols without a choice (all are
/// listed), for a book that never had a snapshot, for times that go back (`ImportOrder::Sort`
/// sorts, but never a book) and for no record at all. Usage for an unknown format, a kind that the
/// format does not give, an output that exists; Unsupported for a local clock that the recording
/// does not have; NotFound, Permission, Io, NoSpace.
[[nodiscard]] Expected<ImportReport> import_capture(Disk& disk, const ImportOptions& options);

}  // namespace tradectl::market
