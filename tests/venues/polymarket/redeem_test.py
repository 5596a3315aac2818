#!/usr/bin/env python3
"""What a market pays that is over, and how it comes into our books: the real program on the simulated venue.

Usage: redeem_test.py BUILD_DIR [NAME...]
"""
import json
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from live_rig import Case, run_cases, until  # noqa: E402

BUILD = Path(sys.argv[1])
APPLY = ["redeem", "--apply", "--confirm", "live-test", "--json"]
NEVER_FINAL = {"eth_getTransactionCount": "0x0"}


def holds_a_position(venue, folder):
    """20 shares at 0.6, settled; the run is over."""
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65"])
    run = case.start()
    case.tick()
    run.wait_for("fill")
    venue.turn("settle", trade="all", status="CONFIRMED")
    until(lambda: case.unsettled() == ["confirmed"], "the fill is settled")
    assert run.end() == 0, run.words
    return case


def resolve(case, winner=0):
    case.venue.turn("resolve", condition=case.market["condition"], winner=winner)


def every_node(venue, **body):
    for node in range(3):
        venue.turn("rpc", node=str(node), **body)


def data_of(done):
    return json.loads(done.stdout)["data"]


def transactions(venue):
    return venue.ledger(False)["transactions"]


def is_redeemed(case, paid="20"):
    """Once: the shares went, the collateral came, nobody holds a position, and the venue agrees."""
    balances = case.balances()
    assert Decimal(balances["USDC.e"]["ledger"]) == Decimal(paid), balances
    for asset, line in balances.items():
        assert Decimal(line["drift"]) == 0, (asset, line)
    assert case.position() == 0
    case.is_clean()
    listed = case.desk.command("redeem", "--json", expect=0)
    assert data_of(listed)["redeemable"] == [], listed.stdout


def redeems_what_won(venue, folder):
    case = holds_a_position(venue, folder)
    assert data_of(case.desk.command("redeem", "--json", expect=0))["redeemable"] == []  # not over yet
    resolve(case)
    row, = data_of(case.desk.command("redeem", "--json", expect=0))["redeemable"]
    assert (row["instrument"], row["shares"], row["price"], row["pays"]) == ("yes.pm", "20", "1", "20"), row
    assert not transactions(venue)
    for words in (["redeem", "--apply"], ["redeem", "--apply", "--confirm", "other"], ["redeem", "--confirm", "x"],
                  ["redeem", "--instrument", "no.pm"]):
        case.desk.command(*words, expect=64)
    done, = data_of(case.desk.command(*APPLY, "--reason", "it is over", expect=0))["redeemed"]
    assert done["outcome"] == "completed" and done["moved"] == {"USDC.e": "20", "YES": "-20"}, done
    assert len(transactions(venue)) == 1
    is_redeemed(case)
    why = case.desk.command("audit", "why", done["transaction"], expect=0).stdout
    assert "redeem" in why and "done on the chain" in why, why
    assert "it is over" in why, why
    assert case.desk.command(*APPLY, expect=0)
    assert len(transactions(venue)) == 1


def pays_nothing_for_what_lost(venue, folder):
    case = holds_a_position(venue, folder)
    resolve(case, winner=1)
    row, = data_of(case.desk.command("redeem", "--json", expect=0))["redeemable"]
    assert (row["shares"], row["price"], row["pays"]) == ("20", "0", "0"), row
    done, = data_of(case.desk.command(*APPLY, expect=0))["redeemed"]
    assert done["moved"] == {"YES": "-20"}, done
    assert case.position() == 0
    case.is_clean()


def keeps_its_books_when_it_reverts(venue, folder):
    case = holds_a_position(venue, folder)
    resolve(case)
    venue.turn("settings", revert=True)
    done, = data_of(case.desk.command(*APPLY, expect=2))["redeemed"]
    assert done["outcome"] == "failed" and "reverted" in done["why"], done
    assert case.position() == 20
    venue.turn("settings", revert=False)
    case.desk.command("wal-recover", expect=0)
    case.desk.command(*APPLY, expect=0)  # may be tried again
    is_redeemed(case)


def is_refused_without_gas_money(venue, folder):
    case = holds_a_position(venue, folder)
    resolve(case)
    every_node(venue, fixed={"eth_getBalance": "0x1"})
    done, = data_of(case.desk.command(*APPLY, expect=2))["redeemed"]
    assert done["outcome"] == "rolled_back" and "gas money is missing" in done["why"], done
    assert not transactions(venue)
    case.desk.command("wal-recover", expect=0)


def leaves_what_nobody_knows_unresolved(venue, folder):
    """The answer is lost, and then every node is."""
    case = holds_a_position(venue, folder)
    resolve(case)
    every_node(venue, fixed=NEVER_FINAL)
    done, = data_of(case.desk.command(*APPLY, "--timeout", "2s", expect=3))["redeemed"]
    assert done["outcome"] == "unresolved", done
    assert len(transactions(venue)) == 1
    again = case.desk.command("redeem", "--apply", "--confirm", "live-test", expect=3)  # not a second one
    assert "wal-recover" in again.stderr, again.stderr
    assert len(transactions(venue)) == 1
    every_node(venue, fixed={}, down=True)
    case.desk.command("wal-recover", expect=3)
    case.desk.command("redeem", expect=3)
    every_node(venue, down=False)
    case.desk.command("wal-recover", expect=2)  # due
    case.desk.command("wal-recover", "--apply", expect=0)
    assert len(transactions(venue)) == 1
    is_redeemed(case)


def is_found_by_its_hash_after_a_kill(venue, folder):
    case = holds_a_position(venue, folder)
    resolve(case)
    every_node(venue, fixed=NEVER_FINAL)
    child = subprocess.Popen([str(case.desk.tradectl), *APPLY, "--config", str(case.desk.config)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: transactions(venue), "it was sent")
    child.send_signal(signal.SIGKILL)
    child.wait()
    every_node(venue, fixed={})
    run = case.start()  # a start is a recovery
    assert run.end() == 0, run.words
    assert len(transactions(venue)) == 1
    is_redeemed(case)


def is_not_done_beside_a_run(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 20 0.65"])
    run = case.start()
    refused = case.desk.command(*APPLY)
    assert refused.returncode == 75, (refused.returncode, refused.stderr)
    case.desk.command("redeem", expect=0)
    assert run.end() == 0, run.words


CASES = [redeems_what_won, pays_nothing_for_what_lost, keeps_its_books_when_it_reverts,
         is_refused_without_gas_money, leaves_what_nobody_knows_unresolved, is_found_by_its_hash_after_a_kill,
         is_not_done_beside_a_run]

if __name__ == "__main__":
    sys.exit(run_cases(BUILD, CASES, sys.argv[2:]))
