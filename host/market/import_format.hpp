/// The shapes of recordings that an import knows by name.
#pragma once

#include "host/market/import_options.hpp"
#include "host/market/row_reader.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl {
class Disk;
}

namespace tradectl::market {

/// Which of the options that not every format knows a format heeds, or-ed.
enum ImportUse : std::uint32_t {
    kUsesSymbol = 1,         ///< capture.symbol
    kUsesClock = 1 << 1,     ///< capture.clock
    kUsesBookRule = 1 << 2,  ///< capture.book_rule
    kUsesConsolidate = 1 << 3,
    kUsesSuspicious = 1 << 4,
    kUsesSpacing = 1 << 5,  ///< quote_spacing_ns
    kUsesZone = 1 << 6,     ///< zone, dst
    kUsesDate = 1 << 7,
    kUsesBarStamp = 1 << 8,
    kUsesInterval = 1 << 9,
    kUsesDecimals = 1 << 10,
    kUsesDelimiter = 1 << 11,
    kUsesHeader = 1 << 12,
};

/// One format: either `reader`, for text whose rows are decoded one by one, or `run`, which does
/// the whole import itself (websocket captures, files that belong together).
struct ImportFormat {
    std::string_view name;            ///< "binance-trades"
    std::string_view summary;         ///< one line for the help
    std::span<const DataKind> kinds;  ///< what one import can take from it; the first is default
    std::uint32_t uses = 0;           ///< ImportUse; the options that are not named there all heed
    Expected<std::unique_ptr<RowReader>> (*reader)(const ImportOptions& options) = nullptr;
    /// Called with checked paths, a kind of `kinds` and an origin.
    Expected<ImportReport> (*run)(Disk& disk, const ImportOptions& options) = nullptr;
};

/// All formats, those of captures (capture_import.hpp) included.
[[nodiscard]] std::span<const ImportFormat> import_formats();
/// Null when there is none of that name.
[[nodiscard]] const ImportFormat* find_import_format(std::string_view name);

}  // namespace tradectl::market
