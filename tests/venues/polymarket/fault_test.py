#!/usr/bin/env python3
"""The real program behind a proxy that carries its bytes badly: no order is lost, doubled, or guessed at.

Usage: fault_test.py BUILD_DIR [--sample N] [--seed N] [NAME...]

Without --sample every scenario under every fault. Prints the seed of a sample.
"""
import argparse
import concurrent.futures
import datetime
import json
import os
import random
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from fault_proxy import Fault, FaultProxy  # noqa: E402
from live_rig import Case, Venue, authority, calmly, until  # noqa: E402
from oracle import Broken, check_balances, check_record  # noqa: E402

AT_ONCE = 4
BACK_S = 5.0
DECIDED = ("acknowledged", "partially_filled", "filled", "canceled", "rejected", "expired", "denied")
SLOW = ("drip", "delay")
ACTS = [Fault(kind, "server", at=at) for kind in ("cut", "reset", "hole") for at in (0, 1, 300)]
ACTS += [Fault(kind, "client", at=at) for kind in ("cut", "reset", "hole") for at in (0, 1, 40)]
ACTS += [Fault("half", "server", at=0), Fault("half", "server", at=300), Fault("half", "client", at=0),
         Fault("half", "client", at=40)]
ACTS += [Fault(kind, toward) for kind in SLOW for toward in ("server", "client")]
NETWORK = "network: {request_timeout: 1500ms, record: RECORD, "
POLICY = "plugin: polymarket\n    never_arrived_after: 1s"


class Behind:
    """A venue whose orders, questions and streams travel through a proxy."""

    build = None  # set once, by main

    def __init__(self, folder):
        self.folder = Path(tempfile.mkdtemp(dir=folder))

    def __enter__(self):
        self.venue = Venue(self.build).__enter__()
        self.proxy = FaultProxy(self.venue.urls["clob"]).__enter__()
        self.venue.urls["clob"] = self.proxy.url
        self.venue.urls["ws"] = f"ws://{authority(self.proxy.url)}"
        return self

    def __exit__(self, *_):
        self.proxy.__exit__()
        self.venue.__exit__()

    def case(self, steps, policy=POLICY, risk="", ping="10s"):
        def edit(text):
            text = text.replace("settings:\n      clob_url", f"settings:\n      ping_interval: {ping}\n      clob_url")
            text = text.replace("risk: {", f"risk: {{{risk}")
            text = text.replace("network: {", NETWORK.replace("RECORD", f"{self.folder}/wire"))
            return text.replace("plugin: polymarket", policy) + "reconcile: {grace: 0s, interval: 0s}\n"
        return Case(self.build, self.venue, self.folder, steps, edit)

    def wire(self):
        """What the program put on record of its traffic."""
        for file in sorted((self.folder / "wire").glob("*.jsonl")):
            for line in file.read_text().splitlines():
                yield json.loads(line)


def is_decided(case, count):
    rows = case.orders()
    return len(rows) >= count and all(row["status"] in DECIDED for row in rows)


def settle_and_check(case, behind):
    """Ends in order: what was lost on the way is known by now."""
    check_record(case.desk, behind.venue)
    check_balances(case.desk, behind.venue, {"pUSD": "pUSD", "YES": case.token})
    for order in case.own_orders():
        assert order["status"] != "LIVE", order


def places(folder, fault):
    """An order whose request or answer is carried badly."""
    with Behind(folder) as behind:
        case = behind.case(["1 buy 10 0.45"])
        run = case.start()
        fault.after = b"POST /order "
        behind.proxy.add(fault)
        case.tick()
        until(lambda: is_decided(case, 1), f"the order is decided after {fault}")
        assert not behind.proxy.pending(), fault
        assert run.end() == 0, (fault, run.words)
        settle_and_check(case, behind)
        if fault.kind in SLOW:
            assert len(case.own_orders()) == 1, fault


