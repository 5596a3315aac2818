#!/usr/bin/env python3
"""The real program under faults: one call fails or kills the process, then recovery must make it whole.

Usage: binary_faults.py --tradectl FILE --build DIR [--seed N] [--cases N | --all] [--full-device]

A short paper run is traced once: how often each file is written, synced, renamed and removed. Then it runs again and
again, and each time strace kills it, or makes the call fail with EIO or ENOSPC, at one such call. With --full-device it
runs on file systems that are too small for it instead, which grow before recovery.

After that `wal-recover --apply` must leave nothing unfinished, `reconcile` and `audit verify` must be clean, and the
ledger's fills, orders and totals must be those of the venue's own record (tradectl-paper(7)). Prints the seed; one case
alone runs by --only FILE:CALL:N:FAULT, or --only BYTES with --full-device.
"""
import argparse
import collections
import contextlib
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

CALLS = {"pwrite64": "pwrite64", "fdatasync": "fdatasync", "fsync": "fsync", "rename": "rename", "unlink": "unlink"}
FAULTS = {"kill": "signal=KILL", "eio": "error=EIO", "enospc": "error=ENOSPC"}
CONFIG = """name: faults
mode: paper
clock: real
seed: 5
speed: 100000
log: {{level: "off"}}
plugins: {{paths: [{build}/plugins, {build}/scripted]}}
wal: {{segment: 64KiB}}
exchanges:
  - {{name: x, plugin: paper, settings: {{balances: {{USD: "100000", BTC: "10"}}, latency: 1ms, ack_latency: 1ms}}}}
instruments: [{{name: BTC-USD.x, base: BTC, quote: USD, tick: "0.01", lot: "0.0001"}}]
data: [{{instrument: BTC-USD.x, synth: {{price: "100", trades: 60, gap: 1s}}}}]
strategies:
  - name: s
    plugin: scripted_strategy
    instruments: [BTC-USD.x]
    settings: {{steps: ["3 buy 1", "6 buy 0.5 90", "9 sell 0.3", "12 buy 0.2 200", "20 cancel 2", "30 sell 0.4"]}}
shutdown: {{orders: keep}}
"""


TRIES = 4
SIDES = {"1": "buy", "2": "sell"}
# Done, or stopped itself because it could not write.
FULL_ENDS = (0, 74)
OPEN = ("acknowledged", "partially_filled")


class Broken(Exception):
    """A promise that does not hold."""


