"""hftbacktest over a file of trades: one line of JSON. Reading and compiling are not timed.

The book is one level a side that never changes: recorded trades alone are replayed.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np
from hftbacktest import (
    BUY_EVENT, DEPTH_EVENT, EXCH_EVENT, GTC, LOCAL_EVENT, MARKET, SELL_EVENT, TRADE_EVENT,
    BacktestAsset, HashMapMarketDepthBacktest, event_dtype)
from numba import njit

from bars import FAST, SLOW, read_trades

FAR_NS = 1_000_000_000_000
BOTH = EXCH_EVENT | LOCAL_EVENT


@njit
def cross(hbt, fast, slow):
    ring = np.zeros(slow)
    fast_sum, slow_sum, count, orders, is_long = 0.0, 0.0, 0, 0, False
    while hbt.wait_next_feed(False, FAR_NS) == 2:
        for trade in hbt.last_trades(0):
            slow_sum += trade.px - ring[count % slow]
            fast_sum += trade.px - (ring[(count - fast) % slow] if count >= fast else 0.0)
            ring[count % slow] = trade.px
            count += 1
        hbt.clear_last_trades(0)
        if count < slow:
            continue
        above = fast_sum * slow > slow_sum * fast
        if above != is_long:
            is_long = above
            orders += 1
            depth = hbt.depth(0)
            if above:
                hbt.submit_buy_order(0, orders, depth.best_ask, 1.0, GTC, MARKET, False)
            else:
                hbt.submit_sell_order(0, orders, depth.best_bid, 1.0, GTC, MARKET, False)
            hbt.clear_inactive_orders(0)
    return count, orders


def events_of(rows):
    out = np.zeros(len(rows) + 2, event_dtype)
    stamps = np.array([row[0] for row in rows], np.int64) * 1_000_000
    out["exch_ts"][2:] = out["local_ts"][2:] = stamps
    out["exch_ts"][:2] = out["local_ts"][:2] = stamps[0] - 1
    out["ev"][2:] = [TRADE_EVENT | BOTH | (SELL_EVENT if row[3] else BUY_EVENT) for row in rows]
    out["px"][2:] = [row[1] for row in rows]
    out["qty"] = 1.0
    out["ev"][:2] = (DEPTH_EVENT | BOTH | BUY_EVENT, DEPTH_EVENT | BOTH | SELL_EVENT)
    out["px"][:2] = (rows[0][1], rows[0][1] + 0.01)
    out["qty"][:2] = 1e9
    return out


def run(events):
    asset = (BacktestAsset().data([events]).linear_asset(1.0).constant_order_latency(0, 0)
             .risk_adverse_queue_model().no_partial_fill_exchange()
             .trading_value_fee_model(0.0, 0.0).tick_size(0.01).lot_size(1.0)
             .last_trades_capacity(1000))
    hbt = HashMapMarketDepthBacktest([asset])
    start = time.perf_counter()
    count, orders = cross(hbt, FAST, SLOW)
    took = time.perf_counter() - start
    hbt.close()
    return count, orders, took


data = events_of(read_trades(sys.argv[1]))
run(data[:200])
trades, submitted, seconds = run(data)
print(json.dumps({"version": version("hftbacktest"), "rows": trades, "seconds": seconds,
                  "orders": submitted}))