def cancels(folder, fault):
    """A cancel that is carried badly: the order is not forgotten."""
    with Behind(folder) as behind:
        case = behind.case(["1 buy 10 0.45 ref=1", "2 cancel 1"])
        run = case.start()
        case.tick()
        case.wait_for_status("acknowledged")
        fault.after = b"DELETE /order "
        behind.proxy.add(fault)
        case.tick()
        until(lambda: not behind.proxy.pending(), f"the cancel leaves: {fault}")
        if fault.kind in SLOW or fault.toward == "client":
            case.wait_for_status("canceled")
        assert run.end() == 0, (fault, run.words)
        settle_and_check(case, behind)


def ends(folder, fault):
    """The cancel of what still rests, at the end of the run, is carried badly: it is given again."""
    with Behind(folder) as behind:
        case = behind.case(["1 buy 10 0.45"])
        run = case.start()
        case.tick()
        case.wait_for_status("acknowledged")
        fault.after = b"DELETE /order "
        behind.proxy.add(fault)
        assert run.end() == 0, (fault, run.words)
        assert not behind.proxy.pending(), fault
        settle_and_check(case, behind)


def loses_an_answer_without_a_policy(folder, _):
    """Nobody said what may be concluded from silence: it stays unresolved."""
    with Behind(folder) as behind:
        case = behind.case(["1 buy 10 0.45"], policy="plugin: polymarket")
        run = case.start()
        behind.proxy.add(Fault("cut", "server", b"POST /order ", at=1))
        case.tick()
        case.wait_for_status("unresolved")
        assert run.end() == 3, run.words
        case.desk.command("wal-recover", expect=3)
        assert not case.own_orders()
        case.desk.command("wal-recover", "--apply", expect=3)


def seconds(text):
    return datetime.datetime.fromisoformat(re.sub(r"(\.\d{6})\d*Z$", r"\1+00:00", text)).timestamp()


def outages(behind, path):
    """How long the stream was away each time, by the program's record."""
    closed, url_of, out = None, {}, []
    for line in behind.wire():
        if line.get("url"):
            url_of[line["id"]] = line["url"]
        if line["what"] not in ("open", "close") or path not in url_of.get(line["id"], ""):
            continue
        if line["what"] == "close":
            closed = seconds(line["time"])
        elif closed is not None:
            out.append(seconds(line["time"]) - closed)
            closed = None
    return out


def loses_the_user_stream(folder, kind):
    """A fill that happens while nobody listens is heard, and the stream comes back."""
    with Behind(folder) as behind:
        case = behind.case(["1 buy 10 0.45 ref=1"])
        run = case.start()
        case.tick()
        case.wait_for_status("acknowledged")
        assert behind.proxy.strike(kind, "/ws/user") == 1
        behind.venue.turn("trade", token=case.token, side="SELL", price="0.45", size="4")
        fill = run.wait_for("fill")
        assert (fill["quantity"], fill["price"]) == ("4", "0.45"), fill
        behind.venue.turn("settle", trade="all", status="CONFIRMED")
        until(lambda: case.unsettled() == ["confirmed"], "the settlement is heard")
        until(behind.venue.is_followed, "the stream is back")
        assert run.end() == 0, run.words
        settle_and_check(case, behind)
        expect_back(behind, "/ws/user")


def loses_the_market_stream(folder, kind):
    """Prices come again, from a whole book."""
    with Behind(folder) as behind:
        case = behind.case(["1 buy 10 0.45", "2 buy 20 0.65 ioc"])
        run = case.start()
        case.tick()
        case.wait_for_status("acknowledged")
        assert behind.proxy.strike(kind, "/ws/market") == 1
        until(lambda: len(outages(behind, "/ws/market")) == 1 and behind.venue.is_followed(), "the stream is back")
        case.tick()
        assert run.wait_for("fill")["quantity"] == "20"
        behind.venue.turn("settle", trade="all", status="CONFIRMED")
        until(lambda: case.unsettled() == ["confirmed"], "the settlement is heard")
        assert run.end() == 0, run.words
        settle_and_check(case, behind)
        expect_back(behind, "/ws/market")


def pings(behind):
    return sum(line["what"] == "message" and line.get("url", "").endswith("/ws/market") and line.get("text") == "PING"
               for line in behind.wire())


