#include "host/engine/drift_files.hpp"

#include "host/base/disk.hpp"
#include "tests/host/base/temporary_directory.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

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
