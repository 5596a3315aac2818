// Every decoder of the plugin over one text, for tests and fuzzing: nothing may throw or crash.
#pragma once

#include <string_view>

namespace tradectl::polymarket {

void decode_all(std::string_view text);
void decode_rest(std::string_view text);
void decode_streams(std::string_view text);
void decode_chain(std::string_view text);

}  // namespace tradectl::polymarket
