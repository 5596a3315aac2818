/// What the market tests share: a folder of their own, seeds, and short ways to make events.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/event_buffer.hpp"
#include "host/base/random.hpp"
#include "host/market/data_file.hpp"
#include "host/market/data_writer.hpp"

#include <tradectl/decimal.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::market {

/// A folder that goes away with the test.
class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "market-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) std::abort();
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }

    [[nodiscard]] std::string at(const std::string& name) const { return path_ + "/" + name; }
    std::string write(const std::string& name, std::string_view content) const {
        std::ofstream(at(name), std::ios::binary) << content;
        return at(name);
    }
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream in(at(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    [[nodiscard]] bool has(const std::string& name) const {
        return std::filesystem::exists(at(name));
    }
    /// Names in it, for "nothing was left behind".
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(path_))
            found.push_back(entry.path().filename().string());
        return found;
    }

  private:
    std::string path_;
};

/// The seed of a random test: printed, and taken from TRADECTL_TEST_SEED to play it again.
inline std::uint64_t test_seed() {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : SystemRandom{}.next() >> 1;
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    return seed;
}

inline Decimal dec(std::string_view text) {
    return Decimal::parse(text).value();
}
inline tradectl_decimal abi(std::string_view text) {
    return dec(text).to_abi();
}
inline std::string text_of(const tradectl_decimal& value) {
    return Decimal::from_abi(value).to_string();
}

inline tradectl_trade_event trade_at(std::int64_t time_ns,
                                     std::string_view price,
                                     std::string_view quantity) {
    tradectl_trade_event event{};
    event.header.size = sizeof(event);
    event.header.type = TRADECTL_EVENT_TRADE;
    event.header.event_time = event.header.host_time = time_ns;
    event.price = abi(price);
    event.quantity = abi(quantity);
    return event;
}

inline TradeRecord trade_record(std::int64_t time_ns,
                                std::string_view price = "100",
                                std::string_view quantity = "1",
                                std::uint64_t id = 0) {
    return {time_ns, abi(price), abi(quantity), id, TRADECTL_SIDE_BUY, 0};
}

/// All events of one type in a buffer, copied.
template <typename Event>
std::vector<Event> events_of(const EventBuffer& buffer, std::uint16_t type) {
    std::vector<Event> found;
    buffer.each([&](const tradectl_event& event) {
        if (event.type == type) found.push_back(reinterpret_cast<const Event&>(event));
    });
    return found;
}

/// Writes trades at the given times into PATH.
inline void write_trades(Disk& disk,
                         const std::string& path,
                         const std::vector<TradeRecord>& trades) {
    auto writer = DataFileWriter::create(
        disk,
        path,
        {.kind = DataKind::Trades, .instrument = "A-B.x", .origin = "test", .interval_ns = 0});
    ASSERT_TRUE(writer) << writer.error().message;
    for (const TradeRecord& trade : trades) {
        const auto added = writer->add(trade);
        ASSERT_TRUE(added) << added.error().message;
    }
    const auto finished = writer->finish();
    ASSERT_TRUE(finished) << finished.error().message;
}

}  // namespace tradectl::market
