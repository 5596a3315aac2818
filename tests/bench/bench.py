#!/usr/bin/env python3
"""Prints the figures: `bench.py --build DIR [NAME ...]`, names as in FIGURES; all by default.

Absolute times depend on the machine and on what else runs on it, so each figure comes with the
machine and, where there is a bound, with the ratio to it, measured in the same interleaved rounds.
Numbers are medians of the rounds. Nothing here is a test: a miss is printed and exits 0; a
measurement that cannot be made exits 1.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True  # nothing is left beside the sources

from backtest_figures import bench_backtest
from concurrency_figures import bench_concurrency
from configs import event_config, every_trade_config, growth_config, replay_config
from data_figures import bench_data
from durability_figures import bench_durability
from machine import describe_machine
from measure import Unmeasured, load, on_one_core, spread, verdict
from order_figures import bench_order, bench_sign
from venue_figures import bench_venue

SOURCE = Path(__file__).resolve().parents[2]
REPLAY_TRADES = 3_000_000
REPLAY_ROUNDS = 7
GROWTH_EVENTS = 10_000_000
MIB = 1 << 20


class Bench:
    """The build folder and what the figures share."""

    def __init__(self, build):
        self.source = SOURCE
        self.build = Path(build).resolve()
        self.tradectl = self.build / "bin" / "tradectl"
        self.cache = self.build / "bench"
        self.cache.mkdir(parents=True, exist_ok=True)

    def make(self, *targets):
        subprocess.run(
            ["cmake", "--build", str(self.build), "--target", *targets],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def program(self, name):
        return str(self.build / "bin" / name)

    def fast_folder(self):
        """For states that need not survive: no waiting for a disk."""
        return Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else self.cache

    def write(self, name, text):
        path = self.cache / name
        path.write_text(text)
        return str(path)

    def run_json(self, *arguments, one_core=False):
        command = [str(self.tradectl), *arguments, "--json", "-q"]
        if one_core:
            command = on_one_core(command)
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Unmeasured(f"tradectl {' '.join(arguments)}: {done.stdout or done.stderr}")
        return json.loads(done.stdout)["data"]


def bench_wal(bench):
    """The write-ahead log against the bare system calls, on the build folder's device."""
    bench.make("wal_bench")
    subprocess.run([bench.program("wal_bench"), str(bench.cache)], check=True)


def data_file(bench):
    path = bench.cache / f"trades-{REPLAY_TRADES}.tdat"
    if not path.exists():
        bench.run_json(
            *["data", "synth", "-o", str(path), "--instrument", "BTC-USD.paper"],
            *["--trades", str(REPLAY_TRADES), "--seed", "1", "--price", "50000"],
            *["--tick", "0.01", "--lot", "0.0001", "--quantity", "0.25"],
            *["--interval", "200ms", "--spread", "20"],
        )
    return path


def bench_replay(bench):
    """Trades a second of a whole session on one core, and of two bare loops over the same file."""
    bench.make("tradectl", "plugin_paper", "plugin_momentum", "replay_bench", "bench_sink")
    data = data_file(bench)
    config = bench.write("replay.yaml", replay_config(data.name))
    sink = str(bench.cache / "bench_sink.so")
    rates = {"session": [], "straight": [], "decoded": []}
    for _ in range(REPLAY_ROUNDS):
        for kind in ("straight", "decoded"):
            command = [bench.program("replay_bench"), kind, str(data), sink]
            line = json.loads(subprocess.check_output(on_one_core(command)))
            rates[kind].append(line["events"] * 1e3 / line["ns"])
        run = bench.run_json("run", config, one_core=True)
        rates["session"].append(run["market_events"] * 1e3 / run["wall_ns"])
    median = {kind: statistics.median(values) for kind, values in rates.items()}
    print(f"  {REPLAY_TRADES} trades, {REPLAY_ROUNDS} interleaved rounds, one core; M trades/s:")
    print(f"  whole session, books closed  {median['session']:8.2f}"
          f"  ({spread(rates['session'])}; {run['orders']} orders, {run['fills']} fills)  "
          + verdict(median["session"] >= 3, "3"))
    for kind, what in (
        ("decoded", "checked, decoded, one call each"),
        ("straight", "bare: one call for each record"),
    ):
        ratio = statistics.median(a / b for a, b in zip(rates[kind], rates["session"]))
        print(f"  {what:<32}{median[kind]:5.1f}  (session takes {ratio:.1f} x its time)")
    print_profile(bench, [str(bench.tradectl), "run", config, "--json", "-q"])


