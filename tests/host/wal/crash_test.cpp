#include "tests/host/wal/log_fixture.hpp"

#include <functional>

namespace tradectl::wal {
namespace {

// A scenario whose every disk change is kept, and what was acknowledged before each of them.
class WalCrash : public LogTest {
  protected:
    void record(const std::function<void()>& scenario) {
        disk_.start_recording();
        scenario();
        steps_ = disk_.steps();
    }
    void note_durable() {
        acknowledged_.emplace_back(disk_.steps().size(), writer_->durable_sequence().value);
    }
    [[nodiscard]] std::uint64_t acknowledged_before(std::size_t step_count) const {
        std::uint64_t sequence = 0;
        for (const auto& [steps, durable] : acknowledged_)
            if (steps <= step_count) sequence = durable;
        return sequence;
    }
    // Copies an image through `disk`, synced, so that what follows can be cut too.
    static void copy(Disk& image, Disk& disk, const std::string& directory) {
        ASSERT_TRUE(disk.make_directory(directory));
        const auto names = image.list(directory);
        for (const std::string& name : *names) {
            const auto content = read_file(image, directory + "/" + name, 1 << 20);
            auto file = disk.open(directory + "/" + name, {.write = true, .create = true});
            ASSERT_TRUE((*file)->write(0, std::as_bytes(std::span(*content))));
            ASSERT_TRUE((*file)->sync());
        }
        ASSERT_TRUE(disk.sync_directory(directory));
    }
    // Restarts on an image while everything is recorded, and cuts power in the middle of that.
    void check_cuts_in_restart(Disk& image, std::uint64_t acknowledged, SeededRandom& random) {
        auto memory = make_memory_disk();
        FaultyDisk disk(*memory);
        disk.start_recording();
        copy(image, disk, directory_);
        const std::size_t copied = disk.steps().size();
        const std::uint64_t durable = check_restart(disk, acknowledged, 0);
        const auto steps = disk.steps();
        for (std::size_t cut = copied; cut <= steps.size(); ++cut) {
            const auto survives = [&](const PendingChange&) { return random.below(2) == 0; };
            auto again = crash_image(steps, cut, survives);
            check_restart(*again, cut == steps.size() ? durable : acknowledged, 1);
        }
    }
    // Cuts power behind `step_count` steps, restarts, and checks that nothing acknowledged is gone,
    // nothing raises an alarm, and the log goes on; then restarts once more.
    void check_cut(std::size_t step_count,
                   const std::function<bool(const PendingChange&)>& survives) {
        auto image = crash_image(steps_, step_count, survives);
        const std::uint64_t acknowledged = acknowledged_before(step_count);
        const std::uint64_t first = check_restart(*image, acknowledged, 0);
        check_restart(*image, first, 1);
    }

    static std::uint64_t count_records(Log& log) {
        std::uint64_t last = 0;
        for (auto record = log.next();; record = log.next()) {
            EXPECT_TRUE(record) << record.error().message;
            if (!record || !*record) return last;
            EXPECT_EQ((*record)->header.sequence.value, ++last);
        }
    }
    std::uint64_t check_restart(Disk& image, std::uint64_t acknowledged, int round) {
        auto log = open_log(
            image, directory_, {.from = {}, .witness_sequence = {acknowledged}, .log_id = {}});
        EXPECT_TRUE(log) << log.error().message;
        if (!log) return acknowledged;
        const std::uint64_t last = count_records(*log);
        EXPECT_EQ(last, log->tail().last_sequence.value);
        EXPECT_GE(last, acknowledged) << "round " << round;
        const WriterOptions options{.segment_bytes = kSegmentBytesMin};
        auto writer = log->tail().segment == 0
                          ? Writer::create(image, directory_, kTestOrigin, kTestTimes, options)
                          : Writer::resume(image, directory_, log->tail(), kTestTimes, options);
        EXPECT_TRUE(writer) << writer.error().message;
        if (!writer) return last;
        EXPECT_TRUE((*writer)->append(kv_batch((*writer)->next_sequence()), 0));
        EXPECT_TRUE((*writer)->sync());
        return (*writer)->durable_sequence().value;
    }

    std::vector<DiskStep> steps_;
    std::vector<std::pair<std::size_t, std::uint64_t>> acknowledged_;
};

TEST_F(WalCrash, NoCutLosesWhatWasAcknowledgedOrRaisesAnAlarm) {
    SeededRandom random(test_seed());
    record([&] {
        ASSERT_TRUE(memory_->make_directory(directory_));
        start();
        for (int i = 0; i < 40; ++i) {
            ASSERT_TRUE(
                append(static_cast<std::uint32_t>(1 + random.below(3)), random.below(7000)));
            ASSERT_TRUE(random.below(2) == 0 || !writer_->prefill_due() || writer_->prefill());
            if (random.below(3) == 0) continue;
            ASSERT_TRUE(writer_->sync());
            note_durable();
        }
    });
    for (std::size_t cut = 0; cut <= steps_.size(); ++cut) {
        check_cut(cut, [](const PendingChange&) { return false; });
        check_cut(cut, [](const PendingChange&) { return true; });
        for (int i = 0; i < 4; ++i)
            check_cut(cut, [&](const PendingChange&) { return random.below(2) == 0; });
        ASSERT_FALSE(HasFailure()) << "cut behind step " << cut << " of " << steps_.size();
    }
}

TEST_F(WalCrash, ACutInsideOfARestartLosesNothingEither) {
    SeededRandom random(test_seed());
    record([&] {
        start();
        commit(12);
        note_durable();
        write(2, 2);
    });
    const std::size_t end = steps_.size();
    for (int i = 0; i < 25; ++i) {
        const std::size_t cut = end - random.below(3);
        auto image =
            crash_image(steps_, cut, [&](const PendingChange&) { return random.below(4) != 0; });
        check_cuts_in_restart(*image, acknowledged_before(cut), random);
        ASSERT_FALSE(HasFailure()) << "image " << i;
    }
}

TEST_F(WalCrash, EveryFailingCallLeavesAReadableLog) {
    for (std::uint64_t n = 0;; ++n) {
        auto memory = make_memory_disk();
        FaultyDisk disk(*memory);
        disk.add_fault({.operation = {},
                        .path_part = {},
                        .skip = n,
                        .times = 1,
                        .code = ErrorCode::Io,
                        .bytes_done = n * 97 % 5000});
        const WriterOptions options{.segment_bytes = kSegmentBytesMin};
        std::uint64_t durable = 0;
        auto writer = Writer::create(disk, directory_, kTestOrigin, kTestTimes, options);
        Status status = writer ? Status{} : Status(fail(writer.error()));
        for (int i = 0; status && i < 25; ++i) {
            status = (*writer)->append(kv_batch((*writer)->next_sequence(), 1, 5000), 0);
            if (status) status = (*writer)->sync();
            if (writer) durable = (*writer)->durable_sequence().value;
        }
        if (writer) writer->reset();
        auto log = open_log(
            *memory, directory_, {.from = {}, .witness_sequence = {durable}, .log_id = {}});
        ASSERT_TRUE(log) << "call " << n << ": " << log.error().message;
        ASSERT_GE(log->tail().last_sequence.value, durable);
        if (status) break;
    }
}

}  // namespace
}  // namespace tradectl::wal
