"""Figures of what must not be lost."""

import json
import shutil
import subprocess

from measure import Unmeasured, load, verdict
from order_figures import bench_order
from reconcile_figures import bench_reconcile

AUDIT_ENTRIES = 1_000_000
AUDIT_SHARE_MIN = 0.80
START_RECORDS = (10_000, 100_000, 1_000_000, 10_000_000)
LOSS_STATES = 100_000


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


def durable_record(bench):
    """One durable record at a time, in turns with what others keep records in."""
    bench.make("peer_bench")
    folder = bench.cache / "peers"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        done = subprocess.run([bench.program("peer_bench"), str(folder)], capture_output=True,
                              text=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if done.returncode != 0:
        raise Unmeasured(f"peer_bench: {done.stderr}")
    got = json.loads(done.stdout)
    bare = got["bare"]
    print(f"durable record of 256 bytes, one at a time, ratio to pwrite + fdatasync ({load()}):")
    for name, times in got.items():
        p50, p99 = times["p50"] / bare["p50"], times["p99"] / bare["p99"]
        judged = verdict(p50 <= 1.10 and p99 <= 2, "1.10, p99 2") if name == "tradectl" else ""
        print(f"  {name:<12} p50 {times['p50'] / 1e3:8.1f} us {p50:5.2f}x   "
              f"p99 {times['p99'] / 1e3:8.1f} us {p99:5.2f}x  {judged}")


def log_alone(bench):
    """Intents a second with many on their way, and reading them again."""
    bench.make("wal_bench")
    done = subprocess.run([bench.program("wal_bench"), str(bench.cache), "1000"],
                          capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        print(line)


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
    print(f"silent loss and false alarms: {done.stdout.splitlines()[-1]}   "
          + verdict(done.returncode == 0, "none"))


def bench_durability(bench):
    """What must not be lost: durable records beside peers, orders, start, loss, audit, reconcile."""
    for part in (durable_record, bench_order, log_alone, start_up, silent_loss, audit_verify,
                 bench_reconcile):
        try:
            part(bench)
        except (Unmeasured, subprocess.CalledProcessError) as problem:
            print(f"{part.__name__}: not measured: {problem}")
