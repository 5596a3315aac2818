#!/usr/bin/env python3
"""Orders on their way to the simulated venue: together, refused, unclear, built anew, and killed in between.

Usage: posting_test.py BUILD_DIR [NAME...]
"""
import collections
import signal
import sys
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from live_rig import Case, run_cases, until  # noqa: E402

BUILD = Path(sys.argv[1])


def ways(venue):
    """How often each way to place and to cancel was gone."""
    return collections.Counter(f"{each['method']} {each['path']}" for each in venue.ledger()["requests"]
                               if each["path"] in ("/order", "/orders"))


def sends_together_what_was_said_together(venue, folder):
    case = Case(BUILD, venue, folder, ["1 batch 20 10 0.35", "2 cancel_all"])
    run = case.start()
    case.tick()
    until(lambda: [row["status"] for row in case.orders()] == ["acknowledged"] * 20, "all of them rest")
    assert ways(venue) == {"POST /orders": 2}, ways(venue)  # 15 and 5
    assert run.process.poll() is None
    case.tick()
    until(lambda: [row["status"] for row in case.orders()] == ["canceled"] * 20, "all of them are canceled")
    assert ways(venue) == {"POST /orders": 2, "DELETE /orders": 1}, ways(venue)
    assert run.end() == 0, run.words
    assert [o["status"] for o in case.own_orders()] == ["CANCELED"] * 20, case.own_orders()
    case.is_clean()


def ends_each_order_of_a_batch_rightly(venue, folder):
    """Of three the venue takes one, takes one and says that it does not know, and refuses one."""
    case = Case(BUILD, venue, folder, ["1 batch 3 10 0.35"])
    run = case.start()
    venue.turn("fund", address=case.desk.address, amount="8", set=True)  # two times 3.5, and no third
    venue.turn("fault", method="POST", path="/orders", action={"leg": 1, "text": "order timed out"})
    case.tick()
    until(lambda: sorted(row["status"] for row in case.orders()) == ["acknowledged"] * 2 + ["rejected"],
          "each has its end, the unclear one by its hash")
    rejected = [row for row in case.orders() if row["status"] == "rejected"]
    assert "balance" in rejected[0]["text"], rejected
    assert run.end() == 0, run.words
    venue.turn("fund", address=case.desk.address, amount="1000", set=True)
    assert [o["status"] for o in case.own_orders()] == ["CANCELED"] * 2, case.own_orders()
    case.is_clean()


def finds_a_batch_whose_answer_was_lost(venue, folder):
    case = Case(BUILD, venue, folder, ["1 batch 5 10 0.35"])
    run = case.start()
    venue.turn("fault", method="POST", path="/orders", action={"close": True, "after": True})
    case.tick()
    until(lambda: [row["status"] for row in case.orders()] == ["acknowledged"] * 5, "all are found by their hashes")
    assert ways(venue) == {"POST /orders": 1}, ways(venue)
    assert run.end() == 0, run.words
    assert [o["status"] for o in case.own_orders()] == ["CANCELED"] * 5, case.own_orders()
    case.is_clean()


def takes_no_order_of_a_batch_that_is_throttled(venue, folder):
    case = Case(BUILD, venue, folder, ["1 batch 5 10 0.35"])
    run = case.start()
    venue.turn("fault", method="POST", path="/orders", action={"status": 429})
    case.tick()
    until(lambda: [row["status"] for row in case.orders()] == ["rejected"] * 5, "none was taken")
    assert run.end() == 0, run.words
    assert not case.own_orders(), case.own_orders()
    assert Decimal(case.balances()["pUSD"]["free"]) == 1000, case.balances()
    case.is_clean()


def recovers_a_batch_after_a_kill(venue, folder):
    """The venue has the orders, and its answer never came."""
    case = Case(BUILD, venue, folder, ["1 batch 5 10 0.35"])
    run = case.start()
    venue.turn("fault", method="POST", path="/orders", action={"delay_ms": 30000, "after": True})
    case.tick()
    until(lambda: len(case.own_orders()) == 5, "the venue has them")
    run.end(signal.SIGKILL)
    case.desk.command("wal-recover", "--apply", "--open-orders", "cancel", expect=0)
    assert [o["status"] for o in case.own_orders()] == ["CANCELED"] * 5, case.own_orders()
    assert len({o["id"] for o in case.own_orders()}) == 5
    case.is_clean()


def wants_another_version(venue):
    """From now on, which the run finds out by its first order."""
    venue.turn("settings", order_version=3)


