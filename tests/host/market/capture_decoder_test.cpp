#include "host/market/capture_decoder.hpp"

#include "tests/host/market/support.hpp"

namespace tradectl::market {
namespace {

/// Decodes messages of one venue and writes them down as text.
class Decoded {
  public:
    explicit Decoded(CaptureVenue venue) : decoder_(make_capture_decoder(venue)) {}

    /// `TYPE:` and, for each unit, its symbol, its times in ms and what it is; or the fault.
    std::string operator()(std::string_view json, std::string_view url = "") {
        const auto value = json_.parse(json);
        if (!value) return value.error().message;
        if (auto status = decoder_->decode(url, *value, message_); !status)
            return status.error().message;
        std::string text = std::string(message_.type) + ":";
        for (const CaptureUnit& unit : message_.units) {
            text += " " + std::string(unit.symbol) + times(unit);
            text += std::visit([this](const auto& what) { return to_text(what); }, unit.what);
        }
        return text;
    }

  private:
    static std::string time(tradectl_time time) {
        return time == TRADECTL_TIME_NONE ? "-" : std::to_string(time / 1'000'000);
    }
    static std::string times(const CaptureUnit& unit) {
        return "@" + time(unit.event_time) + "/" + time(unit.sent_time) + " ";
    }
    std::string to_text(const TradeRecord& trade) {
        return (trade.aggressor == TRADECTL_SIDE_BUY ? "buy " : "sell ") + text_of(trade.quantity) +
               "x" + text_of(trade.price) + " #" + std::to_string(trade.trade_id);
    }
    std::string to_text(const QuoteRecord& quote) {
        return "quote " + text_of(quote.bid_quantity) + "x" + text_of(quote.bid_price) + " " +
               text_of(quote.ask_quantity) + "x" + text_of(quote.ask_price);
    }
    std::string to_text(const BarState& state) {
        return (state.type == BarState::Type::Closed ? "closed " : "open ") +
               text_of(state.bar.open) + " " + text_of(state.bar.high) + " " +
               text_of(state.bar.low) + " " + text_of(state.bar.close) + " " +
               text_of(state.bar.volume) + " until " + time(state.bar.time);
    }
    std::string to_text(const BookChange& change) {
        constexpr const char* kTypes[] = {"change", "snapshot", "answer", "lost"};
        std::string text = kTypes[static_cast<std::size_t>(change.type)];
        text += " " + std::to_string(change.first) + ".." + std::to_string(change.last) + "<" +
                std::to_string(change.previous);
        for (const auto* level = message_.begin(change); level != message_.end(change); ++level)
            text += (level->side == TRADECTL_SIDE_BUY ? " b" : " a") + text_of(level->price) + "x" +
                    text_of(level->quantity);
        return text;
    }

    CaptureJson json_;
    std::unique_ptr<CaptureDecoder> decoder_;
    CaptureMessage message_;
};

TEST(BinanceDecoder, ReadsTradesOfSpotAndFutures) {
    Decoded decode(CaptureVenue::Binance);
    EXPECT_EQ(decode(R"({"stream":"abc@trade","data":{"e":"trade","E":7,"s":"ABC","t":12,
                         "p":"1.50","q":"0.25","T":6,"m":true,"M":true}})"),
              "trade: ABC@6/7 sell 0.25x1.5 #12");
    EXPECT_EQ(decode(R"({"e":"aggTrade","E":7,"a":13,"s":"ABC","p":"2","q":"1","T":6,"m":false})"),
              "aggTrade: ABC@6/7 buy 1x2 #13");
}

TEST(BinanceDecoder, FuturesTradesOfOtherTypesAreNoTrades) {
    Decoded decode(CaptureVenue::Binance);
    EXPECT_EQ(
        decode(R"({"e":"trade","E":7,"T":6,"s":"ABC","t":12,"p":"0","q":"0","X":"NA","m":true})"),
        "trade:");
    EXPECT_EQ(
        decode(
            R"({"e":"trade","E":7,"T":6,"s":"ABC","t":2,"p":"1","q":"1","X":"MARKET","m":true})"),
        "trade: ABC@6/7 sell 1x1 #2");
}

