"""What the figures were measured on."""

import os
import platform
import re
import subprocess
from pathlib import Path


def first_match(pattern, path, default):
    found = re.search(pattern, Path(path).read_text(), re.MULTILINE)
    return found.group(1).strip() if found else default


def describe_machine(build):
    """Lines: CPU, cores, memory, kernel, compiler and build type of the folder, load."""
    cache = Path(build) / "CMakeCache.txt"
    compiler = first_match(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", cache, "c++")
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True).stdout
    cpu = first_match(r"^model name\s*:(.*)$", "/proc/cpuinfo", platform.machine())
    memory_kb = int(first_match(r"^MemTotal:\s*(\d+)", "/proc/meminfo", "0"))
    return [
        f"cpu       {cpu}, {len(os.sched_getaffinity(0))} cores, {memory_kb / 2**20:.1f} GiB",
        f"kernel    {platform.system()} {platform.release()}",
        f"compiler  {version.splitlines()[0] if version else compiler}, "
        f"{first_match(r'^CMAKE_BUILD_TYPE:[A-Z]+=(.*)$', cache, 'no build type')}",
        "load      " + " ".join(f"{value:.2f}" for value in os.getloadavg())
        + " over 1, 5 and 15 minutes",
    ]
