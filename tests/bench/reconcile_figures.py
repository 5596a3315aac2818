"""How long books are compared with the venue's, and how long a run takes to be ready, by history."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time

from measure import Unmeasured, load, verdict

HISTORIES = (1_000, 10_000, 100_000)  # fills, each of an order of its own
OPEN_ORDERS = 10_000
ORDERS_A_RUN = 500  # one call into the venue takes them all, and calls have a budget
MORE_FILLS = 1_000
RUNS_MAX = 12  # a busy machine denies orders for want of disk: what is missing is made by another
ROUNDS = 5
SECONDS_MAX = 1.0
MEGABYTES_MAX = 200
READY_SECONDS_MAX = 0.1
OVERLAP_NS = 600 * 10**9  # so much before its cursor a comparison asks the venue again
SPEED_FILLS, SPEED_AT_ONCE = 1_000, 1_000_000  # 100 us between trades; all together

CONFIG = """\
name: reconcile-bench
mode: paper
speed: "{speed}"
log: {{level: "off"}}
plugins: {{paths: [{build}/scripted, {build}/plugins]}}
shutdown: {{orders: keep}}
reconcile: {{interval: 0s, grace: 0s}}
exchanges: [{{name: x, plugin: paper, settings: {{balances: {{USD: "1000000000"}}}}}}]
instruments: [{{name: BTC-USD.x, base: BTC, quote: USD, tick: "0.01", lot: "0.0001"}}]
data: [{{instrument: BTC-USD.x, synth: {{price: "100", trades: {trades}}}}}]
strategies: [{{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x],
              settings: {{steps: [{steps}], every: {every}, keeps: false}}}}]
