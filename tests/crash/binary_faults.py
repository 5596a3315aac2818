#!/usr/bin/env python3
"""The real program under faults: one call fails or kills the process, then recovery must make it whole.

Usage: binary_faults.py --tradectl FILE --build DIR [--seed N] [--cases N | --all]

A short paper run is traced once: how often each file is written, synced, renamed and removed. Then it runs again and
again, and each time strace kills it, or makes the call fail with EIO or ENOSPC, at one such call. After that
`wal-recover --apply` must leave nothing unfinished, the ledger's totals must be the venue's, and its fills those of the
venue's own record. Prints the seed; one case alone runs by --only FILE:CALL:N:FAULT.
"""
import argparse
import collections
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

    def run(self, strace_words):
        subprocess.run(["strace", "-f", "-qq", *strace_words, *self.line("run", self.config)],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)

    def trace(self):
        """How often each call is made on each file: {(file, call): count}."""
        self.fresh()
        log = os.path.join(self.root, "trace")
        self.run(["-y", "-o", log, "-e", "trace=" + ",".join(CALLS)])
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

    def venue_fills(self):
        """Trade ids and quantities in the venue's own record: rows "f/NUMBER" of its store."""
        path = os.path.join(self.state, "plugins", "x", "kv.db")
        if not os.path.exists(path):
            return 0
        with sqlite3.connect(path) as store:
            return store.execute("SELECT count(*) FROM kv WHERE CAST(key AS TEXT) LIKE 'f/%'").fetchone()[0]

    def check(self):
        """Empty, or what is wrong."""
        if not os.path.exists(os.path.join(self.state, "name")):
            return ""  # it died before there was a state
        if not os.path.exists(os.path.join(self.state, "identity")):
            return ""
        code, answer = self.ask("wal-recover", self.config, "--apply")
        if code != 0:
            return f"wal-recover: status {code}: {answer['errors']} {answer['data'].get('operations')}"
        code, answer = self.ask("wal-recover", self.config)
        if code != 0:
            return f"wal-recover again: status {code}: {answer['data']} {answer['errors']}"
        code, answer = self.ask("fills", self.config)
        if code != 0:
            return f"fills: status {code}: {answer['errors']}"
        booked = len(answer["data"]["fills"])
        if booked != self.venue_fills():
            return f"{booked} fills in the ledger, {self.venue_fills()} at the venue"
        code, answer = self.ask("balance", self.config)
        known = any(line["ledger"] is not None for line in answer["data"].get("balances", []))
        if known and code != 0:
            return f"balance: status {code}: {answer['errors']}"
        return ""


def inject(rig, case):
    path, call, number, fault = case
    rig.fresh()
    rig.run(["-o", "/dev/null", "-P", os.path.join(rig.state, path), "-e", f"trace={call}",
             "-e", f"inject={call}:{FAULTS[fault]}:when={number}"])
    return rig.check()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tradectl", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("TRADECTL_TEST_SEED", "1")))
    parser.add_argument("--cases", type=int, default=30)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="")
    words = parser.parse_args()
    if shutil.which("strace") is None:
        print("skipped: no strace")
        return 0
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="tradectl-faults-", dir=place) as root:
        rig = Rig(os.path.abspath(words.tradectl), os.path.abspath(words.build), root)
        counts = rig.trace()
        if not counts:
            print("skipped: strace cannot trace here")
            return 0
        if rig.check():
            print("without a fault:", rig.check())
            return 1
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
        print(f"binary_faults: {len(cases)} of {everything} cases over {files} files, seed {words.seed}, "
              f"{broken} broken")
        return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
