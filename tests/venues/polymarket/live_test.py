#!/usr/bin/env python3
"""The real program on the simulated venue: real sockets, real signatures, real files.

Usage: live_test.py BUILD_DIR [NAME...]
"""
import json
import re
import shutil
import signal
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from live_rig import Case, Venue, run_cases, until  # noqa: E402

BUILD = Path(sys.argv[1])


def trades_and_settles(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 10 0.35", "1 buy 20 0.65", "2 sell 5 0.4 ioc", "3 sell 5 0.4 ioc"],
                fee_rate="0.05")
    run = case.start()
    case.tick()
    fill = run.wait_for("fill")
    assert (fill["quantity"], fill["price"], fill["fee"]) == ("20", "0.6", "0.24"), fill
    # Bought, but not there yet: our own trade is the second that is told, and it cannot be sold.
    heard = [line for line in run.seen if line["event"] == "denied"]  # on the other stream, perhaps first
    assert (heard or [run.wait_for("denied")])[0]["reason"] == "insufficient_balance"
    for status in ("MINED", "CONFIRMED"):
        venue.turn("settle", trade="all", status=status)
    until(lambda: Decimal(case.balances()["YES"]["free"]) == 20
          and "confirmed" in case.unsettled(), "the fill is settled")
    case.tick()
    assert run.wait_for("fill")["side"] == "sell"
    assert run.end() == 0, run.words
    # The resting order was canceled on the way out; the venue counts what we count.
    assert sorted((o["status"], o["size_matched"]) for o in case.own_orders()) == [
        ("CANCELED", "0"), ("MATCHED", "20"), ("MATCHED", "5")], case.own_orders()
    venue.turn("settle", trade="all", status="CONFIRMED")
    seen = venue.ledger()
    refused = [r for r in seen["requests"] if r["status"] != 200]
    assert not refused, refused
    # Sessions are reused; the other port is ours, too.
    asked = sum(r["path"].startswith("/rpc/0") for r in seen["requests"])
    assert seen["connections"]["rpc/0"] < asked, (seen["connections"], asked)
    again = case.start()  # hears the last settlement
    until(lambda: case.unsettled() == ["confirmed", "confirmed"], "both are settled")
    assert again.end() == 0, again.words
    for asset, line in case.balances().items():
        assert Decimal(line["drift"]) == 0, (asset, line)
    held = case.balances()["YES"]  # between 0.4 and 0.6
    assert Decimal(held["mid"]) == Decimal("0.5") and held["in"] == "pUSD", held
    assert Decimal(held["value"]) == Decimal(held["total"]) / 2, held
    venue.turn("book", token=case.token, replace=True, bids=[], asks=[{"price": "0.6", "size": "10"}])
    held = case.balances()["YES"]  # half a market is no price
    assert held["mid"] is None and held["value"] is None, held
    case.is_clean()


def books_what_an_amount_brings(venue, folder):
    """A buy that takes pays an amount: at a better price it brings more than was asked for."""
    case = Case(BUILD, venue, folder, ["1 buy 20 0.6 ioc", "2 buy 20 0.6 ioc"], ask="0.5")
    venue.turn("settings", amount_buys=True)
    run = case.start()
    case.tick()
    fill = run.wait_for("fill")
    assert (fill["quantity"], fill["price"]) == ("24", "0.5"), fill
    assert run.wait_for("fill")["quantity"] == "24"  # our own trade is the next step
    assert run.end() == 0, run.words
    assert [o["status"] for o in case.own_orders()] == ["MATCHED", "MATCHED"], case.own_orders()
    assert case.position() == 48
    venue.turn("settle", trade="all", status="CONFIRMED")
    again = case.start()
    until(lambda: case.unsettled() == ["confirmed", "confirmed"], "both are settled")
    assert again.end() == 0, again.words
    for asset, line in case.balances().items():
        assert Decimal(line["drift"]) == 0, (asset, line)
    case.is_clean()


