/// Decodes one venue's messages.
#pragma once

#include "host/market/capture_fields.hpp"
#include "host/market/capture_format.hpp"
#include "host/market/capture_json.hpp"
#include "host/market/capture_message.hpp"

#include <tradectl/expected.hpp>

#include <memory>
#include <string_view>

namespace tradectl::market {

/// Knows what a message needs that came before it (the price of a level that has only an id). One
/// decoder reads one recording, in order. [any]
class CaptureDecoder {
  public:
    virtual ~CaptureDecoder() = default;

    /// Fills `out` from one message. `url` is that of the REST call it answers, else empty.
    /// Corrupt, with the field that is wrong. A message that tells nothing about trades, quotes,
    /// bars or the book has a type and no unit.
    virtual Status decode(std::string_view url, JsonView message, CaptureMessage& out) = 0;
};

[[nodiscard]] std::unique_ptr<CaptureDecoder> make_capture_decoder(CaptureVenue venue);

/// Whether any decoder of the venue understands any message, without those before it.
[[nodiscard]] bool decodes_alone(CaptureVenue venue);

// One of each venue; make_capture_decoder chooses.
[[nodiscard]] std::unique_ptr<CaptureDecoder> make_binance_decoder();
[[nodiscard]] std::unique_ptr<CaptureDecoder> make_bitmex_decoder();
[[nodiscard]] std::unique_ptr<CaptureDecoder> make_bybit_linear_decoder();
[[nodiscard]] std::unique_ptr<CaptureDecoder> make_bybit_unified_decoder();
[[nodiscard]] std::unique_ptr<CaptureDecoder> make_coinbase_decoder();
[[nodiscard]] std::unique_ptr<CaptureDecoder> make_hyperliquid_decoder();
[[nodiscard]] std::unique_ptr<CaptureDecoder> make_kraken_decoder();

/// Appends the levels of a list `[[PRICE, QUANTITY, ...], ...]`.
void add_level_pairs(JsonView pairs,
                     std::string_view name,
                     std::uint16_t side,
                     FieldReader& read,
                     CaptureMessage& out);
/// What a venue calls the fields of a trade.
struct TradeNames {
    std::string_view symbol;
    std::string_view time;  ///< milliseconds
    std::string_view price;
    std::string_view quantity;
    std::string_view id;  ///< empty: none that is a number
    std::string_view side;
    std::string_view buy;
    std::string_view sell;
};
/// Appends a unit for each trade of a list of objects, named `data` in what is said of it.
void add_trades(JsonView trades, const TradeNames& names, FieldReader& read, CaptureMessage& out);
/// Makes a book's two lists of pairs the levels of `change`, and that what `unit` tells.
void add_pairs_of(JsonView book,
                  std::string_view bids,
                  std::string_view asks,
                  BookChange change,
                  FieldReader& read,
                  CaptureUnit& unit,
                  CaptureMessage& out);
/// Puts the levels behind `begin` into the order of a record, best first, bids first, and makes
/// them the change's.
void close_levels(std::uint32_t begin, BookChange& change, CaptureMessage& out);

}  // namespace tradectl::market
