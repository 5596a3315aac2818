"""How long books are compared with the venue's: the first time, again, and after a little more."""

import json
import os
import shutil
import subprocess
import time

from measure import Unmeasured, load, verdict

FILLS = 100_000
OPEN_ORDERS = 10_000
ORDERS_A_RUN = 500  # one call into the venue takes them all, and calls have a budget
MORE_FILLS = 1_000
SECONDS_MAX = 1.0
MEGABYTES_MAX = 200

CONFIG = """\
name: reconcile-bench
mode: paper
speed: "1000000"
log: {{level: "off"}}
plugins: {{paths: [{scripted}, {plugins}]}}
shutdown: {{orders: keep}}
reconcile: {{interval: 0s, grace: 0s}}
exchanges: [{{name: x, plugin: paper, settings: {{balances: {{USD: "1000000000"}}}}}}]
instruments: [{{name: BTC-USD.x, base: BTC, quote: USD, tick: "0.01", lot: "0.0001"}}]
data: [{{instrument: BTC-USD.x, synth: {{price: "100", trades: {trades}}}}}]
strategies: [{{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x],
              settings: {{steps: [{steps}], every: true, keeps: false}}}}]
"""


def measured(command):
    """Wall seconds, megabytes at the most, and the data of the answer."""
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
        raise Unmeasured(f"{' '.join(command)[:100]}: status {process.returncode}: {text[:300]}")
    return wall, usage.ru_maxrss / 1024, json.loads(text)["data"]


def run(program, folder, build, trades, steps):
    config = folder / "config.yaml"
    quoted = ", ".join(f'"{step}"' for step in steps)
    config.write_text(
        CONFIG.format(
            scripted=build / "scripted", plugins=build / "plugins", trades=trades, steps=quoted
        )
    )
    done = subprocess.run(
        [program, "run", config, "--state-dir", folder / "state", "-q"],
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise Unmeasured(f"run: status {done.returncode}: {done.stderr[:300]}")
    return [str(program), "reconcile", str(config), "--state-dir", str(folder / "state"), "--json"]


def reconcile(program, folder, build, fills=FILLS, orders=OPEN_ORDERS, more=MORE_FILLS):
    """Prints three rows. `folder` is emptied first: choose one whose syncs are quick."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        resting = [f"0 buy 0.0001 {90 + i % 9}" for i in range(min(orders, ORDERS_A_RUN))]
        for _ in range(max(1, orders // ORDERS_A_RUN)):
            command = run(program, folder, build, 1, resting)
        command = run(program, folder, build, fills, ["1 buy 0.0001"])
        rows = [("the first time", *measured(command)), ("nothing new", *measured(command))]
        run(program, folder, build, more, ["1 buy 0.0001"])
        rows.append((f"{more:,} more fills", *measured(command)))
        for name, wall, megabytes, data in rows:
            good = wall < SECONDS_MAX and megabytes < MEGABYTES_MAX
            print(
                f"reconcile of {orders:,} open orders and {fills:,} fills, {name}: {wall:.2f} s, "
                f"{megabytes:.0f} MB, {len(data['findings'])} findings, "
                + verdict(good, f"{SECONDS_MAX:.0f} s and {MEGABYTES_MAX} MB")
                + f" ({load()})"
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bench_reconcile(bench):
    """The same with the release build, in the bench's own folder."""
    for target in ("tradectl", "scripted", "plugin_paper"):
        bench.make(target)
    program = bench.program("tradectl")
    reconcile(program, bench.cache / "reconcile", program.parent.parent)
