#include "host/engine/export_follower.hpp"

#include <utility>

namespace tradectl::engine {

Expected<ExportFollower> ExportFollower::create(Disk& disk,
                                                std::string wal_directory,
                                                const std::string& parts_directory) {
    auto writer = ledger::ExportWriter::create(disk, parts_directory);
    if (!writer) return fail(writer.error());
    return ExportFollower(disk, std::move(wal_directory), std::move(*writer));
}

ExportFollower::ExportFollower(Disk& disk, std::string wal_directory, ledger::ExportWriter writer)
    : disk_(&disk), directory_(std::move(wal_directory)), writer_(std::move(writer)) {}

Status ExportFollower::catch_up(WalSequence mark) {
    if (applied_ >= mark) return {};
    if (!reader_) {
        auto reader = wal::RecordReader::open(*disk_, directory_, WalSequence{1});
        if (!reader) return fail(reader.error());
        reader_.emplace(std::move(*reader));
    }
    while (applied_ < mark) {
        const auto record = reader_->next(mark);
        if (!record) return fail(record.error());
        if (!*record) {
            return fail(ErrorCode::Corrupt,
                        "wal: record " + std::to_string(applied_.value + 1) +
                            " is missing although it is durable");
        }
        if (auto done = writer_.apply({&**record, 1}); !done) return done;
        applied_ = (*record)->header.sequence;
    }
    return {};
}

}  // namespace tradectl::engine
