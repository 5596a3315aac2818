#include "host/base/base64.hpp"

#include "host/base/hash.hpp"
#include "host/base/random.hpp"

#include <gtest/gtest.h>

namespace tradectl {
namespace {

TEST(Base64, EncodesTheExamplesOfRfc4648) {
    const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"fooba", "Zm9vYmE="},
                                                        {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, text] : rows) {
        EXPECT_EQ(to_base64(bytes_of(plain)), text);
        const auto back = from_base64(text);
        ASSERT_TRUE(back) << text;
        EXPECT_TRUE(std::ranges::equal(*back, bytes_of(plain)));
    }
}

TEST(Base64, RefusesEveryOtherForm) {
    for (const char* text : {"Z",
                             "Zg",
                             "Zg=",
                             "Zg===",
                             "=Zg=",
                             "Zh==",
                             "Zm9=",
                             "Zm8=\n",
                             "Zm 8",
                             "Zm-_",
                             "Zg==Zg==",
                             "====",
                             "Z==="})
        EXPECT_FALSE(from_base64(text)) << text;
}

TEST(Base64, ReadsBackWhatItWrites) {
    SeededRandom random(1);
    for (std::size_t size = 0; size < 200; ++size) {
        std::vector<std::byte> bytes(size);
        random.fill(bytes);
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    }
}

}  // namespace
}  // namespace tradectl
