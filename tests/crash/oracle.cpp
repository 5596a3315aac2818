#include "tests/crash/oracle.hpp"

#include "host/wal/batch.hpp"
#include "host/wal/reader.hpp"
#include "host/wal/writer.hpp"

#include <algorithm>
#include <cstring>

namespace tradectl::crash {
namespace {

/// How far a log could be read, and why not further.
struct Reading {
    std::uint64_t last = 0;
    std::optional<Error> error;
    std::optional<std::string> wrong;  ///< a record that nobody wrote
};

std::optional<std::string> judge(const wal::Record& record, const Script& script) {
    const std::uint64_t sequence = record.header.sequence.value;
    const std::string name = "record " + std::to_string(sequence);
    if (sequence >= script.values.size()) return name + " was never written";
    std::span<const std::byte> value;
    if (record.header.type == wal::RecordType::Kv) {
        auto body = wal::decode_kv(record);
        if (!body) return name + ": " + body.error().message;
        value = body->value;
    }
    const auto& written = script.values[sequence];
    const bool known = std::any_of(written.begin(), written.end(), [&](const auto& one) {
        return one.size() == value.size() &&
               (one.empty() || std::memcmp(one.data(), value.data(), one.size()) == 0);
    });
    if (!known) return name + " has another value than any that was written";
    return std::nullopt;
}

Reading read_all(Disk& disk, const Script& script, std::uint64_t witness) {
    Reading reading;
    auto log =
        wal::open_log(disk, kDirectory, {.from = {1}, .witness_sequence = {witness}, .log_id = {}});
    if (!log) {
        reading.error = log.error();
        return reading;
    }
    for (;;) {
        auto record = log->next();
        if (!record) {
            reading.error = record.error();
            return reading;
        }
        if (!*record) return reading;
        reading.wrong = judge(**record, script);
        if (!reading.wrong && (*record)->header.sequence.value != reading.last + 1)
            reading.wrong = "record " + std::to_string(reading.last + 1) + " was passed over";
        if (reading.wrong) return reading;
        ++reading.last;
    }
}

std::optional<std::string> check_promised(const Reading& reading, std::uint64_t promised) {
    if (reading.wrong) return reading.wrong;
    if (reading.error) return "a false alarm: " + reading.error->message;
    if (reading.last >= promised) return std::nullopt;
    return "the log ends with record " + std::to_string(reading.last) + ", but " +
           std::to_string(promised) + " was acknowledged";
}

}  // namespace

std::optional<std::string> check_nothing_lost(Disk& disk,
                                              const Script& script,
                                              std::uint64_t promised) {
    return check_promised(read_all(disk, script, promised), promised);
}

std::optional<std::string> check_noticed(Disk& disk, const Script& script) {
    const Reading reading = read_all(disk, script, 0);
    if (reading.wrong) return reading.wrong;
    if (!reading.error) return "silent: the log reads up to record " + std::to_string(reading.last);
    return std::nullopt;
}

std::optional<std::string> check_never_wrong(Disk& disk,
                                             const Script& script,
                                             std::uint64_t promised) {
    const Reading reading = read_all(disk, script, promised);
    if (reading.wrong) return reading.wrong;
    if (!reading.error && reading.last < promised)
        return "silent: the log ends with record " + std::to_string(reading.last);
    return std::nullopt;
}

std::optional<std::string> check_restart(Disk& disk, const Script& script, std::uint64_t promised) {
    auto log =
        wal::open_log(disk, kDirectory, {.from = {}, .witness_sequence = {promised}, .log_id = {}});
    if (!log) return "restart: " + log.error().message;
    const wal::WriterOptions options{.segment_bytes = script.segment_bytes};
    auto writer = log->tail().segment == 0
                      ? wal::Writer::create(disk, kDirectory, {{99}, 1}, {}, options)
                      : wal::Writer::resume(disk, kDirectory, log->tail(), {}, options);
    if (!writer) return "restart: " + writer.error().message;
    Script after = script;
    const std::uint64_t next = (*writer)->next_sequence().value;
    if (after.values.size() <= next) after.values.resize(next + 1);
    const std::vector<std::byte> value(100, std::byte{7});
    if (next > 1) after.values[next - 1].emplace_back();  // may be the SEAL
    after.values[next].push_back(value);
    wal::BatchBuilder builder((*writer)->next_sequence());
    static_cast<void>(builder.add({}, wal::KvBody{.instance = "a", .key = "k", .value = value}));
    Status status = (*writer)->append(builder.take(), 0);
    if (status) status = (*writer)->sync();
    if (!status) return "restart: " + status.error().message;
    writer->reset();
    return check_nothing_lost(disk, after, next);
}

}  // namespace tradectl::crash
