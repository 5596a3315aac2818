"""What must hold between the simulated venue's own record and a desk's books, whatever happened."""
import collections
import json
from decimal import Decimal

FINAL = ("confirmed", "failed")
OPEN = ("acknowledged", "partially_filled")


class Broken(AssertionError):
    """A promise that does not hold."""


def data_of(desk, *words):
    """What a question answers; raises Broken unless it ends with 0."""
    done = desk.command(*words, "--json")
    if done.returncode != 0:
        raise Broken(f"{' '.join(words)}: status {done.returncode}: {done.stdout} {done.stderr}")
    return json.loads(done.stdout)["data"]


def own_orders(ledger):
    return {order["id"]: order for order in ledger["orders"] if order["owner"]}


def check_orders(desk, ledger):
    """Each order of the venue is one of ours, each of ours is at the venue at most once; their states agree."""
    rows = data_of(desk, "orders")["orders"]
    known = {row["venue_order_id"]: row for row in rows if row["venue_order_id"]}
    theirs = own_orders(ledger)
    posts = [r for r in ledger["requests"] if (r["method"], r["path"]) == ("POST", "/order")]
    if len(posts) > len(rows):
        raise Broken(f"{len(posts)} orders were sent for {len(rows)} intents")
    for identity, order in theirs.items():
        row = known.get(identity)
        if row is None:
            raise Broken(f"the venue has {order}, the ledger has {rows}")
        is_open = order["status"] == "LIVE"
        if Decimal(row["filled"]) != Decimal(order["size_matched"]) or (row["status"] in OPEN) != is_open:
            raise Broken(f"ledger {row}, venue {order}")
    for row in rows:
        if row["venue_order_id"] in theirs:
            continue
        if row["status"] in OPEN or row["status"] == "unresolved" or Decimal(row["filled"]) != 0:
            raise Broken(f"the venue does not have {row}")
    return rows


def check_fills(desk, ledger):
    """Each trade of ours is booked once, at what it was done at, and with its fee: of takers alone."""
    ours = collections.Counter((row["trade_id"].split(":")[0], row["side"], Decimal(row["quantity"]),
                                Decimal(row["price"]), Decimal(row["fee"])) for row in data_of(desk, "fills")["fills"])
    theirs = collections.Counter()
    mine = own_orders(ledger)
    for trade in ledger["trades"]:
        if trade["taker_order_id"] in mine:
            theirs[(trade["id"], trade["side"].lower(), Decimal(trade["size"]), Decimal(trade["price"]),
                    Decimal(trade["fee"]))] += 1
        for maker in trade["maker_orders"]:
            if maker["order_id"] in mine:
                theirs[(trade["id"], maker["side"].lower(), Decimal(maker["matched_amount"]),
                        Decimal(maker["price"]), Decimal())] += 1
    if ours != theirs:
        raise Broken(f"fills: ledger alone {ours - theirs}, venue alone {theirs - ours}")


def check_record(desk, venue):
    """Orders, fills, and the program's own comparison; of balances it cannot tell before all is settled."""
    ledger = venue.ledger()
    rows = check_orders(desk, ledger)
    check_fills(desk, ledger)
    data_of(desk, "audit", "verify", "--wal")
    fills = data_of(desk, "fills")["fills"]
    if all(row["settlement"] in FINAL for row in fills):
        data_of(desk, "reconcile", "--full")
        return rows
    done = desk.command("reconcile", "--full", "--json")
    if done.returncode != 0 and (done.returncode != 3 or json.loads(done.stdout)["data"]["findings"]):
        raise Broken(f"reconcile: status {done.returncode}: {done.stdout}")
    return rows


def check_balances(desk, venue, assets):
    """Of {our asset: the venue's}; all trades must be settled."""
    owner = desk.address.lower()
    theirs = {row["asset"]: Decimal(row["venue"]) for row in venue.ledger(False)["balances"]
              if row["address"].lower() == owner}
    lines = {line["asset"]: line for line in data_of(desk, "balance")["balances"]}
    for ours, asset in assets.items():
        line = lines[ours]
        if line["ledger"] is not None and Decimal(line["ledger"]) != theirs.get(asset, Decimal()):
            raise Broken(f"the venue has {theirs.get(asset)}, the ledger {line}")
