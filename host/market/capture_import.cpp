#include "host/market/capture_import.hpp"

namespace tradectl::market {

Expected<ImportReport> import_capture(Disk&, const ImportOptions& options) {
    return fail(ErrorCode::Unsupported, options.capture.format + ": not read yet");
}

}  // namespace tradectl::market
