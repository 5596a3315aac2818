#include "host/wal/salvage.hpp"

#include "host/base/assert.hpp"
#include "host/base/json.hpp"
#include "host/wal/survey.hpp"

#include <memory>
#include <utility>

namespace tradectl::wal {
namespace {

constexpr std::uint64_t kGapRecordsMax = 100'000'000;
constexpr std::uint32_t kPlaceholdersInBatch = 256;

/// Copies what the survey finds, and fills what it misses.
class Copier final : public SurveyListener {
  public:
    Copier(Disk& disk, const std::string& target, const SalvageOptions& options)
        : disk_(disk), target_(target), options_(options) {
        report_.log_id = options.log_id;
    }

    void on_segment(const SegmentScan& scan) override { epoch_ = scan.segment.header.epoch; }
    void on_damage(Damage damage) override {
        why_ = "segment " + std::to_string(damage.segment) + ", page " +
               std::to_string(damage.first_page) + ": " + damage.why;
        report_.lost.push_back(std::move(damage));
    }
    Status on_batch(const SegmentScan& scan, const BatchPlace& place) override {
        if (auto status = begin_at(place.first_sequence); !status) return status;
        if (auto status = fill_up_to(place.first_sequence); !status) return status;
        auto bytes = read_batch(*scan.segment.file, place);
        if (!bytes) return fail(bytes.error());
        const Batch batch{.bytes = std::move(*bytes),
                          .first_sequence = place.first_sequence,
                          .records = place.records};
        if (auto status = writer_->append(batch, 0); !status) return status;
        report_.copied += place.records;
        return {};
    }

    Status finish(const SurveyEnd& end) {
        if (!writer_) return fail(ErrorCode::NotFound, "wal: no record can be read");
        if (auto status = writer_->sync(); !status) return status;
        report_.source_log_id = end.log_id;
        report_.last_sequence = writer_->durable_sequence();
        return {};
    }

    [[nodiscard]] SalvageReport& report() { return report_; }

  private:
    Status begin_at(WalSequence first) {
        if (writer_) return {};
        // What is lost in front of the first record that was found has its place too.
        const auto& lost = report_.lost;
        report_.first_sequence = lost.empty() || lost.front().first_sequence.value == 0
                                     ? first
                                     : lost.front().first_sequence;
        auto writer = Writer::create(
            disk_,
            target_,
            {.log_id = options_.log_id, .epoch = epoch_, .first_sequence = report_.first_sequence},
            options_.now);
        if (!writer) return fail(writer.error());
        writer_ = std::move(*writer);
        return {};
    }

    Status fill_up_to(WalSequence sequence) {
        const WalSequence from = writer_->next_sequence();
        if (sequence.value - from.value > kGapRecordsMax) {
            return fail(ErrorCode::Quota,
                        "wal: records " + std::to_string(from.value) + " to " +
                            std::to_string(sequence.value - 1) + " are lost: more than " +
                            std::to_string(kGapRecordsMax));
        }
        SealBody body;
        const std::string reason = "lost: " + why_;
        body.reason = reason;
        RecordHeader header;
        header.wall = options_.now.wall;
        header.monotonic_ns = options_.now.monotonic_ns;
        while (writer_->next_sequence() < sequence) {
            BatchBuilder builder(writer_->next_sequence());
            for (std::uint32_t i = 0; i < kPlaceholdersInBatch; ++i) {
                if (builder.next_sequence() == sequence) break;
                if (auto added = builder.add(header, body); !added) return fail(added.error());
            }
            const Batch batch = builder.take();
            if (auto status = writer_->append(batch, 0); !status) return status;
            report_.placeholders += batch.records;
        }
        return {};
    }

    Disk& disk_;
    const std::string& target_;
    const SalvageOptions& options_;
    SalvageReport report_;
    std::unique_ptr<Writer> writer_;
    std::string why_;
    std::uint16_t epoch_ = 1;
};

Json to_json(const Damage& damage) {
    Json json = Json::object();
    json.set("segment", damage.segment);
    json.set("first_page", damage.first_page);
    json.set("pages", damage.pages);
    json.set("first_batch", std::to_string(damage.first_batch));
    json.set("last_batch", std::to_string(damage.last_batch));
    json.set("first_sequence", std::to_string(damage.first_sequence.value));
    json.set("last_sequence", std::to_string(damage.last_sequence.value));
    json.set("why", damage.why);
    return json;
}

Json to_json(const SalvageReport& report) {
    Json json = Json::object();
    json.set("source_log_id", std::to_string(report.source_log_id.value));
    json.set("log_id", std::to_string(report.log_id.value));
    json.set("copied", report.copied);
    json.set("placeholders", report.placeholders);
    json.set("first_sequence", std::to_string(report.first_sequence.value));
    json.set("last_sequence", std::to_string(report.last_sequence.value));
    Json& lost = json.set("lost", Json::array());
    for (const Damage& damage : report.lost)
        lost.push(to_json(damage));
    return json;
}

Status check_target(Disk& disk, const std::string& source, const std::string& target) {
    if (source == target)
        return fail(ErrorCode::BadState, "wal: cannot salvage " + source + " into itself");
    auto there = disk.exists(target);
    if (!there) return fail(there.error());
    if (!*there) return {};
    auto names = disk.list(target);
    if (!names) return fail(names.error());
    if (names->empty()) return {};
    return fail(ErrorCode::BadState, "wal: " + target + " is not empty");
}

}  // namespace

Expected<SalvageReport> salvage(Disk& disk,
                                const std::string& source,
                                const std::string& target,
                                const SalvageOptions& options) {
    TRADECTL_ASSERT(options.log_id.value != 0);
    if (auto status = check_target(disk, source, target); !status) return fail(status.error());
    Copier copier(disk, target, options);
    auto end = survey(disk, source, {}, copier);
    if (!end) return fail(end.error());
    if (end->log_id == options.log_id)
        return fail(ErrorCode::InvalidArgument, "wal: a salvaged log needs a log id of its own");
    auto witnessed = witnessed_end(disk, source, *end, options.witness_sequence);
    if (!witnessed) return fail(witnessed.error());
    if (witnessed->missing) copier.on_damage(std::move(*witnessed->missing));
    if (auto status = copier.finish(*end); !status) return fail(status.error());
    const std::string report = to_json(copier.report()).dump(JsonStyle::Pretty) + "\n";
    if (auto status = write_file_atomically(disk, target + "/salvage.json", report); !status)
        return fail(status.error());
    return std::move(copier.report());
}

}  // namespace tradectl::wal