TEST(BinanceDecoder, ReadsBookTickersWithAndWithoutTheirName) {
    Decoded decode(CaptureVenue::Binance);
    EXPECT_EQ(decode(
                  R"({"stream":"abc@bookTicker","data":
                  {"u":1,"s":"ABC","b":"9","B":"2","a":"10","A":"3"}})"),
              "bookTicker: ABC@-/- quote 2x9 3x10");
    EXPECT_EQ(
        decode(
            R"({"e":"bookTicker","u":1,"s":"ABC","b":"9","B":"2","a":"10","A":"3","T":5,"E":6})"),
        "bookTicker: ABC@5/6 quote 2x9 3x10");
}

TEST(BinanceDecoder, ReadsBarsOpenAndClosed) {
    Decoded decode(CaptureVenue::Binance);
    const std::string bar =
        R"("s":"ABC","k":{"t":60000,"T":119999,"s":"ABC","i":"1m","o":"2","c":"3","h":"4",)"
        R"("l":"1","v":"5","n":6,"x":)";
    EXPECT_EQ(decode(R"({"e":"kline","E":70000,)" + bar + "false}}"),
              "kline: ABC@-/70000 open 2 4 1 3 5 until 120000");
    EXPECT_EQ(decode(R"({"e":"kline","E":120001,)" + bar + "true}}"),
              "kline: ABC@-/120001 closed 2 4 1 3 5 until 120000");
}

TEST(BinanceDecoder, OrdersLevelsBestFirst) {
    Decoded decode(CaptureVenue::Binance);
    EXPECT_EQ(decode(R"({"e":"depthUpdate","E":7,"T":6,"s":"ABC","U":5,"u":9,"pu":4,
                         "b":[["1","1"],["3","0"],["2","2"]],"a":[["6","1"],["5","1"]]})"),
              "depthUpdate: ABC@6/7 change 5..9<4 b3x0 b2x2 b1x1 a5x1 a6x1");
}

TEST(BinanceDecoder, AnAnswerIsNamedByItselfOrByItsCall) {
    Decoded decode(CaptureVenue::Binance);
    EXPECT_EQ(decode(R"({"lastUpdateId":5,"bids":[["1","2"]],"asks":[]})"),
              "snapshot: @-/- answer 0..5<0 b1x2");
    EXPECT_EQ(
        decode(R"({"lastUpdateId":5,"bids":[],"asks":[]})", "https:x/depth?symbol=ABC&limit=9"),
        "snapshot: ABC@-/- answer 0..5<0");
    EXPECT_EQ(decode(R"({"lastUpdateId":5,"E":8,"T":7,"symbol":"ABC_P","bids":[],"asks":[]})"),
              "snapshot: ABC_P@7/8 answer 0..5<0");
}

TEST(BinanceDecoder, NamesTheFieldThatIsWrong) {
    Decoded decode(CaptureVenue::Binance);
    const auto trade = [&](const std::string& rest) {
        return decode(R"({"e":"trade","E":7,"s":"ABC","T":6,)" + rest + "}");
    };
    EXPECT_EQ(trade(R"("t":1,"q":"1","m":true)"), "p: missing");
    EXPECT_EQ(trade(R"("t":1,"p":"1x","q":"1","m":true)"), R"(p: "1x": not a number)");
    EXPECT_EQ(trade(R"("t":1,"p":["1"],"q":"1","m":true)"), "p: not a number");
    EXPECT_EQ(trade(R"("t":-1,"p":"1","q":"1","m":true)"), R"(t: "-1": not an integer of 64 bits)");
    EXPECT_EQ(trade(R"("t":18446744073709551616,"p":"1","q":"1","m":true)"),
              R"(t: "18446744073709551616": not an integer of 64 bits)");
    EXPECT_EQ(trade(R"("t":1,"p":"1","q":"400000000000000000000","m":true)"),
              R"(q: "400000000000000000000": out of range)");
    EXPECT_EQ(trade(R"("t":1,"p":"0.1234567890123456789","q":"1","m":true)"),
              R"(p: "0.1234567890123456789": more than 18 decimals)");
    EXPECT_EQ(trade(R"("t":1,"p":"1","q":"1","m":"true")"), R"(m: "true": not true or false)");
    EXPECT_EQ(
        decode(R"({"e":"trade","T":99999999999999,"s":"ABC","t":1,"p":"1","q":"1","m":true})"),
        R"(T: "99999999999999": out of range)");
}

