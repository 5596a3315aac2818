// The audit log beside the ledger: kept up with the WAL, and a witness for it.
#include "host/engine/audit_log.hpp"

#include "host/base/faulty_disk.hpp"
#include "host/base/random.hpp"
#include "host/engine/reset.hpp"
#include "host/engine/startup.hpp"
#include "host/engine/witness.hpp"
#include "host/keys/signing_key.hpp"
#include "host/wal/batch.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

constexpr wal::LogTimes kNow{Timestamp{1'700'000'000'000'000'000}, 1};

class AuditState : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(disk_->make_directory(paths_.root));
        open(Audit::Kept);
    }

    /// As at the start of a session.
    Status try_open(Audit audit) {
        state_.reset();
        SystemRandom random;
        auto identity = wal::open_identity(*disk_, paths_.root, random);
        if (!identity) return fail(identity.error());
        auto state = open_state(*disk_, paths_, "demo", *identity, 64 * 1024, kNow, audit);
        if (!state) return fail(state.error());
        state_.emplace(std::move(*state));
        return {};
    }
    void open(Audit audit) {
        const Status opened = try_open(audit);
        ASSERT_TRUE(opened) << opened.error().message;
    }
    /// Durable notes, each an entry.
    void write(int notes) {
        for (int i = 0; i < notes; ++i)
            note(wal::NoteKind::OperatorAction, "something");
        ASSERT_TRUE(state_->writer->sync());
    }
    void note(wal::NoteKind kind, const std::string& text) {
        wal::Writer& writer = *state_->writer;
        wal::BatchBuilder builder(writer.next_sequence(), writer.batch_bytes_max());
        wal::NoteBody body;
        body.kind = kind;
        body.subject.instance = "operator";
        body.text = text;
        ASSERT_TRUE(builder.add({.wall = kNow.wall}, body));
        ASSERT_TRUE(writer.append(builder.take(), 1));
    }
    void write_key_use(const std::string& verifier_key) {
        note(wal::NoteKind::KeyUse, key_use_text(verifier_key));
        ASSERT_TRUE(state_->writer->sync());
    }
    /// All that was written is applied, and the state is closed.
    void close() {
        ASSERT_TRUE(project());
        ASSERT_TRUE(state_->projector->stop());
        state_.reset();
    }
    void remove_files(const std::string& directory) {
        const auto names = *memory_->list(directory);
        for (const std::string& name : names)
            ASSERT_TRUE(memory_->remove(directory + "/" + name));
    }
    /// As if the audit log had never been there.
    void remove_audit() { ASSERT_TRUE(memory_->remove(audit::checkpoint_path(paths_.audit()))); }
    /// What retention does in the end.
    void remove_first_segment() {
        auto names = *memory_->list(paths_.wal());
        std::sort(names.begin(), names.end());
        ASSERT_TRUE(memory_->remove(paths_.wal() + "/" + names.front()));
    }
    Status project() { return state_->projector->catch_up(state_->writer->durable_sequence()); }
    Expected<audit::LogReader> read() { return read_audit(*disk_, paths_, "demo", {}); }
    std::uint64_t entries() {
        const auto log = read();
        EXPECT_TRUE(log) << log.error().message;
        return log ? log->checkpoint().size : 0;
    }
    void expect_sound() {
        const auto log = read();
        ASSERT_TRUE(log) << log.error().message;
        EXPECT_TRUE(audit::verify(*log)->sound());
        const auto compared = compare_with_wal(*disk_, paths_, *log);
        ASSERT_TRUE(compared) << compared.error().message;
        EXPECT_TRUE(compared->empty());
    }

    StatePaths paths_{"/state"};
    std::unique_ptr<Disk> memory_ = make_memory_disk();
    std::unique_ptr<FaultyDisk> disk_ = std::make_unique<FaultyDisk>(*memory_);
    std::optional<OpenState> state_;
};

TEST_F(AuditState, EveryDurableRecordIsInItAtTheEnd) {
    write(30);
    ASSERT_TRUE(project());
    ASSERT_TRUE(state_->projector->stop());
    EXPECT_EQ(entries(), 30U);
    expect_sound();
}

TEST_F(AuditState, ACheckpointComesAfterAThousandEntries) {
    write(1700);
    ASSERT_TRUE(project());
    EXPECT_EQ(entries(), 1000U);
}

TEST_F(AuditState, ACheckpointComesAfterASecondWithoutAnythingElse) {
    state_->projector->start_thread();
    write(3);
    state_->projector->notify(state_->writer->durable_sequence());
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!read() && std::chrono::steady_clock::now() < end)
        std::this_thread::yield();
    EXPECT_EQ(entries(), 3U);
}

