#include "host/wal/verify.hpp"

#include "host/wal/reader.hpp"
#include "host/wal/survey.hpp"

#include <algorithm>

namespace tradectl::wal {
namespace {

class Tally final : public SurveyListener {
  public:
    explicit Tally(VerifyReport& report) : report_(report) {}

    void on_segment(const SegmentScan& scan) override {
        const SegmentHeader& header = scan.segment.header;
        ++report_.segments;
        report_.epoch = header.epoch;
        report_.torn_and_sealed += (header.flags & kSegmentSeals) != 0 ? 1 : 0;
    }
    void on_damage(Damage damage) override {
        if (report_.damage_count++ == 0) {
            report_.why =
                "wal: " + place_text(damage.segment, damage.first_page) + ": " + damage.why;
        }
        if (report_.damage.size() < kDamageMax) report_.damage.push_back(std::move(damage));
    }
    Status on_batch(const SegmentScan&, const BatchPlace& place) override {
        report_.pages += place.pages;
        ++report_.batches;
        report_.records += place.records;
        if (report_.first_sequence.value == 0) report_.first_sequence = place.first_sequence;
        report_.last_sequence = place.last_sequence();
        report_.durable_batch = std::max(report_.durable_batch, place.durable_batch);
        return {};
    }

  private:
    VerifyReport& report_;
};

Status count_files(Disk& disk, const std::string& directory, VerifyReport& report) {
    auto numbers = find_segments(disk, directory);
    if (!numbers) return fail(numbers.error());
    for (const std::uint32_t number : *numbers) {
        auto open = open_segment(disk, directory, number);
        if (!open) return fail(open.error());
        report.bytes += open->disk_bytes;
        report.archived += open->archived == Archived::Yes ? 1 : 0;
    }
    return {};
}

}  // namespace

const char* to_text(LogState state) {
    switch (state) {
        case LogState::Empty: return "empty";
        case LogState::Clean: return "clean";
        case LogState::Torn: return "torn";
        case LogState::Corrupt: return "corrupt";
    }
    return "unknown";
}

Expected<VerifyReport> verify(Disk& disk,
                              const std::string& directory,
                              const VerifyOptions& options) {
    VerifyReport report;
    if (auto status = count_files(disk, directory, report); !status) return fail(status.error());
    auto log = open_log(
        disk,
        directory,
        {.from = {}, .witness_sequence = options.witness_sequence, .log_id = options.log_id});
    if (!log && log.error().code != ErrorCode::Corrupt) return fail(log.error());
    const Tail* tail = log ? &log->tail() : nullptr;
    Tally tally(report);
    auto end = survey(disk, directory, {.log_id = options.log_id, .tail = tail}, tally);
    if (!end) return fail(end.error());
    report.log_id = end->log_id;
    auto witnessed = witnessed_end(disk, directory, *end, options.witness_sequence);
    if (!witnessed) return fail(witnessed.error());
    report.durable_batch = std::max(report.durable_batch, witnessed->stamped_batch);
    if (tail == nullptr && witnessed->missing) tally.on_damage(std::move(*witnessed->missing));
    if (tail == nullptr || report.damage_count != 0) {
        report.state = LogState::Corrupt;
        if (tail == nullptr) report.why = log.error().message;
    } else if (tail->segment == 0) {
        report.state = LogState::Empty;
    } else {
        report.state = tail->state == TailState::Torn ? LogState::Torn : LogState::Clean;
        report.why = tail->why;
    }
    return report;
}

}  // namespace tradectl::wal