TEST(BinanceDecoder, RefusesLevelsThatAreNone) {
    Decoded decode(CaptureVenue::Binance);
    const auto depth = [&](const std::string& bids) {
        return decode(R"({"e":"depthUpdate","E":7,"s":"ABC","U":5,"u":9,"a":[],"b":)" + bids + "}");
    };
    EXPECT_EQ(depth("7"), R"(b: "7": not a list)");
    EXPECT_EQ(depth("[7]"), R"(b: "7": a level is not a list of price and quantity)");
    EXPECT_EQ(depth("[[]]"), "b: a level is not a list of price and quantity");
    EXPECT_EQ(depth(R"([["1"]])"), "quantity: missing");
    EXPECT_EQ(decode(R"({"e":"depthUpdate","E":7,"s":"ABC","U":9,"u":5,"a":[],"b":[]})"),
              R"(u: "5": below U)");
}

TEST(BinanceDecoder, OtherMessagesTellNothing) {
    Decoded decode(CaptureVenue::Binance);
    EXPECT_EQ(decode(R"({"result":null,"id":1})"), "other:");
    EXPECT_EQ(decode("[]"), "other:");
    EXPECT_EQ(decode(R"({"stream":"abc@depth20","data":{"lastUpdateId":5,"bids":[],"asks":[]}})"),
              "depth20:");
    EXPECT_EQ(decode(R"({"stream":"abc@trade"})"), "data: missing");
}

TEST(HyperliquidDecoder, ReadsTradesAndBooks) {
    Decoded decode(CaptureVenue::Hyperliquid);
    EXPECT_EQ(decode(R"({"channel":"trades","data":[
                  {"coin":"ABC","px":"2","side":"B","sz":"3","tid":4,"time":5,"users":["0x"]},
                  {"coin":"ABC","px":"1","side":"A","sz":"3","tid":5,"time":6}]})"),
              "trades: ABC@5/- buy 3x2 #4 ABC@6/- sell 3x1 #5");
    EXPECT_EQ(decode(R"({"channel":"l2Book","data":{"coin":"ABC","time":5,"levels":[
                  [{"n":1,"px":"2","sz":"1"}],[{"n":1,"px":"3","sz":"4"}]]}})"),
              "l2Book: ABC@5/- snapshot 0..0<0 b2x1 a3x4");
    EXPECT_EQ(decode(R"({"channel":"subscriptionResponse","data":{}})"), "subscriptionResponse:");
    EXPECT_EQ(decode(R"({"channel":"l2Book","data":{"coin":"ABC","time":5,"levels":[[]]}})"),
              "levels: missing");
    EXPECT_EQ(decode(
                  R"({"channel":"trades","data":[
                  {"coin":"ABC","px":"2","side":"X","sz":"3","tid":4,"time":5}]})"),
              R"(side: "X": not a side)");
}

TEST(CoinbaseDecoder, ATakersSideIsTheOtherOneThanTheMakers) {
    Decoded decode(CaptureVenue::Coinbase);
    EXPECT_EQ(decode(R"({"type":"match","trade_id":9,"side":"sell","size":"0.5","price":"2",
                         "product_id":"A-B","time":"1970-01-01T00:00:01.5Z"})"),
              "match: A-B@1500/- buy 0.5x2 #9");
}

