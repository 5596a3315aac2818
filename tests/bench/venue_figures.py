"""What an order on a venue costs: from its news to its bytes, and beside the venue's own client."""

import contextlib
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from configs import venue_config
from measure import Unmeasured, on_one_core, spread, verdict

VENUE = Path(__file__).resolve().parents[1] / "venues" / "polymarket"
sys.path.insert(0, str(VENUE))
from live_rig import Desk, Venue, until  # noqa: E402
import official_witness  # noqa: E402

ROUNDS = 5
TICKS = 60
TICK_S = 0.25
REQUESTS_A_CONNECTION_MIN = 10


def output_of(bench, name, *arguments):
    done = subprocess.run(on_one_core([bench.program(name), *arguments]), capture_output=True, text=True)
    if done.returncode != 0:
        raise Unmeasured(f"{name}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def row(name, figure, unit, peer="", target=""):
    print(f"  {name:<44} {figure:>9} {unit:<3}  {peer:<34} {target}")


def signed_order(bench):
    """An order as typed data: checked, hashed and signed, beside the bare signature."""
    bench.make("sign_bench")
    lines = [output_of(bench, "sign_bench") for _ in range(ROUNDS)]
    ratios = [line["order"]["p50"] / line["bare"]["p50"] for line in lines]
    ratio = statistics.median(ratios)
    middle = {kind: statistics.median(line[kind]["p50"] for line in lines) / 1e3 for kind in lines[0]}
    row("order checked, hashed and signed", f"{middle['order']:.2f}", "us",
        f"bare {middle['bare']:.2f} us, {ratio:.3f}x ({spread(ratios)})", verdict(ratio <= 1.10, "1.10x"))


def decoded_frames(bench):
    """Frames of the market channel, each different, from bytes to what the plugin is told."""
    bench.make("decode_bench")
    lines = [output_of(bench, "decode_bench") for _ in range(ROUNDS)]
    for kind, what, target_us in (
        ("delta", "book delta, one level", 0.5),
        ("delta_2", "book delta, a level of both tokens", 0.5),
        ("trade", "trade", None),
        ("snapshot_3", "snapshot, 3 levels a side", 2),
        ("snapshot_10", "snapshot, 10 levels a side", 2),
        ("snapshot_81", "snapshot, 81 levels a side", 2),
    ):
        us = statistics.median(line[kind]["ns"] for line in lines) / 1e3
        size = lines[0][kind]["bytes"]
        row("decode " + what, f"{us:.3f}", "us", f"{size} bytes, {size / us / 1e3:.2f} GB/s",
            verdict(us < target_us, f"< {target_us} us") if target_us else "")


def message_to_order(bench):
    """From a frame to an order's bytes on the engine's thread; signature and sync happen between."""
    bench.make("path_bench", "plugin_polymarket", "bench_strategy")
    config = bench.write("venue.yaml", venue_config([bench.build / "plugins", bench.cache]))
    lines = [output_of(bench, "path_bench", config) for _ in range(ROUNDS)]
    p50, p99, first, second = (
        statistics.median(line[part][share] for line in lines) / 1e3
        for part, share in (("both", "p50"), ("both", "p99"), ("until_log", "p50"), ("until_bytes", "p50")))
    row(f"message in to order bytes out (p99 {p99:.2f})", f"{p50:.2f}", "us",
        f"to the log {first:.2f}, then to bytes {second:.2f}", verdict(p50 < 5, "p50 < 5 us"))


class Official:
    """The official client in node, where it can be had."""

    def __init__(self, bench, venue, token):
        folder = bench.cache / "official_client"
        try:
            official_witness.install("client", str(folder))
        except SystemExit:
            raise Unmeasured("skipped: not reachable") from None
        urls = venue.urls
        self.process = subprocess.Popen(
            ["node", str(Path(__file__).parent / "official_trader.mjs"), urls["clob"], urls["ws"],
             urls["control"], token],
            cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        if self.process.stdout.readline().strip() != "ready":
            self.__exit__()
            raise Unmeasured("the official client did not start")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=10)


def desk_of(bench, venue, market, folder):
    desk = Desk(bench.build, folder, venue, market, ["1 buy 5 0.3"], edit=lambda text: re.sub(
        r"steps: .*", r'\g<0>\n      every: true\n      keeps: false', text).replace(
            'risk: {', 'risk: {open_orders_max: 1000, orders_per_second: 1000, '))
    venue.turn("fund", address=desk.address, amount="1000", approve=True)
    return desk


def told_ticks(venue, tokens):
    """Trades of the tokens by turns; when the venue told them, by token."""
    ticks = {token: [] for token in tokens}
    for _ in range(TICKS):
        for token in tokens:
            told = venue.turn("trade", token=token, side="BUY", price="0.6", size="1")
            ticks[token].append(told["at_us"])
            time.sleep(TICK_S)
    return ticks


def tick_to_trade(bench):
    """From a trade at the venue to our order at the venue, by the venue's clock; and in turns with
    the official client, on the same venue."""
    bench.make("tradectl", "plugin_polymarket", "scripted", "polymarket_sim")
    with contextlib.ExitStack() as stack:
        venue = stack.enter_context(Venue(bench.build))
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=bench.cache))
        ours, theirs = venue.market(), venue.market()
        desk = desk_of(bench, venue, ours, folder)
        tokens = [ours["tokens"][0]]
        try:
            stack.enter_context(Official(bench, venue, theirs["tokens"][0]))
            tokens.append(theirs["tokens"][0])
        except Unmeasured as problem:
            print(f"  tick to trade of the official client: {problem}")
        run = desk.run()
        try:
            until(lambda: len(venue.ledger(False)["sessions"]) == 1 + len(tokens), "streams are open")
            ticks = told_ticks(venue, tokens)
        finally:
            run.end()
        print_ticks(venue.ledger(), tokens, ticks)


