/// Names that standards give to documents.
#pragma once

#include <string_view>

namespace tradectl::config {

/// The dialect that `schema()` is written in: JSON Schema 2020-12, core specification,
/// section 8.1.1.
inline constexpr std::string_view kSchemaDialect = "https://json-schema.org/draft/2020-12/schema";

}  // namespace tradectl::config
