#include "host/base/sha1.hpp"

#include "host/base/hash.hpp"
#include "host/base/hex.hpp"

#include <gtest/gtest.h>

namespace tradectl {
namespace {

// FIPS 180-4's own examples.
TEST(Sha1, IsThatOfTheStandard) {
    EXPECT_EQ(to_hex(sha1(bytes_of("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(to_hex(sha1({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

}  // namespace
}  // namespace tradectl