TEST(CoinbaseDecoder, ReadsTickersAndBooks) {
    Decoded decode(CaptureVenue::Coinbase);
    EXPECT_EQ(decode(R"({"type":"ticker","product_id":"A-B","best_bid":"1","best_ask":"2",
                         "time":"1970-01-01T00:00:01Z"})"),
              "ticker: A-B@1000/- quote nullx1 nullx2");
    EXPECT_EQ(
        decode(R"({"type":"snapshot","product_id":"A-B","bids":[["1","5"]],"asks":[["2","6"]]})"),
        "snapshot: A-B@-/- snapshot 0..0<0 b1x5 a2x6");
    EXPECT_EQ(decode(R"({"type":"l2update","product_id":"A-B","time":"1970-01-01T00:00:01Z",
                         "changes":[["sell","3","0"],["buy","1","4"]]})"),
              "l2update: A-B@1000/- change 0..0<0 b1x4 a3x0");
    EXPECT_EQ(decode(R"({"type":"l2update","product_id":"A-B","time":"yesterday","changes":[]})"),
              R"(time: "yesterday": not a date and time)");
    EXPECT_EQ(decode(R"({"type":"subscriptions","channels":[]})"), "subscriptions:");
}

TEST(KrakenDecoder, ReadsListsByTheirChannel) {
    Decoded decode(CaptureVenue::Kraken);
    EXPECT_EQ(
        decode(R"([9,[["2.0","1","1.5","s","l",""],["2.1","3","1.6","b","m",""]],"trade","A/B"])"),
        "trade: A/B@1500/- sell 1x2 #0 A/B@1600/- buy 3x2.1 #0");
    EXPECT_EQ(decode(R"([9,{"a":["2",1,"1.5"],"b":["1",4,"4.5"]},"ticker","A/B"])"),
              "ticker: A/B@-/- quote 4.5x1 1.5x2");
    EXPECT_EQ(decode(R"([9,{"as":[["2","1","1.0"]],"bs":[["1","3","1.0"]]},"book-10","A/B"])"),
              "book: A/B@-/- snapshot 0..0<0 b1x3 a2x1");
    EXPECT_EQ(
        decode(R"([9,{"a":[["2","0","1.5"]]},{"b":[["1","4","1.7"]],"c":"7"},"book-10","A/B"])"),
        "book: A/B@1700/- change 0..0<0 b1x4 a2x0");
    EXPECT_EQ(decode(R"({"event":"heartbeat"})"), "heartbeat:");
    EXPECT_EQ(decode(R"([9,"A/B"])"), "message: a list of less than 4 elements");
}

TEST(BybitLinearDecoder, ReadsTradesAndBothFormsOfBooks) {
    Decoded decode(CaptureVenue::BybitLinear);
    EXPECT_EQ(
        decode(R"({"topic":"trade.AB","data":[{"symbol":"AB","price":2.5,"size":3,"side":"Buy",
                         "trade_time_ms":"5","trade_id":"x"}]})"),
        "trade: AB@5/- buy 3x2.5 #0");
    const std::string level = R"({"price":"2","symbol":"AB","id":1,"side":"Sell","size":4})";
    EXPECT_EQ(decode(R"({"topic":"orderBookL2_25.AB","type":"snapshot","data":[)" + level +
                     R"(],"timestamp_e6":5000})"),
              "orderBookL2_25: AB@-/5 snapshot 0..0<0 a2x4");
    EXPECT_EQ(decode(R"({"topic":"orderBookL2_25.AB","type":"snapshot","data":{"order_book":[)" +
                     level + R"(]},"timestamp_e6":"5000"})"),
              "orderBookL2_25: AB@-/5 snapshot 0..0<0 a2x4");
    EXPECT_EQ(decode(R"({"topic":"orderBookL2_25.AB","type":"delta","data":{
                  "delete":[{"price":"1","side":"Buy"}],"update":[],"insert":[)" +
                     level + "]}}"),
              "orderBookL2_25: AB@-/- change 0..0<0 b1x0 a2x4");
    EXPECT_EQ(decode(R"({"topic":"orderBookL2_25.AB","type":"rest","data":{}})"),
              R"(type: "rest": neither snapshot nor delta)");
    EXPECT_EQ(decode(R"({"success":true})"), "other:");
}

TEST(BybitUnifiedDecoder, ReadsNumberedBooks) {
    Decoded decode(CaptureVenue::BybitUnified);
    EXPECT_EQ(decode(R"({"topic":"orderbook.500.AB","type":"delta","ts":8,"cts":7,
                         "data":{"s":"AB","b":[["1","2"]],"a":[],"u":5,"seq":99}})"),
              "orderbook.500: AB@7/8 change 5..5<0 b1x2");
    EXPECT_EQ(decode(R"({"topic":"orderbook.500.AB","type":"snapshot","ts":8,
                         "data":{"s":"AB","b":[],"a":[],"u":1}})"),
              "orderbook.500: AB@-/8 snapshot 1..1<0");
}

