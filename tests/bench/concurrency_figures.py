"""What readers of the books cost the engine, in turns with no readers."""

import shutil
import subprocess
import threading
import time

from configs import crowded_config
from measure import Unmeasured, load, on_one_core, verdict

SECONDS = 50
WINDOW_S = 2.0
WARM_S = 2.0
RATIO_MAX = 1.5
STATUSES = {0, 2, 3}  # consistent, drift, cannot tell: an order is on its way at any moment


# Who reads in a window; by turns.
ALONE, ONE_CORE, ANYWHERE = "alone", "readers on one core", "readers on any core"
KINDS = (ALONE, ONE_CORE, ANYWHERE)


class Readers:
    """Three loops that ask as an operator does, while they are let."""

    def __init__(self, bench, config, state):
        tail = [config, "--state-dir", state, "-q"]
        self.commands = [
            [str(bench.tradectl), *words, *tail, *more]
            for words, more in (
                (("reconcile",), ()),
                (("balance",), ()),
                (("audit", "query"), ("--limit", "20")),
            )
        ]
        self.counts = [0] * len(self.commands)
        self.problems = []
        self.go = threading.Event()
        self.kind = ALONE
        self.stop = False
        self.threads = [
            threading.Thread(target=self.loop, args=(i,)) for i in range(len(self.commands))
        ]

    def loop(self, number):
        while not self.stop:
            if not self.go.wait(0.1):
                continue
            command = self.commands[number]
            if self.kind == ONE_CORE:
                command = on_one_core(command)
            done = subprocess.run(command, capture_output=True, text=True)
            self.counts[number] += 1
            if done.returncode not in STATUSES or "locked" in done.stderr:
                self.problems.append(f"{self.commands[number][1]}: {done.returncode} {done.stderr}")


def windows_of(readers, process):
    """Readers by turns until the run ends; (begin, end, kind) by the samples' clock."""
    windows = []
    time.sleep(WARM_S)
    while process.poll() is None:
        readers.kind = KINDS[len(windows) % len(KINDS)]
        begin = time.monotonic_ns()
        if readers.kind != ALONE:
            readers.go.set()
        time.sleep(WINDOW_S)
        readers.go.clear()
        windows.append((begin, time.monotonic_ns(), readers.kind))
        time.sleep(0.3)  # what they had begun ends
    return windows


def share(values, part):
    return sorted(values)[int(part * (len(values) - 1))]


def print_row(name, alone, read, judged):
    cells = []
    for part, label in ((0.5, "p50"), (0.99, "p99"), (0.999, "p99.9")):
        a, b = share(alone, part) / 1e3, share(read, part) / 1e3
        cells.append(f"{label} {a:.0f} -> {b:.0f} us ({b / a:.2f}x)")
    ratio = share(read, 0.999) / share(alone, 0.999)
    print(f"    {name:<34} " + "  ".join(cells)
          + ("   " + verdict(ratio <= RATIO_MAX, "1.5x") if judged else ""))


def bench_concurrency(bench):
    """Reconcile, balance and audit query in a loop beside a run: its turns with and without."""
    bench.make("tradectl", "plugin_paper", "bench_strategy", "concurrency_bench")
    config = bench.write("crowded.yaml", crowded_config([bench.cache, bench.build / "plugins"]))
    state = bench.cache / "crowded"
    shutil.rmtree(state, ignore_errors=True)
    readers = Readers(bench, config, str(state))
    process = subprocess.Popen(
        [bench.program("concurrency_bench"), config, str(state), str(SECONDS)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output = []
    taker = threading.Thread(target=lambda: output.extend(process.communicate()))
    try:
        for thread in (*readers.threads, taker):
            thread.start()
        windows = windows_of(readers, process)
    finally:
        readers.stop = True
        for thread in (*readers.threads, taker):
            thread.join()
        shutil.rmtree(state, ignore_errors=True)
    if process.returncode != 0:
        raise Unmeasured(output[1])
    report(readers, windows, [tuple(map(int, line.split())) for line in output[0].splitlines()])


def report(readers, windows, samples):
    kinds = {kind: [] for kind in KINDS}
    for at, passed, sent in samples:
        for begin, end, kind in windows:
            if begin <= at < end:
                kinds[kind].append((passed, sent))
    if min(map(len, kinds.values())) < 1000:
        raise Unmeasured("too few orders for a p99.9")
    print("  orders in turns: " + ", ".join(f"{len(got):,} {kind}" for kind, got in kinds.items())
          + "; " + ", ".join(f"{n} x {c[1]}" for n, c in zip(readers.counts, readers.commands))
          + f" ({load()})")
    for kind in KINDS[1:]:
        print(f"  {kind}:")
        for name, column in (("event to order through the gate", 0),
                             ("event to durable order, with plugin", 1)):
            print_row(name, [s[column] for s in kinds[ALONE]], [s[column] for s in kinds[kind]],
                      kind == ONE_CORE)
    print(f"  errors that a reader saw: {len(readers.problems)}   "
          + verdict(not readers.problems, "none"))
    for problem in readers.problems[:3]:
        print(f"    {problem.strip()[:160]}")
