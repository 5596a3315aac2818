#!/usr/bin/env python3
"""The real program on the simulated venue under load: many orders at once, then a steady stream of them.

Usage: load.py BUILD_DIR [--at-once N] [--rate N] [--seconds N]

None is refused, lost or doubled, and all are canceled on the way out.
"""
import argparse
import collections
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from live_rig import Case, Venue, until  # noqa: E402
from oracle import Broken, check_balances, check_record  # noqa: E402

TICKS = 10  # a second
DRAIN_S = 300


def own(venue):
    return [order for order in venue.ledger(False)["orders"] if order["owner"]]


def offer(case, words):
    """Orders at once, then so many a second; how long the first took."""
    began = time.monotonic()
    case.tick()
    until(lambda: len(own(case.venue)) >= words.at_once, "the first are at the venue", seconds=DRAIN_S)
    first = time.monotonic() - began
    began = time.monotonic()
    for number in range(int(words.seconds * TICKS)):
        case.tick()
        time.sleep(max(0.0, began + (number + 1) / TICKS - time.monotonic()))
    return first, time.monotonic() - began


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("--at-once", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=20)
    words = parser.parse_args()
    ticks = int(words.seconds * TICKS)
    total = words.at_once + ticks * (words.rate // TICKS)
    steps = [f"1 batch {words.at_once} 5 0.3"]
    steps += [f"{number + 2} batch {words.rate // TICKS} 5 0.3" for number in range(ticks)]
    with Venue(words.build) as venue, tempfile.TemporaryDirectory() as folder:
        case = Case(words.build, venue, folder, steps)
        venue.turn("fund", address=case.desk.address, amount="1000000", approve=True)
        run = case.start()
        first, steady = offer(case, words)
        until(lambda: len(own(venue)) >= total or run.process.poll() is not None, f"all {total} are at the venue",
              seconds=DRAIN_S)
        began = time.monotonic()
        status = run.end(seconds=DRAIN_S)
        rows = check_record(case.desk, venue)
        check_balances(case.desk, venue, {"pUSD": "pUSD", "YES": case.token})
        states = collections.Counter(row["status"] for row in rows)
        refused = collections.Counter((r["path"], r["status"]) for r in venue.ledger()["requests"] if r["status"] != 200)
        print(f"load: {words.at_once} at once in {first:.2f} s, {total - words.at_once} more in {steady:.2f} s, "
              f"canceled in {time.monotonic() - began:.2f} s, orders {dict(states)}, refused {dict(refused)}")
        if status != 0 or refused or dict(states) != {"canceled": total}:
            raise Broken(f"status {status}, {run.words[-5:]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
