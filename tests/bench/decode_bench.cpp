// Frames of a market channel, decoded: `decode_bench [ROUNDS]`. The frames have the shapes of
// recorded ones and are made here. Prints one document of JSON; times are nanoseconds a frame,
// medians of rounds over frames that all differ.
#include "plugins/exchanges/polymarket/market_messages.hpp"
#include "tests/bench/bare_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

using namespace tradectl;
using namespace tradectl::polymarket;

namespace {

constexpr int kFrames = 256;
constexpr int kWarmRounds = 20;

/// Keeps a decoder from being optimised away, and hears of problems.
class Count final : public MarketSink {
  public:
    void on_book(std::string_view asset,
                 Timestamp time,
                 std::span<const PriceLevel> bids,
                 std::span<const PriceLevel> asks) override {
        heard += asset.size() + bids.size() + asks.size();
        heard += static_cast<std::uint64_t>(time.ns());
    }
    void on_changes(Timestamp time, std::span<const LevelChange> changes) override {
        heard += changes.size() + static_cast<std::uint64_t>(time.ns());
    }
    void on_trade(std::string_view, Timestamp time, Side, Decimal, Decimal) override {
        heard += static_cast<std::uint64_t>(time.ns());
    }
    void on_tick(std::string_view, Timestamp, Decimal) override { ++problems; }
    void on_new_market(std::string_view, Timestamp) override { ++problems; }
    void on_resolved(std::string_view, Timestamp, std::span<const std::string_view>) override {
        ++problems;
    }
    void on_problem(std::string_view) override { ++problems; }

    std::uint64_t heard = 0;
    std::uint64_t problems = 0;
};

class Maker {
  public:
    std::string digits(int count) {
        std::string out(1, static_cast<char>('1' + random_() % 9));
        while (static_cast<int>(out.size()) < count)
            out += static_cast<char>('0' + random_() % 10);
        return out;
    }
    std::string hex(int count) {
        std::string out = "0x";
        for (int i = 0; i < count; ++i)
            out += "0123456789abcdef"[random_() % 16];
        return out;
    }
    std::string price() { return "0." + digits(2 + static_cast<int>(random_() % 2)); }
    std::string size() { return digits(2 + static_cast<int>(random_() % 4)) + "." + digits(2); }
    std::string time() { return "17" + digits(11); }

    std::string change() {
        return R"({"asset_id":")" + digits(77) + R"(","price":")" + price() + R"(","size":")" +
               size() + R"(","side":")" + (random_() % 2 == 0 ? "BUY" : "SELL") + R"(","hash":")" +
               hex(40).substr(2) + R"(","best_bid":")" + price() + R"(","best_ask":")" + price() +
               R"("})";
    }
    std::string changes(int count) {
        std::string out = R"({"market":")" + hex(64) + R"(","price_changes":[)";
        for (int i = 0; i < count; ++i)
            out += (i == 0 ? "" : ",") + change();
        return out + R"(],"timestamp":")" + time() + R"(","event_type":"price_change"})";
    }
    std::string levels(int count) {
        std::string out = "[";
        for (int i = 0; i < count; ++i)
            out += (i == 0 ? R"({"price":")" : R"(,{"price":")") + price() + R"(","size":")" +
                   size() + R"("})";
        return out + "]";
    }
    std::string book(int depth) {
        return R"({"market":")" + hex(64) + R"(","asset_id":")" + digits(77) +
               R"(","timestamp":")" + time() + R"(","hash":")" + hex(40).substr(2) +
               R"(","bids":)" + levels(depth) + R"(,"asks":)" + levels(depth) +
               R"(,"event_type":"book"})";
    }
    std::string trade() {
        return R"({"market":")" + hex(64) + R"(","asset_id":")" + digits(77) + R"(","price":")" +
               price() + R"(","size":")" + size() +
               R"(","fee_rate_bps":"0","side":"BUY","timestamp":")" + time() +
               R"(","event_type":"last_trade_price","transaction_hash":")" + hex(64) + R"("})";
    }

  private:
    std::mt19937_64 random_{1};
};

template <typename Make>
void measure(const char* name, int rounds, const char* end, Make make) {
    std::vector<std::string> frames(kFrames);
    std::size_t bytes = 0;
    for (std::string& frame : frames) {
        frame = make();
        bytes += frame.size();
    }
    MarketDecoder decoder;
    Count sink;
    bench::Samples samples;
    for (int round = 0; round < rounds + kWarmRounds; ++round) {
        const std::int64_t start = bench::now_ns();
        for (const std::string& frame : frames)
            decoder.decode(frame, sink);
        if (round >= kWarmRounds) samples.add(bench::now_ns() - start);
    }
    if (sink.problems != 0 || sink.heard == 0) {
        std::fprintf(stderr, "decode_bench: %s: frames were not understood\n", name);
        std::exit(1);
    }
    std::printf("\"%s\": {\"ns\": %.1f, \"bytes\": %zu}%s\n",
                name,
                samples.at(0.5) / kFrames,
                bytes / kFrames,
                end);
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 400;
    Maker maker;
    std::printf("{");
    measure("delta", rounds, ",", [&] { return maker.changes(1); });
    measure("delta_2", rounds, ",", [&] { return maker.changes(2); });
    measure("trade", rounds, ",", [&] { return maker.trade(); });
    measure("snapshot_3", rounds, ",", [&] { return maker.book(3); });
    measure("snapshot_10", rounds, ",", [&] { return maker.book(10); });
    measure("snapshot_81", rounds / 4, "}", [&] { return maker.book(81); });
    return 0;
}
