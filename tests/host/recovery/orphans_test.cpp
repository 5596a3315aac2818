#include "host/recovery/orphans.hpp"

#include "host/wal/client_order_id.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tradectl::recovery {
namespace {

std::string id_of(const wal::Identity& identity, std::uint64_t op) {
    const auto text = wal::to_text(
        wal::make_client_order_id(identity.install_id, OpId{op}, identity.epoch, identity.key));
    return {text.data(), text.size()};
}

Owner judge(const std::string& id, const wal::Identity& identity, bool known) {
    return owner_of(id, identity, [&](OpId) { return known; });
}

TEST(Orphans, AnIdOfOursIsKnownOrAnOrphan) {
    const auto identity = wal::simulated_identity(1);
    const std::string id = id_of(identity, 42);
    EXPECT_EQ(decode_own(id, identity), OpId{42});
    EXPECT_EQ(judge(id, identity, true), Owner::Known);
    EXPECT_EQ(judge(id, identity, false), Owner::Orphan);
}

TEST(Orphans, WhatOthersMadeIsForeign) {
    const auto identity = wal::simulated_identity(1);
    EXPECT_EQ(judge("by-hand-1", identity, false), Owner::Foreign);
    EXPECT_EQ(judge(id_of(wal::simulated_identity(2), 42), identity, false), Owner::Foreign);
    EXPECT_EQ(judge("", identity, false), Owner::Foreign);
}

TEST(Orphans, AnyOtherDigitBreaksTheProof) {
    const auto identity = wal::simulated_identity(1);
    const std::string id = id_of(identity, 42);
    for (std::size_t i = 0; i < id.size(); ++i) {
        std::string other = id;
        other[i] = other[i] == '0' ? '1' : '0';
        EXPECT_EQ(judge(other, identity, false), Owner::Foreign) << i;
    }
}

TEST(Orphans, AnIdOfACopyUnderOurKeyIsForeign) {
    const auto identity = wal::simulated_identity(1);
    wal::Identity copy = identity;
    ++copy.install_id;
    EXPECT_EQ(judge(id_of(copy, 42), identity, false), Owner::Foreign);
}

}  // namespace
}  // namespace tradectl::recovery
