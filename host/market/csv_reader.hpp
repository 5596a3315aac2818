/// CSV files, one record a row.
#pragma once

#include "host/market/csv_layout.hpp"
#include "host/market/csv_time.hpp"
#include "host/market/import_options.hpp"
#include "host/market/row_reader.hpp"

#include <tradectl/expected.hpp>

#include <memory>
#include <string_view>

namespace tradectl::market {

/// A reader of the layout, which decides the kind of its records. `options` must outlive it.
/// InvalidArgument for bars whose length neither the options nor the layout tell.
[[nodiscard]] Expected<std::unique_ptr<RowReader>> make_csv_reader(const CsvLayout& layout,
                                                                   const ImportOptions& options);
/// A reader of bars whose layout comes out of each file's header (csv_formats.hpp, ohlcv_layout).
[[nodiscard]] Expected<std::unique_ptr<RowReader>> make_ohlcv_reader(const ImportOptions& options);

/// How the times of a file are read: the options' zone, or else the layout's, or else UTC. For
/// times of day the date is the options', or else the one in the name of the file.
/// InvalidArgument when there is no date.
[[nodiscard]] Expected<TimeRule> time_rule(TimeUnit unit,
                                           std::string_view layout_zone,
                                           const ImportOptions& options,
                                           const std::string& path);

}  // namespace tradectl::market
