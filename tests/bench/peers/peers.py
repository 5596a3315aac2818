#!/usr/bin/env python3
"""Beside peers: `peers.py --build DIR [--bars N] [--rounds N]`. A benchmark, never a test.

One made-up file of bars, one strategy (a long position of one unit while the fast simple average
of the closes is above the slow one, market orders, no fees), one machine, interleaved rounds. Each
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

from bars import write_bars
from bench import Bench
from configs import BOOK_INSTRUMENT, cross_config
from machine import describe_machine
from measure import Unmeasured, load, median_ratio, on_one_core, spread, timed, verdict

# package, script, how many times its rate ours is to be
PEERS = (
    ("nautilus_trader", "peer_nautilus.py", 10),
    ("backtesting", "peer_backtesting.py", 100),
)


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


def ours(bench, data, count):
    """A command of ours over the same file, and how its rate is read."""
    bench.make("tradectl", "plugin_paper", "bench_cross")
    imported = bench.cache / "peers.tdat"
    timed([str(bench.tradectl), "data", "import", str(data), "-o", str(imported), "--instrument",
           BOOK_INSTRUMENT, "--format", "csv", "--kind", "bars", "--columns",
           "time=timestamp,open=open,high=high,low=low,close=close,volume=volume", "--time-unit",
           "ms", "--interval", "1m", "--time-of-bar", "close", "--replace", "--json", "-q"])
    config = bench.write("peers.yaml", cross_config(imported, bench.cache))

    def run():
        answer = bench.run_json("run", config, one_core=True)
        return count * 1e9 / answer["wall_ns"], f"{answer['orders']} orders"

    return run


def peer(python, script, data):
    def run():
        _, _, text = timed(on_one_core([str(python), "-B", str(HERE / script), str(data)]))
        answer = json.loads(text.splitlines()[-1])
        what = ", ".join(f"{answer[key]} {key}" for key in ("orders", "trades") if key in answer)
        return answer["bars"] / answer["seconds"], f"{what}, version {answer['version']}"

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, help="an optimised build folder")
    parser.add_argument("--bars", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    bench = Bench(arguments.build)
    print("\n".join(describe_machine(bench.build)))
    data = bench.cache / f"peers-{arguments.bars}.csv"
    write_bars(data, arguments.bars)
    runs = {"tradectl": ours(bench, data, arguments.bars)}
    for package, script, _ in PEERS:
        python = python_of(package)
        if python is None:
            print(f"  {package}: skipped: not reachable")
        else:
            runs[package] = peer(python, script, data)
    rates, notes = {name: [] for name in runs}, {}
    for _ in range(arguments.rounds):
        for name, run in runs.items():
            rate, notes[name] = run()
            rates[name].append(rate / 1e6)
    print(f"  {arguments.bars} bars, {arguments.rounds} interleaved rounds, one core, {load()};"
          " M bars/s:")
    targets = {package: target for package, _, target in PEERS}
    for name, values in rates.items():
        line = f"  {name:<16}{statistics.median(values):8.4f} ({spread(values)}; {notes[name]})"
        if name in targets:
            ratio = median_ratio(rates["tradectl"], values)
            line += f"  ours {ratio:.0f} x  {verdict(ratio >= targets[name], targets[name])}"
        print(line)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unmeasured as problem:
        sys.exit(f"not measured: {problem}")
