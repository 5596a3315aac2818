/// A log on a disk that can fail and lose power, fed with made-up records.
#pragma once

#include "host/audit/log_reader.hpp"
#include "host/audit/log_writer.hpp"
#include "host/audit/verify.hpp"
#include "host/base/faulty_disk.hpp"
#include "host/base/hash.hpp"
#include "host/keys/signing_key.hpp"
#include "tests/host/ledger/test_log.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::audit {

inline constexpr const char* kOrigin = "tradectl/test/1122334455667788";

/// A key of this process's own.
inline const keys::SigningKey& test_key() {
    static const keys::SigningKey key = [] {
        return keys::SigningKey::create(*make_memory_disk(), "/keys/test").value();
    }();
    return key;
}

inline Signer test_signer(const std::string& name = kOrigin) {
    return {.verifier = {.name = name, .key = test_key().public_key()},
            .sign = [](std::span<const std::byte> message) { return test_key().sign(message); }};
}

/// Notes, each an entry, with every tenth a value that is none.
class Records {
  public:
    wal::Record next() {
        const std::uint64_t count = log_.records().size() + 1;
        if (count % 10 == 0) {
            log_.kv("k", "v");
        } else {
            text_ = "note " + std::to_string(count);
            wal::NoteBody body;
            body.kind = wal::NoteKind::Decision;
            body.subject = ledger::TestLog::subject(count, "BTC-USD.paper", "");
            body.text = text_;
            log_.add(wal::RecordType::Note, 0, body);
        }
        return log_.records().back();
    }
    [[nodiscard]] std::span<const wal::Record> all() const { return log_.records(); }

  private:
    ledger::TestLog log_;
    std::string text_;
};

class AuditLog : public testing::Test {
  protected:
    static constexpr const char* kDirectory = "/state/audit";

    void open(Disk& disk) {
        writer_.reset();
        auto opened = LogWriter::open(disk, kDirectory, test_signer());
        ASSERT_TRUE(opened) << opened.error().message;
        writer_.emplace(std::move(*opened));
    }
    void append(std::uint64_t records) {
        for (std::uint64_t i = 0; i < records; ++i)
            ASSERT_TRUE(writer_->append(records_.next()));
    }
    /// A log of that many records, under one checkpoint.
    void build(std::uint64_t records) {
        open(*disk_);
        append(records);
        ASSERT_TRUE(writer_->checkpoint());
    }
    Expected<LogReader> read() {
        return LogReader::open(*disk_, kDirectory, test_signer().verifier);
    }
    Verdict verified() {
        auto reader = read();
        EXPECT_TRUE(reader) << reader.error().message;
        auto verdict = verify(*reader);
        EXPECT_TRUE(verdict) << verdict.error().message;
        return verdict.value_or({});
    }
    /// Changes one byte of a file.
    void flip(const std::string& name, std::uint64_t at) {
        auto file = disk_->open(std::string(kDirectory) + "/" + name, {.write = true});
        ASSERT_TRUE(file) << file.error().message;
        std::byte byte{};
        ASSERT_EQ((*file)->read(at, {&byte, 1}).value_or(0), 1U);
        byte ^= std::byte{1};
        ASSERT_TRUE((*file)->write(at, {&byte, 1}));
    }

    std::unique_ptr<Disk> memory_ = make_memory_disk();
    std::unique_ptr<FaultyDisk> disk_ = std::make_unique<FaultyDisk>(*memory_);
    Records records_;
    std::optional<LogWriter> writer_;
};

}  // namespace tradectl::audit