def undoes_what_failed(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65"])
    run = case.start()
    case.tick()
    run.wait_for("fill")
    venue.turn("settle", trade="all", status="RETRYING")
    venue.turn("settle", trade="all", status="FAILED")
    until(lambda: case.unsettled() == ["failed"], "the settlement failed")
    until(lambda: case.position() == 0, "the position is undone")
    assert run.end() == 0, run.words
    assert Decimal(case.balances()["pUSD"]["ledger"]) == 1000, case.balances()
    case.is_clean()


def restores_the_cost_of_what_failed(venue, folder):
    """The settlement fails while nobody runs: what the other fills cost is known to the last digit."""
    case = Case(BUILD, venue, folder, ["1 buy 7 0.65", "3 buy 20 0.65"])
    run = case.start()
    case.tick()
    run.wait_for("fill")
    venue.turn("settle", trade="all", status="CONFIRMED")
    until(lambda: case.unsettled() == ["confirmed"], "the first is settled")
    venue.turn("book", token=case.token, replace=True, bids=[{"price": "0.4", "size": "1000"}],
               asks=[{"price": "0.5", "size": "1000"}])
    case.tick()
    assert run.wait_for("fill")["price"] == "0.5", run.seen
    assert run.end() == 0, run.words
    venue.turn("settle", trade="all", status="FAILED")
    again = case.start()
    until(lambda: "failed" in case.unsettled(), "the failure is heard")
    assert again.end() == 0, again.words
    row = json.loads(case.desk.command("positions", "--json", expect=0).stdout)["data"]["positions"][0]
    assert (row["quantity"], row["average_price"]) == ("7", "0.6"), row
    case.is_clean()


def survives_a_kill_while_unsettled(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65"])
    run = case.start()
    case.tick()
    run.wait_for("fill")
    run.end(signal.SIGKILL)
    venue.turn("settle", trade="all", status="CONFIRMED")
    again = case.start()
    until(lambda: case.unsettled() == ["confirmed"], "the settlement is heard")
    assert again.end() == 0, again.words
    assert case.position() == 20
    assert len(case.own_orders()) == 1, case.own_orders()
    case.is_clean()


def books_fees_after_a_kill(venue, folder):
    """The fill is heard by the next start alone, before anything else reads the market."""
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65 ioc"], fee_rate="0.05")
    run = case.start()
    venue.turn("fault", method="POST", path="/order", count=1, action={"delay_ms": 60000})
    venue.turn("fault", path="/data/trades", count=999, action={"delay_ms": 60000})
    venue.turn("session", channel="user", action="silent")
    case.tick()
    until(lambda: case.own_orders(), "the order is there")
    run.end(signal.SIGKILL)
    assert case.unsettled() == [], "the fill is in no book of ours"
    venue.turn("fault", clear=True)
    venue.turn("settle", trade="all", status="CONFIRMED")
    again = case.start()
    until(lambda: case.unsettled() == ["confirmed"], "the fill is heard")
    assert again.end() == 0, again.words
    assert case.fees() == [Decimal("0.24")], case.fees()
    for asset, line in case.balances().items():
        assert Decimal(line["drift"]) == 0, (asset, line)
    case.is_clean()


def leaves_an_order(case):
    """A run that placed an order and was killed."""
    run = case.start()
    case.tick()
    case.wait_for_status("acknowledged")
    run.end(signal.SIGKILL)
    assert [o["status"] for o in case.own_orders()] == ["LIVE"], case.own_orders()


def recovery_cancels_what_rests(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"])
    leaves_an_order(case)
    case.desk.command("wal-recover", "--apply", "--open-orders", "cancel", expect=0)
    assert [o["status"] for o in case.own_orders()] == ["CANCELED"], case.own_orders()
    case.is_clean()


def tells_what_it_could_not_cancel(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"])
    run = case.start()
    case.tick()
    case.wait_for_status("acknowledged")
    venue.turn("fault", method="DELETE", path="/order", count=99, action={"status": 400})
    assert run.end() == 2, run.words
    assert "could not be canceled" in "".join(run.words), run.words
    assert [o["status"] for o in case.own_orders()] == ["LIVE"], case.own_orders()


def closes_what_ended_while_it_was_down(venue, folder):
    """The venue cancels what rests when the heartbeats stop, and shows it no more."""
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"],
                lambda text: text.replace("      address:", '      heartbeat: "on"\n      address:'))
    leaves_an_order(case)
    until(lambda: venue.turn("clock") and case.own_orders()[0]["status"] != "LIVE", "the venue cancels it")
    again = case.start()
    done = case.desk.command("orders", "--json", expect=0)
    assert [row["status"] for row in json.loads(done.stdout)["data"]["orders"]] == ["canceled"], done.stdout
    assert again.end() == 0, again.words
    case.is_clean()


def reconcile_cancels_a_stray_order(venue, folder):
    """The books are of a time before the order."""
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"],
                lambda text: text + "reconcile: {grace: 1ms, policy: {orphan_order: cancel}}\n")
    assert case.start().end() == 0
    state, kept = case.desk.folder / "state", case.desk.folder / "kept"
    shutil.copytree(state, kept)
    leaves_an_order(case)
    shutil.rmtree(state)
    kept.rename(state)
    case.desk.command("reconcile", expect=2)
    assert [o["status"] for o in case.own_orders()] == ["LIVE"], case.own_orders()
    case.desk.command("reconcile", "--apply", expect=0)
    assert [o["status"] for o in case.own_orders()] == ["CANCELED"], case.own_orders()
    case.is_clean()


def opens_with_what_was_traded_by_hand(venue, folder):
    """Another state of the same wallet is the hand: what it did before our first start is ours as a balance."""
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65"], lambda text: text + "reconcile: {grace: 1ms}\n")
    state, hand, ours = (case.desk.folder / name for name in ("state", "hand", "ours"))

    def trades_by_hand():
        run = case.start()
        case.tick()
        run.wait_for("fill")
        venue.turn("settle", trade="all", status="CONFIRMED")
        until(lambda: set(case.unsettled()) == {"confirmed"}, "the fill is settled")
        assert run.end() == 0, run.words
        state.rename(hand)
    trades_by_hand()
    assert case.start().end() == 0
    assert not (state / "halt").exists(), (state / "halt").read_text()
    assert Decimal(case.balances()["YES"]["ledger"]) == 20, case.balances()
    case.is_clean()
    opened = int(time.time())
    state.rename(ours)
    hand.rename(state)
    until(lambda: int(time.time()) > opened, "a later second: the venue's trades have no finer time")
    trades_by_hand()
    ours.rename(state)
    found = json.loads(case.desk.command("reconcile", "--json", expect=2).stdout)["data"]["findings"]
    assert [f["kind"] for f in found].count("missing_fill") == 1, found


def explains_a_total_by_what_is_not_settled(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65"])
    run = case.start()
    case.tick()
    run.wait_for("fill")
    assert run.end() == 0, run.words
    lines = case.balances()  # exit 0
    assert Decimal(lines["YES"]["ledger_unsettled"]) == 20, lines
    assert [Decimal(lines[asset]["settling"]) for asset in ("YES", "pUSD")] == [-20, 0], lines["pUSD"]
    venue.turn("fund", address=case.desk.address, amount="5")
    found = json.loads(case.desk.command("balance", "--json", expect=2).stdout)["data"]
    drift = {line["asset"]: Decimal(line["drift"]) for line in found["balances"] if line["drift"]}
    assert (found["drifts"], drift["pUSD"], drift["YES"]) == (1, 5, 0), found


def ends_while_it_is_starting(venue, folder):
    """A venue that takes a request and never answers does not keep a run from ending."""
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"])
    for number, status in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
        venue.turn("fault", path="/time", count=-1, action={"delay_ms": 60000})
        asked = len(venue.ledger()["requests"])
        run = case.desk.run()
        until(lambda: len(venue.ledger()["requests"]) > asked, "the venue is asked")
        ended = run.end(number, seconds=10)
        assert ended == status, (ended, run.words)
        venue.turn("fault", clear=True)
    assert case.start().end() == 0
    assert not case.own_orders()
    case.is_clean()


def finds_an_order_whose_answer_was_lost(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"])
    run = case.start()
    venue.turn("fault", method="POST", path="/order", count=1, action={"close": True, "after": True})
    case.tick()
    case.wait_for_status("acknowledged")
    assert case.orders()[0]["venue_order_id"] == case.own_orders()[0]["id"]  # known by its hash
    assert run.end() == 0, run.words
    assert [o["status"] for o in case.own_orders()] == ["CANCELED"], case.own_orders()
    case.is_clean()


def refuses(venue, folder):
    """Each of these leaves the venue alone."""
    def know_nobody(_):
        for path in ("/auth/api-key", "/auth/derive-api-key"):
            venue.turn("fault", path=path, count=1, action={"status": 401, "body": {"error": "Unauthorized"}})

    def expect(status, word, edit=lambda text: text, prepare=lambda desk: None, live=True):
        case = Case(BUILD, venue, tempfile.mkdtemp(dir=folder), ["1 buy 10 0.45"], edit)
        prepare(case.desk)
        done = case.desk.command("run", *(["--live"] if live else []), "--wall", "5s")
        assert done.returncode == status, (status, word, done.returncode, done.stdout, done.stderr)
        assert word in done.stdout + done.stderr, (word, done.stdout, done.stderr)
        assert not case.own_orders()

    expect(64, "--live", live=False)
    expect(78, "reaches its venue", edit=lambda text: text.replace("mode: live", "mode: paper"), live=False)
    expect(69, "network.hosts", edit=lambda text: re.sub(r"hosts: \[.*?\]", 'hosts: ["127.0.0.1:1"]', text))
    expect(77, "0644", prepare=lambda desk: (desk.folder / "wallet.key").chmod(0o644))
    expect(77, "wallet", prepare=lambda desk: (desk.folder / "wallet.key").unlink())
    expect(77, "Unauthorized", prepare=know_nobody)
    expect(78, "polymarket", prepare=lambda desk: (desk.folder / "plugins.lock").unlink())
    expect(78, "address", edit=lambda text: text.replace(text.split('address: "')[1][:42], "0x12"))


def signs_for_allowed_chains_alone(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"],
                lambda text: re.sub(r"contracts: \[.*?\]", f'contracts: ["0x{"11" * 20}"]', text))
    run = case.start()
    case.tick()
    denied = run.wait_for("denied")
    assert denied["reason"] == "prepare_failed", denied
    assert run.end() == 0, run.words
    assert not case.own_orders()
    assert "not signed" in case.desk.command("audit", "why", "puppet/1", expect=0).stdout


def trades_over_tls(_, folder):
    with Venue(BUILD, "--tls", str(folder)) as venue:
        assert all(venue.urls[name].startswith(("https:", "wss:")) for name in ("clob", "ws", "rpc0")), venue.urls
        trades_and_settles(venue, folder)


CASES = [trades_and_settles, trades_over_tls, books_what_an_amount_brings, undoes_what_failed,
         restores_the_cost_of_what_failed, survives_a_kill_while_unsettled, books_fees_after_a_kill,
         recovery_cancels_what_rests, reconcile_cancels_a_stray_order, tells_what_it_could_not_cancel,
         closes_what_ended_while_it_was_down, opens_with_what_was_traded_by_hand,
         explains_a_total_by_what_is_not_settled, ends_while_it_is_starting,
         finds_an_order_whose_answer_was_lost, refuses, signs_for_allowed_chains_alone]

if __name__ == "__main__":
    sys.exit(run_cases(BUILD, CASES, sys.argv[2:]))
