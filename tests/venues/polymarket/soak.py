#!/usr/bin/env python3
"""The real program on the simulated venue for a while, with faults drawn by a seed: nothing is lost or doubled.

Usage: soak.py BUILD_DIR [--minutes N] [--seed N] [--rate N]

Somebody trades --rate times a second. At each trade the strategy does one of: an order that rests, one that takes, one
that sells, a cancel of all. Every second or so something goes wrong: a stream is cut, reset or goes silent; requests
are cut on the way, answered with 5xx or 429, or accepted and not answered; messages come twice or out of order; a
settlement is retried. At the end the books are the venue's, each stream was back within five seconds of each cut, and
memory has not grown.
"""
import argparse
import collections
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from fault_proxy import Fault  # noqa: E402
from fault_test import Behind, expect_back, outages  # noqa: E402
from live_rig import calmly, until  # noqa: E402
from oracle import Broken, check_balances, check_record, data_of  # noqa: E402

STEPS = ["buy 5 0.45", "buy 5 0.65 ioc", "sell 5 0.4 ioc", "buy 5 0.44", "cancel_all"]
CYCLE = 12  # trades between two rounds of steps: our own takes are trades, too
GROWTH_MAX = 1.25
WARM_S = 20


def steps_for(trades):
    out, at = [], 3
    while at < trades * 3:
        out += [f"{at + i * 2} {step}" for i, step in enumerate(STEPS)]
        at += CYCLE
    return out


class Soak:
    def __init__(self, behind, words):
        self.behind, self.venue, self.words = behind, behind.venue, words
        self.random = random.Random(words.seed)
        self.count = int(words.minutes * 60 * words.rate)
        self.case = behind.case(steps_for(min(self.count, 4000)), risk="breaker_threshold: 0, ")
        self.done = collections.Counter()
        self.memory = []
        self.venue.turn("settings", auto_settle=True, mined_ms=300, confirmed_ms=900)
        self.venue.turn("fund", address=self.case.desk.address, amount="100000", approve=True)

    def harm(self):
        """One thing that goes wrong."""
        pick, venue, proxy = self.random, self.venue, self.behind.proxy
        kind = pick.choice(["cut", "reset"])
        act = pick.choice(["user", "market", "request", "answer", "5xx", "429", "lost", "twice", "swap", "retry"])
        self.done[act] += 1
        if act in ("user", "market"):
            proxy.strike(kind, f"/ws/{act}")
        elif act in ("request", "answer"):
            toward = "server" if act == "request" else "client"
            proxy.add(Fault(kind, toward, pick.choice([b"POST /order", b"DELETE /order", b"GET /data"]),
                            at=pick.choice([0, 1, 50])))
        elif act in ("5xx", "429"):
            status = 429 if act == "429" else pick.choice([500, 502, 503])
            venue.turn("fault", method="POST", path="/order", count=1, action={"status": status, "text": "later"})
        elif act == "lost":
            venue.turn("fault", method="POST", path="/order", count=1, action={"close": True, "after": True})
        elif act == "retry":
            venue.turn("settle", trade="all", status="RETRYING")
        else:
            venue.turn("session", channel="user", action="duplicate" if act == "twice" else "swap", count=1)

    def note_memory(self, run):
        for line in Path(f"/proc/{run.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                self.memory.append((time.monotonic(), int(line.split()[1])))

    def trade(self):
        run = self.case.start()
        began = time.monotonic()
        for number in range(self.count):
            if run.process.poll() is not None:
                raise Broken(f"the run ended with {run.process.poll()}: {run.words[-5:]}")
            side, price = self.random.choice([("BUY", "0.6"), ("SELL", "0.45"), ("SELL", "0.44")])
            self.venue.turn("trade", token=self.case.token, side=side, price=price, size="1")
            if self.random.random() < 1.0 / self.words.rate:
                self.harm()
            if number % int(5 * self.words.rate) == 0:
                self.venue.turn("book", token=self.case.token, replace=True,
                                bids=[{"price": "0.4", "size": "1000"}], asks=[{"price": "0.6", "size": "1000"}])
                self.note_memory(run)
            time.sleep(max(0.0, began + (number + 1) / self.words.rate - time.monotonic()))
        return run

    def calm_down(self, run):
        """No more faults: all that is open is decided and settled, and the run ends in order."""
        self.behind.proxy.faults.clear()
        self.venue.turn("fault", clear=True)
        self.venue.turn("session", channel="all", action="resume")

        def is_decided():
            rows = data_of(self.case.desk, "orders")["orders"]
            return not any(row["status"] == "unresolved" for row in rows)
        until(is_decided, "every order is decided", seconds=300)
        until(lambda: set(self.case.unsettled()) <= {"confirmed"}, "every fill is settled", seconds=120)
        status = run.end()
        if status != 0:
            raise Broken(f"the run ends with {status}: {run.words[-5:]}")

    def check(self):
        rows = check_record(self.case.desk, self.venue)
        check_balances(self.case.desk, self.venue, {"pUSD": "pUSD", "YES": self.case.token})
        for path in ("/ws/user", "/ws/market"):
            if outages(self.behind, path):
                expect_back(self.behind, path)
        began = self.memory[0][0]
        warm = [kib for at, kib in self.memory if at > began + WARM_S]
        if len(warm) > 3 and warm[-1] > warm[0] * GROWTH_MAX:
            raise Broken(f"memory grows: {warm} KiB")
        return rows


def soak(words):
    with tempfile.TemporaryDirectory() as folder, Behind(folder) as behind:
        work = Soak(behind, words)
        work.calm_down(work.trade())
        rows = work.check()
        states = collections.Counter(row["status"] for row in rows)
        away = [round(s, 2) for path in ("/ws/user", "/ws/market") for s in outages(behind, path)]
        print(f"soak: {work.count} trades, orders {dict(states)}, fills {len(work.case.unsettled())}, faults "
              f"{json.dumps(work.done)}, streams away at most {max(away, default=0)} s in {len(away)} cuts, "
              f"memory {[kib for _, kib in work.memory]} KiB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("TRADECTL_TEST_SEED", "1")))
    parser.add_argument("--rate", type=float, default=4)
    words = parser.parse_args()
    Behind.build = words.build
    print("seed", words.seed, flush=True)
    calmly(soak, words)
    return 0


if __name__ == "__main__":
    sys.exit(main())
