#!/usr/bin/env python3
"""The real program on the simulated venue, killed at one system call; then recovery must make it whole.

Usage: kill_matrix.py BUILD_DIR [--kinds NAME,...] [--seed N] [--cases N | --all] [--shard I/N] [--only CALL:FILE:N]
                      [--counts FILE]

A short run that trades is traced once: how often it sends, receives, writes and syncs. Then it runs again and again,
and each time strace kills it on entry of one such call. After that:

- `wal-recover --apply` leaves nothing unfinished, `reconcile` and `audit verify` end with 0, for the config has
  `never_arrived_after`; with a config that has none, the points that needed it are unresolved, with status 3;
- the venue has seen each intent at most once, and has the orders, fills and totals that the ledger has;
- a new run starts, hears the settlements that came meanwhile, and ends with 0.

Prints the seed. The counts are kept in the file that --counts names, and read from there when it exists.
"""
import argparse
import collections
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from live_rig import Desk, Venue, calmly  # noqa: E402
from oracle import Broken, check_balances, check_record, data_of  # noqa: E402

SOCKET_CALLS = ("sendto", "sendmsg", "write", "writev", "recvfrom", "recvmsg")
FILE_CALLS = ("pwrite64", "fdatasync")
PLUGIN = "plugin: polymarket"
POLICY = "never_arrived_after"
STEPS = ["1 buy 10 0.45 ref=1", "2 buy 20 0.65 ioc ref=2", "3 cancel 1", "4 sell 5 0.4 ioc ref=3"]
PATIENCE_S = 60


class Scene:
    """A venue with one market, and a funded desk."""

    def __init__(self, build, folder, venue):
        self.venue = venue
        self.market = venue.market(fee_rate="0.05")
        self.desk = Desk(build, folder, venue, self.market, STEPS, self.with_policy)
        self.plain = Path(folder) / "plain.yaml"
        text = self.desk.config.read_text()
        self.plain.write_text(re.sub(rf"\n *{POLICY}.*", "", text))
        venue.turn("fund", address=self.desk.address, amount="1000", approve=True)
        venue.turn("settings", auto_settle=False)

    @staticmethod
    def with_policy(text):
        """Also, what is young is compared, too."""
        text = text.replace(PLUGIN, f"{PLUGIN}\n    {POLICY}: 1s", 1)
        return text + "reconcile: {grace: 0s, interval: 0s}\n"

    def trade(self, side, price, size):
        self.venue.turn("trade", token=self.market["tokens"][0], side=side, price=price, size=size)

    def order(self, side, kind):
        """What became of the script's order of that kind at the venue; empty when it is not there."""
        for order in self.venue.ledger(False)["orders"]:
            if order["owner"] and (order["side"], order["order_type"]) == (side, kind):
                return order
        return {}

    def settlements(self):
        done = self.desk.command("fills", "--json")
        rows = json.loads(done.stdout)["data"]["fills"] if done.returncode == 0 else []
        return [row["settlement"] for row in rows]

    def settle(self, *statuses):
        for status in statuses:
            self.venue.turn("settle", trade="all", status=status)

    def play(self, run):
        """The market's part, until the run is over or killed."""
        self.reach(run, self.venue.is_followed, "its streams are open")
        self.trade("BUY", "0.6", "1")  # the first step
        self.reach(run, lambda: self.order("BUY", "GTC"), "its order rests")
        self.trade("SELL", "0.45", "4")  # hits it: the second step, whose own trade is the third
        self.reach(run, lambda: self.order("BUY", "GTC")["status"] == "CANCELED", "it is canceled")
        self.settle("MINED", "CONFIRMED")
        self.reach(run, lambda: self.settlements() == ["confirmed"] * 2, "its fills are settled")
        self.trade("BUY", "0.6", "1")
        self.reach(run, lambda: self.order("SELL", "FAK"), "it sells")
        if run.process.poll() is None:
            run.process.send_signal(signal.SIGTERM)
        run.process.wait(PATIENCE_S)

    @staticmethod
    def reach(run, holds, what):
        end = time.monotonic() + PATIENCE_S
        while run.process.poll() is None and not holds():
            if time.monotonic() > end:
                raise Broken(f"it never comes to: {what}: {run.words}")
            time.sleep(0.01)

    def recover(self):
        """Recovers, checks, and says by which policy an order was given up, if by one."""
        plain = self.desk.command("wal-recover", "--json", config=self.plain)
        done = self.desk.command("wal-recover", "--apply", "--json")
        if done.returncode != 0:
            raise Broken(f"wal-recover --apply: status {done.returncode}: {done.stdout} {done.stderr}")
        by_policy = POLICY in done.stdout
        if by_policy != (plain.returncode == 3):
            raise Broken(f"without the policy: status {plain.returncode}: {plain.stdout}\nwith it: {done.stdout}")
        data_of(self.desk, "wal-recover")
        check_record(self.desk, self.venue)
        return by_policy

    def go_on(self):
        """A new run in the old state: it hears what was settled meanwhile."""
        self.settle("MINED", "CONFIRMED")
        run = self.desk.run()
        self.reach(run, self.venue.is_followed, "its streams are open")
        self.reach(run, lambda: set(self.settlements()) <= {"confirmed"}, "its fills are settled")
        status = run.end()
        if status != 0:
            raise Broken(f"the new run ends with {status}: {run.words}")
        rows = check_record(self.desk, self.venue)
        check_balances(self.desk, self.venue, {"pUSD": "pUSD", "YES": self.market["tokens"][0]})
        if any(row["status"] in ("acknowledged", "partially_filled") for row in rows):
            raise Broken(f"the new run left {rows}")


