#include "tests/crash/script.hpp"

#include "host/base/assert.hpp"
#include "host/base/random.hpp"
#include "host/wal/archive.hpp"
#include "host/wal/batch.hpp"
#include "host/wal/reader.hpp"
#include "host/wal/writer.hpp"

#include <algorithm>
#include <functional>
#include <memory>

namespace tradectl::crash {
namespace {

constexpr wal::LogOrigin kOrigin{{0x7061'6765'7321'2121}, 2};
constexpr wal::LogTimes kTimes{Timestamp{1'700'000'000'000'000'000}, 5};

/// Writes a log on a recorded disk and keeps the books of it.
class ScriptMaker {
  public:
    ScriptMaker(std::string name, std::uint64_t segment_bytes, std::uint64_t seed)
        : random_(seed), disk_(*memory_) {
        script_.name = std::move(name);
        script_.segment_bytes = segment_bytes;
        disk_.start_recording();
        TRADECTL_ASSERT(disk_.make_directory("/state").has_value());
    }

    void start() {
        writer_.reset();
        auto log = wal::open_log(disk_, kDirectory);
        TRADECTL_ASSERT(log.has_value());
        const wal::WriterOptions options{.segment_bytes = script_.segment_bytes};
        auto writer = log->tail().segment == 0
                          ? wal::Writer::create(disk_, kDirectory, kOrigin, kTimes, options)
                          : wal::Writer::resume(disk_, kDirectory, log->tail(), kTimes, options);
        TRADECTL_ASSERT(writer.has_value());
        writer_ = std::move(*writer);
        if (log->tail().state == wal::TailState::Torn)
            note({writer_->next_sequence().value - 1}, {});
        promise();
    }
    /// A batch of `pages` pages in one to three records.
    void append(std::uint32_t pages) {
        wal::BatchBuilder builder(writer_->next_sequence());
        const std::size_t bytes = pages * wal::kPagePayloadBytes - 300 - random_.below(2000);
        const std::size_t records = 1 + random_.below(3);
        for (std::size_t i = 0; i < records; ++i) {
            std::vector<std::byte> value(bytes / records);
            for (std::byte& b : value)
                b = static_cast<std::byte>(random_.next());
            const wal::KvBody body{.instance = "script", .key = "k", .value = value};
            note(builder.next_sequence(), value);
            TRADECTL_ASSERT(builder.add({}, body).has_value());
        }
        builder.sync_now();
        TRADECTL_ASSERT(writer_->append(builder.take(), 0).has_value());
        promise();
    }
    void sync() {
        TRADECTL_ASSERT(writer_->sync().has_value());
        promise();
    }
    void commit(std::uint32_t pages) {
        append(pages);
        sync();
    }
    void prefill() { TRADECTL_ASSERT(writer_->prefill().has_value()); }
    /// The process dies, and the pages behind what is durable are torn: one sector is zeros.
    void tear(std::uint32_t segment, std::uint32_t page) {
        writer_.reset();
        auto file =
            disk_.open(std::string(kDirectory) + "/" + wal::segment_name(segment), {.write = true});
        const std::vector<std::byte> zeros(kSectorBytes);
        TRADECTL_ASSERT((*file)->write(std::uint64_t{page} * wal::kPageBytes, zeros).has_value());
    }
    void archive() {
        wal::Archiver archiver(disk_, kDirectory, {});
        const wal::ArchiveBounds bounds{
            .now = kTimes.wall, .applied = writer_->durable_sequence(), .needed = {}};
        for (;;) {
            auto step = archiver.step(bounds);
            TRADECTL_ASSERT(step.has_value());
            if (*step == wal::ArchiveStep::Idle) return;
        }
    }
    [[nodiscard]] std::uint32_t segment() const { return writer_->segment(); }
    SeededRandom& random() { return random_; }

    Script finish() {
        writer_.reset();
        script_.steps = disk_.steps();
        return std::move(script_);
    }

  private:
    void note(WalSequence sequence, std::vector<std::byte> value) {
        if (script_.values.size() <= sequence.value) script_.values.resize(sequence.value + 1);
        script_.values[sequence.value].push_back(std::move(value));
    }
    void promise() {
        script_.promises.push_back({disk_.steps().size(), writer_->durable_sequence().value});
    }

    SeededRandom random_;
    std::unique_ptr<Disk> memory_ = make_memory_disk();
    FaultyDisk disk_;
    std::unique_ptr<wal::Writer> writer_;
    Script script_;
};

Script rolls(std::uint64_t seed) {
    ScriptMaker make("rolls", wal::kSegmentBytesMin, seed);
    make.start();
    for (const std::uint32_t pages : {1u, 2u, 1u, 3u})
        make.commit(pages);
    for (const std::uint32_t pages : {1u, 1u, 2u})
        make.append(pages);
    make.sync();
    make.prefill();
    for (const std::uint32_t pages : {2u, 1u, 15u, 1u, 4u, 2u})
        make.append(pages);
    make.sync();
    for (int i = 0; i < 12; ++i) {
        make.append(static_cast<std::uint32_t>(1 + make.random().below(3)));
        if (make.random().below(3) == 0) make.prefill();
        if (make.random().below(2) == 0) make.sync();
    }
    make.sync();
    return make.finish();
}

Script wide(std::uint64_t seed) {
    ScriptMaker make("wide", 512u << 10, seed);
    make.start();
    make.commit(1);
    make.append(64);
    make.sync();
    for (const std::uint32_t pages : {20u, 20u, 20u, 4u, 1u})
        make.append(pages);
    make.prefill();
    make.append(40);
    make.commit(7);
    return make.finish();
}

Script sealed(std::uint64_t seed) {
    ScriptMaker make("sealed", wal::kSegmentBytesMin, seed);
    make.start();
    for (const std::uint32_t pages : {1u, 2u, 1u})
        make.commit(pages);
    make.append(2);
    make.append(1);
    make.tear(1, 6);
    make.start();
    make.commit(1);
    make.append(2);
    make.tear(2, 4);
    make.start();
    make.commit(1);
    make.start();
    make.commit(2);
    return make.finish();
}

Script archive(std::uint64_t seed) {
    ScriptMaker make("archive", wal::kSegmentBytesMin, seed);
    make.start();
    while (make.segment() < 4)
        make.commit(4);
    make.archive();
    make.commit(1);
    return make.finish();
}

}  // namespace

std::uint64_t Script::promised_at(std::size_t step_count) const {
    std::uint64_t sequence = 0;
    for (const Promise& promise : promises) {
        if (promise.steps <= step_count) sequence = std::max(sequence, promise.sequence);
    }
    return sequence;
}

std::vector<Script> make_scripts(std::uint64_t seed) {
    std::vector<Script> scripts;
    scripts.push_back(rolls(seed));
    scripts.push_back(wide(seed + 1));
    scripts.push_back(sealed(seed + 2));
    scripts.push_back(archive(seed + 3));
    return scripts;
}

}  // namespace tradectl::crash
