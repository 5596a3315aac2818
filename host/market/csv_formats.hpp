/// Layouts of the CSV files that exchanges and data vendors publish.
#pragma once

#include "host/market/csv_layout.hpp"

#include <tradectl/expected.hpp>

#include <span>
#include <string_view>

namespace tradectl::market {

/// Binance's public trade files: `id,price,qty,quoteQty,time,isBuyerMaker[,isBestMatch]`, spot and
/// futures, with or without a header, in milliseconds or microseconds.
[[nodiscard]] CsvLayout binance_trades_layout();
/// `aggTradeId,price,quantity,firstId,lastId,time,isBuyerMaker[,isBestMatch]`; the aggregate's id
/// becomes the trade id.
[[nodiscard]] CsvLayout binance_agg_trades_layout();
/// `open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,
/// taker_buy_quote_volume,ignore`, with or without a header, in milliseconds or microseconds.
[[nodiscard]] CsvLayout binance_klines_layout();
/// `update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time`;
/// the transaction time becomes the time.
[[nodiscard]] CsvLayout binance_book_ticker_layout();
/// LEAN's equity ticks: `ms,price,quantity,exchange,condition,suspicious`; prices in 1/10000, times
/// since midnight of the exchange's place.
[[nodiscard]] CsvLayout lean_trades_layout();
/// LEAN's trade bars: `time,open,high,low,close,volume`; time is `YYYYMMDD HH:MM` or milliseconds
/// since midnight.
[[nodiscard]] CsvLayout lean_bars_layout();
/// Tardis: `exchange,symbol,timestamp,local_timestamp,id,side,price,amount`, in microseconds. Ids
/// that are no numbers are not known.
[[nodiscard]] CsvLayout tardis_trades_layout(std::string_view time_column);
/// Tardis: `exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount`.
[[nodiscard]] CsvLayout tardis_quotes_layout(std::string_view time_column);
/// histdata.com ticks: `YYYYMMDD HHMMSSmmm,bid,ask,volume` without a header, five hours west of UTC
/// all year.
[[nodiscard]] CsvLayout histdata_quotes_layout();
/// TrueFX: `timestamp,bid,ask`, times with an offset.
[[nodiscard]] CsvLayout truefx_quotes_layout();

/// A layout of bars out of the names in a header: a time (`timestamp`, `time`, `date`, `datetime`,
/// `open_time`, each also with `_s`, `_ms`, `_us`, `_ns`, or no name in the first column), `open`,
/// `high`, `low`, `close` and, when it is there, `volume`, in any case and order; other columns are
/// left alone. Corrupt when one is missing or two could be meant.
[[nodiscard]] Expected<CsvLayout> ohlcv_layout(std::string_view header, char delimiter);

}  // namespace tradectl::market