def print_ticks(ledger, tokens, ticks):
    posts = sorted((each for each in ledger["requests"]
                    if each["method"] == "POST" and each["path"] == "/order"),
                   key=lambda each: each["at_us"])
    if len(posts) != TICKS * len(tokens):
        raise Unmeasured(f"{TICKS} trades of {len(tokens)} tokens made {len(posts)} orders")
    waits = []
    for turn, token in enumerate(tokens):
        orders = posts[turn::len(tokens)]
        waits.append([(order["at_us"] - at) / 1e3 for order, at in zip(orders, ticks[token])])
    middle = [statistics.median(values) for values in waits]
    peer = ""
    if len(tokens) > 1:
        peer = (f"official client {middle[1]:.2f} ms (max {max(waits[1]):.2f}), "
                f"{middle[0] / middle[1]:.2f}x")
    row(f"tick to trade, durable (max {max(waits[0]):.2f})", f"{middle[0]:.2f}", "ms", peer)
    connection_row(ledger, posts[::len(tokens)])


def connection_row(ledger, posts):
    used = {each["connection"] for each in posts}
    on_them = sum(each["connection"] in used for each in ledger["requests"])
    row("REST: requests a connection, by the venue's count", f"{on_them / len(used):.0f}", "",
        f"{len(posts)} orders, {on_them} requests on {len(used)}",
        verdict(on_them / len(used) >= REQUESTS_A_CONNECTION_MIN, f">= {REQUESTS_A_CONNECTION_MIN}"))


PARTS = (signed_order, decoded_frames, message_to_order, tick_to_trade)


def bench_venue(bench):
    """An order on a venue that is reached: decoded, signed, sent; beside the venue's own client."""
    for part in PARTS:
        try:
            part(bench)
        except (Unmeasured, AssertionError, subprocess.CalledProcessError) as problem:
            print(f"  {part.__name__}: not measured: {problem}")
