// audit_bench DIRECTORY ENTRIES: verifies a log of that many entries, beside the SHA-256 calls that
// it is made of alone, in turns. Prints one JSON object.
#include "host/audit/log_reader.hpp"
#include "host/audit/log_writer.hpp"
#include "host/audit/verify.hpp"
#include "host/base/disk.hpp"
#include "host/base/unsynced_disk.hpp"
#include "host/keys/signing_key.hpp"
#include "host/wal/record.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace tradectl;
using SteadyClock = std::chrono::steady_clock;

constexpr int kRounds = 5;

template <typename T>
T checked(Expected<T> value) {
    if (value) return std::move(*value);
    std::fprintf(stderr, "audit_bench: %s\n", value.error().message.c_str());
    std::exit(1);
}
void checked(const Status& status) {
    if (status) return;
    std::fprintf(stderr, "audit_bench: %s\n", status.error().message.c_str());
    std::exit(1);
}

/// Intents of orders with a dozen verdicts, as a strategy that trades leaves them.
void write_log(Disk& disk, const std::string& directory, audit::Signer signer, std::uint64_t size) {
    auto log = checked(audit::LogWriter::open(disk, directory, std::move(signer)));
    std::vector<std::byte> bytes;
    for (std::uint64_t i = 1; i <= size; ++i) {
        const std::string id = std::to_string(10'000'000'000'000'000ULL + i);
        wal::IntentBody body;
        body.step = wal::StepKind::TradeExecute;
        body.subject = {.instance = "momentum",
                        .venue = "paper",
                        .account = "main",
                        .instrument = "BTC-USD.paper",
                        .order_ref = OrderRef{i},
                        .client_order_id = id,
                        .venue_order_id = {}};
        body.terms.side = TRADECTL_SIDE_BUY;
        body.terms.quantity = Decimal::from_int(1);
        for (std::uint16_t reason = 4; reason < 16; ++reason)
            if (!body.verdicts.push({reason, true, Decimal::from_int(1), Decimal::from_int(9)}))
                std::exit(1);
        wal::RecordHeader header;
        header.type = wal::RecordType::Intent;
        header.sequence = WalSequence{i};
        header.wall = Timestamp{static_cast<std::int64_t>(i) * 1000};
        bytes.clear();
        checked(wal::encode(header, body, bytes));
        std::span<const std::byte> rest(bytes);
        checked(log.append(checked(wal::decode(rest))));
        if (log.pending() >= 16384) checked(log.checkpoint());
    }
    checked(log.checkpoint());
}

/// Every entry as a leaf and every pair of the tree, of bytes that are in memory.
double hash_alone(const std::vector<std::string>& entries) {
    const auto begin = SteadyClock::now();
    std::vector<audit::Hash> hashes;
    hashes.reserve(entries.size());
    for (const std::string& entry : entries)
        hashes.push_back(audit::leaf_hash(bytes_of(entry)));
    for (std::size_t count = hashes.size(); count > 1; count = (count + 1) / 2) {
        for (std::size_t i = 0; i < count / 2; ++i)
            hashes[i] = audit::node_hash(hashes[2 * i], hashes[2 * i + 1]);
        if (count % 2 == 1) hashes[count / 2] = hashes[count - 1];
    }
    const std::chrono::duration<double> taken = SteadyClock::now() - begin;
    if (hashes.empty() || hashes[0] == audit::Hash{}) std::exit(1);
    return taken.count();
}

double verify_whole(const audit::LogReader& log) {
    const auto begin = SteadyClock::now();
    if (!checked(audit::verify(log)).sound()) std::exit(1);
    const std::chrono::duration<double> taken = SteadyClock::now() - begin;
    return taken.count();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 1;
    const std::string directory = argv[1];
    const std::uint64_t size = std::strtoull(argv[2], nullptr, 10);
    const auto disk = make_unsynced_disk(make_posix_disk());
    const auto memory = make_memory_disk();
    const auto key = checked(keys::SigningKey::create(*memory, "/keys/bench"));
    const audit::Verifier verifier{.name = "tradectl/bench/0", .key = key.public_key()};
    write_log(*disk,
              directory,
              {.verifier = verifier,
               .sign = [&key](std::span<const std::byte> message) { return key.sign(message); }},
              size);
    const auto log = checked(audit::LogReader::open(*disk, directory, verifier));
    std::vector<std::string> entries;
    std::uint64_t bytes = 0;
    checked(log.each(0, [&](std::uint64_t, std::string_view entry) -> Expected<bool> {
        entries.emplace_back(entry);
        bytes += entry.size();
        return true;
    }));
    std::vector<double> alone;
    std::vector<double> whole;
    for (int round = 0; round < kRounds; ++round) {
        alone.push_back(hash_alone(entries));
        whole.push_back(verify_whole(log));
    }
    const auto median = [](std::vector<double>& values) {
        std::nth_element(values.begin(), values.begin() + kRounds / 2, values.end());
        return values[kRounds / 2];
    };
    std::printf("{\"entries\":%llu,\"entry_bytes\":%.1f,\"hash_s\":%.6f,\"verify_s\":%.6f}\n",
                static_cast<unsigned long long>(size),
                static_cast<double>(bytes) / static_cast<double>(size),
                median(alone),
                median(whole));
    return 0;
}