def print_profile(bench, command):
    """Where the time goes, by library and by function; perf when it works here."""
    perf = shutil.which("perf")
    record = bench.cache / "perf.data"
    recorded = perf and subprocess.run(
        [perf, "record", "-q", "-e", "cpu-clock", "-F", "4999", "-o", str(record), "--", *command],
        capture_output=True,
    )
    if not recorded or recorded.returncode != 0:
        print("  no profile: perf does not work here; on a shorter file try\n"
              "  valgrind --tool=callgrind " + " ".join(command))
        return
    for key, rows in (("dso", 6), ("symbol", 24)):
        report = subprocess.run(
            [perf, "report", "-i", str(record), "--stdio", "-q", "-g", "none", "-s", key],
            capture_output=True,
            text=True,
        ).stdout
        lines = [line.rstrip() for line in report.splitlines() if line.strip()]
        print(f"  time by {key}:")
        for line in lines[:rows]:
            print("  " + line.replace("tradectl::", "")[:96])


def event_rounds(bench, config):
    """Five runs of event_bench; a function gives the medians of a value by its path."""
    command = on_one_core([bench.program("event_bench"), config])
    rounds = [json.loads(subprocess.check_output(command)) for _ in range(5)]

    def middle(*path):
        values = []
        for data in rounds:
            for key in path:
                data = data[key]
            values.append(data)
        return statistics.median(values)

    return middle


def print_event(middle, kind, name):
    p50, p99 = middle(kind, "p50") / 1e3, middle(kind, "p99") / 1e3
    print(f"  {name:<32} p50 {p50:6.2f}   p99 {p99:6.2f}   "
          + ("" if kind == "without_order" else
             verdict(p50 < 2 and p99 < 10, "p50 < 2, p99 < 10")))


def bench_event(bench):
    """From an event that triggers an order to its INTENT in the batch buffer, one thread."""
    bench.make("plugin_paper", "plugin_momentum", "bench_strategy", "event_bench")
    plain = event_rounds(
        bench, bench.write("every-trade.yaml", every_trade_config(str(bench.cache))))
    middle = event_rounds(bench, bench.write("event.yaml", event_config()))
    print(f"  {plain('orders', 'count'):.0f} orders a round of the plain strategy, "
          f"{middle('orders', 'count'):.0f} of momentum, 5 rounds, medians, us"
          f" (a look at the clock is {middle('clock', 'p50') / 1e3:.2f} of it):")
    print_event(plain, "orders", "plain: one order, nothing else")
    print_event(middle, "entries", "momentum: exits, order, decision")
    print_event(middle, "exits", "an exit by the host")
    print_event(middle, "without_order", "momentum, no order")
    print("  stages alone, warm, us:")
    for stage in ("gate", "client_order_id", "hold", "prepare", "order_records",
                  "sha256_of_request"):
        note = {"order_records": "  (hold, its result, intent; with the hash below)",
                "sha256_of_request": f"  ({middle('request_bytes'):.0f} bytes)"}.get(stage, "")
        print(f"    {stage:<20} {middle(stage) / 1e3:6.2f}{note}")


def wall_ms(command):
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took = (time.perf_counter() - start) * 1e3
    if done.returncode != 0:
        raise Unmeasured(f"{' '.join(command)}: exit status {done.returncode}")
    return took


def bench_balance(bench):
    """The whole process of `balance` on a finished paper run of the demo."""
    config = str(SOURCE / "configs" / "demo.yaml")
    state = tempfile.mkdtemp(dir=bench.cache)
    try:
        bench.run_json("run", config, "--state-dir", state, "--wall", "5s", "--set", "speed=1000")
        commands = {
            "tradectl balance": [str(bench.tradectl), "balance", config, "--state-dir", state],
            "/bin/true": ["/bin/true"],
            "sqlite3 'select 1'": ["sqlite3", state + "/ledger.db", "select 1"],
        }
        if not shutil.which("sqlite3"):
            del commands["sqlite3 'select 1'"]
        times = {name: [] for name in commands}
        for _ in range(50):
            for name, command in commands.items():
                times[name].append(wall_ms(command))
    finally:
        shutil.rmtree(state)
    ours = times["tradectl balance"]
    for name, values in times.items():
        p50 = statistics.median(values)
        ratio = statistics.median(a / b for a, b in zip(ours, values))
        print(f"  {name:<20} p50 {p50:6.1f} ms  max {max(values):6.1f}"
              + (f"   {verdict(p50 < 30, '< 30 ms')}" if values is ours
                 else f"   (ours takes {ratio:.1f} x)"))


