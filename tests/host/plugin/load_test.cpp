#include "host/plugin/load.hpp"

#include "host/base/mapped_file.hpp"
#include "tests/host/base/temporary_directory.hpp"
#include "tests/host/plugin/zoo_files.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tradectl::plugin {
namespace {

class Load : public testing::Test {
  protected:
    /// The refusal, without the path that stands in front of it.
    std::string refusal(const std::string& path) {
        const auto library = loader_.load(path);
        if (library) return "loaded";
        const std::string& message = library.error().message;
        EXPECT_TRUE(message.starts_with(path + ": ")) << message;
        return message.substr(std::min(message.size(), path.size() + 2));
    }
    std::string zoo_refusal(const std::string& name) { return refusal(zoo_file(name)); }
    std::string copy_of(const std::string& name) {
        const std::string copy = directory_.file(name + ".so");
        std::filesystem::copy_file(zoo_file(name), copy);
        return copy;
    }

    TemporaryDirectory directory_;
    Loader loader_;
};

TEST_F(Load, AWholePluginSaysWhatItIs) {
    const auto library = loader_.load(zoo_file("strategy")).value();
    EXPECT_EQ(library->manifest().id, "zoo.strategy");
    EXPECT_EQ(library->manifest().kind, PluginKind::Strategy);
    EXPECT_EQ(library->build_info(), "zoo build");
    EXPECT_TRUE(library->warnings().empty());
    const auto file = MappedFile::open(zoo_file("strategy")).value();
    EXPECT_EQ(library->sha256(), sha256(file.bytes()));
    EXPECT_TRUE(library->strategy_api());
    EXPECT_EQ(library->exchange_api().error().message,
              zoo_file("strategy") + ": has no factory tradectl.exchange/1");
}

TEST_F(Load, TheSameContentIsLoadedOnce) {
    const auto first = loader_.load(zoo_file("strategy")).value();
    EXPECT_EQ(loader_.load(zoo_file("strategy")).value(), first);
    EXPECT_EQ(loader_.load(copy_of("strategy")).value(), first);
    EXPECT_NE(loader_.load(zoo_file("exchange")).value(), first);
}

TEST_F(Load, NoEntryIsNotAPlugin) {
    EXPECT_EQ(zoo_refusal("not_a_plugin"),
              "not a tradectl plugin: elf: no symbol tradectl_plugin_entry");
}

TEST_F(Load, AnotherFileIsNotAPlugin) {
    EXPECT_EQ(refusal(directory_.write("text.so", "hello")),
              "not a tradectl plugin: elf: not an elf file");
    EXPECT_EQ(refusal(directory_.write("empty.so", "")),
              "not a tradectl plugin: elf: not an elf file");
}

TEST_F(Load, AWrongMagicIsNotAPlugin) {
    EXPECT_EQ(zoo_refusal("wrong_magic"),
              "not a tradectl plugin: magic is 0x12345678, not 0x4c544454");
}

TEST_F(Load, AnotherFingerprintNamesFieldAndBothValues) {
    EXPECT_EQ(zoo_refusal("wrong_pointer_size"),
              "built for another fingerprint: pointer size is 8 in the host and 4 in the plugin");
    EXPECT_EQ(zoo_refusal("wrong_decimal_size"),
              "built for another fingerprint: decimal size is 16 in the host and 8 in the plugin");
}

TEST_F(Load, AnotherMajorIsRefused) {
    EXPECT_EQ(zoo_refusal("wrong_major"),
              "plugin abi 7.2, host abi 0.2: another major: rebuild the plugin with the sdk of "
              "this host");
}

TEST_F(Load, AnotherMinorIsRefusedWhileTheMajorIsZero) {
    EXPECT_EQ(zoo_refusal("newer_minor"),
              "plugin abi 0.9, host abi 0.2: while the major is 0 the minor must be equal: rebuild "
              "the plugin with the sdk of this host");
}

TEST_F(Load, APluginThatNeedsANewerHostSaysWhich) {
    EXPECT_EQ(zoo_refusal("newer_host"),
              "needs a newer host: abi 0.9 or later, this is 0.2: upgrade tradectl, or rebuild the "
              "plugin with the sdk of this host");
}

TEST_F(Load, AnEntryThatIsTooShortIsNotAPlugin) {
    EXPECT_TRUE(zoo_refusal("short_entry").starts_with("not a tradectl plugin: its entry has 32"));
}

TEST_F(Load, OtherHeadersOfTheSameVersionAreAWarning) {
    const auto library = loader_.load(zoo_file("other_headers")).value();
    ASSERT_EQ(library->warnings().size(), 1u);
    EXPECT_NE(library->warnings()[0].find("header hash 0x000000000000002a"), std::string::npos);
}

TEST_F(Load, AMissingManifestAndABrokenOneAreRefused) {
    EXPECT_EQ(zoo_refusal("no_manifest"), "no manifest: elf: no section .tradectl.manifest");
    EXPECT_TRUE(zoo_refusal("manifest_not_json").starts_with("manifest: json: line 1, column 3: "));
    EXPECT_EQ(zoo_refusal("manifest_without_id"), "manifest: \"id\" is missing or not a text");
}

TEST_F(Load, AMissingDependencyIsToldInTheLoadersOwnWords) {
    EXPECT_EQ(zoo_refusal("missing_dependency"),
              "cannot load: libzoo_dependency.so: cannot open shared object file: No such file or "
              "directory");
}

TEST_F(Load, AnInitThatFailsIsRefused) {
    EXPECT_EQ(zoo_refusal("init_fails"), "init failed with -13");
}

TEST_F(Load, APluginWithoutFactoriesMakesNothing) {
    const auto library = loader_.load(zoo_file("bare")).value();
    EXPECT_EQ(library->strategy_api().error().message,
              zoo_file("bare") + ": has no factory tradectl.strategy/1");
}

TEST_F(Load, AMissingFileIsNotFound) {
    EXPECT_EQ(loader_.load(directory_.file("no.so")).error().code, ErrorCode::NotFound);
}

TEST_F(Load, AFileThatOthersMayWriteIsRefused) {
    const std::string path = copy_of("strategy");
    for (const auto who :
         {std::filesystem::perms::group_write, std::filesystem::perms::others_write}) {
        std::filesystem::permissions(path, std::filesystem::perms::owner_all | who);
        EXPECT_EQ(refusal(path), "plugin: writable by group or others: chmod go-w " + path);
    }
    EXPECT_EQ(loader_.load(path).error().code, ErrorCode::Permission);
}

TEST_F(Load, AFileWhoseDirectoryOthersMayWriteIsRefused) {
    const std::string path = copy_of("strategy");
    std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
    EXPECT_EQ(refusal(path),
              "plugin: its directory " + directory_.path() +
                  " is writable by group or others: chmod go-w " + directory_.path());
}

TEST_F(Load, ALinkIntoADirectoryThatOthersMayWriteIsRefused) {
    std::filesystem::create_directory(directory_.file("open"));
    std::filesystem::copy_file(zoo_file("bare"), directory_.file("open/bare.so"));
    std::filesystem::permissions(directory_.file("open"), std::filesystem::perms::all);
    std::filesystem::create_symlink(directory_.file("open/bare.so"), directory_.file("link.so"));
    EXPECT_NE(refusal(directory_.file("link.so")).find("writable by group or others"),
              std::string::npos);
}

TEST_F(Load, ADirectoryIsNotAPlugin) {
    std::filesystem::create_directory(directory_.file("d.so"));
    EXPECT_EQ(refusal(directory_.file("d.so")), "plugin: not a regular file");
}

TEST_F(Load, AnUnreadableFileIsRefused) {
    if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
    const std::string path = copy_of("strategy");
    std::filesystem::permissions(path, std::filesystem::perms::none);
    EXPECT_EQ(refusal(path), "plugin: Permission denied");
}

TEST_F(Load, WhatWasCheckedIsWhatRuns) {
    const std::string path = copy_of("bare");
    const auto library = loader_.load(path).value();
    std::filesystem::remove(path);
    EXPECT_EQ(library->build_info(), "zoo");
    EXPECT_FALSE(library->strategy_api());  // its code still answers
}

}  // namespace
}  // namespace tradectl::plugin
