#include "host/engine/drift_files.hpp"

#include "host/base/disk.hpp"
#include "host/base/faulty_disk.hpp"
#include "tests/host/base/temporary_directory.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

TEST(DriftFiles, CursorsAreReplacedWithoutASync) {
    const auto memory = make_memory_disk();
    FaultyDisk disk(*memory);
    ASSERT_TRUE(disk.make_directory("/state"));
    const StatePaths paths{"/state"};
    const auto cursors_at = [](std::int64_t ns) {
        return VenueCursors{{"x", {{"main", {Timestamp{ns}, WalSequence{7}}}}}};
    };
    disk.start_recording();
    disk.add_fault({.operation = DiskOperation::Sync});
    disk.add_fault({.operation = DiskOperation::SyncDirectory});
    ASSERT_TRUE(write_cursors(disk, paths, {1}, cursors_at(5)));
    ASSERT_TRUE(write_cursors(disk, paths, {1}, cursors_at(6)));
    const auto steps = disk.steps().size();
    ASSERT_TRUE(write_cursors(disk, paths, {1}, cursors_at(6)));
    EXPECT_EQ(disk.steps().size(), steps) << "the same again is not written";
    EXPECT_EQ(read_cursors(disk, paths, {1}, WalSequence{9})["x"]["main"].since, Timestamp{6});
}

TEST(DriftFiles, CursorsThatAPowerCutSpoiltCountAsNone) {
    const auto disk = make_memory_disk();
    ASSERT_TRUE(disk->make_directory("/state"));
    const StatePaths paths{"/state"};
    ASSERT_TRUE(write_cursors(*disk, paths, {1}, {{"x", {{"main", {{}, WalSequence{7}}}}}}));
    const std::string whole = read_file(*disk, "/state/reconcile.json", 4096).value();
    for (std::size_t kept = 0; kept + 1 < whole.size(); ++kept) {
        for (const char rest : {'\0', ' '}) {
            std::string text = whole.substr(0, kept) + std::string(whole.size() - kept, rest);
            ASSERT_TRUE(write_file_atomically(*disk, "/state/reconcile.json", text));
            EXPECT_TRUE(read_cursors(*disk, paths, {1}, WalSequence{9}).empty()) << kept;
        }
    }
}

TEST(DriftFiles, AcksOfManyAtOnceAreAllKept) {
    const auto disk = make_posix_disk();
    const TemporaryDirectory folder;
    const StatePaths paths{folder.path()};
    const Timestamp now{kNsPerSecond};
    std::vector<std::thread> people;
    for (int i = 0; i < 8; ++i) {
        people.emplace_back([&, i] {
            const std::string id = "00000000000" + std::to_string(i);
            EXPECT_TRUE(add_ack(*disk, paths, {id, now, now.plus_ns(kNsPerHour), "a", ""}));
        });
    }
    for (std::thread& person : people)
        person.join();
    EXPECT_EQ(read_acks(*disk, paths, now)->size(), 8U);
}

}  // namespace
}  // namespace tradectl::engine
