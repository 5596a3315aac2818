#!/usr/bin/env python3
"""Beside peers: `peers.py --build DIR [--bars N] [--rounds N]`. A benchmark, never a test.

Made-up files of bars and of trades, one strategy (a long position of one unit while the fast simple
average is above the slow one, market orders, no fees), one machine, interleaved rounds. Each
peer is installed with pip, as pip is set up, into an environment of its own below the user's cache
folder. What is timed is the run: the peers have their data in memory before the clock starts, ours
reads its file within the time, keeps its log and closes its books.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bars import write_bars, write_trades
from bench import Bench
from configs import BOOK_INSTRUMENT, cross_config
from machine import describe_machine
from measure import Unmeasured, load, median_ratio, on_one_core, spread, timed, verdict

# package, script, what it reads, how many times its rate ours is to be (0: no target)
PEERS = (
    ("nautilus_trader", "peer_nautilus.py", "bars", 10),
    ("backtesting", "peer_backtesting.py", "bars", 100),
    ("hftbacktest", "peer_hftbacktest.py", "trades", 0),
)
COLUMNS = "time=timestamp,open=open,high=high,low=low,close=close,volume=volume"
IMPORTS = {
    "bars": ["--format", "csv", "--kind", "bars", "--columns", COLUMNS, "--time-unit", "ms",
             "--interval", "1m", "--time-of-bar", "close"],
    "trades": ["--format", "binance-trades"],
}


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "tradectl-bench" / "peers"


def python_of(package):
    """The interpreter of the peer's environment, made when it is missing; None: not reachable."""
    folder = cache_folder() / package
    python = folder / "bin" / "python"
    if (folder / "installed").exists():
        return python
    venv.create(folder, with_pip=True, clear=True)
    done = subprocess.run([str(python), "-m", "pip", "install", "-q", package],
                          capture_output=True, text=True)
    if done.returncode != 0:
        return None
    (folder / "installed").touch()
    return python


def ours(bench, kind, data, count):
    """A function that runs ours over the same file: its rate, and what it did."""
    imported = bench.cache / f"peers-{kind}.tdat"
    timed([str(bench.tradectl), "data", "import", str(data), "-o", str(imported), "--instrument",
           BOOK_INSTRUMENT, *IMPORTS[kind], "--replace", "--json", "-q"])
    config = bench.write(f"peers-{kind}.yaml", cross_config(imported, bench.cache, kind))

    def run():
        answer = bench.run_json("run", config, one_core=True)
        return count * 1e9 / answer["wall_ns"], f"{answer['orders']} orders"

    return run


def peer(python, script, data):
    def run():
        _, _, text = timed(on_one_core([str(python), "-B", str(HERE / script), str(data)]))
        answer = json.loads(text.splitlines()[-1])
        what = ", ".join(f"{answer[key]} {key}" for key in ("orders", "trades") if key in answer)
        return answer["rows"] / answer["seconds"], f"{what}, version {answer['version']}"

    return run


def compare(bench, kind, count, rounds):
    """One interleaved measurement of ours and of the peers that read that kind."""
    data = bench.cache / f"peers-{kind}-{count}.csv"
    (write_bars if kind == "bars" else write_trades)(data, count)
    runs, targets = {"tradectl": ours(bench, kind, data, count)}, {}
    for package, script, reads, target in PEERS:
        if reads != kind:
            continue
        python = python_of(package)
        if python is None:
            print(f"  {package}: skipped: not reachable")
            continue
        runs[package], targets[package] = peer(python, script, data), target
    rates, notes = {name: [] for name in runs}, {}
    for _ in range(rounds):
        for name, run in runs.items():
            rate, notes[name] = run()
            rates[name].append(rate / 1e6)
    print(f"  {count} {kind}, {rounds} interleaved rounds, one core, {load()}; M {kind}/s:")
    for name, values in rates.items():
        line = f"  {name:<16}{statistics.median(values):8.4f} ({spread(values)}; {notes[name]})"
        if name in targets:
            ratio = median_ratio(rates["tradectl"], values)
            line += f"  ours {ratio:.2f} x"
            if targets[name]:
                line += "  " + verdict(ratio >= targets[name], f"{targets[name]} x")
        print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, help="an optimised build folder")
    parser.add_argument("--bars", type=int, default=100_000)
    parser.add_argument("--trades", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    bench = Bench(arguments.build)
    bench.make("tradectl", "plugin_paper", "bench_cross")
    print("\n".join(describe_machine(bench.build)))
    compare(bench, "bars", arguments.bars, arguments.rounds)
    compare(bench, "trades", arguments.trades, arguments.rounds)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unmeasured as problem:
        sys.exit(f"not measured: {problem}")