TEST_F(AuditState, WhatItMissedIsMadeUpFor) {
    open(Audit::None);
    write(40);
    ASSERT_TRUE(project());
    open(Audit::Kept);
    ASSERT_TRUE(state_->projector->stop());
    EXPECT_EQ(entries(), 40U);
    // Without a checkpoint behind it, a crash loses nothing either.
    open(Audit::Kept);
    write(10);
    ASSERT_TRUE(project());
    disk_->add_fault({.operation = DiskOperation::Rename, .path_part = "audit"});
    EXPECT_FALSE(state_->projector->stop());
    state_.reset();
    disk_->clear_faults();
    EXPECT_EQ(entries(), 40U);
    open(Audit::Kept);
    ASSERT_TRUE(state_->projector->stop());
    EXPECT_EQ(entries(), 50U);
    expect_sound();
}

TEST_F(AuditState, AFailingAuditLogStopsTheProjector) {
    write(5);
    disk_->add_fault({.operation = DiskOperation::Sync, .path_part = "/audit/tile"});
    ASSERT_TRUE(project());
    const Status stopped = state_->projector->stop();
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::Io);
    disk_->clear_faults();
}

TEST_F(AuditState, ItIsAWitnessOfRecordsThatLogAndLedgerLost) {
    write(20);
    ASSERT_TRUE(project());
    state_.reset();
    // A log and a ledger from a backup, beside the audit log of today.
    ASSERT_TRUE(memory_->remove(paths_.ledger()));
    const auto names = *memory_->list(paths_.wal());
    for (const std::string& name : names)
        ASSERT_TRUE(memory_->remove(paths_.wal() + "/" + name));
    const auto identity = wal::load_identity(*disk_, paths_.root);
    auto old = wal::Writer::create(
        *disk_, paths_.wal(), identity->origin(), kNow, {.segment_bytes = 64 * 1024});
    ASSERT_TRUE(old) << old.error().message;
    ASSERT_TRUE((*old)->sync());
    old->reset();
    const Status opened = try_open(Audit::Kept);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Corrupt) << opened.error().message;
}

TEST_F(AuditState, ItIsAWitnessForWhoOnlyReadsToo) {
    write(20);
    close();
    EXPECT_EQ(witness_of(*disk_, paths_).sequence.value, 20U);
    ASSERT_TRUE(memory_->remove(paths_.ledger()));
    EXPECT_EQ(witness_of(*disk_, paths_).sequence.value, 20U);
    remove_files(paths_.wal());
    for (const Audit audit : {Audit::None, Audit::Witness}) {
        const Status opened = try_open(audit);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, ErrorCode::Corrupt) << opened.error().message;
    }
}

TEST_F(AuditState, OneThatCannotBeReadIsAnErrorWhereTheConfigKeepsOne) {
    write(20);
    close();
    ASSERT_TRUE(
        write_file_atomically(*disk_, audit::checkpoint_path(paths_.audit()), "no checkpoint"));
    EXPECT_EQ(try_open(Audit::Witness).error().code, ErrorCode::Corrupt);
    EXPECT_TRUE(try_open(Audit::None));
    state_.reset();
    const Witness witness = witness_of(*disk_, paths_);
    EXPECT_EQ(witness.sequence.value, 20U);  // the ledger's
    ASSERT_EQ(witness.unreadable.size(), 1U);
    EXPECT_EQ(witness.unreadable.front().code, ErrorCode::Corrupt);
}

TEST_F(AuditState, OneThatWasRolledBackIsFoundByItsWal) {
    write(20);
    close();
    open(Audit::None);
    write(5);
    ASSERT_TRUE(project());
    state_.reset();
    const auto log = read();
    const auto found = compare_with_wal(*disk_, paths_, *log);
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().index, 20U);
    EXPECT_NE(found->front().what.find("and 4 behind it: the log was rolled back"),
              std::string::npos)
        << found->front().what;
    // A run that lives is ahead of its audit log.
    const auto lock = WriterLock::take(*disk_, paths_, "demo", 0);
    ASSERT_TRUE(lock) << lock.error().message;
    EXPECT_TRUE(compare_with_wal(*disk_, paths_, *log)->empty());
}

TEST_F(AuditState, AKeyThatIsLostWithItsLogIsNotReplacedUnnoticed) {
    write_key_use(state_->audit_key);
    const std::string key = state_->audit_key;
    close();
    remove_audit();
    ASSERT_TRUE(memory_->remove(paths_.audit_key()));
    const Status opened = try_open(Audit::Kept);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Permission);
    EXPECT_NE(opened.error().message.find("names a key that has signed, " + key), std::string::npos)
        << opened.error().message;
    EXPECT_FALSE(*disk_->exists(paths_.audit_key()));
    EXPECT_TRUE(try_open(Audit::None));
}

TEST_F(AuditState, AnExchangedKeyIsRefused) {
    write(3);
    close();
    ASSERT_TRUE(memory_->remove(paths_.audit_key()));
    EXPECT_TRUE(read());  // who may not read the key, or has a copy without it
    ASSERT_TRUE(keys::SigningKey::create(*memory_, paths_.audit_key()));
    const auto log = read();
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, ErrorCode::Denied);
    EXPECT_NE(log.error().message.find("was exchanged"), std::string::npos);
}

