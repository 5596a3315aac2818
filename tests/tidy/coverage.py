#!/usr/bin/env python3
"""Line coverage of host/ and sdk/ from a build with TRADECTL_COVERAGE=ON.

Usage: coverage.py BUILD_FOLDER MINIMUM_PERCENT. Reads gcov's JSON, merges the objects that share a header, prints each
folder's share and exits 1 when the whole is under the minimum.
"""
import collections
import json
import os
import subprocess
import sys


def main(build, minimum):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    build = os.path.abspath(build)
    lines = collections.defaultdict(dict)
    for base, _, names in os.walk(build):
        for name in names:
            if not name.endswith(".gcda"):
                continue
            text = subprocess.run(["gcov", "--json-format", "--stdout", os.path.join(base, name)],
                                  capture_output=True, text=True, check=True, cwd=base).stdout
            for document in text.splitlines():
                report = json.loads(document)
                for file in report["files"]:
                    compiled_in = report["current_working_directory"]
                    path = os.path.relpath(os.path.join(compiled_in, file["file"]), root)
                    if not path.startswith(("host/", "sdk/")):
                        continue
                    for line in file["lines"]:
                        number = line["line_number"]
                        lines[path][number] = max(lines[path].get(number, 0), line["count"])
    folders = collections.defaultdict(lambda: [0, 0])
    for path, counts in lines.items():
        folder = "/".join(path.split("/")[:2]) if path.startswith("host/") else "sdk"
        for key in (folder, "host and sdk"):
            folders[key][0] += sum(1 for count in counts.values() if count)
            folders[key][1] += len(counts)
    for folder, (hit, total) in sorted(folders.items()):
        print(f"{folder:20} {100 * hit / total:6.1f} %  ({hit} of {total} lines)")
    hit, total = folders["host and sdk"]
    return 0 if total and 100 * hit / total >= minimum else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