def follows_the_market_after_a_cut(folder, kind):
    """Behind a cut the stream is what it was: it is pinged, its book follows, and it does not end again."""
    with Behind(folder) as behind:
        case = behind.case(["1 buy 10 0.45", "2 buy 20 - ioc"], ping="1s")
        run = case.start()
        case.tick()
        case.wait_for_status("acknowledged")
        assert behind.proxy.strike(kind, "/ws/market") == 1
        until(lambda: len(outages(behind, "/ws/market")) == 1 and behind.venue.is_followed(), "the stream is back")
        for cents in (59, 58, 57, 56):
            before = pings(behind)
            behind.venue.turn("book", token=case.token, bids=[{"price": "0.4", "size": "1000"}],
                              asks=[{"price": f"0.{cents}", "size": "1000"}])
            until(lambda: pings(behind) > before, "the stream is pinged", seconds=10)
        case.tick()
        fill = run.wait_for("fill")
        assert (fill["quantity"], fill["price"]) == ("20", "0.56"), fill
        ends = sum(line["what"] == "close" and line.get("url", "").endswith("/ws/market") for line in behind.wire())
        assert ends == 1, ends
        behind.venue.turn("settle", trade="all", status="CONFIRMED")
        until(lambda: case.unsettled() == ["confirmed"], "the settlement is heard")
        assert run.end() == 0, run.words
        assert not [word for word in run.words if "market stream" in word], run.words
        settle_and_check(case, behind)


def expect_back(behind, path):
    away = outages(behind, path)
    if not away or max(away) > BACK_S:
        raise Broken(f"{path}: away for {away} s")


def trades_byte_by_byte(folder, _):
    """Streams whose every byte travels by itself are the same streams."""
    with Behind(folder) as behind:
        case = behind.case(["1 buy 20 0.65"])
        for path in (b"GET /ws/user", b"GET /ws/market"):
            behind.proxy.add(Fault("drip", "client", path))
        run = case.start()
        case.tick()
        assert run.wait_for("fill")["quantity"] == "20"
        behind.venue.turn("settle", trade="all", status="CONFIRMED")
        until(lambda: case.unsettled() == ["confirmed"], "the settlement is heard")
        assert run.end() == 0, run.words
        settle_and_check(case, behind)


def asks(folder, fault):
    """A question that is carried badly is asked again or not answered: it never counts as agreement."""
    with Behind(folder) as behind:
        case = behind.case(["1 buy 10 0.45"])
        run = case.start()
        case.tick()
        case.wait_for_status("acknowledged")
        run.end(9)
        for path in (b"GET /data/orders", b"GET /data/trades", b"GET /balance-allowance"):
            again = Fault(fault.kind, fault.toward, path, fault.at, times=99)
            behind.proxy.add(again)
            done = case.desk.command("reconcile", "--json")
            behind.proxy.faults.clear()
            allowed = (0,) if fault.kind in SLOW else (3, 69)
            assert done.returncode in allowed, (path, fault, done.returncode, done.stdout)
        case.desk.command("reconcile", expect=0)


def play(act, folder, what):
    act(folder, Fault(**vars(what)) if isinstance(what, Fault) else what)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("TRADECTL_TEST_SEED", "1")))
    words = parser.parse_args()
    Behind.build = words.build
    works = [(act, fault) for act in (places, cancels, ends) for fault in ACTS]
    works += [(asks, fault) for fault in ACTS if fault.at != 1]
    works += [(act, kind) for act in (loses_the_user_stream, loses_the_market_stream, follows_the_market_after_a_cut)
              for kind in ("cut", "reset", "half")]
    works += [(trades_byte_by_byte, None), (loses_an_answer_without_a_policy, None)]
    works = [work for work in works if not words.names or work[0].__name__ in words.names]
    if words.sample:
        works = random.Random(words.seed).sample(works, min(words.sample, len(works)))
        print("seed", words.seed)
    broken = 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        done = {pool.submit(calmly, play, act, folder, what): f"{act.__name__} {what or ''}" for act, what in works}
        for future in concurrent.futures.as_completed(done):
            wrong = future.exception()
            broken += wrong is not None
            print("BROKEN" if wrong else "ok", done[future], wrong or "", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
