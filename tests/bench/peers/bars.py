"""The data of all peers: a made-up walk of one-minute bars, one CSV file."""

import csv
import random
from pathlib import Path

START_S = 1_767_225_600
FAST, SLOW = 10, 20


def write_bars(path, count):
    """`time,open,high,low,close,volume`; the time is the bar's close; prices in whole cents."""
    chance = random.Random(7)
    price, drift = 1_000_000, 0
    with Path(path).open("w", newline="", encoding="ascii") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("timestamp", "open", "high", "low", "close", "volume"))
        for i in range(count):
            if i % 50 == 0:
                drift = chance.randint(-12, 12) + (8 if price < 500_000 else 0)
            first = price
            price = max(100_000, price + drift + chance.randint(-100, 100))
            high = max(first, price) + chance.randint(0, 40)
            low = min(first, price) - chance.randint(0, 40)
            rows.writerow([(START_S + 60 * (i + 1)) * 1000]
                          + [f"{value / 100:.2f}" for value in (first, high, low, price)]
                          + ["1000"])


def read_bars(path):
    """Rows of numbers: time in ms, open, high, low, close, volume."""
    with Path(path).open(encoding="ascii") as rows:
        next(rows)
        return [tuple(float(cell) for cell in line.split(",")) for line in rows]


def write_trades(path, count):
    """`id,price,qty,quoteQty,time,isBuyerMaker`: a walk by cents, a trade each 40 ms."""
    chance = random.Random(11)
    price = 1_000_000
    with Path(path).open("w", encoding="ascii") as out:
        out.write("id,price,qty,quoteQty,time,isBuyerMaker\n")
        for i in range(count):
            price = max(100_000, price + chance.randint(-9, 9))
            sold = "true" if chance.random() < 0.5 else "false"
            out.write(f"{i + 1},{price / 100:.2f},1.0000,{price / 100:.2f},"
                      f"{START_S * 1000 + 40 * i},{sold}\n")


def read_trades(path):
    """Rows: time in ms, price, quantity, whether the taker sold."""
    out = []
    with Path(path).open(encoding="ascii") as rows:
        next(rows)
        for line in rows:
            cells = line.rstrip().split(",")
            out.append((int(cells[4]), float(cells[1]), float(cells[2]), cells[5] == "true"))
    return out
