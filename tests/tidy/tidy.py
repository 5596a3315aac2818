#!/usr/bin/env python3
"""Checks the house rules that a compiler cannot: sizes, layers, owners of libraries, silent catches, URLs.

Usage: tidy.py ROOT. Prints one line a finding and exits 1 when there is any.
"""
import os
import re
import sys

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100

# Floor of each folder; a folder includes from lower floors only, and folders of floor 4 are blind to each other.
FLOORS = {
    "sdk": 0, "host/base": 1, "host/net": 2, "host/keys": 2, "host/config": 2, "host/plugin": 3,
    "host/market": 4, "host/risk": 4, "host/execution": 4, "host/exchange": 4, "host/wal": 4,
    "host/ledger": 4, "host/audit": 4, "host/recovery": 5, "host/ops": 5, "host/engine": 6,
    "host/backtest": 7, "host/doctor": 7, "cli": 8,
}
# Read across the floor: the shared vocabulary, and recovery that joins what floor 4 keeps apart.
SHARED_HEADERS = {"host/wal/record.hpp": {"host/ledger", "host/audit"}, "host/wal/names.hpp": {"host/audit"}}

# Which folder alone may include which library.
OWNERS = [
    (re.compile(r"^SQLiteCpp/|^sqlite3\.h"), {"host/base"}),
    (re.compile(r"^spdlog/|^fmt/"), {"host/base"}),
    (re.compile(r"^zlib\.h|^zip\.h|^zstd\.h|^openssl/|^cryptopp/"), {"host/base", "host/keys", "host/net"}),
    (re.compile(r"^boost/json"), {"host/base"}),
    (re.compile(r"^simdjson"), {"host/market", "plugins"}),
    (re.compile(r"^boost/dll"), {"host/plugin"}),
    (re.compile(r"^boost/(asio|beast)"), {"host/net"}),
    (re.compile(r"^yaml-cpp/"), {"host/config"}),
    (re.compile(r"^CLI/"), {"cli"}),
    (re.compile(r"^secp256k1"), {"host/keys"}),
    (re.compile(r"^boost/"), {"host/base", "host/plugin", "host/net"}),
]
BAD_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
SOURCE = re.compile(r"\.(c|h|cpp|hpp)$")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
URL = re.compile(r"\b(?:https?|wss?)://[A-Za-z0-9]")


def folder_of(path):
    parts = path.split("/")
    if parts[0] == "host" and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0]


