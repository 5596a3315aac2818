#include "host/wal/batch.hpp"
#include "host/wal/writer.hpp"
#include "tests/crash/oracle.hpp"
#include "tests/crash/proof.hpp"
#include "tests/crash/trace.hpp"

#include <memory>

namespace tradectl::crash {
namespace {

struct Kind {
    const char* name;
    FaultRule rule;
};

std::vector<Kind> kinds() {
    const auto rule = [](ErrorCode code, std::uint64_t times, std::uint64_t bytes) {
        FaultRule made;
        made.code = code;
        made.times = times;
        made.bytes_done = bytes;
        return made;
    };
    return {{"io-once", rule(ErrorCode::Io, 1, 0)},
            {"io", rule(ErrorCode::Io, UINT64_MAX, 0)},
            {"space-once", rule(ErrorCode::NoSpace, 1, 0)},
            {"space", rule(ErrorCode::NoSpace, UINT64_MAX, 0)},
            {"short-once", rule(ErrorCode::Io, 1, 5000)},
            {"short", rule(ErrorCode::NoSpace, UINT64_MAX, 1300)}};
}

/// What one run did and promised.
struct Run {
    Script script;
    std::uint64_t calls = 0;
    bool failed = false;
};

// Writes until a call fails and stays failed, or the log has enough records. What a caller may do
// after an error is what is done: nothing after a poisoning one, trying again after NoSpace.
Run write_log(const FaultRule& rule, std::uint64_t seed) {
    Run run;
    run.script.name = "call";
    run.script.segment_bytes = wal::kSegmentBytesMin;
    run.script.values.resize(1);
    SeededRandom random(seed);
    auto memory = make_memory_disk();
    FaultyDisk disk(*memory);
    disk.start_recording();
    disk.add_fault(rule);
    auto writer = wal::Writer::create(
        disk, kDirectory, {{5}, 1}, {}, {.segment_bytes = run.script.segment_bytes});
    std::uint64_t promised = 0;
    run.failed = !writer.has_value();
    int refusals = 0;
    while (!run.failed && run.script.values.size() < 30 && refusals < 3) {
        wal::BatchBuilder builder((*writer)->next_sequence());
        const std::vector<std::byte> value(random.below(9000),
                                           static_cast<std::byte>(random.next()));
        static_cast<void>(
            builder.add({}, wal::KvBody{.instance = "a", .key = "k", .value = value}));
        // A batch whose write failed may be there all the same.
        run.script.values.resize((*writer)->next_sequence().value + 1);
        run.script.values.back().push_back(value);
        Status status = (*writer)->append(builder.take(), 0);
        if (status && random.below(2) == 0) status = (*writer)->sync();
        if (status) promised = (*writer)->durable_sequence().value;
        if (status && (*writer)->prefill_due()) status = (*writer)->prefill();
        if (status) continue;
        run.failed = status.error().code != ErrorCode::NoSpace || !(*writer)->sync();
        ++refusals;
    }
    if (writer) {
        promised = std::max(promised, (*writer)->durable_sequence().value);
        writer->reset();
    }
    run.script.steps = disk.steps();
    run.script.promises.push_back({run.script.steps.size(), promised});
    run.calls = disk.calls();
    return run;
}

void look(Proof& proof, const Run& run, const std::string& name, SeededRandom& random) {
    TraceWalk walk(run.script.steps, "/ack");
    while (walk.next()) {
    }
    const std::uint64_t promised = run.script.promises.back().sequence;
    for (int cut = 0; cut < 24; ++cut) {
        std::unique_ptr<Disk> copy;
        std::optional<std::string> failure;
        {
            Changes changes(walk.image());
            for (const Pending& mark : walk.apart_writes())
                if (cut == 0 || random.below(2) == 0) TraceWalk::apply(mark, changes);
            for (const Pending& change : walk.pending())
                if (cut == 0 || random.below(4) != 0) TraceWalk::apply(change, changes);
            ImageDisk disk(walk.image());
            failure = check_nothing_lost(disk, run.script, promised);
            if (cut < 2) copy = copy_of(walk.image());
        }
        proof.count_lazily(failure, [&] { return name + ":" + std::to_string(cut); });
        if (!copy) continue;
        failure = check_restart(*copy, run.script, promised);
        proof.count_lazily(failure, [&] { return name + ":restart:" + std::to_string(cut); });
    }
}

}  // namespace

void prove_failing_calls(Proof& proof) {
    SeededRandom random(proof.seed() + 2);
    for (const Kind& kind : kinds()) {
        for (std::uint64_t n = 0; !proof.failed(); ++n) {
            FaultRule rule = kind.rule;
            rule.skip = n;
            const Run run = write_log(rule, proof.seed());
            const std::string name = std::string("call:") + kind.name + ":" + std::to_string(n);
            look(proof, run, name, random);
            if (n >= run.calls) break;
        }
    }
}

}  // namespace tradectl::crash
