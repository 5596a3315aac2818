"""What a durable order costs, as a ratio to the bare system calls."""

import json
import statistics
import subprocess
import tempfile

from configs import every_trade_config
from measure import on_one_core, spread, verdict

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
          f" us; an order behind another, unsigned  p50 {statistics.median(times['order']):.0f} us")
    print(f"  ratio p50 {ratio['p50']:.2f} ({spread(ratios['p50'])})  p99 {ratio['p99']:.2f}"
          f" ({spread(ratios['p99'])}), {ORDER_ROUNDS} runs   "
          + verdict(ratio["p50"] <= 1.3, "1.3"))


def bench_sign(bench):
    """An order checked, hashed and signed, beside the bare recoverable signature."""
    bench.make("sign_bench")
    ratios, bare, hashed = [], [], []
    for _ in range(ORDER_ROUNDS):
        line = json.loads(subprocess.check_output(on_one_core([bench.program("sign_bench")])))
        ratios.append(line["order"]["p50"] / line["bare"]["p50"])
        bare.append(line["bare"]["p50"] / 1e3)
        hashed.append(line["hashed"]["p50"] / 1e3)
    ratio = statistics.median(ratios)
    print(f"  secp256k1_ecdsa_sign_recoverable  p50 {statistics.median(bare):.1f} us;"
          f" EIP-712 from JSON to the digest  p50 {statistics.median(hashed):.2f} us")
    print(f"  order signed, ratio p50 {ratio:.3f} ({spread(ratios)}), {ORDER_ROUNDS} runs   "
          + verdict(ratio <= 1.10, "1.10"))