def memory_of(pid):
    """Anonymous plus shared memory, bytes; nothing when the process has gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    fields = dict(line.split(":", 1) for line in status.splitlines())
    if "RssAnon" not in fields:
        return None
    return sum(int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssShmem"))


def watch(command):
    """Runs it and returns its exit status and (second, bytes) samples, twenty a second."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    start = time.monotonic()
    samples = []
    while process.poll() is None:
        held = memory_of(process.pid)
        if held is not None:
            samples.append((time.monotonic() - start, held))
        time.sleep(0.05)
    if process.returncode != 0:
        raise Unmeasured(f"{' '.join(command)}: {process.stdout.read()}")
    return json.loads(process.stdout.read())["data"], samples


def bench_memory(bench):
    """Anonymous plus shared memory of the demo, and its growth over ten million events."""
    config = str(SOURCE / "configs" / "demo.yaml")
    with tempfile.TemporaryDirectory(dir=bench.cache) as state:
        _, samples = watch([str(bench.tradectl), "run", config, "--state-dir", state,
                            "--wall", "10s", "--json", "-q"])
    peak = max(held for _, held in samples)
    print(f"  demo, ten seconds: peak {peak / MIB:.1f} MB   {verdict(peak < 40 * MIB, '< 40 MB')}")
    for kind in ("backtest", "paper"):
        growth = bench.write(f"growth-{kind}.yaml", growth_config(kind, GROWTH_EVENTS))
        with tempfile.TemporaryDirectory(dir=bench.fast_folder()) as state:
            data, samples = watch([str(bench.tradectl), "run", growth, "--state-dir", state,
                                   "--json", "-q"])
        print_growth(kind, data, samples)


def print_growth(kind, data, samples):
    """Events come at an even rate, so that a tenth of the run's time is a tenth of them."""
    end = data["wall_ns"] / 1e9 * 0.9
    trading = [sample for sample in samples if sample[0] <= end]
    early = next(held for second, held in trading if second >= end / 9)
    late = trading[-1][1]
    orders = max(data["orders"], 1)
    print(f"  {kind}, {data['market_events']} events, {data['orders']} orders, "
          f"{data['wall_ns'] / 1e9:.1f} s: {early / MIB:.2f} MB at a tenth, "
          f"{late / MIB:.2f} at nine tenths ({(late - early) / orders / 0.8:.0f} bytes an order), "
          f"peak {max(h for _, h in samples) / MIB:.2f}   "
          + verdict(late - early < MIB, "growth < 1 MB"))


def bench_demo(bench):
    """One run of the demo from nothing, as a newcomer sees it; no target but patience."""
    config = str(SOURCE / "configs" / "demo.yaml")
    with tempfile.TemporaryDirectory(dir=bench.cache) as state:
        took = wall_ms([str(bench.tradectl), "run", config, "--state-dir", state])
    print(f"  {took / 1e3:.1f} s")


FIGURES = {
    "wal": bench_wal,
    "replay": bench_replay,
    "event": bench_event,
    "order": bench_order,
    "sign": bench_sign,
    "balance": bench_balance,
    "memory": bench_memory,
    "demo": bench_demo,
    "data": bench_data,
    "backtest": bench_backtest,
    "durability": bench_durability,
    "concurrency": bench_concurrency,
    "venue": bench_venue,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, help="an optimised build folder")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FIGURES))
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in FIGURES]
    if unknown:
        parser.error(f"no such figure: {unknown[0]} (there are {', '.join(FIGURES)})")
    bench = Bench(arguments.build)
    for line in describe_machine(bench.build):
        print(line)
    unmeasured = 0
    for name in arguments.names or FIGURES:
        print(f"\n{name}: {FIGURES[name].__doc__}  [{load()}]", flush=True)
        try:
            FIGURES[name](bench)
        except (Unmeasured, subprocess.CalledProcessError) as problem:
            unmeasured += 1
            print(f"  not measured: {problem}")
        sys.stdout.flush()
    return 1 if unmeasured else 0


if __name__ == "__main__":
    sys.exit(main())
