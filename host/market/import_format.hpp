/// The shapes of recordings that an import knows by name.
#pragma once

#include "host/market/import_options.hpp"
#include "host/market/row_reader.hpp"

#include <tradectl/expected.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl {
class Disk;
}

namespace tradectl::market {

/// One format: either `reader`, for text whose rows are decoded one by one, or `run`, which does
/// the whole import itself (websocket captures, files that belong together).
struct ImportFormat {
    std::string_view name;            ///< "binance-trades"
    std::string_view summary;         ///< one line for the help
    std::span<const DataKind> kinds;  ///< what one import can take from it; the first is default
    Expected<std::unique_ptr<RowReader>> (*reader)(const ImportOptions& options) = nullptr;
    /// Called with checked paths, a kind of `kinds` and an origin.
    Expected<ImportReport> (*run)(Disk& disk, const ImportOptions& options) = nullptr;
};

/// All formats, those of captures (capture_import.hpp) included.
[[nodiscard]] std::span<const ImportFormat> import_formats();
/// Null when there is none of that name.
[[nodiscard]] const ImportFormat* find_import_format(std::string_view name);

}  // namespace tradectl::market
