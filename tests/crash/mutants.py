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
from pathlib import Path

TIMEOUT_S = 60
NAME = re.compile(r'\bmutant\("([a-z0-9_.]+)"\)')


def mutants_in(source, prefixes):
    """Names in the sources that begin as names in the table do."""
    found = set()
    for path in sorted((source / "host").rglob("*.cpp")):
        found.update(NAME.findall(path.read_text()))
    return {name for name in found if name.split(".")[0] in prefixes}


def read_table(path):
    rows = []
    for line in path.read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            rows.append((words[0], words[1], words[2:]))
    return rows


def run(bin_dir, program, arguments, mutant=None):
    """The exit status; None after the time-out."""
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
    prefixes = {name.split(".")[0] for name, _, _ in rows}
    for missing in sorted(mutants_in(source, prefixes) - {name for name, _, _ in rows}):
        problems.append(f"{missing}: in the sources, not in {table.name}")
    for program, arguments in sorted({(program, tuple(rest)) for _, program, rest in rows}):
        status, output = run(bin_dir, program, list(arguments))
        tests_none = b"Running 0 tests" in output
        if status != 0 or tests_none:
            problems.append(f"{program} {' '.join(arguments)}: "
                            + ("no such test" if tests_none else f"fails without a mutant ({status})"))
    for name, program, arguments in rows:
        status, _ = run(bin_dir, program, arguments, name)
        killed = status is not None and status != 0
        print(f"  {name:<32} {'killed by' if killed else 'SURVIVES'} {program} {' '.join(arguments)}")
        if not killed:
            problems.append(f"{name}: survives {program} {' '.join(arguments)}")
    for problem in problems:
        print(problem)
    print(f"{len(rows)} mutants, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
