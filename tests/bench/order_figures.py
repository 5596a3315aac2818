"""What a durable order costs, as a ratio to the bare system calls."""

import json
import statistics
import subprocess
import tempfile

from configs import every_trade_config
from measure import spread, verdict

ORDER_ROUNDS = 5


def bench_order(bench):
    """From an event to its order in the exchange plugin, durable in between: two hand-offs."""
    bench.make("plugin_paper", "bench_strategy", "order_bench")
    config = bench.write("every-trade.yaml", every_trade_config(str(bench.cache)))
    ratios = {"p50": [], "p99": []}
    times = {"bare": [], "order": []}
    for _ in range(ORDER_ROUNDS):
        with tempfile.TemporaryDirectory(dir=bench.cache) as state:
            line = json.loads(subprocess.check_output([bench.program("order_bench"), config, state]))
        for share, values in ratios.items():
            values.append(line["order"][share] / line["bare"][share])
        for kind, values in times.items():
            values.append(line[kind]["p50"] / 1e3)
    ratio = {share: statistics.median(values) for share, values in ratios.items()}
    print(f"  pwrite + fdatasync of 256 B, pre-filled file  p50 {statistics.median(times['bare']):.0f}"
          f" us; a durable order, unsigned  p50 {statistics.median(times['order']):.0f} us")
    print(f"  ratio p50 {ratio['p50']:.2f} ({spread(ratios['p50'])})  p99 {ratio['p99']:.2f}"
          f" ({spread(ratios['p99'])}), {ORDER_ROUNDS} runs   "
          + verdict(ratio["p50"] <= 1.3, "1.3"))
