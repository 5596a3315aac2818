"""What the figures share: rounds, verdicts, and the time that a process takes."""

import os
import statistics
import subprocess
import tempfile
import time


class Unmeasured(Exception):
    """What keeps a figure from being measured, as one line."""


def on_one_core(command):
    """The last core of those that this process may use: the first ones take the interrupts."""
    return ["taskset", "-c", str(max(os.sched_getaffinity(0))), *command]


def verdict(good, target):
    return f"target {target}: {'pass' if good else 'MISS'}"


def load():
    return f"load {os.getloadavg()[0]:.1f}"


def spread(values):
    return f"{min(values):.2f} to {max(values):.2f}"


def timed(command, environment=None):
    """Runs it and returns (wall seconds, user and system seconds, standard output)."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=errors, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        text = out.read().decode()
        if process.returncode != 0:
            problem = (errors.read().decode().strip() or text.strip()).splitlines()
            raise Unmeasured(f"{' '.join(command)[:120]}: {problem[-1] if problem else status}")
    return wall, usage.ru_utime + usage.ru_stime, text


def median_ratio(bounds, values):
    """The median of bound / value over rounds: 1 when as fast as the bound."""
    return statistics.median(bound / value for bound, value in zip(bounds, values))