TEST_F(AuditState, AKeyThatTheLastSessionDidNotNameIsFound) {
    const std::string key = state_->audit_key;
    write_key_use("another");
    write_key_use(key);
    close();
    const auto verifier = *audit::Verifier::parse(key);
    EXPECT_TRUE(check_key_use(*read(), verifier)->empty());
    open(Audit::Kept);
    write_key_use("another");
    close();
    const auto found = check_key_use(*read(), verifier);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().index, 2U);
}

TEST_F(AuditState, ANewLogBeginsWhereTheWalDoesAndSaysSo) {
    open(Audit::None);
    write(60);  // a page each: more than three segments
    close();
    remove_first_segment();
    remove_audit();
    open(Audit::Kept);
    ASSERT_TRUE(state_->projector->stop());
    state_.reset();
    const auto first = read()->entry(0);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_NE(first->find(R"("event":"GAP")"), std::string::npos) << *first;
    EXPECT_NE(first->find("what records 1 to "), std::string::npos) << *first;
    EXPECT_GT(entries(), 30U);
    expect_sound();
    open(Audit::Kept);  // and goes on as any other
    write(3);
    close();
    expect_sound();
}

TEST_F(AuditState, ALedgerThatIsLostIsNamedAndNothingIsLeftBehind) {
    write(60);
    close();
    remove_first_segment();
    remove_audit();
    ASSERT_TRUE(memory_->remove(paths_.ledger()));
    ASSERT_TRUE(memory_->remove(paths_.audit_key()));
    const Status opened = try_open(Audit::Kept);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Corrupt);
    for (const char* part : {"ledger", "missing", "restore"})
        EXPECT_NE(opened.error().message.find(part), std::string::npos) << opened.error().message;
    EXPECT_FALSE(*disk_->exists(paths_.audit_key()));
    EXPECT_FALSE(*disk_->exists(audit::checkpoint_path(paths_.audit())));
}

TEST_F(AuditState, AChangedWalOrEntryIsNamed) {
    write(20);
    ASSERT_TRUE(project());
    ASSERT_TRUE(state_->projector->stop());
    // Another WAL of the same id: its first record says something else.
    auto other = make_memory_disk();
    const auto identity = wal::load_identity(*disk_, paths_.root);
    auto writer = wal::Writer::create(
        *other, paths_.wal(), identity->origin(), kNow, {.segment_bytes = 64 * 1024});
    ASSERT_TRUE(writer);
    for (int i = 0; i < 20; ++i) {
        wal::BatchBuilder builder((*writer)->next_sequence(), (*writer)->batch_bytes_max());
        wal::NoteBody body;
        body.kind = wal::NoteKind::OperatorAction;
        body.subject.instance = "operator";
        body.text = i == 7 ? "something else" : "something";
        ASSERT_TRUE(builder.add({.wall = kNow.wall}, body));
        ASSERT_TRUE((*writer)->append(builder.take(), 1));
    }
    ASSERT_TRUE((*writer)->sync());
    const auto names = *other->list(paths_.wal());
    for (const std::string& name : names) {
        const std::string path = paths_.wal() + "/" + name;
        const std::string content = *read_file(*other, path, 1 << 24);
        ASSERT_TRUE(write_file_atomically(*disk_, path, content));
    }
    const auto log = read();
    const auto found = compare_with_wal(*disk_, paths_, *log);
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().index, 7U);
}

TEST_F(AuditState, AKeyThatIsLostIsNotReplacedUnnoticed) {
    write(1);
    ASSERT_TRUE(project());
    ASSERT_TRUE(state_->projector->stop());
    ASSERT_TRUE(disk_->remove(paths_.audit_key()));
    const Status opened = try_open(Audit::Kept);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Permission);
    EXPECT_NE(opened.error().message.find("restore it"), std::string::npos);
}

TEST_F(AuditState, OfAnotherWalIsRefused) {
    write(1);
    ASSERT_TRUE(project());
    ASSERT_TRUE(state_->projector->stop());
    auto identity = *wal::load_identity(*disk_, paths_.root);
    ++identity.log_id.value;
    const auto opened = open_audit(*disk_, paths_, "demo", identity);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Corrupt);
    EXPECT_NE(opened.error().message.find("another log"), std::string::npos);
}

TEST_F(AuditState, AResetBeginsANewLogUnderTheSameKey) {
    write(300);
    ASSERT_TRUE(project());
    ASSERT_TRUE(state_->projector->stop());
    const auto before = audit::read_verifier(*disk_, paths_.audit());
    state_.reset();
    ASSERT_TRUE(reset_state(*disk_, paths_));
    EXPECT_FALSE(*disk_->exists(paths_.audit()));
    open(Audit::Kept);
    ASSERT_TRUE(state_->projector->stop());
    EXPECT_EQ(entries(), 0U);
    const auto after = audit::read_verifier(*disk_, paths_.audit());
    EXPECT_EQ(after->key, before->key);
    EXPECT_NE(after->name, before->name);
}

}  // namespace
}  // namespace tradectl::engine
