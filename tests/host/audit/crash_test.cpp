// Power is cut behind every change of the disk, calls fail one after the other: the log goes on as
// if nothing had been, and never shows a tree that its checkpoint does not sign.
#include "host/base/random.hpp"
#include "tests/host/audit/audit_fixture.hpp"

#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

namespace tradectl::audit {
namespace {

std::uint64_t test_seed() {
    const char* text = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed = text != nullptr ? std::strtoull(text, nullptr, 10) : 20261121;
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    return seed;
}

class AuditCrash : public AuditLog {
  protected:
    /// Fills tiles of two levels in small and large steps.
    void record_scenario(SeededRandom& random) {
        disk_->start_recording();
        ASSERT_TRUE(disk_->make_directory("/state"));
        open(*disk_);
        for (int i = 0; i < 24; ++i) {
            append(random.below(2) == 0 ? random.below(4) : random.below(90));
            ASSERT_TRUE(writer_->checkpoint());
            signed_.emplace_back(disk_->steps().size(), writer_->size(), writer_->root());
            if (random.below(5) == 0) open(*disk_);
        }
        root_ = writer_->root();
        steps_ = disk_->steps();
    }
    /// The last checkpoint that had returned by then.
    [[nodiscard]] std::uint64_t signed_size(std::size_t step_count) const {
        std::uint64_t size = 0;
        for (const auto& [steps, entries, root] : signed_)
            if (steps <= step_count) size = entries;
        return size;
    }
    void check_image(Disk& image, std::uint64_t size_min) {
        auto reader = LogReader::open(image, kDirectory, test_signer().verifier);
        if (reader) {
            EXPECT_GE(reader->checkpoint().size, size_min);
            const auto verdict = verify(*reader);
            ASSERT_TRUE(verdict) << verdict.error().message;
            EXPECT_TRUE(verdict->sound()) << verdict->findings.front().what;
        } else {
            EXPECT_EQ(reader.error().code, ErrorCode::NotFound) << reader.error().message;
            EXPECT_EQ(size_min, 0U);
        }
        auto writer = LogWriter::open(image, kDirectory, test_signer());
        ASSERT_TRUE(writer) << writer.error().message;
        for (const wal::Record& record : records_.all())
            ASSERT_TRUE(writer->append(record));
        EXPECT_EQ(writer->root(), root_);
        ASSERT_TRUE(writer->checkpoint());
        auto again = LogReader::open(image, kDirectory, test_signer().verifier);
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(again->checkpoint().root, root_);
        const auto verdict = verify(*again);
        ASSERT_TRUE(verdict && verdict->sound());
    }
    void check_cut(std::size_t cut, const std::function<bool(const PendingChange&)>& survives) {
        auto image = crash_image(steps_, cut, survives);
        check_image(*image, signed_size(cut));
    }

    std::vector<std::tuple<std::size_t, std::uint64_t, Hash>> signed_;
    std::vector<DiskStep> steps_;
    Hash root_{};
};

TEST_F(AuditCrash, NoCutLosesACheckpointOrChangesTheTree) {
    SeededRandom random(test_seed());
    record_scenario(random);
    for (std::size_t cut = 0; cut <= steps_.size(); ++cut) {
        check_cut(cut, [](const PendingChange&) { return false; });
        check_cut(cut, [](const PendingChange&) { return true; });
        for (int i = 0; i < 2; ++i)
            check_cut(cut, [&](const PendingChange&) { return random.below(2) == 0; });
        ASSERT_FALSE(HasFailure()) << "cut behind step " << cut << " of " << steps_.size();
    }
}

TEST_F(AuditCrash, EveryFailingCallLeavesALogThatGoesOn) {
    for (const ErrorCode code : {ErrorCode::Io, ErrorCode::NoSpace}) {
        for (std::uint64_t call = 0;; ++call) {
            disk_ = std::make_unique<FaultyDisk>(*(memory_ = make_memory_disk()));
            records_ = {};
            disk_->add_fault({.skip = call, .times = 1, .code = code, .bytes_done = 7});
            std::uint64_t failures = 0;
            for (int i = 0; i < 4; ++i) {
                if (!writer_ || failures > 0) {
                    auto opened = LogWriter::open(*disk_, kDirectory, test_signer());
                    if (!opened) ++failures;
                    if (opened) writer_.emplace(std::move(*opened));
                }
                if (!writer_) continue;
                append(130);
                if (!writer_->checkpoint()) ++failures;
            }
            ASSERT_LE(failures, 1U);
            if (!writer_) open(*disk_);
            disk_->clear_faults();
            for (const wal::Record& record : records_.all())
                ASSERT_TRUE(writer_->append(record));
            root_ = writer_->root();
            check_image(*disk_, 0);
            writer_.reset();
            ASSERT_FALSE(HasFailure()) << "call " << call;
            if (failures == 0) break;
        }
    }
}

}  // namespace
}  // namespace tradectl::audit