def strip_code(text):
    """Blanks comments, strings and character literals, keeping line breaks and braces of code."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"([^()\s\\]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
        re.S)
    code = pattern.sub(lambda m: "\n" * m.group(0).count("\n"), text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m.group(0).count("\n"), code, flags=re.M)


def functions(code):
    """Yields (first line, number of lines) of each function body in `code` (comments and strings blanked)."""
    stack = []
    statement_start, line, text = 1, 1, ""
    for ch in code:
        if ch == "{":
            head = text.strip()
            scope = re.match(r"(?:inline\s+)?(?:namespace|extern|enum|struct|class|union|export)\b", head) and \
                not re.search(r"\)\s*(?:const|noexcept|override|final|\s)*$", head)
            scope = scope or re.search(r"(?:^|[\s>])(?:class|struct|union)\s+[\w:<>, ]+[^()]*$", head)
            inside_function = any(kind == "function" for kind, _ in stack)
            is_function = not scope and not inside_function and ")" in head and not head.endswith("=")
            stack.append(("function" if is_function else "block", statement_start))
            text, statement_start = "", line
        elif ch == "}":
            if stack:
                kind, first = stack.pop()
                if kind == "function":
                    yield first, line - first + 1
            text, statement_start = "", line
        elif ch == ";":
            text, statement_start = "", line
        else:
            if not text.strip() and not ch.isspace():
                statement_start = line
            text += ch
        if ch == "\n":
            line += 1
            if not text.strip():
                statement_start = line


def check_sizes(path, lines, code):
    if len(lines) > FILE_LINES_MAX:
        yield f"{path}: {len(lines)} lines, limit {FILE_LINES_MAX}"
    for number, text in enumerate(lines, 1):
        if len(text) > COLUMNS_MAX:
            yield f"{path}:{number}: {len(text)} columns, limit {COLUMNS_MAX}"
    for first, count in functions(code):
        if count > FUNCTION_LINES_MAX:
            yield f"{path}:{first}: function of {count} lines, limit {FUNCTION_LINES_MAX}"


def check_include(path, number, kind, target):
    folder = folder_of(path)
    if folder in ("tests",):
        return
    own_floor = FLOORS.get(folder)
    if kind == '"' and "/" in target and not target.startswith("abi/"):
        other = folder_of(target)
        if folder in ("plugins", "sdk"):
            if other in ("host", "cli") or other.startswith("host/"):
                yield f"{path}:{number}: {folder}/ must not include {target}"
            return
        floor = FLOORS.get(other)
        if floor is None or own_floor is None:
            yield f"{path}:{number}: include of a folder without a floor: {target}"
        elif other != folder and floor >= own_floor and folder not in SHARED_HEADERS.get(target, ()):
            yield f"{path}:{number}: {folder} (floor {own_floor}) must not include {target} (floor {floor})"
    for pattern, owners in OWNERS:
        if pattern.match(target):
            if folder not in owners:
                yield f"{path}:{number}: {target} belongs to {', '.join(sorted(owners))} alone"
            elif path.endswith(".hpp") and folder != "cli":
                yield f"{path}:{number}: {target} must stay inside a .cpp file"
            break


def check_catches(path, code_with_strings):
    for match in re.finditer(r"catch\s*\(\s*\.\.\.\s*\)\s*\{", code_with_strings):
        depth, at = 1, match.end()
        while at < len(code_with_strings) and depth:
            depth += {"{": 1, "}": -1}.get(code_with_strings[at], 0)
            at += 1
        body = code_with_strings[match.end():at]
        if not re.search(r"log|fail\(|error|fault|report|throw|abort|terminate|unexpected", body, re.I):
            line = code_with_strings.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}: catch-all without a log line or an error"


def check_file(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        text = file.read()
    lines = text.splitlines()
    code = strip_code(text)
    yield from check_sizes(path, lines, code)
    stem = os.path.splitext(os.path.basename(path))[0]
    if stem in BAD_NAMES or BAD_NAMES & set(path.split("/")[:-1]):
        yield f"{path}: a name that says nothing"
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if match:
            yield from check_include(path, number, match.group(1), match.group(2))
        if URL.search(line) and not path.startswith("tests/") and "defaults" not in stem:
            yield f"{path}:{number}: a URL outside a defaults file"
    if path.endswith(".hpp") and "#pragma once" not in text:
        yield f"{path}: no #pragma once"
    yield from check_catches(path, re.sub(r"//[^\n]*", "", text))


def check_top_level(root):
    allowed = {"cli", "host", "plugins", "sdk", "configs", "tests", "man"}
    for name in sorted(os.listdir(root)):
        if os.path.isdir(os.path.join(root, name)) and not name.startswith(".") and name != "build":
            if name not in allowed:
                yield f"{name}/: not a top-level folder of the house"


def sources(root):
    for top in ("cli", "host", "plugins", "sdk", "tests"):
        for base, folders, names in os.walk(os.path.join(root, top)):
            folders.sort()
            for name in sorted(names):
                if SOURCE.search(name):
                    yield os.path.relpath(os.path.join(base, name), root)


def main(root):
    findings = list(check_top_level(root))
    count = 0
    for path in sources(root):
        count += 1
        findings.extend(check_file(root, path))
    for finding in findings:
        print(finding)
    print(f"tidy: {count} files, {len(findings)} findings")
    return 1 if findings or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
