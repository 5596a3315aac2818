"""Figures of what must not be lost."""

import json
import shutil
import subprocess

from configs import every_trade_config
from measure import Unmeasured, load, verdict
from order_figures import bench_order
from reconcile_figures import bench_reconcile

AUDIT_ENTRIES = 1_000_000
AUDIT_SHARE_MIN = 0.80
START_RECORDS = (100_000, 1_000_000, 10_000_000)
LOSS_STATES = 100_000
ROUNDS = 400


def audit_verify(bench):
    """The whole tree of a log, beside the same SHA-256 calls over the same bytes in memory."""
    bench.make("audit_bench")
    folder = bench.cache / "audit"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        done = subprocess.run(
            [bench.program("audit_bench"), str(folder), str(AUDIT_ENTRIES)],
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise Unmeasured(f"audit_bench: {done.stderr}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    got = json.loads(done.stdout)
    share = got["hash_s"] / got["verify_s"]
    rate = got["entries"] / got["verify_s"]
    print(
        f"audit verify of {got['entries']:,} entries of {got['entry_bytes']:.0f} bytes: "
        f"{got['verify_s']:.2f} s ({rate / 1e6:.2f} M/s), the SHA-256 calls alone {got['hash_s']:.2f} s: "
        f"{share:.0%} of their speed, {verdict(share >= AUDIT_SHARE_MIN, '80 % or more')} ({load()})"
    )


def fresh_folder(bench, name):
    folder = bench.cache / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def run_in(bench, name, *arguments):
    """What a program prints about a new folder, which it gets as {} and which goes afterwards."""
    folder = fresh_folder(bench, name)
    command = [str(folder) if word == "{}" else word for word in arguments]
    try:
        done = subprocess.run([bench.program(name), *command], capture_output=True, text=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if done.returncode != 0:
        raise Unmeasured(f"{name}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def row(name, times, bare, judged=""):
    print(f"  {name:<30} p50 {times['p50'] / 1e3:8.1f} us {times['p50'] / bare['p50']:5.2f}x   "
          f"p99 {times['p99'] / 1e3:8.1f} us {times['p99'] / bare['p99']:5.2f}x   {judged}")


def durable_orders(bench):
    """Records, orders, signed orders and whole cycles, in turns with the stores of others."""
    bench.make("plugin_paper", "bench_strategy", "durable_bench")
    config = bench.write("every-trade.yaml", every_trade_config(str(bench.cache)))
    got = run_in(bench, "durable_bench", config, "{}", str(ROUNDS))
    rounds, cycles = got["rounds"], got["cycles"]
    bare = rounds["bare"]
    print(f"in the same {ROUNDS} rounds, ratios to pwrite + fdatasync of 256 bytes ({load()}):")
    row("pwrite + fdatasync", bare, bare)
    ours = rounds["tradectl"]
    row("durable intent, ours", ours, bare,
        verdict(ours["p50"] <= 1.10 * bare["p50"] and ours["p99"] <= 2 * bare["p99"],
                "1.10, p99 2"))
    for name in ("rocksdb", "leveldb", "lmdb", "sqlite_full"):
        row(f"  {name}", rounds[name], bare)
    order, signed, signature = rounds["order"], rounds["signed_order"], rounds["signature"]
    row("order after a pause, unsigned", order, bare, verdict(order["p50"] <= 1.3 * bare["p50"], "1.3"))
    row("a signature alone", signature, bare)
    bound = max(bare["p50"], signature["p50"])
    row("order after a pause, signed", signed, bare,
        verdict(signed["p50"] <= 1.2 * bound, f"1.2 x max(sync, sign): {signed['p50'] / bound:.2f}"))
    bare = cycles["bare"]
    print("blocks of 100 whole cycles, each until all is in the ledger; a cycle, by block:")
    row("pwrite + fdatasync", bare, bare)
    row("intent + result + ledger, ours", cycles["tradectl"], bare,
        verdict(cycles["tradectl"]["p50"] <= 1.3 * bare["p50"], "1.3"))
    row("  sqlite_full, two transactions", cycles["sqlite_full"], bare)


def durable_rates(bench):
    """Many on their way: from our one thread, and from as many threads of others."""
    bench.make("rate_bench")
    rates = {}
    for line in run_in(bench, "rate_bench", "{}"):
        rates.setdefault(line["outstanding"], {})[line["name"]] = line["rate"]
    for outstanding, target in ((8, 30_000), (64, 75_000)):
        by_name = rates[outstanding]
        print(f"durable intents a second, {outstanding:2} outstanding: "
              + ", ".join(f"{name} {rate:,.0f}" for name, rate in by_name.items())
              + "   " + verdict(by_name["tradectl"] >= target, f"{target:,}"))


def scan(bench):
    """Reading segments again that are in memory."""
    bench.make("wal_bench")
    done = subprocess.run([bench.program("wal_bench"), str(bench.cache), "0"],
                          capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        if line.startswith("scan"):
            ratio = float(line.split(" ms, ")[1].split("x")[0])
            print(line + "   " + verdict(ratio <= 1.5, "1.5"))


def start_up(bench):
    """Opening a log whose history is long: flat when its cost does not grow."""
    bench.make("start_bench")
    times = {}
    for records in START_RECORDS:
        folder = bench.cache / "start"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            line = subprocess.run([bench.program("start_bench"), str(folder), str(records)],
                                  capture_output=True, text=True, check=True).stdout
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        times[records] = json.loads(line)["ns"] / 1e6
    # What differs between them is how full the last segment is.
    *few, many = times.values()
    flat = many <= 1.5 * max(few)
    print("opening a log when all is applied: "
          + ", ".join(f"{records:.0e} records {ms:.2f} ms" for records, ms in times.items())
          + "   " + verdict(max(times.values()) < 100, "< 100 ms") + ", "
          + verdict(flat, "the longest within 1.5x of the others") + f" ({load()})")


def silent_loss(bench):
    """States of the crash proof: each is damage that must be noticed, or a torn tail that must not
    raise an alarm."""
    bench.make("crash_reader")
    done = subprocess.run([bench.program("crash_reader"), "--states", str(LOSS_STATES)],
                          capture_output=True, text=True)
    lines = done.stdout.splitlines() or ["no answer"]
    print(f"silent loss and false alarms (crash_reader, {LOSS_STATES:,} states of a log asked for): "
          f"{lines[-1]}   " + verdict(done.returncode == 0, "none"))


PARTS = (durable_orders, bench_order, durable_rates, scan, start_up, bench_reconcile, audit_verify, silent_loss)


def bench_durability(bench):
    """What must not be lost: records, orders and cycles beside peers; scan, start, loss, audit."""
    for part in PARTS:
        try:
            part(bench)
        except (Unmeasured, subprocess.CalledProcessError) as problem:
            print(f"{part.__name__}: not measured: {problem}")
