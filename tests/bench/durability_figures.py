"""Figures of what must not be lost: so far, how fast the audit log is verified."""

import json
import shutil
import subprocess

from measure import Unmeasured, load, verdict

AUDIT_ENTRIES = 1_000_000
AUDIT_SHARE_MIN = 0.80


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


def bench_durability(bench):
    """Durability figures."""
    audit_verify(bench)
