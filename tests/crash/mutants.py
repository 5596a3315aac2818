#!/usr/bin/env python3
"""Shows for each fault of host/base/mutant.hpp the test that notices it.

Usage: mutants.py SOURCE_DIR BIN_DIR TABLE. A line of TABLE is `MUTANT PROGRAM ARGUMENTS...`: the
program must fail with the mutant switched on, and succeed without it. `PROGRAM SUITE.NAME` stands
for a test program with that filter. Prints the table; exits 1 when a mutant survives, a test fails
without any, or a mutant in the sources has no line.
"""
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TIMEOUT_S = 60
NAME = re.compile(r'\bmutant\("([a-z0-9_.]+)"\)')


def mutants_in(source):
    found = set()
    for path in sorted((source / "host").rglob("*.cpp")):
        found.update(NAME.findall(path.read_text()))
    return found


def read_table(path):
    rows = []
    for line in path.read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            rows.append((words[0], words[1], words[2:]))
    return rows


def run(bin_dir, program, arguments, mutant=None):
    """Exit status and output; None as the status after the time-out."""
    if len(arguments) == 1 and "." in arguments[0]:
        arguments = ["--gtest_filter=" + arguments[0], "--gtest_brief=1"]
    environment = dict(os.environ)
    environment.pop("TRADECTL_MUTANT", None)
    if mutant:
        environment["TRADECTL_MUTANT"] = mutant
    command = [str(bin_dir / program), *arguments]
    try:
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return None, b""
    return done.returncode, done.stdout


def main():
    source, bin_dir, table = (Path(argument) for argument in sys.argv[1:4])
    rows = read_table(table)
    problems = []
    known = {name for name, _, _ in rows}
    for missing in sorted(mutants_in(source) - known):
        problems.append(f"{missing}: in the sources, not in {table.name}")
    for unknown in sorted(known - mutants_in(source)):
        problems.append(f"{unknown}: in {table.name}, not in the sources")
    tests = sorted({(program, tuple(rest)) for _, program, rest in rows})
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        plain = pool.map(lambda test: run(bin_dir, test[0], list(test[1])), tests)
        mutated = pool.map(lambda row: run(bin_dir, row[1], row[2], row[0]), rows)
    for (program, arguments), (status, output) in zip(tests, plain):
        tests_none = b"Running 0 tests" in output
        if status != 0 or tests_none or b"[  SKIPPED ]" in output:
            problems.append(f"{program} {' '.join(arguments)}: "
                            + ("no such test" if tests_none else f"fails without a mutant ({status})"))
    for (name, program, arguments), (status, _) in zip(rows, mutated):
        killed = status is not None and status != 0
        print(f"  {name:<32} {'killed by' if killed else 'SURVIVES'} {program} {' '.join(arguments)}")
        if not killed:
            problems.append(f"{name}: survives {program} {' '.join(arguments)}")
    for problem in problems:
        print(problem)
    print(f"{len(known)} mutants, {len(rows)} lines, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