class Rig:
    def __init__(self, tradectl, build, root):
        self.tradectl, self.root = tradectl, root
        self.state = os.path.join(root, "state")
        self.config = os.path.join(root, "faults.yaml")
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(CONFIG.format(build=build))

    def fresh(self):
        shutil.rmtree(self.state, ignore_errors=True)

    def line(self, *words):
        return [self.tradectl, *words, "--state-dir", self.state, "--json"]

    def ask(self, *words):
        done = subprocess.run(self.line(*words), capture_output=True, text=True, timeout=60, check=False)
        try:
            return done.returncode, json.loads(done.stdout)
        except json.JSONDecodeError:
            return done.returncode, {"data": {}, "errors": [{"message": done.stderr}]}

    def run(self, tracer):
        """The run's exit status, under a tracer that may have killed it."""
        done = subprocess.run([*tracer, *self.line("run", self.config)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)
        return done.returncode

    def trace(self):
        """How often each call is made on each file: {(file, call): count}."""
        self.fresh()
        log = os.path.join(self.root, "trace")
        self.run(["strace", "-f", "-qq", "-y", "-o", log, "-e", "trace=" + ",".join(CALLS)])
        counts = collections.Counter()
        with open(log, encoding="utf-8", errors="replace") as lines:
            for text in lines:
                found = re.match(r"\d+ +(\w+)\((.*)", text)
                if not found:
                    continue
                paths = re.findall(re.escape(self.state) + r'[^">]*', found[2])
                if paths:
                    counts[(os.path.relpath(paths[0], self.state), found[1])] += 1
        return counts

    def venue_records(self, prefix):
        """Records of the venue's own store by key, their fields without the version."""
        path = os.path.join(self.state, "plugins", "x", "kv.db")
        if not os.path.exists(path):
            return {}
        with contextlib.closing(sqlite3.connect(path)) as store:
            rows = store.execute("SELECT CAST(key AS TEXT), CAST(value AS TEXT) FROM kv").fetchall()
        return {key[len(prefix):]: value.split("\t")[1:] for key, value in rows if key.startswith(prefix)}

    def data_of(self, *words):
        """What a question answers; raises Broken unless it ends with 0.

        On a loaded machine a plugin may be put aside for longer than a call may take: asked again.
        """
        for _ in range(TRIES):
            code, answer = self.ask(*words)
            if "its budget is" not in json.dumps(answer):
                break
        if code != 0:
            raise Broken(f"{' '.join(words[:1] + words[2:])}: status {code}: {answer['errors']} {answer['data']}")
        return answer["data"]

    def check_fills(self):
        ours = {(row["trade_id"], row["client_order_id"], row["side"], row["price"], row["quantity"], row["fee"])
                for row in self.data_of("fills", self.config)["fills"]}
        theirs = {("T" + at[0], at[2], SIDES[at[5]], at[7], at[8], at[9])
                  for at in self.venue_records("f/").values()}
        if ours != theirs:
            raise Broken(f"fills: ledger {sorted(ours - theirs)}, venue {sorted(theirs - ours)}")

    def check_orders(self):
        ours = {row["client_order_id"]: row for row in self.data_of("orders", self.config)["orders"]}
        theirs = {**self.venue_records("c/"), **{key: at for key, at in self.venue_records("o/").items() if at}}
        for key, at in theirs.items():
            row = ours.get(key)
            if row is None:
                raise Broken(f"order {key} is at the venue, not in the ledger")
            if (row["side"], row["quantity"], row["filled"]) != (SIDES[at[3]], at[9], at[13]):
                raise Broken(f"order {key}: ledger {row}, venue {at}")
            if (row["status"] in OPEN) != (key not in self.venue_records("c/")):
                raise Broken(f"order {key}: {row['status']} in the ledger, not at the venue")
        for key, row in ours.items():
            if key not in theirs and (row["status"] != "canceled" or row["filled"] != "0"):
                raise Broken(f"order {key}: {row['status']} in the ledger, unknown to the venue")

    def check_totals(self):
        lines = self.data_of("balance", self.config)["balances"]
        ours = {line["asset"]: line["ledger"] for line in lines}
        theirs = {key.split("/")[1]: at[0] for key, at in self.venue_records("b/").items()}
        if any(total is not None for total in ours.values()) and ours != theirs:
            raise Broken(f"totals: ledger {ours}, venue {theirs}")

    def check(self):
        """Empty, or what is wrong."""
        for name in ("name", "identity"):
            if not os.path.exists(os.path.join(self.state, name)):
                return ""  # it died before there was a state
        try:
            self.data_of("wal-recover", self.config, "--apply")
            self.data_of("wal-recover", self.config)
            self.check_fills()
            self.check_orders()
            self.check_totals()
            self.data_of("reconcile", self.config)
            self.data_of("audit", "verify", self.config, "--wal")
        except Broken as broken:
            return str(broken)
        return ""


def inject(rig, case):
    path, call, number, fault = case
    rig.fresh()
    rig.run(["strace", "-f", "-qq", "-o", "/dev/null", "-P", os.path.join(rig.state, path), "-e", f"trace={call}",
             "-e", f"inject={call}:{FAULTS[fault]}:when={number}"])
    return rig.check()


def inject_faults(rig, words):
    """All cases, those of the sample, and what was broken."""
    counts = rig.trace()
    if not counts:
        return None
    cases = [(path, call, number, fault) for (path, call), times in sorted(counts.items())
             for number in range(1, times + 1) for fault in FAULTS]
    everything = len(cases)
    if words.only:
        path, call, number, fault = words.only.rsplit(":", 3)
        cases = [(path, call, int(number), fault)]
    elif not words.all:
        cases = random.Random(words.seed).sample(cases, min(words.cases, everything))
    broken = 0
    for case in cases:
        wrong = inject(rig, case)
        if wrong:
            broken += 1
            print(f"BROKEN {case[0]}:{case[1]}:{case[2]}:{case[3]}: {wrong}", flush=True)
    files = len({path for path, _ in counts})
    print(f"binary_faults: {len(cases)} of {everything} cases over {files} files, seed {words.seed}, {broken} broken")
    return broken


def mount(rig, options):
    words = ["mount", "-t", "tmpfs", "-o", options, "tradectl-test", rig.state]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def fill_device(rig, size):
    """Runs on a file system of that size, then gives it room and recovers."""
    os.makedirs(rig.state, exist_ok=True)
    if not mount(rig, f"size={size},mode=0700"):
        return None, 0
    try:
        status = rig.run([])
        if not mount(rig, "remount,size=256m"):
            return "cannot remount", status
        return rig.check(), status
    finally:
        subprocess.run(["umount", rig.state], check=False)


def fill_devices(rig, words):
    """From too small for anything to almost enough: what was broken; None where mount is not permitted."""
    rig.fresh()
    rig.run([])
    used = sum(os.path.getsize(os.path.join(place, name)) for place, _, names in os.walk(rig.state) for name in names)
    sizes = list(range(64 << 10, used + (64 << 10), 8 << 10))
    everything = len(sizes)
    if words.only:
        sizes = [int(words.only)]
    elif not words.all:
        sizes = sorted(random.Random(words.seed).sample(sizes, min(words.cases, everything)))
    broken = 0
    ends = collections.Counter()
    for size in sizes:
        rig.fresh()
        wrong, status = fill_device(rig, size)
        if wrong is None:
            return None
        ends[status] += 1
        if status not in FULL_ENDS:
            wrong = wrong or f"run ended with {status}"
        if wrong:
            broken += 1
            print(f"BROKEN {size}: {wrong}", flush=True)
    print(f"binary_faults: {len(sizes)} of {everything} full devices, seed {words.seed}, "
          f"runs ended with {dict(sorted(ends.items()))}, {broken} broken")
    return broken


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tradectl", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("TRADECTL_TEST_SEED", "1")))
    parser.add_argument("--cases", type=int, default=30)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--full-device", action="store_true")
    parser.add_argument("--only", default="")
    words = parser.parse_args()
    if shutil.which("strace") is None and not words.full_device:
        print("skipped: no strace")
        return 0
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="tradectl-faults-", dir=place) as root:
        rig = Rig(os.path.abspath(words.tradectl), os.path.abspath(words.build), root)
        rig.run([])
        wrong = rig.check()
        if wrong:
            print("without a fault:", wrong)
            return 1
        broken = fill_devices(rig, words) if words.full_device else inject_faults(rig, words)
        if broken is None:
            print("skipped: mount is not permitted" if words.full_device else "skipped: strace cannot trace here")
            return 0
        return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