class Matrix:
    def __init__(self, build, root):
        self.build, self.root = build, Path(root)

    def scene(self, act):
        """A fresh one for `act`; its answer."""
        folder = Path(tempfile.mkdtemp(dir=self.root))
        try:
            with Venue(self.build) as venue:
                return act(Scene(self.build, folder, venue))
        finally:
            shutil.rmtree(folder)

    def count(self):
        """How often each call is made: {(call, file or socket): count}; of sockets, by the busiest thread."""
        log = self.root / "trace"

        def act(scene):
            scene.play(scene.desk.run(["strace", "-D", "-f", "-qq", "-yy", "-s", "0", "-o", str(log), "-e",
                                       "trace=" + ",".join(SOCKET_CALLS + FILE_CALLS)]))
            return str(scene.desk.folder)
        return read_trace(log, self.scene(act))

    def inject(self, kind, number):
        call, target = kind
        words = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}"]

        def act(scene):
            paths = [] if target == "socket" else ["-P", f"{scene.desk.folder}/{target}"]
            run = scene.desk.run([*words, *paths, "-e", f"inject={call}:signal=KILL:when={number}"])
            try:
                scene.play(run)
            finally:
                ended = run.end(signal.SIGKILL)
            if not (scene.desk.folder / "state" / "identity").exists():
                return ended, False  # it died before there was a state
            by_policy = scene.recover()
            scene.go_on()
            return ended, by_policy
        return self.scene(act)


def read_trace(log, folder):
    counts = collections.Counter()
    threads = collections.Counter()
    for line in log.read_text(errors="replace").splitlines():
        found = re.match(r"(\d+) +(\w+)\(\d+<([^>]*)>?", line)
        if not found:
            continue
        thread, call, target = found.groups()
        if call in FILE_CALLS and target.startswith(folder):
            counts[(call, os.path.relpath(target, folder))] += 1
        elif call in SOCKET_CALLS and target.startswith(("TCP", "socket")):
            threads[(call, thread)] += 1
    for (call, _), times in threads.items():
        counts[(call, "socket")] = max(counts[(call, "socket")], times)
    return counts


def counts_of(matrix, place):
    if place and place.exists():
        return {tuple(kind): times for kind, times in json.loads(place.read_text())}
    counts = calmly(matrix.count)
    if place:
        place.write_text(json.dumps([[list(kind), times] for kind, times in counts.items()]))
    return counts


def chosen(counts, words):
    cases = [(kind, number) for kind, times in sorted(counts.items()) for number in range(1, times + 1)
             if not words.kinds or kind[0] in words.kinds.split(",")]
    everything = len(cases)
    if words.only:
        call, target, number = words.only.split(":")
        return everything, [((call, target), int(number))]
    if not words.all:
        cases = random.Random(words.seed).sample(cases, min(words.cases, everything))
    index, shards = map(int, words.shard.split("/"))
    return everything, cases[index::shards]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("--kinds", default="")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("TRADECTL_TEST_SEED", "1")))
    parser.add_argument("--cases", type=int, default=12)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--shard", default="0/1")
    parser.add_argument("--only", default="")
    parser.add_argument("--counts", type=Path)
    words = parser.parse_args()
    if shutil.which("strace") is None:
        print("skipped: no strace")
        return 0
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    broken, killed, policy = 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="tradectl-kills-", dir=place) as root:
        matrix = Matrix(words.build, root)
        counts = counts_of(matrix, words.counts)
        if not counts:
            print("skipped: strace cannot trace here")
            return 0
        everything, cases = chosen(counts, words)
        for kind, number in cases:
            try:
                ended, by_policy = calmly(matrix.inject, kind, number)
                killed += ended == -signal.SIGKILL
                policy += by_policy
            except AssertionError as wrong:
                broken += 1
                print(f"BROKEN {kind[0]}:{kind[1]}:{number}: {wrong}", flush=True)
    told = ", ".join(f"{call} {target} {times}" for (call, target), times in sorted(counts.items()))
    print(f"kill_matrix: {len(cases)} of {everything} calls, {killed} killed, {policy} given up by the policy, "
          f"seed {words.seed}, {broken} broken ({told})")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
