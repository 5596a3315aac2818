/// Imports by the name of a format.
#pragma once

#include "host/market/import_format.hpp"
#include "tests/host/market/import_fixture.hpp"

#include <optional>

namespace tradectl::market {

class ImportFormats : public ImportTest {
  protected:
    ImportFormats() {
        options_.layout = {};
        options_.existing = ExistingFile::Replace;
    }
    Expected<ImportReport> import_as(std::string_view format, std::string_view text) {
        options_.format = format;
        options_.kind = kind_ ? *kind_ : find_import_format(format)->kinds.front();
        options_.inputs = {folder_.write(name_, text)};
        return import_data(*disk_, options_);
    }
    /// The records as CSV in nanoseconds, or what was wrong, without the folder.
    std::string rows(std::string_view format, std::string_view text) {
        const auto report = import_as(format, text);
        if (report) {
            report_ = *report;
            return exported({.time_unit = TimeUnit::Milliseconds, .header = ExportHeader::Omit});
        }
        std::string message = report.error().message;
        const std::size_t at = message.find(folder_.at(""));
        return at == std::string::npos ? message : message.erase(at, folder_.at("").size());
    }

    std::optional<DataKind> kind_;
    std::string name_ = "in.csv";
    ImportReport report_{};
};

}  // namespace tradectl::market
