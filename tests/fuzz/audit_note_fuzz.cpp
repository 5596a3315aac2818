// Signed notes, checkpoints and verifier keys: see audit_decoders.hpp.
#include "tests/fuzz/audit_decoders.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return decode_audit_note(data, size);
}
