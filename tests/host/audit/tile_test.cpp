#include "host/audit/tile.hpp"

#include <gtest/gtest.h>

namespace tradectl::audit {
namespace {

using Kind = TileName::Kind;

TEST(Tile, NamesAreThoseOfTheFormat) {
    EXPECT_EQ(path_of({Kind::Hashes, 0, 0}), "tile/0/000");
    EXPECT_EQ(path_of({Kind::Hashes, 1, 67}), "tile/1/067");
    EXPECT_EQ(path_of({Kind::Hashes, 0, 1234067}), "tile/0/x001/x234/067");
    EXPECT_EQ(path_of({Kind::Hashes, 0, 1000}), "tile/0/x001/000");
    EXPECT_EQ(path_of({Kind::Hashes, 2, 999, 255}), "tile/2/999.p/255");
    EXPECT_EQ(path_of({Kind::Entries, 0, 273, 112}), "tile/entries/273.p/112");
    EXPECT_EQ(partial_folder_of({Kind::Entries, 0, 1273, 1}), "tile/entries/x001/273.p");
}

TEST(Tile, WidthsAreThoseOfTheFormat) {
    // The example of a tree of 70,000 leaves.
    EXPECT_EQ(width_in(70000, 0, 272), 256U);
    EXPECT_EQ(width_in(70000, 0, 273), 112U);
    EXPECT_EQ(width_in(70000, 0, 274), 0U);
    EXPECT_EQ(width_in(70000, 1, 0), 256U);
    EXPECT_EQ(width_in(70000, 1, 1), 17U);
    EXPECT_EQ(width_in(70000, 2, 0), 1U);
    EXPECT_EQ(width_in(70000, 3, 0), 0U);
    EXPECT_EQ(width_in(0, 0, 0), 0U);
}

TEST(Tile, HashesAreReadBackAndOtherSizesAreRefused) {
    const std::vector<Hash> hashes = {empty_root(), leaf_hash({})};
    const std::string bytes = encode_tile(hashes);
    EXPECT_EQ(*decode_tile(bytes, 2), hashes);
    for (const std::uint64_t width : {0, 1, 3})
        EXPECT_FALSE(decode_tile(bytes, width));
    EXPECT_FALSE(decode_tile(bytes.substr(1), 2));
}

TEST(Tile, BundlesAreReadBackAndOtherFormsAreRefused) {
    const std::string longest(kEntryBytesMax, 'x');
    std::string bytes;
    for (const std::string& entry : {std::string("one"), std::string(), longest})
        append_entry(entry, bytes);
    const auto entries = decode_bundle(bytes, 3);
    ASSERT_TRUE(entries);
    EXPECT_EQ((*entries)[0], "one");
    EXPECT_EQ((*entries)[1], "");
    EXPECT_EQ((*entries)[2], longest);
    EXPECT_FALSE(decode_bundle(bytes, 2));
    EXPECT_FALSE(decode_bundle(bytes, 4));
    EXPECT_FALSE(decode_bundle(bytes.substr(0, bytes.size() - 1), 3));
    EXPECT_FALSE(decode_bundle(std::string(1, '\0'), 1));
    EXPECT_TRUE(decode_bundle("", 0));
}

}  // namespace
}  // namespace tradectl::audit
