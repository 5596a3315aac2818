"""The figures of backtests: one with its report, and a sweep on one core and on two."""

import json
import shutil
import statistics
import tempfile

from configs import sweep_config
from measure import median_ratio, spread, timed, verdict

BACKTEST_ROUNDS = 5
SWEEP_ROUNDS = 3
SWEEP_TRADES = 100_000


def bench_backtest(bench):
    """A whole backtest with its report; a sweep of 100 runs by one process and by two."""
    bench.make("tradectl", "plugin_paper", "plugin_momentum")
    config = bench.write("sweep.yaml", sweep_config(SWEEP_TRADES))
    rates, orders = [], 0
    for _ in range(BACKTEST_ROUNDS):
        with tempfile.TemporaryDirectory(dir=bench.cache) as out:
            wall, cpu, text = timed([str(bench.tradectl), "backtest", config, "--out", out + "/r",
                                     "--json", "-q"])
        data = json.loads(text)["data"]
        rates.append(SWEEP_TRADES / wall / 1e6)
        orders = data.get("orders", data.get("report", {}).get("orders", 0))
    print(f"  backtest with report, {SWEEP_TRADES} trades, {orders} orders: "
          f"{statistics.median(rates):.2f} M trades/s ({spread(rates)}), the whole process")
    walls, cpus = {1: [], 2: []}, {1: [], 2: []}
    for _ in range(SWEEP_ROUNDS):
        for jobs in walls:
            out = tempfile.mkdtemp(dir=bench.cache)
            try:
                wall, cpu, _ = timed(
                    [str(bench.tradectl), "backtest", config, "--out", out + "/s", "--sweep",
                     "strategies.momentum.settings.lookback=1..100:1", "--jobs", str(jobs),
                     "--json", "-q"])
            finally:
                shutil.rmtree(out)
            walls[jobs].append(wall)
            cpus[jobs].append(cpu)
    wall, cpu = median_ratio(walls[1], walls[2]), median_ratio(cpus[1], cpus[2])
    print(f"  sweep of 100 runs: one process {statistics.median(walls[1]):.2f} s"
          f" ({statistics.median(cpus[1]):.2f} s of CPU), two {statistics.median(walls[2]):.2f} s"
          f" ({statistics.median(cpus[2]):.2f}): {wall:.2f} x by wall time,"
          f" {2 * cpu:.2f} x if both cores were free  {verdict(wall >= 1.8, '1.8')}")