def builds_an_order_anew_in_the_version_that_is_wanted(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45", "2 buy 10 0.44"])
    run = case.start()
    wants_another_version(venue)
    case.tick()
    case.wait_for_status("acknowledged")
    assert ways(venue) == {"POST /order": 2}, ways(venue)
    assert case.orders()[0]["venue_order_id"] == case.own_orders()[0]["id"]
    case.tick()
    until(lambda: [row["status"] for row in case.orders()] == ["acknowledged"] * 2, "the second rests")
    assert ways(venue) == {"POST /order": 3}, ways(venue)  # it is built rightly at once
    assert run.end() == 0, run.words
    assert "built in version 2" in case.desk.command("audit", "why", "puppet/1", expect=0).stdout
    assert [o["status"] for o in case.own_orders()] == ["CANCELED"] * 2, case.own_orders()
    case.is_clean()


def builds_each_of_a_batch_anew(venue, folder):
    case = Case(BUILD, venue, folder, ["1 batch 5 10 0.35"])
    run = case.start()
    wants_another_version(venue)
    case.tick()
    until(lambda: [row["status"] for row in case.orders()] == ["acknowledged"] * 5, "all of them rest")
    assert len(case.own_orders()) == 5, case.own_orders()
    assert run.end() == 0, run.words
    case.is_clean()


def rejects_what_mismatches_twice(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"])
    run = case.start()
    venue.turn("fault", method="POST", path="/order", count=9,
               action={"status": 400, "body": {"error": "order_version_mismatch"}})
    case.tick()
    case.wait_for_status("rejected")
    assert ways(venue) == {"POST /order": 2}, ways(venue)
    assert run.end() == 0, run.words
    assert not case.own_orders(), case.own_orders()
    assert Decimal(case.balances()["pUSD"]["free"]) == 1000, case.balances()
    case.is_clean()


def recovers_an_order_that_was_built_anew(venue, folder):
    """The venue took the second, and its answer never came: it is found by its second hash."""
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"])
    run = case.start()
    wants_another_version(venue)
    venue.turn("fault", method="POST", path="/order", skip=1, action={"delay_ms": 30000, "after": True})
    case.tick()
    until(case.own_orders, "the venue has it")
    run.end(signal.SIGKILL)
    case.desk.command("wal-recover", "--apply", "--open-orders", "cancel", expect=0)
    assert [o["status"] for o in case.own_orders()] == ["CANCELED"], case.own_orders()
    case.is_clean()


def recovers_an_order_that_was_refused_and_not_built_anew(venue, folder):
    """Killed while the version is read again: nothing of the refusal is on record, and nothing was taken."""
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"],
                lambda text: text.replace("plugin: polymarket", "plugin: polymarket\n    never_arrived_after: 1s", 1))
    run = case.start()
    wants_another_version(venue)
    venue.turn("fault", method="GET", path="/version", action={"delay_ms": 30000})
    case.tick()
    until(lambda: [each for each in venue.ledger()["requests"] if each["path"] == "/version" and each["fault"]],
          "it asks for the version")
    run.end(signal.SIGKILL)
    case.desk.command("wal-recover", "--apply", expect=0)
    assert not case.own_orders(), case.own_orders()
    assert [row["status"] for row in case.orders()] == ["canceled"], case.orders()
    case.is_clean()


def undoes_what_failed_before_it_was_heard(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65"])
    run = case.start()
    venue.turn("session", channel="user", action="drop", count=9)
    venue.turn("fault", method="GET", path="/data/trades", count=-1, action={"status": 500})
    case.tick()
    until(case.own_orders, "the venue matched it")
    venue.turn("session", channel="user", action="drop", count=0)
    venue.turn("settle", trade="all", status="FAILED")
    venue.turn("fault", clear=True)
    until(lambda: case.unsettled() == ["failed"], "what failed is on record")
    assert case.position() == 0
    assert run.end() == 0, run.words
    assert "unresolved" not in [row["status"] for row in case.orders()], case.orders()
    assert Decimal(case.balances()["pUSD"]["ledger"]) == 1000, case.balances()
    case.is_clean()


CASES = [sends_together_what_was_said_together, ends_each_order_of_a_batch_rightly,
         finds_a_batch_whose_answer_was_lost, takes_no_order_of_a_batch_that_is_throttled,
         recovers_a_batch_after_a_kill, builds_an_order_anew_in_the_version_that_is_wanted,
         builds_each_of_a_batch_anew, rejects_what_mismatches_twice,
         recovers_an_order_that_was_built_anew, recovers_an_order_that_was_refused_and_not_built_anew,
         undoes_what_failed_before_it_was_heard]

if __name__ == "__main__":
    sys.exit(run_cases(BUILD, CASES, sys.argv[2:]))
