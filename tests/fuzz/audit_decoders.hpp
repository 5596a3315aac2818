/// Entry points for fuzzers of what the audit log reads: each takes any bytes, returns 0, and stops
/// the process only when a rule is broken.
#pragma once

#include <cstddef>
#include <cstdint>

/// Signed notes, checkpoints and verifier keys. What is accepted must come out the same again.
int decode_audit_note(const std::uint8_t* data, std::size_t size);
/// Proofs of both kinds, as text and as hashes.
int decode_audit_proof(const std::uint8_t* data, std::size_t size);
/// Tiles and entry bundles; the first byte is the width.
int decode_audit_tile(const std::uint8_t* data, std::size_t size);
