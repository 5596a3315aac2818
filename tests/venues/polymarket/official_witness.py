#!/usr/bin/env python3
"""Keeps the simulated venue honest with programs that others wrote.

Usage: official_witness.py client|node SIMULATOR FOLDER

client: the venue's official JavaScript client creates keys, places, lists and cancels.
node: an EVM node answers the same JSON-RPC calls as the simulator; members and kinds must agree.
Packages are installed into FOLDER with npm. Without node, npm or a registry: "skipped: not reachable".
"""
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = {
    "client": ["@polymarket/clob-client-v2@1.1.0", "@ethersproject/wallet@5.8.0",
               "@ethersproject/providers@5.8.0"],
    "node": ["@foundry-rs/anvil-linux-amd64@1.7.1"],
}
# The first transaction of the shared vectors: plain, nonce 0, chain 137, from a published test key.
RAW = ("0x02f86d8189808506fc23ac008522ecb25c008252089470997970c51812dc3a010c7d01b50e0d17dc79c88080c0"
       "01a00c141c0d579ef5d0fe10782b46f5f290fde4742380d8e632ff5dcc22c5a7a8fea065599b359e57b5cae2b8c7"
       "4d10c34a05dcdc11c41c0b552655b1d1f0e861c415")
SENDER = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"


def skip():
    print("skipped: not reachable")
    sys.exit(0)


def reachable(package):
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    try:
        seen = subprocess.run(["npm", "view", package, "version"], capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        return False
    return seen.returncode == 0 and seen.stdout.strip() != b""


def install(kind, folder):
    marker = os.path.join(folder, "installed.json")
    os.makedirs(folder, exist_ok=True)
    if os.path.exists(marker) and json.load(open(marker)) == PACKAGES[kind]:
        return
    if not reachable(PACKAGES[kind][0]):
        skip()
    with open(os.path.join(folder, "package.json"), "w") as file:
        json.dump({"private": True}, file)
    done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES[kind]],
                          cwd=folder, timeout=400)
    if done.returncode != 0:
        skip()
    with open(marker, "w") as file:
        json.dump(PACKAGES[kind], file)


class Simulator:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.urls = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=10)


def run_client(program, folder):
    with Simulator(program) as simulator:
        urls = [simulator.urls[name] for name in ("clob", "control", "rpc0")]
        script = os.path.join(HERE, "official_client.mjs")
        done = subprocess.run(["node", script, *urls], cwd=folder, timeout=200)
    return done.returncode


def call(url, method, *params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})
    request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def find_program(folder):
    for base, _, names in os.walk(os.path.join(folder, "node_modules", "@foundry-rs")):
        for name in names:
            path = os.path.join(base, name)
            if name == "anvil" and os.access(path, os.R_OK):
                os.chmod(path, 0o755)
                return path
    raise SystemExit("the node's package holds no program")


def start_node(program):
    node = subprocess.Popen([program, "--chain-id", "137", "--port", "0"], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)
    for line in node.stdout:
        if line.startswith("Listening on"):
            return node, "http://" + line.split()[-1]
    raise SystemExit("the node did not start")


def kind(value):
    if isinstance(value, str):
        return "quantity" if value.startswith("0x") and len(value) < 20 else "text"
    return type(value).__name__


def compare(name, ours, theirs, findings):
    """Each member that we give must be there in theirs, and of the same kind."""
    if ("error" in ours) != ("error" in theirs):
        findings.append(f"{name}: {ours} beside {theirs}")
        return
    mine, other = ours.get("result"), theirs.get("result")
    if not isinstance(mine, dict) or not isinstance(other, dict):
        if kind(mine) != kind(other):
            findings.append(f"{name}: {mine!r} beside {other!r}")
        return
    for member, value in mine.items():
        if member not in other:
            findings.append(f"{name}.{member}: the node has no such member")
        elif value is not None and other[member] is not None and kind(value) != kind(other[member]):
            findings.append(f"{name}.{member}: {value!r} beside {other[member]!r}")


def same_results(name, ours, theirs, findings):
    if ours.get("result") != theirs.get("result"):
        findings.append(f"{name}: {ours} beside {theirs}")


def compare_nodes(ours, theirs):
    findings = []
    for name in ("eth_chainId", "net_version"):
        same_results(name, call(ours, name), call(theirs, name), findings)
    count = ("eth_getTransactionCount", SENDER, "pending")
    same_results("nonce before", call(ours, *count), call(theirs, *count), findings)
    sent = ("eth_sendRawTransaction", RAW)
    same_results("transaction hash", call(ours, *sent), call(theirs, *sent), findings)
    hash_ = call(ours, "eth_getTransactionReceipt", "0x" + "00" * 32)
    compare("unknown receipt", hash_, call(theirs, "eth_getTransactionReceipt", "0x" + "00" * 32), findings)
    same_results("nonce after", call(ours, *count), call(theirs, *count), findings)
    transaction = "0x888b9b5f7e77888dc44b9183bbaf342962b1bc6678af3cc7ab41e027746723f1"
    for _ in range(300):  # the node mines it behind its answer
        if call(theirs, "eth_getTransactionReceipt", transaction).get("result"):
            break
        time.sleep(0.1)
    nobody = "0x00000000000000000000000000000000000000ab"
    for name, *params in (
            ("eth_getTransactionReceipt", transaction), ("eth_getTransactionByHash", transaction),
            ("eth_blockNumber",), ("eth_gasPrice",), ("eth_maxPriorityFeePerGas",),
            ("eth_getBlockByNumber", "latest", False), ("eth_getBalance", nobody[:-2] + "ac", "latest"),
            ("eth_feeHistory", "0x1", "latest", [50]), ("eth_getCode", nobody, "latest"),
            ("eth_call", {"to": nobody, "data": "0x313ce567"}, "latest"),
            ("eth_estimateGas", {"from": SENDER, "to": nobody}), ("eth_nothing",), sent):
        compare(name, call(ours, name, *params), call(theirs, name, *params), findings)
    return findings


def run_node(program, folder):
    node, url = start_node(find_program(folder))
    try:
        with Simulator(program) as simulator:
            for _ in range(50):
                try:
                    call(url, "eth_chainId")
                    break
                except urllib.error.URLError:
                    time.sleep(0.1)
            findings = compare_nodes(simulator.urls["rpc0"], url)
    finally:
        node.terminate()
        node.wait(timeout=10)
    print("\n".join(findings) or "ok")
    return 1 if findings else 0


def main(kind_, program, folder):
    folder = os.path.join(folder, "official_" + kind_)
    install(kind_, folder)
    return (run_client if kind_ == "client" else run_node)(program, folder)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
