#include "host/engine/audit_log.hpp"

#include "host/audit/entry.hpp"
#include "host/audit/tile_reader.hpp"
#include "host/keys/signing_key.hpp"
#include "host/wal/reader.hpp"

#include <array>
#include <cstdio>
#include <memory>

namespace tradectl::engine {

namespace {

/// A new key is made for a new log only: one that was lost must not be replaced unnoticed.
Expected<keys::SigningKey> open_key(Disk& disk, const StatePaths& paths) {
    auto key = keys::SigningKey::open(disk, paths.audit_key());
    if (key || key.error().code != ErrorCode::NotFound) return key;
    auto there = disk.exists(audit::checkpoint_path(paths.audit()));
    if (!there) return fail(there.error());
    if (!*there) return keys::SigningKey::create(disk, paths.audit_key());
    return fail(ErrorCode::Permission,
                "audit: " + paths.audit_key() +
                    " is missing although it has signed the log; restore it from a copy");
}

/// The origin, or how it begins: a simulated run leaves no identity behind.
Expected<std::string> expected_origin(Disk& disk,
                                      const StatePaths& paths,
                                      const std::string& name) {
    auto identity = wal::load_identity(disk, paths.root);
    if (identity) return audit_origin(name, *identity);
    if (identity.error().code != ErrorCode::NotFound) return fail(identity.error());
    return "tradectl/" + name + "/";
}

}  // namespace

Audit audit_of(const config::Config& config) {
    switch (config.audit) {
        case config::AuditPolicy::On: return Audit::Kept;
        case config::AuditPolicy::Off: return Audit::None;
        case config::AuditPolicy::Auto: break;
    }
    return config.mode == config::Mode::Backtest ? Audit::None : Audit::Kept;
}

std::string audit_origin(const std::string& name, const wal::Identity& identity) {
    std::array<char, 17> log_id{};
    static_cast<void>(std::snprintf(log_id.data(),
                                    log_id.size(),
                                    "%016llx",
                                    static_cast<unsigned long long>(identity.log_id.value)));
    return "tradectl/" + name + "/" + log_id.data();
}

Expected<audit::LogWriter> open_audit(Disk& disk,
                                      const StatePaths& paths,
                                      const std::string& name,
                                      const wal::Identity& identity) {
    auto opened = open_key(disk, paths);
    if (!opened) return fail(opened.error());
    const auto key = std::make_shared<const keys::SigningKey>(std::move(*opened));
    audit::Signer signer;
    signer.verifier = {.name = audit_origin(name, identity), .key = key->public_key()};
    signer.sign = [key](std::span<const std::byte> message) { return key->sign(message); };
    auto log = audit::LogWriter::open(disk, paths.audit(), std::move(signer));
    if (!log && log.error().code == ErrorCode::Denied)
        return fail(ErrorCode::Corrupt, log.error().message);
    return log;
}

Expected<audit::LogReader> read_audit(Disk& disk,
                                      const StatePaths& paths,
                                      const std::string& name,
                                      const std::optional<audit::Verifier>& key) {
    auto there = disk.exists(audit::checkpoint_path(paths.audit()));
    if (!there) return fail(there.error());
    if (!*there) {
        return fail(ErrorCode::NotFound,
                    "no audit log in " + paths.audit() +
                        "; a run writes one unless its config says audit: off, and a backtest "
                        "only with audit: on");
    }
    auto verifier =
        key ? Expected<audit::Verifier>(*key) : audit::read_verifier(disk, paths.audit());
    if (!verifier) return fail(verifier.error());
    const auto origin = expected_origin(disk, paths, name);
    if (!origin) return fail(origin.error());
    if (!verifier->name.starts_with(*origin)) {
        return fail(ErrorCode::Denied,
                    "audit: the verifier key is that of another log: '" + verifier->name +
                        "', not '" + *origin + "'");
    }
    return audit::LogReader::open(disk, paths.audit(), *verifier);
}

namespace {

/// Goes through both side by side.
class WalComparison {
  public:
    static constexpr std::size_t kFindingsMax = 20;

    WalComparison(wal::RecordReader reader, WalSequence mark)
        : reader_(std::move(reader)), first_(reader_.position()), mark_(mark) {}

    Expected<bool> take(std::uint64_t index, std::string_view entry) {
        const auto sequence = audit::wal_sequence_of(entry);
        if (sequence && *sequence < first_) return true;  // its segment is not kept any more
        auto next = next_line();
        if (!next) return fail(next.error());
        if (*next != entry) findings_.push_back({index, "is not what the WAL says"});
        return findings_.size() < kFindingsMax;
    }
    [[nodiscard]] std::vector<audit::Finding> findings() && { return std::move(findings_); }

  private:
    /// The next entry that the WAL gives; empty at its end.
    Expected<std::string> next_line() {
        std::string line;
        for (;;) {
            const auto record = reader_.next(mark_);
            if (!record) return fail(record.error());
            if (!*record) return std::string();
            const auto written = audit::project(**record, line);
            if (!written) return fail(written.error());
            if (*written) return line;
        }
    }

    wal::RecordReader reader_;
    WalSequence first_;
    WalSequence mark_;
    std::vector<audit::Finding> findings_;
};

}  // namespace

Expected<std::vector<audit::Finding>> compare_with_wal(Disk& disk,
                                                       const StatePaths& paths,
                                                       const audit::LogReader& log) {
    // What the audit log has taken is durable: the writer of the WAL may live.
    const auto mark = audit::last_wal_sequence(disk, paths.audit());
    if (!mark) return fail(mark.error());
    auto reader = wal::RecordReader::open(disk, paths.wal(), WalSequence{});
    if (!reader) return fail(reader.error());
    WalComparison comparison(std::move(*reader), *mark);
    auto done = log.each(0, [&](std::uint64_t index, std::string_view entry) {
        return comparison.take(index, entry);
    });
    if (!done) return fail(done.error());
    return std::move(comparison).findings();
}

}  // namespace tradectl::engine
