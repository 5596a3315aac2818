#!/usr/bin/env python3
"""Ways out of a position by the real program: an exit that is hit, flatten, halt.

Usage: exits_test.py BUILD_DIR [NAME...]
"""
import sys
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from live_rig import Case, run_cases, until  # noqa: E402

BUILD = Path(sys.argv[1])


def held(case, run):
    """Twenty shares, settled."""
    case.tick()
    run.wait_for("fill")
    case.venue.turn("settle", trade="all", status="CONFIRMED")
    until(lambda: Decimal(case.balances()["YES"]["free"]) == 20, "the fill is settled")


def an_exit_sells_here(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65 ioc", "2 exits target 0.05"], fee_rate="0.05")
    run = case.start()
    held(case, run)
    venue.turn("book", token=case.token, replace=True, bids=[{"price": "0.7", "size": "100"}],
               asks=[{"price": "0.72", "size": "100"}])
    sold = run.wait_for("fill")
    assert (sold["side"], sold["quantity"], sold["price"], sold["fee"]) == ("sell", "20", "0.7", "0.21"), sold
    venue.turn("settle", trade="all", status="CONFIRMED")
    until(lambda: set(case.unsettled()) == {"confirmed"}, "it is settled")
    assert run.end() == 0, run.words
    assert case.position() == 0
    assert Decimal(case.balances()["pUSD"]["ledger"]) == Decimal("1001.55"), case.balances()
    case.is_clean()


def flatten_sells_and_halts(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65 ioc", "2 buy 10 0.35", "3 buy 10 0.35"])
    run = case.start()
    held(case, run)
    done = case.desk.command("flatten", "--confirm=live-test", expect=0)
    assert "positions closed: 1 of 1" in done.stdout, done.stdout
    assert sorted((o["status"], o["side"]) for o in case.own_orders()) == [
        ("CANCELED", "BUY"), ("MATCHED", "BUY"), ("MATCHED", "SELL")], case.own_orders()
    venue.turn("settle", trade="all", status="CONFIRMED")
    until(lambda: set(case.unsettled()) == {"confirmed"}, "it is settled")
    assert run.end() == 0, run.words
    assert case.position() == 0
    case.is_clean()


def flatten_tells_what_it_cannot_sell(venue, folder):
    """Not there yet, and then with nobody who buys."""
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65 ioc"])
    run = case.start()
    case.tick()
    run.wait_for("fill")
    done = case.desk.command("flatten", "--confirm=live-test", "--timeout", "3s", expect=3)
    assert "left: 20 yes.pm of puppet: insufficient_balance: 20, limit 0" in done.stdout, done.stdout
    assert not [o for o in case.own_orders() if o["side"] == "SELL"], case.own_orders()
    venue.turn("settle", trade="all", status="CONFIRMED")
    until(lambda: Decimal(case.balances()["YES"]["free"]) == 20, "the fill is settled")
    venue.turn("book", token=case.token, replace=True, bids=[{"price": "0.4", "size": "15"}],
               asks=[{"price": "0.6", "size": "10"}])
    done = case.desk.command("flatten", "--confirm=live-test", "--timeout", "3s", expect=3)
    assert "left: 5 yes.pm of puppet" in done.stdout, done.stdout
    assert run.end() == 0, run.words
    assert case.position() == 5


def flatten_tells_of_dust(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65 ioc", "3 sell 17.5 0.4 ioc"],
                lambda text: text.replace('    lot: "0.01"', '    lot: "0.01"\n    quantity_min: "5"'))
    run = case.start()
    held(case, run)
    case.tick()
    run.wait_for("fill", side="sell")
    venue.turn("settle", trade="all", status="CONFIRMED")
    until(lambda: set(case.unsettled()) == {"confirmed"}, "it is settled")
    done = case.desk.command("flatten", "--confirm=live-test", "--timeout", "3s", expect=3)
    assert "left: 2.5 yes.pm of puppet: quantity_below_min: 2.5, limit 5" in done.stdout, done.stdout
    assert run.end() == 0, run.words
    assert case.position() == Decimal("2.5")


def a_halt_stops_new_risk_alone(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65 ioc ref=1", "2 buy 10 0.35 ref=2",
                                       "3 buy 5 0.35 ref=3", "4 cancel 2", "5 exits target 0.05"])
    run = case.start()
    held(case, run)
    case.desk.command("halt", "--reason", "a look around", expect=0)
    case.tick()
    denied = run.wait_for("denied")
    assert denied["reason"] == "halted", denied
    case.tick()
    until(lambda: any(o["status"] == "CANCELED" for o in case.own_orders()), "it is canceled")
    case.tick()
    venue.turn("book", token=case.token, replace=True, bids=[{"price": "0.7", "size": "100"}],
               asks=[{"price": "0.72", "size": "100"}])
    assert run.wait_for("fill")["side"] == "sell"
    assert run.end() == 0, run.words
    assert sorted((o["status"], o["side"]) for o in case.own_orders()) == [
        ("CANCELED", "BUY"), ("MATCHED", "BUY"), ("MATCHED", "SELL")], case.own_orders()


CASES = [an_exit_sells_here, flatten_sells_and_halts, flatten_tells_what_it_cannot_sell, flatten_tells_of_dust,
         a_halt_stops_new_risk_alone]

if __name__ == "__main__":
    sys.exit(run_cases(BUILD, CASES, sys.argv[2:]))
