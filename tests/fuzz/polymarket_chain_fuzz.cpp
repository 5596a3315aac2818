// What the venue says: any bytes through the decoders of one kind.
#include "tests/plugins/polymarket/decode_all.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    tradectl::polymarket::decode_chain({reinterpret_cast<const char*>(data), size});
    return 0;
}
