// Makes the first inputs of the corpora: `fuzz_seeds tests/fuzz/corpus`. Records of each type,
// pages of a small log, the records of short sessions, and compressed files of a few frames.
#include "host/base/zstd_file.hpp"
#include "host/wal/format.hpp"
#include "tests/host/ledger/random_session.hpp"
#include "tests/host/wal/record_samples.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace tradectl;

namespace {

void save(const std::string& folder, int number, const std::vector<std::byte>& content) {
    std::filesystem::create_directories(folder);
    std::ofstream file(folder + "/seed" + std::to_string(number), std::ios::binary);
    file.write(reinterpret_cast<const char*>(content.data()),
               static_cast<std::streamsize>(content.size()));
}

std::vector<std::byte> sample_page(std::vector<std::byte> payload) {
    std::vector<std::byte> page(wal::kPageBytes);
    payload.resize(std::min(payload.size(), wal::kPagePayloadBytes));
    std::copy(payload.begin(), payload.end(), page.begin() + wal::kPageHeaderBytes);
    wal::seal_page({.log_id = {1},
                    .segment = 1,
                    .page = 1,
                    .batch = 1,
                    .first_sequence = {1},
                    .count = 1,
                    .used_bytes = static_cast<std::uint16_t>(payload.size()),
                    .records = 1},
                   wal::PageBytes(page.data(), page.size()));
    return page;
}

std::vector<std::byte> sample_packed(int frames) {
    auto disk = make_memory_disk();
    auto writer = ZstdFileWriter::create(*disk, "/f");
    for (int i = 0; i < frames; ++i)
        static_cast<void>((*writer)->add(std::vector<std::byte>(100 + 70 * i, std::byte{3})));
    static_cast<void>((*writer)->finish());
    const auto text = read_file(*disk, "/f", 1 << 20);
    const auto bytes = std::as_bytes(std::span(*text));
    return {bytes.begin(), bytes.end()};
}

/// Orders through their lives, as a session writes them.
std::vector<std::byte> sample_session(std::uint64_t seed, std::size_t records) {
    ledger::TestLog log;
    ledger::RandomSession(seed).grow_to(log, records);
    return log.content();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: fuzz_seeds DIRECTORY\n");
        return 64;
    }
    const std::string root = argv[1];
    wal::RecordSampler sampler(1);
    for (int i = 0; i < 24; ++i) {
        std::vector<std::byte> record;
        static_cast<void>(sampler.encode_any({1}, record));
        if (record.size() > 6000) continue;
        save(root + "/wal_record", i, record);
        if (i < 4) save(root + "/wal_page", i, sample_page(record));
    }
    std::vector<std::byte> header(wal::kPageBytes);
    wal::write_segment_header(
        {.log_id = {1}, .segment = 1, .pages = 16, .first_batch = 1, .first_sequence = {1}},
        wal::PageBytes(header.data(), header.size()));
    save(root + "/wal_page", 4, header);
    save(root + "/wal_log", 0, {});
    save(root + "/wal_log", 1, std::vector<std::byte>(9, std::byte{40}));
    save(root + "/wal_log", 2, std::vector<std::byte>(21, std::byte{3}));
    for (int i = 0; i < 4; ++i)
        save(root + "/ledger_import", i, sample_session(static_cast<unsigned>(i) + 1, 3U << i));
    for (int frames = 0; frames < 4; ++frames)
        save(root + "/zstd_file", frames, sample_packed(frames));
    return 0;
}
