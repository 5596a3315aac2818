#include "host/keys/evm_word.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::keys {
namespace {

/// TRADECTL_TEST_SEED, or a fixed number; printed, so that a failure can be run again.
std::mt19937_64 seeded() {
    const char* text = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed = text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    return std::mt19937_64(seed);
}

/// By division, a digit at a time.
std::string decimal_text(Word word) {
    std::string digits;
    while (bit_length(word) != 0) {
        unsigned rest = 0;
        for (std::byte& byte : word) {
            rest = rest * 256 + std::to_integer<unsigned>(byte);
            byte = static_cast<std::byte>(rest / 10);
            rest %= 10;
        }
        digits += static_cast<char>('0' + rest);
    }
    std::reverse(digits.begin(), digits.end());
    return digits.empty() ? "0" : digits;
}

TEST(EvmWord, ReadsDecimalsOfEveryLength) {
    auto random = seeded();
    for (int i = 0; i < 5'000; ++i) {
        Word word{};
        for (std::size_t at = random() % 33; at < word.size(); ++at)
            word[at] = static_cast<std::byte>(random());
        const std::string text = decimal_text(word);
        ASSERT_EQ(parse_unsigned(text), word) << text;
        ASSERT_EQ(parse_unsigned("000" + text), word) << text;
    }
}

TEST(EvmWord, RefusesWhatIsNoDigitWhereverItStands) {
    for (const std::size_t size : {1U, 7U, 8U, 9U, 15U, 16U, 17U, 31U, 78U}) {
        for (std::size_t at = 0; at < size; ++at) {
            for (const char c : {'/', ':', ' ', '.', '-', '\0', 'a', '\xb0', '\xff'}) {
                std::string text(size, '0');
                text[at] = c;
                ASSERT_FALSE(parse_unsigned(text)) << size << " at " << at << ": " << c;
            }
        }
    }
    EXPECT_FALSE(parse_unsigned(""));
}

TEST(EvmWord, EndsAtTwoToThe256) {
    Word most{};
    most.fill(std::byte{0xff});
    std::string text = decimal_text(most);
    EXPECT_EQ(parse_unsigned(text), most);
    text.back() = static_cast<char>(text.back() + 1);  // it ends with 5
    EXPECT_FALSE(parse_unsigned(text));
    EXPECT_FALSE(parse_unsigned(text + "0"));
}

}  // namespace
}  // namespace tradectl::keys
