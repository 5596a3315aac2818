/// The tables of index.db.
#pragma once

namespace tradectl::backtest {

/// `changes` holds what things were worth: of a position (kind 1) quantity, average price and
/// realised profit; of a balance (2) the total; of a price (3) the price; of an equity (4) equity
/// and exposure. `slots` says which order sits in a slot from a time on (0: none).
inline constexpr const char* kIndexTables = R"sql(
CREATE TABLE meta(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL) STRICT;
CREATE TABLE things(
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  UNIQUE (kind, first, second)) STRICT;
CREATE TABLE changes(
  thing INTEGER NOT NULL,
  time INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  a TEXT,
  b TEXT,
  c TEXT,
  PRIMARY KEY (thing, time, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE orders(
  id INTEGER PRIMARY KEY,
  client_order_id TEXT NOT NULL,
  strategy TEXT NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  type TEXT NOT NULL,
  quantity TEXT,
  price TEXT,
  created INTEGER NOT NULL) STRICT;
CREATE TABLE slots(
  slot INTEGER NOT NULL,
  time INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  status TEXT NOT NULL,
  filled TEXT,
  PRIMARY KEY (slot, time, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE fills(
  time INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  client_order_id TEXT NOT NULL,
  strategy TEXT NOT NULL,
  instrument TEXT NOT NULL,
  side TEXT NOT NULL,
  price TEXT NOT NULL,
  quantity TEXT NOT NULL,
  fee TEXT,
  fee_asset TEXT NOT NULL,
  PRIMARY KEY (time, seq)) STRICT, WITHOUT ROWID;
)sql";

}  // namespace tradectl::backtest
