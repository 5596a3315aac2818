"""The figures of data: imports against a bare scan, replays against a bare loop."""

import gzip
import json
import random
import statistics
import subprocess

from configs import BOOK_INSTRUMENT, data_config
from measure import Unmeasured, median_ratio, on_one_core, spread, timed, verdict

IMPORT_ROUNDS = 5
REPLAY_ROUNDS = 5
TWIN_LINES = 150_000

# name, file below ../shared/data, format, further options
RECORDED = (
    ("book of L2 updates", "l2-ws/binance-usdm-btcusdt-20240808.gz", "binance-ws",
     ["--kind", "book"]),
    ("trades of L2 file", "l2-ws/binance-usdm-btcusdt-20240808.gz", "binance-ws",
     ["--kind", "trades"]),
    ("quotes of L2 file", "l2-ws/binance-usdm-btcusdt-20240808.gz", "binance-ws",
     ["--kind", "quotes"]),
    ("equity trade tape", "ticks/spy-20131008-trade.zip", "lean-trades",
     ["--date", "2013-10-08", "--time-zone", "America/New_York"]),
    ("equity quote tape", "ticks/bac-20131009-quote.zip", "lean-quotes",
     ["--date", "2013-10-09", "--time-zone", "America/New_York"]),
    ("bars of a minute", "candles/ftx-btc-perp-1m-202201.csv.gz", "ohlcv",
     ["--kind", "bars", "--interval", "1m", "--time-of-bar", "close"]),
)


def twins(bench):
    """Files of our own in two of the shapes; written once."""
    trades = bench.cache / "twin-trades.csv.gz"
    book = bench.cache / "twin-l2.gz"
    if not book.exists():
        write_twins(trades, book)
    return (
        ("made-up trades", str(trades), "binance-trades", []),
        ("made-up L2 updates", str(book), "binance-ws", ["--kind", "book"]),
    )


def write_twins(trades, book):
    chance = random.Random(1)
    start = 1_767_225_600_000
    with gzip.open(trades, "wt", compresslevel=6) as out:
        out.write("id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch\n")
        for i in range(TWIN_LINES):
            price, lots = 5_000_000 + chance.randrange(20_000), 1 + chance.randrange(9_999)
            out.write(f"{i + 1},{price / 100:.2f},{lots / 1e4:.4f},{price * lots / 1e6:.6f},"
                      f"{start + 40 * i},{'true' if lots % 2 else 'false'},true\n")

    def levels(step, origin, count):
        rows = [[f"{(origin + step * chance.randrange(1, 400)) / 100:.2f}",
                 f"{chance.randrange(1, 9_999) / 1e3:.3f}"] for _ in range(count)]
        return list({price: [price, lots] for price, lots in rows}.values())

    with gzip.open(book, "wt", compresslevel=6) as out:
        first = {"lastUpdateId": 1, "bids": levels(-1, 5_000_000, 1000),
                 "asks": levels(1, 5_000_000, 1000)}
        out.write(f"{start}000000 {json.dumps(first, separators=(',', ':'))}\n")
        for i in range(TWIN_LINES // 10):
            change = {"e": "depthUpdate", "E": start + 100 * i, "s": "TWINUSD", "U": i + 2,
                      "u": i + 2, "b": levels(-1, 5_000_000, 12), "a": levels(1, 5_000_000, 12)}
            line = {"stream": "twinusd@depth@100ms", "data": change}
            out.write(f"{start + 100 * i}000001 {json.dumps(line, separators=(',', ':'))}\n")


def import_command(bench, path, name, options, output):
    return [str(bench.tradectl), "data", "import", path, "-o", str(output), "--instrument",
            BOOK_INSTRUMENT, "--format", name, *options, "--replace", "--json", "-q"]


def bench_imports(bench, cases):
    print(f"  import against unpacking and a bare scan, {IMPORT_ROUNDS} interleaved rounds; speed"
          " by wall time and by CPU time (1 is the scan's):")
    for label, path, name, options in cases:
        walls, cpus = {"import": [], "scan": []}, {"import": [], "scan": []}
        output = bench.cache / "imported.tdat"
        commands = {"scan": [bench.program("scan_bench"), path],
                    "import": import_command(bench, path, name, options, output)}
        text = {}
        try:
            for _ in range(IMPORT_ROUNDS):
                for kind, command in commands.items():
                    wall, cpu, text[kind] = timed(command)
                    walls[kind].append(wall)
                    cpus[kind].append(cpu)
        except Unmeasured as problem:
            print(f"  {label:<20} not measured: {problem}")
            continue
        scan = json.loads(text["scan"])
        wall, cpu = (median_ratio(times["scan"], times["import"]) for times in (walls, cpus))
        rate = scan["bytes"] / 1e6 / statistics.median(walls["import"])
        print(f"  {label:<20}{scan['lines']:>8} lines {rate:7.1f} MB/s  wall {wall:.2f}"
              f"  CPU {cpu:.2f}  {verdict(wall >= 0.8, '0.8')}")


def bench_replay_of(bench, label, path, target):
    """Records a second of a session and of the two loops; for a book a record is one level."""
    sink = str(bench.cache / "bench_sink.so")
    config = bench.write("data.yaml", data_config(path))
    rates = {"session": [], "straight": [], "decoded": []}
    for _ in range(REPLAY_ROUNDS):
        for kind in ("straight", "decoded"):
            command = [bench.program("replay_bench"), kind, str(path), sink]
            line = json.loads(subprocess.check_output(on_one_core(command)))
            rates[kind].append(line["records"] * 1e3 / line["ns"])
        run = bench.run_json("run", config, one_core=True)
        rates["session"].append(line["records"] * 1e3 / run["wall_ns"])
    middle = {kind: statistics.median(values) for kind, values in rates.items()}
    ratio = {kind: median_ratio(rates[kind], rates["session"]) for kind in rates}
    print(f"  {label:<8}{line['records']:>9} records  session {middle['session']:6.2f}"
          f" ({spread(rates['session'])})  decoded {middle['decoded']:6.1f} ({ratio['decoded']:.1f}"
          f" x)  bare {middle['straight']:6.1f} ({ratio['straight']:.1f} x)  "
          + (verdict(middle["session"] >= target, str(target)) if target else ""))


def bench_data(bench):
    """Imports against a bare scan of the same file; replays against a bare loop."""
    bench.make("tradectl", "plugin_paper", "plugin_momentum", "scan_bench", "replay_bench",
               "bench_sink")
    recorded = bench.source.parent / "shared" / "data"
    cases = tuple((label, str(recorded / path), name, options)
                  for label, path, name, options in RECORDED)
    made = twins(bench)
    if not recorded.is_dir():
        print("  skipped: no ../shared; files of our own alone")
        cases = ()
    bench_imports(bench, cases + made)
    replayed = {"trades": made[0], "book": made[1]}
    if cases:
        replayed = {"trades": cases[3], "quotes": cases[4], "book": cases[0]}
    print(f"  replay on one core, {REPLAY_ROUNDS} interleaved rounds; M records/s:")
    for kind, (_, path, name, options) in replayed.items():
        output = bench.cache / f"replay-{kind}.tdat"
        timed(import_command(bench, path, name, options, output))
        bench_replay_of(bench, kind, output, {"trades": 3, "book": 2}.get(kind))
