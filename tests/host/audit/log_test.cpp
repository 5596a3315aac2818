// The log on disk: written, read, verified, spoiled.
#include "tests/host/audit/audit_fixture.hpp"
#include "tests/host/audit/reference_tree.hpp"

#include <gtest/gtest.h>

namespace tradectl::audit {
namespace {

ReferenceTree leaves_of(const LogReader& reader) {
    ReferenceTree tree;
    const auto done = reader.each(0, [&](std::uint64_t, std::string_view entry) -> Expected<bool> {
        tree.leaves.push_back(leaf_hash(bytes_of(entry)));
        return true;
    });
    EXPECT_TRUE(done) << done.error().message;
    return tree;
}

TEST_F(AuditLog, OfEverySizeNearATilesEdgeIsSoundAndHasTheRoot) {
    for (const std::uint64_t records : {0, 1, 2, 283, 284, 285, 286, 569, 570, 3000}) {
        disk_ = std::make_unique<FaultyDisk>(*(memory_ = make_memory_disk()));
        records_ = {};
        build(records);
        const auto reader = read();
        ASSERT_TRUE(reader) << reader.error().message;
        const std::uint64_t size = records - records / 10;
        EXPECT_EQ(reader->checkpoint().size, size);
        const ReferenceTree tree = leaves_of(*reader);
        ASSERT_EQ(tree.leaves.size(), size);
        EXPECT_EQ(reader->checkpoint().root, tree.root(0, size));
        const Verdict verdict = verified();
        EXPECT_TRUE(verdict.sound()) << records << ": " << verdict.findings.front().what;
        EXPECT_EQ(verdict.entries, size);
    }
}

TEST_F(AuditLog, GrownInManyStepsIsThatOfOneStep) {
    open(*disk_);
    for (int i = 0; i < 300; ++i) {
        append(static_cast<std::uint64_t>(i % 7));
        ASSERT_TRUE(writer_->checkpoint());
        if (i % 11 == 0) open(*disk_);
        ASSERT_TRUE(verified().sound());
    }
    const Hash root = writer_->root();
    auto other = make_memory_disk();
    auto once = LogWriter::open(*other, kDirectory, test_signer());
    for (const wal::Record& record : records_.all())
        ASSERT_TRUE(once->append(record));
    EXPECT_EQ(once->root(), root);
}

TEST_F(AuditLog, TakesNoRecordTwice) {
    build(20);
    const Hash root = writer_->root();
    for (const wal::Record& record : records_.all())
        ASSERT_TRUE(writer_->append(record));
    EXPECT_EQ(writer_->root(), root);
    // After a restart it knows the last entry; what stands behind it gives none.
    open(*disk_);
    for (const wal::Record& record : records_.all())
        ASSERT_TRUE(writer_->append(record));
    EXPECT_EQ(writer_->root(), root);
    EXPECT_EQ(writer_->applied().value, 20U);
}

TEST_F(AuditLog, IsAWitnessForTheWal) {
    EXPECT_EQ(last_wal_sequence(*disk_, kDirectory)->value, 0U);
    build(19);
    EXPECT_EQ(last_wal_sequence(*disk_, kDirectory)->value, 19U);
    append(1);  // a value: no entry
    ASSERT_TRUE(writer_->checkpoint());
    EXPECT_EQ(last_wal_sequence(*disk_, kDirectory)->value, 19U);
}

TEST_F(AuditLog, ProvesEveryEntryAndEveryGrowth) {
    build(700);
    auto reader = read();
    const std::uint64_t size = reader->checkpoint().size;
    const Verifier verifier = test_signer().verifier;
    for (std::uint64_t index = 0; index < size; index += 13) {
        const auto proof = reader->prove_entry(index);
        ASSERT_TRUE(proof) << proof.error().message;
        const auto back = parse_inclusion_proof(to_text(*proof));
        ASSERT_TRUE(back) << back.error().message;
        EXPECT_TRUE(check(*back, verifier));
        auto bad = *back;
        bad.entry[9] ^= 1;
        EXPECT_EQ(check(bad, verifier).error().code, ErrorCode::Denied);
        const auto growth = reader->prove_growth(index);
        const auto growth_back = parse_consistency_proof(to_text(*growth));
        ASSERT_TRUE(growth_back) << growth_back.error().message;
        EXPECT_TRUE(check(*growth_back, verifier)) << index;
        EXPECT_TRUE(reader->check_growth_from({kOrigin, index, growth->old_root}));
    }
    EXPECT_EQ(reader->prove_entry(size).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(reader->prove_growth(size + 1).error().code, ErrorCode::InvalidArgument);
}

TEST_F(AuditLog, AProofCutShortAnywhereIsRefused) {
    build(40);
    auto reader = read();
    const std::string entry_proof = to_text(*reader->prove_entry(17));
    for (std::size_t size = 0; size < entry_proof.size(); ++size) {
        const auto proof = parse_inclusion_proof(entry_proof.substr(0, size));
        EXPECT_FALSE(proof && check(*proof, test_signer().verifier)) << size;
    }
    const std::string growth_proof = to_text(*reader->prove_growth(17));
    for (std::size_t size = 0; size < growth_proof.size(); ++size) {
        const auto proof = parse_consistency_proof(growth_proof.substr(0, size));
        EXPECT_FALSE(proof && check(*proof, test_signer().verifier)) << size;
    }
}

TEST_F(AuditLog, ALogThatWasChangedGivesNoProof) {
    build(700);
    flip("tile/entries/000", 2 + 50);
    EXPECT_EQ(read()->prove_entry(0).error().code, ErrorCode::Corrupt);
    EXPECT_EQ(read()->check_entry(0, *read()->entry(0)).error().code, ErrorCode::Corrupt);
    EXPECT_TRUE(read()->check_entry(1, *read()->entry(1)));
    flip("tile/0/000", 32 + 5);
    for (const std::uint64_t old_size : {1, 2, 3, 77, 255}) {
        const auto proof = read()->prove_growth(old_size);
        ASSERT_FALSE(proof) << old_size;
        EXPECT_EQ(proof.error().code, ErrorCode::Corrupt);
    }
    EXPECT_FALSE(read()->prove_entry(2));
    EXPECT_TRUE(read()->prove_entry(300));  // what it needs of the tile stands in the one above
}

TEST_F(AuditLog, AGapIsAnEntryOfItsOwnAndOnlyWhereThereIsOne) {
    build(5);
    writer_->skip_to(WalSequence{6}, Timestamp{1});
    EXPECT_EQ(writer_->pending(), 0U);
    writer_->skip_to(WalSequence{8}, Timestamp{1'700'000'000'000'000'000});
    ASSERT_TRUE(writer_->checkpoint());
    EXPECT_EQ(
        *read()->entry(5),
        R"({"wal":7,"time":"2023-11-14T22:13:20.000000Z","event":"GAP","actor":"host",)"
        R"("note":"what records 6 to 7 said is not in this log: they are not kept any more"})");
    EXPECT_TRUE(verified().sound());
    EXPECT_EQ(writer_->applied().value, 7U);
}

TEST_F(AuditLog, AChangedEntryIsFoundByItsIndex) {
    build(600);
    flip("tile/entries/001", 2 + 50);
    const Verdict verdict = verified();
    ASSERT_FALSE(verdict.findings.empty());
    EXPECT_EQ(verdict.findings.front().index, 256U);
    EXPECT_NE(verdict.findings.front().what.find("was changed"), std::string::npos);
}

TEST_F(AuditLog, EveryChangedByteOfEveryFileIsFound) {
    build(290);  // 261 entries: a full and a partial tile, two levels
    for (const std::string name : {"tile/0/000",
                                   "tile/0/001.p/5",
                                   "tile/1/000.p/1",
                                   "tile/entries/000",
                                   "tile/entries/001.p/5"}) {
        const auto size = read_file(*disk_, std::string(kDirectory) + "/" + name, 1 << 20)->size();
        for (std::uint64_t at = 0; at < size; at += name == "tile/entries/000" ? 97 : 1) {
            flip(name, at);
            EXPECT_FALSE(verified().sound()) << name << " at " << at;
            flip(name, at);
        }
    }
    EXPECT_TRUE(verified().sound());
}

TEST_F(AuditLog, AMissingTileIsFound) {
    build(600);
    for (const std::string name : {"tile/0/001", "tile/entries/000", "tile/1/000.p/2"}) {
        const std::string path = std::string(kDirectory) + "/" + name;
        const std::string content = *read_file(*disk_, path, 1 << 20);
        ASSERT_TRUE(disk_->remove(path));
        const Verdict verdict = verified();
        ASSERT_FALSE(verdict.sound()) << name;
        EXPECT_NE(verdict.findings.front().what.find(name), std::string::npos);
        ASSERT_TRUE(write_file_atomically(*disk_, path, content));
    }
}

TEST_F(AuditLog, RolledBackAndForkedIsDenied) {
    build(100);
    auto reader = read();
    const auto longer = reader->prove_growth(90)->old_root;
    const auto rolled_back = reader->check_growth_from({kOrigin, 91, longer});
    ASSERT_FALSE(rolled_back);
    EXPECT_NE(rolled_back.error().message.find("rolled back"), std::string::npos);
    const auto forked = reader->check_growth_from({kOrigin, 89, longer});
    ASSERT_FALSE(forked);
    EXPECT_NE(forked.error().message.find("forked"), std::string::npos);
}

TEST_F(AuditLog, OfAnotherOriginOrDamagedIsNotContinued) {
    build(50);
    auto other = LogWriter::open(*disk_, kDirectory, test_signer("tradectl/other/1"));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::Denied);
    flip("tile/0/000.p/45", 3);
    auto damaged = LogWriter::open(*disk_, kDirectory, test_signer());
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, ErrorCode::Corrupt);
    flip("tile/0/000.p/45", 3);
    flip("checkpoint", 40);
    EXPECT_FALSE(LogWriter::open(*disk_, kDirectory, test_signer()));
}

TEST_F(AuditLog, ALogThatDoesNotProjectARecordTakesNoneBehindIt) {
    build(5);
    wal::Record bad = records_.next();
    bad.body = bad.body.first(3);
    const auto done = writer_->append(bad);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Corrupt);
    EXPECT_NE(done.error().message.find("record 6"), std::string::npos);
    EXPECT_EQ(writer_->applied().value, 5U);
}

TEST_F(AuditLog, ItsReaderLivesBesideTheWriter) {
    build(100);
    auto reader = read();
    append(500);
    ASSERT_TRUE(writer_->checkpoint());  // the reader's partial tiles are gone now
    const auto verdict = verify(*reader);
    ASSERT_TRUE(verdict);
    EXPECT_TRUE(verdict->sound());
    EXPECT_EQ(verdict->entries, 90U);
    EXPECT_TRUE(check(*reader->prove_entry(89), test_signer().verifier));
}

}  // namespace
}  // namespace tradectl::audit
