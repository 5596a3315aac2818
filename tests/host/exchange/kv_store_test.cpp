#include "host/exchange/kv_store.hpp"

#include "host/base/database.hpp"
#include "host/base/faulty_disk.hpp"

#include <gtest/gtest.h>

namespace tradectl::exchange {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

template <typename Result>
ErrorCode code_of(const Result& result) {
    return result ? ErrorCode{} : result.error().code;
}

class KvStoreTest : public testing::Test {
  protected:
    static constexpr Timestamp kNow{1'700'000'000 * kNsPerSecond};

    std::unique_ptr<KvStore> open() { return KvStore::open(disk_, kPath, kNow).value(); }
    static Status commit(KvStore& store) { return store.writer()->commit(store.take_staged()); }
    static void put(KvStore& store, std::string_view key, std::string_view value) {
        ASSERT_TRUE(store.put(key, bytes_of(value)));
    }
    /// The value as text, or "none".
    static std::string get(KvStore& store, std::string_view key) {
        const auto value = store.get(key);
        if (!value) return "none";
        return {reinterpret_cast<const char*>(value->data()), value->size()};
    }
    static std::string keys(KvStore& store, std::string_view prefix) {
        std::string all;
        const auto walked =
            store.each(prefix, [&](std::string_view key, std::span<const std::byte>) {
                all += std::string(key) + " ";
                return true;
            });
        return walked ? all : walked.error().message;
    }

    static constexpr const char* kPath = "/state/plugins/venue/kv.db";
    std::unique_ptr<Disk> memory_ = make_memory_disk();
    FaultyDisk disk_{*memory_};
};

TEST_F(KvStoreTest, StartsEmptyAndMakesItsDirectory) {
    const auto store = open();
    EXPECT_EQ(get(*store, "a"), "none");
    EXPECT_EQ(keys(*store, ""), "");
    EXPECT_FALSE(store->has_staged());
    EXPECT_TRUE(*disk_.exists(kPath));
}

TEST_F(KvStoreTest, APutIsReadBackAtOnceAndStagedForTheNextCommit) {
    const auto store = open();
    put(*store, "a", "1");
    put(*store, "a", "2");
    EXPECT_EQ(get(*store, "a"), "2");
    EXPECT_TRUE(store->has_staged());
    const auto staged = store->take_staged();
    ASSERT_EQ(staged.size(), 2u);
    EXPECT_EQ(staged[0].key, "a");
    EXPECT_EQ(std::to_integer<char>(staged[1].value.at(0)), '2');
    EXPECT_FALSE(store->has_staged());
}

TEST_F(KvStoreTest, WalksAPrefixInByteOrderUntilTheVisitorHasEnough) {
    const auto store = open();
    for (const char* key : {"b/2", "a", "b/10", "b", "c", "b/\xff", "b0"})
        put(*store, key, "x");
    EXPECT_EQ(keys(*store, "b/"), "b/10 b/2 b/\xff ");
    EXPECT_EQ(keys(*store, "d"), "");
    int visits = 0;
    EXPECT_TRUE(store->each(
        "b", [&](std::string_view, std::span<const std::byte>) { return ++visits < 2; }));
    EXPECT_EQ(visits, 2);
}

TEST_F(KvStoreTest, AVisitorMayDeleteWhatItIsShown) {
    const auto store = open();
    for (const char* key : {"b/1", "b/2", "b/3"})
        put(*store, key, "x");
    EXPECT_TRUE(store->each("b/", [&](std::string_view key, std::span<const std::byte>) {
        return store->put(std::string(key), {}).has_value();
    }));
    EXPECT_EQ(keys(*store, ""), "");
}

TEST_F(KvStoreTest, AReopenedStoreHoldsWhatWasCommittedAndNothingElse) {
    auto store = open();
    put(*store, "kept", "1");
    put(*store, "overwritten", "1");
    put(*store, "overwritten", "2");
    ASSERT_TRUE(commit(*store));
    put(*store, "staged", "1");
    store = open();
    EXPECT_EQ(get(*store, "kept"), "1");
    EXPECT_EQ(get(*store, "overwritten"), "2");
    EXPECT_EQ(get(*store, "staged"), "none");
}

TEST_F(KvStoreTest, AnEmptyValueDeletesHereAndInTheFile) {
    auto store = open();
    put(*store, "a", "1");
    put(*store, "b", "1");
    ASSERT_TRUE(commit(*store));
    put(*store, "a", "");
    put(*store, "never there", "");
    EXPECT_EQ(get(*store, "a"), "none");
    ASSERT_TRUE(commit(*store));
    EXPECT_EQ(keys(*open(), ""), "b ");
}

TEST_F(KvStoreTest, KeysAndValuesAreBytes) {
    using namespace std::string_view_literals;
    auto store = open();
    put(*store, "k\0\xff"sv, "\0v\0"sv);
    ASSERT_TRUE(commit(*store));
    store = open();
    EXPECT_EQ(get(*store, "k\0\xff"sv), "\0v\0"sv);
    EXPECT_EQ(get(*store, "k"), "none");
}

TEST_F(KvStoreTest, TheLongestKeyAndValueFitAndOneByteMoreIsQuota) {
    auto store = open();
    const std::string key(KvStore::kKeyBytesMax, 'k');
    const std::string value(KvStore::kValueBytesMax, 'v');
    put(*store, key, value);
    EXPECT_EQ(code_of(store->put(key + "k", bytes_of("x"))), ErrorCode::Quota);
    EXPECT_EQ(code_of(store->put("", bytes_of("x"))), ErrorCode::Quota);
    const auto refused = store->put("a", bytes_of(value + "v"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "kv: value of 61441 bytes, limit 61440");
    EXPECT_EQ(get(*store, "a"), "none");
    ASSERT_TRUE(commit(*store));
    EXPECT_EQ(get(*open(), key), value);
}

TEST_F(KvStoreTest, AReadOnlyStoreReadsBesideTheWriterAndRefusesPuts) {
    const auto store = open();
    put(*store, "a", "1");
    ASSERT_TRUE(commit(*store));
    const auto reader = KvStore::open_read_only(disk_, kPath, kNow).value();
    EXPECT_EQ(get(*reader, "a"), "1");
    EXPECT_EQ(code_of(reader->put("a", bytes_of("2"))), ErrorCode::BadState);
    EXPECT_EQ(code_of(reader->put("a", {})), ErrorCode::BadState);
    EXPECT_EQ(get(*reader, "a"), "1");
    EXPECT_EQ(reader->writer(), nullptr);
}

TEST_F(KvStoreTest, WithoutAFileReadOnlyIsEmptyAndMakesNone) {
    EXPECT_EQ(keys(*KvStore::open_read_only(disk_, kPath, kNow).value(), ""), "");
    EXPECT_EQ(keys(*KvStore::open_copy(disk_, kPath, kNow).value(), ""), "");
    EXPECT_FALSE(*disk_.exists(kPath));
}

TEST_F(KvStoreTest, ACopyKeepsPutsInMemoryOnly) {
    auto store = open();
    put(*store, "a", "1");
    ASSERT_TRUE(commit(*store));
    store.reset();
    const auto copy = KvStore::open_copy(disk_, kPath, kNow).value();
    put(*copy, "a", "2");
    EXPECT_EQ(get(*copy, "a"), "2");
    EXPECT_FALSE(copy->has_staged());
    EXPECT_EQ(copy->writer(), nullptr);
    EXPECT_EQ(get(*open(), "a"), "1");
}

TEST_F(KvStoreTest, AReaderSeesOneMoment) {
    const auto store = open();
    put(*store, "a", "1");
    ASSERT_TRUE(commit(*store));
    const auto reader = KvStore::open_read_only(disk_, kPath, kNow).value();
    put(*store, "a", "2");
    put(*store, "b", "2");
    ASSERT_TRUE(commit(*store));
    EXPECT_EQ(get(*reader, "a"), "1");
    EXPECT_EQ(get(*reader, "b"), "none");
    EXPECT_EQ(keys(*reader, ""), "a ");
}

TEST_F(KvStoreTest, AReaderFindsKeysInAnyOrder) {
    const auto store = open();
    const auto key_of = [](int i) { return "k/" + std::to_string(10'000 + i); };
    for (int i = 0; i < 2000; i += 2)
        put(*store, key_of(i), std::to_string(i));
    ASSERT_TRUE(commit(*store));
    const auto reader = KvStore::open_read_only(disk_, kPath, kNow).value();
    for (const int i : {1998, 3, 0, 2, 2001})
        EXPECT_EQ(get(*reader, key_of(i)), i % 2 == 0 ? std::to_string(i) : "none") << i;
    for (int i = 0; i < 2002; ++i) {
        const bool is_there = i % 2 == 0 && i < 2000;
        ASSERT_EQ(get(*reader, key_of(i)), is_there ? std::to_string(i) : "none") << i;
    }
}

TEST_F(KvStoreTest, ACopyKeepsItsOwnPutsWhateverIsReadAfterThem) {
    const auto store = open();
    for (const char* key : {"a/1", "a/2", "a/3", "b"})
        put(*store, key, "old");
    ASSERT_TRUE(commit(*store));
    const auto copy = KvStore::open_copy(disk_, kPath, kNow).value();
    put(*copy, "a/2", "new");
    put(*copy, "a/3", "");
    put(*copy, "a/4", "new");
    EXPECT_EQ(get(*copy, "a/1"), "old");
    EXPECT_EQ(get(*copy, "a/3"), "none");
    EXPECT_EQ(keys(*copy, "a/"), "a/1 a/2 a/4 ");
    EXPECT_EQ(get(*copy, "a/2"), "new");
    EXPECT_EQ(get(*copy, "b"), "old");
}

TEST_F(KvStoreTest, WhatAReaderCannotReadIsAnErrorAndNoAbsence) {
    auto store = open();
    put(*store, "a", "1");
    ASSERT_TRUE(commit(*store));
    for (const bool whole : {false, true}) {
        const auto reader = KvStore::open_read_only(disk_, kPath, kNow).value();
        disk_.add_fault({.operation = DiskOperation::Read});
        const auto visit = [](std::string_view, std::span<const std::byte>) { return true; };
        EXPECT_EQ(whole ? code_of(reader->each("", visit)) : code_of(reader->get("a")),
                  ErrorCode::Io);
        disk_.clear_faults();
        EXPECT_EQ(get(*reader, "a"), "1");
    }
}

TEST_F(KvStoreTest, InMemoryStagesNothing) {
    const auto store = KvStore::in_memory();
    put(*store, "a", "1");
    EXPECT_EQ(get(*store, "a"), "1");
    EXPECT_FALSE(store->has_staged());
    EXPECT_TRUE(store->take_staged().empty());
    EXPECT_EQ(store->writer(), nullptr);
}

TEST_F(KvStoreTest, ACommitThatFailsSaysSoAndLeavesTheOldValues) {
    auto store = open();
    put(*store, "a", "1");
    ASSERT_TRUE(commit(*store));
    for (const auto operation : {DiskOperation::Write, DiskOperation::Sync}) {
        disk_.add_fault({.operation = operation});
        put(*store, "a", "2");
        put(*store, "b", "2");
        EXPECT_FALSE(commit(*store)) << static_cast<int>(operation);
        disk_.clear_faults();
        store = open();
        EXPECT_EQ(get(*store, "a"), "1");
        EXPECT_EQ(keys(*store, ""), "a ");
    }
}

TEST_F(KvStoreTest, AFullDiskIsNoSpace) {
    const auto store = open();
    disk_.add_fault({.operation = DiskOperation::Write, .code = ErrorCode::NoSpace});
    put(*store, "a", "1");
    EXPECT_EQ(code_of(commit(*store)), ErrorCode::NoSpace);
}

TEST_F(KvStoreTest, WhatCannotBeOpenedOrReadIsAnErrorAndNoEmptyStore) {
    static_cast<void>(open());
    for (const auto operation : {DiskOperation::Open, DiskOperation::Read}) {
        disk_.add_fault({.operation = operation});
        EXPECT_FALSE(KvStore::open(disk_, kPath, kNow));
        EXPECT_FALSE(KvStore::open_read_only(disk_, kPath, kNow));
        EXPECT_FALSE(KvStore::open_copy(disk_, kPath, kNow));
        disk_.clear_faults();
    }
}

TEST_F(KvStoreTest, OpensAfterAPowerCutAtAnyStepAndHoldsWhatWasCommitted) {
    disk_.start_recording();
    auto store = open();
    put(*store, "a", "1");
    ASSERT_TRUE(commit(*store));
    const std::size_t committed = disk_.steps().size();
    store.reset();
    const auto steps = disk_.steps();
    for (std::size_t count = 0; count <= steps.size(); ++count) {
        const auto image = crash_image(steps, count, [](const PendingChange&) { return false; });
        // Questions come first: nobody has mended the file yet.
        const auto asked = KvStore::open_copy(*image, kPath, kNow);
        ASSERT_TRUE(asked) << count << ": " << asked.error().message;
        const auto reopened = KvStore::open(*image, kPath, kNow);
        ASSERT_TRUE(reopened) << count << ": " << reopened.error().message;
        if (count < committed) continue;
        EXPECT_EQ(get(**reopened, "a"), "1") << count;
    }
}

TEST_F(KvStoreTest, ItKeepsWhenItWasMade) {
    EXPECT_EQ(open()->made(), kNow);
    const Timestamp later = kNow.plus_ns(kNsPerDay);
    EXPECT_EQ(KvStore::open(disk_, kPath, later).value()->made(), kNow);
    EXPECT_EQ(KvStore::open_read_only(disk_, kPath, later).value()->made(), kNow);
    EXPECT_EQ(KvStore::open_copy(disk_, kPath, later).value()->made(), kNow);
}

TEST_F(KvStoreTest, OneThatIsNotThereWouldBeMadeNow) {
    EXPECT_EQ(KvStore::open_read_only(disk_, kPath, kNow).value()->made(), kNow);
    EXPECT_EQ(KvStore::open_copy(disk_, kPath, kNow).value()->made(), kNow);
    EXPECT_TRUE(KvStore::in_memory()->made().is_none());
}

TEST_F(KvStoreTest, OneOfAnEarlierVersionDoesNotKnowWhenItWasMade) {
    ASSERT_TRUE(disk_.make_directory("/state/plugins/venue"));
    auto old = Database::open(disk_, kPath, Database::OpenMode::ReadWriteCreate, {});
    ASSERT_TRUE(old);
    ASSERT_TRUE(
        old->execute("CREATE TABLE kv(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"));
    EXPECT_TRUE(open()->made().is_none());
    EXPECT_TRUE(KvStore::open_copy(disk_, kPath, kNow).value()->made().is_none());
}

TEST_F(KvStoreTest, AfterAPowerCutItIsThereWithItsTimeOrNotAtAll) {
    disk_.start_recording();
    static_cast<void>(open());
    const auto steps = disk_.steps();
    const Timestamp later = kNow.plus_ns(1);
    for (std::size_t count = 0; count <= steps.size(); ++count) {
        const auto image = crash_image(steps, count, [](const PendingChange&) { return true; });
        const auto reopened = KvStore::open(*image, kPath, later);
        ASSERT_TRUE(reopened) << count << ": " << reopened.error().message;
        const Timestamp made = (*reopened)->made();
        EXPECT_TRUE(made == kNow || made == later) << count << ": " << made.to_string();
    }
}

TEST_F(KvStoreTest, AFileThatIsNoDatabaseIsCorrupt) {
    ASSERT_TRUE(disk_.make_directory("/state/plugins/venue"));
    ASSERT_TRUE(write_file_atomically(disk_, kPath, std::string(8192, 'x')));
    EXPECT_EQ(code_of(KvStore::open(disk_, kPath, kNow)), ErrorCode::Corrupt);
    EXPECT_EQ(code_of(KvStore::open_read_only(disk_, kPath, kNow)), ErrorCode::Corrupt);
}

}  // namespace
}  // namespace tradectl::exchange
