#!/usr/bin/env python3
"""Strategies in the real program on the simulated venue: markets and wallets that appear, and restarts.

Usage: strategies_test.py BUILD_DIR [NAME...]
"""
import json
import re
import secrets
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from live_rig import Desk, run_cases, until  # noqa: E402

BUILD = Path(sys.argv[1])
LEADER = "0x" + "ab" * 20
COPY = {"wallets": [LEADER], "sizing": "fixed", "fixed": "6", "drift_max": "0.05"}
SNIPE = {"mode": "new-market", "trade_notional_max": "6", "scan_interval": "1s"}
# What operators start from; with the host's usual limits nearly every order that takes is denied here.
SHIPPED = re.search(r"(?m)^risk:\n(  .*\n)+",
                    (Path(__file__).parents[3] / "configs/polymarket-live.yaml").read_text()).group()
QUICK = {"discover": ["sport"], "discover_interval": "1s", "activity_interval": "200ms",
         "activity_interval_idle": "200ms"}


class Case:
    """A venue and a desk with one strategy that takes whatever appears; on paper or for money."""

    def __init__(self, venue, folder, plugin, settings, paper):
        self.venue, self.paper = venue, paper
        first = venue.market(bid="0.58")
        self.desk = Desk(BUILD, folder, venue, first, [],
                         lambda text: self.edited(text, plugin, settings))
        self.desk.trust(f"plugins/{plugin}.so")
        venue.turn("fund", address=self.desk.address, amount="1000", approve=True)

    def edited(self, text, plugin, settings):
        quick = "".join(f"      {name}: {json.dumps(value)}\n" for name, value in QUICK.items())
        text = re.sub(r"(?s)instruments:\n  - name: yes.pm.*", "", text)
        text = text.rstrip("\n") + "\n" + quick
        venue = "pm"
        if self.paper:
            venue = "paper"
            text = text.replace("mode: live", "mode: paper")
            text = re.sub(r"(?s)keys:\n.*?exchanges:", "exchanges:", text)
            text = re.sub(r"    (keys|signing): .*\n", "", text)
            text = re.sub(r'      address: ".*"\n', "", text)
            text += "  - name: paper\n    plugin: paper\n    mirrors: pm\n"
            text += '    settings: {balances: {pUSD: "1000"}}\n'
        return text + f"""instruments: []
strategies:
  - {{name: hero, plugin: {plugin}, exchange: {venue}, instruments: ["*.{venue}"],
      settings: {json.dumps(settings)}}}
{SHIPPED}"""

    def start(self):
        run = self.desk.run(flags=() if self.paper else ("--live",))
        until(lambda: run.process.poll() is not None
              or self.desk.command("status", "--json").returncode == 0, "the run answers")
        assert run.process.poll() is None, run.words
        return run

    def fills(self):
        done = self.desk.command("fills", "--json", expect=0)
        return json.loads(done.stdout)["data"]["fills"]

    def leader_buys(self, market, price="0.6"):
        self.venue.turn("rows", user=LEADER, rows=[{
            "proxyWallet": LEADER, "timestamp": int(time.time()), "conditionId": market["condition"],
            "type": "TRADE", "size": 50, "usdcSize": 30, "price": float(price),
            "transactionHash": "0x" + secrets.token_hex(32), "asset": market["tokens"][0],
            "side": "BUY", "outcomeIndex": 0, "title": "Will it happen?", "slug": market["slug"],
            "eventSlug": "event", "outcome": "Yes"}])

    def check(self, orders):
        """The venue's orders of ours, and that the books agree with it."""
        if self.paper:
            assert not [r for r in self.venue.ledger()["requests"] if r["path"] == "/order"]
        else:
            own = [o for o in self.venue.ledger(False)["orders"] if o["owner"]]
            assert len(own) == orders, own
            self.venue.turn("settle", trade="all", status="CONFIRMED")
            self.desk.command("reconcile", expect=0)
        self.desk.command("wal-recover", expect=0)
        self.desk.command("audit", "verify", expect=0)


def copies_a_wallet(venue, folder, paper=False):
    case = Case(venue, folder, "copy-trader", COPY, paper)
    run = case.start()
    # In a market that nobody told of before.
    market = venue.market(bid="0.58")
    case.leader_buys(market)
    fill = run.wait_for("fill")
    assert (fill["side"], fill["price"]) == ("buy", "0.6"), fill
    run.end(signal.SIGKILL)
    case.leader_buys(market)  # while nobody listens
    again = case.start()
    until(lambda: len(case.fills()) == 2, "what was missed is copied")
    time.sleep(1)
    assert again.end() == 0, again.words
    third = case.start()
    time.sleep(1)
    assert third.end() == 0, third.words
    assert len(case.fills()) == 2, case.fills()
    case.check(orders=2)


def shoots_a_new_market_once(venue, folder, paper=False):
    venue.market(bid="0.58", tags=["sport"])  # there before: it was not just listed
    case = Case(venue, folder, "sniper", SNIPE, paper)
    run = case.start()
    venue.market(bid="0.58", tags=["sport"])
    run.wait_for("fill")
    run.end(signal.SIGKILL)
    again = case.start()
    time.sleep(2.5)
    assert len(case.fills()) == 1, case.fills()
    venue.market(bid="0.58", tags=["sport"])
    until(lambda: len(case.fills()) == 2, "the next one is shot at")
    assert again.end() == 0, again.words
    case.check(orders=2)


def copies_on_paper(venue, folder):
    copies_a_wallet(venue, folder, paper=True)


def shoots_on_paper(venue, folder):
    shoots_a_new_market_once(venue, folder, paper=True)


CASES = [copies_a_wallet, shoots_a_new_market_once, copies_on_paper, shoots_on_paper]

if __name__ == "__main__":
    sys.exit(run_cases(BUILD, CASES, sys.argv[2:]))
