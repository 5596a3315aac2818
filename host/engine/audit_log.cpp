#include "host/engine/audit_log.hpp"

#include "host/audit/entry.hpp"
#include "host/audit/entry_fields.hpp"
#include "host/audit/tile_reader.hpp"
#include "host/keys/signing_key.hpp"
#include "host/wal/reader.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <string_view>

namespace tradectl::engine {

namespace {

constexpr std::string_view kKeyUseText = "signs checkpoints of the audit log: ";

/// The key that the WAL says has signed; empty when it names none.
Expected<std::string> key_named_in_wal(Disk& disk, const StatePaths& paths) {
    auto log = wal::open_log(disk, paths.wal());
    if (!log) return fail(log.error());
    for (;;) {
        const auto record = log->next();
        if (!record) return fail(record.error());
        if (!*record) return std::string();
        if ((*record)->header.type != wal::RecordType::Note) continue;
        const auto note = wal::decode_note(**record);
        if (!note) return fail(note.error());
        if (note->kind == wal::NoteKind::KeyUse && note->text.starts_with(kKeyUseText))
            return std::string(note->text.substr(kKeyUseText.size()));
    }
}

/// A new key is made for a new log only: one that was lost must not be replaced unnoticed.
Expected<keys::SigningKey> open_key(Disk& disk, const StatePaths& paths) {
    auto key = keys::SigningKey::open(disk, paths.audit_key());
    if (key || key.error().code != ErrorCode::NotFound) return key;
    auto there = disk.exists(audit::checkpoint_path(paths.audit()));
    if (!there) return fail(there.error());
    if (*there) {
        return fail(ErrorCode::Permission,
                    "audit: " + paths.audit_key() +
                        " is missing although it has signed the log; restore it from a copy");
    }
    const auto named = key_named_in_wal(disk, paths);
    if (!named) return fail(named.error());
    if (named->empty()) return keys::SigningKey::create(disk, paths.audit_key());
    return fail(ErrorCode::Permission,
                "audit: " + paths.audit_key() + " and the audit log in " + paths.audit() +
                    " are missing although the WAL names a key that has signed, " + *named +
                    "; restore the key from a copy, or run with audit: off");
}

/// Who holds the directory can put another log and another verifier key into it: the key that a run
/// would sign with says so, where it may be read.
Status check_own_key(Disk& disk, const StatePaths& paths, const audit::Verifier& verifier) {
    const auto own = keys::SigningKey::open(disk, paths.audit_key());
    if (!own && own.error().code == ErrorCode::Corrupt) return fail(own.error());
    if (!own || own->public_key() == verifier.key) return {};
    return fail(ErrorCode::Denied,
                "audit: " + audit::verifier_path(paths.audit()) + " is not the key of " +
                    paths.audit_key() + ": one of them was exchanged");
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
    if (!key) {
        if (auto own = check_own_key(disk, paths, *verifier); !own) return fail(own.error());
    }
    const auto origin = expected_origin(disk, paths, name);
    if (!origin) return fail(origin.error());
    if (!verifier->name.starts_with(*origin)) {
        return fail(ErrorCode::Denied,
                    "audit: the verifier key is that of another log: '" + verifier->name +
                        "', not '" + *origin + "'");
    }
    return audit::LogReader::open(disk, paths.audit(), *verifier);
}

std::string key_use_text(const std::string& verifier_key) {
    return std::string(kKeyUseText) + verifier_key;
}

Expected<std::vector<audit::Finding>> check_key_use(const audit::LogReader& log,
                                                    const audit::Verifier& key) {
    std::vector<audit::Finding> findings;
    const std::string expected = key_use_text(key.to_string());
    auto done = log.each(0, [&](std::uint64_t index, std::string_view line) -> Expected<bool> {
        if (line.find(R"("event":"KEYUSE")") == std::string_view::npos) return true;
        const auto fields = audit::parse_fields(index, line);
        if (!fields) return fail(fields.error());
        const std::string_view note = audit::text_in(*fields, "note");
        if (!note.starts_with(kKeyUseText)) return true;
        findings.clear();
        if (note != expected)
            findings.push_back(
                {index, "names another key than the one that signed the checkpoint"});
        return true;
    });
    if (!done) return fail(done.error());
    return findings;
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
        if (sequence) last_ = *sequence;
        if (sequence && *sequence < first_) return true;  // its segment is not kept any more
        auto next = next_line();
        if (!next) return fail(next.error());
        if (*next != entry) findings_.push_back({index, "is not what the WAL says"});
        return findings_.size() < kFindingsMax;
    }
    /// Of the last entry.
    [[nodiscard]] WalSequence last() const { return last_; }
    /// What the WAL gives behind the last of `size` entries, up to `end`. The audit log of a run
    /// that lives is behind by nature: this is for one at rest.
    Status take_rest(std::uint64_t size, WalSequence end) {
        mark_ = end;
        std::uint64_t missing = 0;
        for (;;) {
            const auto next = next_line();
            if (!next) return fail(next.error());
            if (next->empty()) break;
            ++missing;
        }
        if (missing == 0) return {};
        findings_.push_back(
            {size,
             "is missing, which the WAL gives" +
                 (missing == 1 ? "" : ", and " + std::to_string(missing - 1) + " behind it") +
                 ": the log was rolled back, or a crash or runs with audit: off left it behind "
                 "(wal-recover --apply with audit: on makes up for that)"});
        return {};
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
    WalSequence last_;
    std::vector<audit::Finding> findings_;
};

/// The end of a WAL that nobody writes to; nothing beside a live run.
Expected<std::optional<WalSequence>> end_at_rest(Disk& disk, const StatePaths& paths) {
    std::optional<WalSequence> end;
    auto lives = is_running(disk, paths);
    if (!lives) return fail(lives.error());
    if (*lives) return end;
    const auto log = wal::open_log(disk, paths.wal());
    lives = is_running(disk, paths);
    if (!lives) return fail(lives.error());
    if (*lives) return end;  // a run that began meanwhile may be writing there
    if (!log) return fail(log.error());
    end = log->tail().last_sequence;
    return end;
}

}  // namespace

Expected<std::vector<audit::Finding>> compare_with_wal(Disk& disk,
                                                       const StatePaths& paths,
                                                       const audit::LogReader& log) {
    const auto end = end_at_rest(disk, paths);
    if (!end) return fail(end.error());
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
    // One that has grown since it was opened was not the last that a run wrote.
    if (*end && comparison.last() == *mark) {
        done = comparison.take_rest(log.checkpoint().size, **end);
        if (!done) return fail(done.error());
    }
    return std::move(comparison).findings();
}

}  // namespace tradectl::engine