"""


class Books:
    """A state directory with a history, made by runs against the paper venue."""

    def __init__(self, program, folder, build):
        self.program, self.folder, self.build = program, folder, build
        self.state = folder / "state"
        self.config = folder / "config.yaml"
        folder.mkdir(parents=True, exist_ok=True)

    def write_config(self, trades, steps, speed):
        quoted = ", ".join(f'"{step}"' for step in steps)
        every = "true" if steps else "false"
        self.config.write_text(CONFIG.format(build=self.build, trades=trades, steps=quoted,
                                             speed=speed, every=every))

    def run(self, trades, steps, speed):
        self.write_config(trades, steps, speed)
        return subprocess.run([self.program, "run", self.config, "--state-dir", self.state, "-q"],
                              capture_output=True, text=True)

    def count(self, table):
        path = self.state / "ledger.db"
        if not path.exists():
            return 0
        books = sqlite3.connect(path)
        try:
            return books.execute(f"select count(*) from {table}").fetchone()[0]
        finally:
            books.close()

    def records(self):
        books = sqlite3.connect(self.state / "ledger.db")
        try:
            return books.execute("select applied_seq from meta").fetchone()[0]
        finally:
            books.close()

    def grow_to(self, fills):
        """Exactly so many fills, or Unmeasured."""
        for _ in range(RUNS_MAX):
            missing = fills - self.count("fills")
            if missing == 0:
                return
            done = self.run(missing, ["1 buy 0.0001"], SPEED_FILLS)
        raise Unmeasured(f"{self.count('fills')} fills of {fills}: {done.stderr[:200]}")

    def leave_open(self, orders):
        steps = [f"0 buy 0.0001 {90 + i % 9}" for i in range(ORDERS_A_RUN)]
        before = self.count("orders")
        for _ in range(orders // ORDERS_A_RUN + RUNS_MAX):
            if self.count("orders") - before >= orders:
                return
            self.run(1, steps, SPEED_AT_ONCE)
        raise Unmeasured(f"{self.count('orders') - before} open orders of {orders}")

    def reconcile(self):
        """Wall seconds, seconds of processor, megabytes at the most, and how many findings."""
        command = [str(self.program), "reconcile", str(self.config), "--state-dir",
                   str(self.state), "--json"]
        read, write = os.pipe()
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=write, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as out:
            text = out.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise Unmeasured(f"reconcile: status {process.returncode}: {text[:300]}")
        return (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024,
                len(json.loads(text)["data"]["findings"]))

    def forget(self):
        (self.state / "reconcile.json").unlink(missing_ok=True)

    def age(self):
        """Moves the cursor on, as a fill does that comes after ten minutes without any."""
        path = self.state / "reconcile.json"
        kept = json.loads(path.read_text())
        for cursor in kept["cursors"]:
            cursor["since"] += OVERLAP_NS
        path.write_text(json.dumps(kept))

    def seconds_to_ready(self):
        """From the start of `run` to its READY=1, as a service manager hears it."""
        self.write_config(0, [], 1)
        path = self.folder / "notify"
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
            ear.bind(str(path))
            ear.settimeout(30)
            start = time.perf_counter()
            process = subprocess.Popen(
                [self.program, "run", self.config, "--state-dir", self.state, "-q"],
                env={**os.environ, "NOTIFY_SOCKET": str(path)}, stderr=subprocess.DEVNULL)
            try:
                while "READY=1" not in ear.recv(4096).decode():
                    pass
                return time.perf_counter() - start
            except TimeoutError as problem:
                raise Unmeasured("run: never ready") from problem
            finally:
                process.terminate()
                process.wait()


def best(rows):
    """The quickest round, by wall time: what else runs only adds."""
    return min(rows, key=lambda row: row[0])


def told(row):
    return f"{row[0] * 1e3:7.1f} ms (processor {row[1] * 1e3:.0f} ms, {row[2]:.0f} MB)"


def compare_histories(books):
    """Each history in turn: the first comparison, one soon after, one when all is older."""
    rows = {}
    for _ in range(ROUNDS):
        for fills, one in books.items():
            one.forget()
            rows.setdefault((fills, "first"), []).append(one.reconcile())
            rows.setdefault((fills, "again"), []).append(one.reconcile())
            one.age()
            rows.setdefault((fills, "older"), []).append(one.reconcile())
    print(f"reconcile, best of {ROUNDS} in turns ({load()}):")
    names = {"first": "the first time", "again": "nothing new, all fills of the last 10 min",
             "older": "nothing new, fills older than that"}
    for kind, name in names.items():
        for fills in books:
            print(f"  {name:<42} {fills:>7,} fills  {told(best(rows[fills, kind]))}")
    older = [best(rows[fills, "older"])[0] for fills in books]
    print("  " + verdict(older[-1] <= 1.5 * older[0], "nothing new: within 1.5x whatever the history"))


def ready_by_history(books):
    """The whole process, by how much its log holds."""
    times = {one.records(): [] for one in books.values()}
    for _ in range(ROUNDS):
        for values, one in zip(times.values(), books.values()):
            values.append(one.seconds_to_ready())
    measured = {records: min(values) for records, values in times.items()}
    (few, early), (many, late) = list(measured.items())[0], list(measured.items())[-1]
    slope = max(late - early, 0) / (many - few)
    print(f"`run` until READY=1, best of {ROUNDS}: "
          + ", ".join(f"{records:.0e} records {seconds * 1e3:.0f} ms"
                      for records, seconds in measured.items())
          + f"   {verdict(late < READY_SECONDS_MAX, '< 100 ms')} ({load()})")
    print(f"  extrapolated, not measured: 1e8 records {(late + slope * (1e8 - many)):.2f} s if it "
          "went on as a line; the paper venue, which is a part of it, keeps 100,000 orders and "
          "fills at most")


def reconcile_at_size(books):
    """The size that the target names."""
    books.leave_open(OPEN_ORDERS)
    books.forget()
    rows = [("the first time", books.reconcile()), ("nothing new", books.reconcile())]
    fills = books.count("fills")
    books.grow_to(fills + MORE_FILLS)
    rows.append((f"{MORE_FILLS:,} more fills", books.reconcile()))
    for name, row in rows:
        good = row[0] < SECONDS_MAX and row[2] < MEGABYTES_MAX
        print(f"reconcile of {OPEN_ORDERS:,} open orders and {fills:,} fills, {name}: {told(row)}, "
              f"{row[3]} findings   " + verdict(good, f"{SECONDS_MAX:.0f} s and {MEGABYTES_MAX} MB"))


def bench_reconcile(bench):
    """Histories in memory, where syncs are quick: what is measured reads."""
    bench.make("tradectl", "scripted", "plugin_paper")
    folder = bench.fast_folder() / "tradectl-reconcile"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        books = {}
        for fills in HISTORIES:
            books[fills] = Books(bench.program("tradectl"), folder / str(fills), bench.build)
            books[fills].grow_to(fills)
        compare_histories(books)
        ready_by_history(books)
        reconcile_at_size(books[HISTORIES[-1]])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