TEST(BitmexDecoder, KnowsThePriceOfALevelByItsId) {
    Decoded decode(CaptureVenue::Bitmex);
    EXPECT_EQ(decode(R"({"table":"orderBookL2","action":"partial","filter":{"symbol":"AB"},"data":[
                  {"symbol":"AB","id":1,"side":"Sell","size":4,"price":9.5},
                  {"symbol":"AB","id":2,"side":"Buy","size":5,"price":9}]})"),
              "orderBookL2: AB@-/- snapshot 0..0<0 b9x5 a9.5x4");
    EXPECT_EQ(decode(R"({"table":"orderBookL2","action":"update","data":[
                  {"symbol":"AB","id":1,"side":"Sell","size":7}]})"),
              "orderBookL2: AB@-/- change 0..0<0 a9.5x7");
    EXPECT_EQ(decode(R"({"table":"orderBookL2","action":"delete","data":[
                  {"symbol":"AB","id":1,"side":"Sell"}]})"),
              "orderBookL2: AB@-/- change 0..0<0 a9.5x0");
    EXPECT_EQ(decode(R"({"table":"orderBookL2","action":"update","data":[
                  {"symbol":"AB","id":1,"side":"Sell","size":7}]})"),
              "orderBookL2: AB@-/- lost 0..0<0 a0x7");
}

TEST(BitmexDecoder, AWholeBookForgetsTheIdsBeforeIt) {
    Decoded decode(CaptureVenue::Bitmex);
    const auto told = [&](const std::string& action, const std::string& level) {
        return decode(R"({"table":"orderBookL2","action":")" + action +
                      R"(","data":[{"symbol":"AB","side":"Buy",)" + level + "}]}");
    };
    told("partial", R"("id":1,"size":4,"price":9)");
    told("partial", R"("id":2,"size":4,"price":8)");
    EXPECT_EQ(told("update", R"("id":2,"size":5)"), "orderBookL2: AB@-/- change 0..0<0 b8x5");
    EXPECT_EQ(told("update", R"("id":1,"size":5)"), "orderBookL2: AB@-/- lost 0..0<0 b0x5");
}

TEST(BitmexDecoder, SplitsAMessageByItsSymbols) {
    Decoded decode(CaptureVenue::Bitmex);
    EXPECT_EQ(decode(R"({"table":"orderBookL2","action":"insert","data":[
                  {"symbol":"AB","id":1,"side":"Buy","size":4,"price":9},
                  {"symbol":"CD","id":1,"side":"Buy","size":5,"price":3}]})"),
              "orderBookL2: AB@-/- change 0..0<0 b9x4 CD@-/- change 0..0<0 b3x5");
    EXPECT_EQ(
        decode(R"({"table":"orderBookL2","action":"partial","filter":{"symbol":"EF"},"data":[]})"),
        "orderBookL2: EF@-/- snapshot 0..0<0");
}

TEST(BitmexDecoder, ReadsTradesAndQuotes) {
    Decoded decode(CaptureVenue::Bitmex);
    EXPECT_EQ(
        decode(
            R"({"table":"trade","action":"insert","data":[{"timestamp":"1970-01-01T00:00:01.000Z",
                         "symbol":"AB","side":"Sell","size":52,"price":1e-05}]})"),
        "trade: AB@1000/- sell 52x0.00001 #0");
    EXPECT_EQ(
        decode(
            R"({"table":"quote","action":"insert","data":[{"timestamp":"1970-01-01T00:00:01.000Z",
                         "symbol":"AB","bidSize":1,"bidPrice":2,"askPrice":3,"askSize":4}]})"),
        "quote: AB@1000/- quote 1x2 4x3");
    EXPECT_EQ(decode(R"({"table":"orderBookL2","action":"guess","data":[]})"),
              R"(action: "guess": unknown)");
    EXPECT_EQ(decode(R"({"success":true})"), "other:");
}

}  // namespace
}  // namespace tradectl::market
