#include "host/plugin/elf_reader.hpp"

#include "host/base/mapped_file.hpp"
#include "host/base/random.hpp"
#include "host/plugin/manifest.hpp"
#include "tests/host/plugin/zoo_files.hpp"

#include <tradectl/abi/entry.h>

#include <cstdlib>
#include <cstring>

#include <elf.h>
#include <gtest/gtest.h>

namespace tradectl::plugin {
namespace {

using Bytes = std::vector<std::byte>;

/// A copy on the heap of exactly that length, so that a sanitizer sees a read behind its end.
Bytes zoo_bytes(const std::string& name = "bare") {
    const auto file = MappedFile::open(zoo_file(name)).value();
    return {file.bytes().begin(), file.bytes().end()};
}

template <typename T>
void put(Bytes& file, std::size_t offset, T value) {
    std::memcpy(file.data() + offset, &value, sizeof(value));
}

std::string open_error(const Bytes& file) {
    const auto elf = ElfReader::open(file);
    return elf ? "" : elf.error().message;
}

TEST(ElfReader, ReadsSymbolAndSection) {
    const Bytes file = zoo_bytes();
    const auto elf = ElfReader::open(file).value();
    const auto entry = decode_entry(elf.symbol(TRADECTL_ENTRY_SYMBOL, 32).value());
    EXPECT_EQ(entry.magic, TRADECTL_ENTRY_MAGIC);
    EXPECT_EQ(entry.abi_minor, TRADECTL_ABI_MINOR);
    const auto manifest = elf.section(TRADECTL_MANIFEST_SECTION).value();
    EXPECT_EQ(static_cast<char>(manifest[0]), '{');
}

TEST(ElfReader, ASymbolThatIsTooShortIsAnError) {
    const Bytes file = zoo_bytes();
    const auto elf = ElfReader::open(file).value();
    EXPECT_FALSE(elf.symbol(TRADECTL_ENTRY_SYMBOL, 4096));
    EXPECT_EQ(elf.symbol("tradectl_plugin", 1).error().code, ErrorCode::NotFound);
    EXPECT_EQ(elf.section(".tradectl").error().code, ErrorCode::NotFound);
}

TEST(ElfReader, RefusesOtherKindsOfFiles) {
    Bytes file = zoo_bytes();
    EXPECT_EQ(open_error(Bytes(63)), "elf: not an elf file");
    put<std::uint8_t>(file, EI_CLASS, ELFCLASS32);
    EXPECT_EQ(open_error(file), "elf: not a 64-bit little-endian file");
    file = zoo_bytes();
    put<std::uint16_t>(file, offsetof(Elf64_Ehdr, e_type), ET_REL);
    EXPECT_EQ(open_error(file), "elf: not a shared object");
    file = zoo_bytes();
    put<std::uint16_t>(file, offsetof(Elf64_Ehdr, e_machine), EM_MIPS);
    EXPECT_TRUE(open_error(file).starts_with("elf: made for machine 8"));
}

TEST(ElfReader, TablesThatReachOutsideAreErrors) {
    for (const std::uint64_t offset : {UINT64_MAX, UINT64_MAX - 63, std::uint64_t{1} << 40}) {
        Bytes file = zoo_bytes();
        put(file, offsetof(Elf64_Ehdr, e_shoff), offset);
        EXPECT_EQ(open_error(file), "elf: section headers reach outside of the file");
        file = zoo_bytes();
        put(file, offsetof(Elf64_Ehdr, e_phoff), offset);
        EXPECT_EQ(open_error(file), "elf: program headers reach outside of the file");
    }
    Bytes file = zoo_bytes();
    put<std::uint16_t>(file, offsetof(Elf64_Ehdr, e_shentsize), 1);
    EXPECT_FALSE(open_error(file).empty());
}

TEST(ElfReader, AFileCutAnywhereIsAnErrorOrWhole) {
    const Bytes whole = zoo_bytes();
    const std::size_t step = whole.size() / 997 + 1;
    for (std::size_t bytes = 0; bytes < whole.size(); bytes += step) {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes));
        EXPECT_FALSE(read_image(cut, "cut")) << bytes;
    }
    EXPECT_TRUE(read_image(whole, "whole"));
}

/// Damages a few bytes or words of the file; only a crash or a sanitizer report is a failure.
TEST(ElfReader, NoDamageMakesItReadOutside) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : SystemRandom().next();
    SCOPED_TRACE("TRADECTL_TEST_SEED=" + std::to_string(seed));
    SeededRandom random(seed);
    const Bytes whole = zoo_bytes();
    std::uint64_t section_table = 0;
    std::memcpy(&section_table, whole.data() + offsetof(Elf64_Ehdr, e_shoff), 8);
    int refused = 0;
    for (int round = 0; round < 3000; ++round) {
        Bytes file = whole;
        for (std::uint64_t i = 0; i <= random.below(4); ++i) {
            // Half of the hits go to the tables, where they hurt.
            const std::uint64_t places[] = {
                random.below(file.size() - 8),
                random.below(64 * 9),
                section_table + random.below(file.size() - 8 - section_table)};
            const std::uint64_t values[] = {
                random.next(), random.below(file.size() * 2), UINT64_MAX};
            put(file, places[random.below(3)], values[random.below(3)]);
        }
        refused += read_image(file, "damaged") ? 0 : 1;
    }
    EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace tradectl::plugin
