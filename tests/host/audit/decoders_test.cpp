// The fuzzers' entry points over good inputs with random damage: a start that needs no fuzzer.
#include "host/base/random.hpp"
#include "tests/fuzz/audit_decoders.hpp"
#include "tests/host/audit/audit_fixture.hpp"

#include <cstdlib>
#include <iostream>

namespace tradectl::audit {
namespace {

using Decode = int (*)(const std::uint8_t*, std::size_t);

void run(Decode decode, const std::string& text) {
    EXPECT_EQ(decode(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), 0);
}

/// The text, each of its beginnings, and 2,000 damaged forms.
void run_all(Decode decode, const std::string& text, SeededRandom& random) {
    for (std::size_t size = 0; size <= text.size(); ++size)
        run(decode, text.substr(0, size));
    for (int i = 0; i < 2000; ++i) {
        std::string bad = text;
        for (std::uint64_t n = random.below(3) + 1; n > 0 && !bad.empty(); --n) {
            const std::size_t at = random.below(bad.size());
            if (random.below(3) == 0) {
                bad.erase(at, random.below(8) + 1);
            } else {
                bad[at] = static_cast<char>(random.next());
            }
        }
        run(decode, bad);
    }
}

TEST_F(AuditLog, DecodersTakeAnyBytes) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 61120;
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    SeededRandom random(seed);
    build(30);
    auto reader = read();
    run_all(decode_audit_note, reader->note(), random);
    run_all(decode_audit_note, to_text(reader->checkpoint()), random);
    run_all(decode_audit_note, test_signer().verifier.to_string(), random);
    run_all(decode_audit_proof, to_text(*reader->prove_entry(5)), random);
    run_all(decode_audit_proof, to_text(*reader->prove_growth(13)), random);
    std::string bundle(1, '\x02');
    for (const char* entry : {"{\"wal\":1,", "", "another"})
        append_entry(entry, bundle);
    run_all(decode_audit_tile, bundle, random);
    run_all(decode_audit_tile, '\x01' + std::string(64, 'h'), random);
}

}  // namespace
}  // namespace tradectl::audit
