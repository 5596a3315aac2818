#!/usr/bin/env python3
"""What the operator is told before money is at stake: streams, clocks, allowances, by the real program.

Usage: health_test.py BUILD_DIR [NAME...]
"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from live_rig import Case, run_cases, until  # noqa: E402

BUILD = Path(sys.argv[1])


def setting(line):
    return lambda text: text.replace("      address:", f"      {line}\n      address:")


def flows(case):
    done = case.desk.command("status", "--json", expect=0)
    rows = json.loads(done.stdout)["data"]["exchanges"][0]["flows"]
    return {row["flow"]: row for row in rows}


def wait_for_flow(case, flow, state, up):
    return until(lambda: {flow: row for row in [flows(case).get(flow)]
                          if row and (row["state"], row["streams_up"]) == (state, up)}, f"{flow} is {state}")


def sessions(venue, channel):
    return [each for each in venue.ledger(False)["sessions"] if each["channel"] == channel]


def tells_how_news_arrive(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"], setting("stale_after: 2s\n      ping_interval: 1s\n      reconnect_min: 2s"))
    run = case.start()
    for flow in ("market", "orders"):
        row = wait_for_flow(case, flow, "streaming", 1)[flow]
        assert row["age_ms"] < 15_000, row
    text = case.desk.command("status", expect=0).stdout
    assert "pm orders" in text and "streaming" in text, text
    venue.turn("session", channel="user", action="silent")
    until(lambda: "flow=orders state=polling before=streaming" in "".join(run.words), "reads stand for it")
    wait_for_flow(case, "orders", "streaming", 1)
    assert run.end() == 0, run.words


def loses_nothing_when_either_of_two_is_cut(venue, folder):
    """The order is of the 81st trade: a trade that is lost delays it, one that is heard twice hastens it."""
    case = Case(BUILD, venue, folder, ["81 buy 10 0.45"], setting("hot_streams: 2"))
    run = case.desk.run()

    def wait_for_both():
        until(lambda: sum(bool(each["keys"]) for each in sessions(venue, "market")) == 2, "both streams are open")
    for _ in range(4):
        wait_for_both()
        oldest = min(each["id"] for each in sessions(venue, "market"))  # each of the two in its turn
        for part in range(20):
            case.tick()
            if part == 10:
                venue.turn("session", session=oldest, action="reset")
        until(lambda: oldest not in [each["id"] for each in sessions(venue, "market")], "one is cut")
    wait_for_both()
    assert not case.own_orders()
    wait_for_flow(case, "market", "streaming", 2)
    case.tick()
    until(lambda: case.own_orders(), "80 trades were heard before")
    assert run.end() == 0, run.words
    assert "market data is lost" not in "".join(run.words), run.words


def wait_for_why(case, *words):
    """The audit log follows a moment later."""
    until(lambda: all(word in case.desk.command("audit", "why", "puppet/1").stdout for word in words), words)


def denies_without_an_allowance(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45", "2 buy 10 0.45"])
    venue.turn("fund", address=case.desk.address, amount="0", revoke=True)
    run = case.start()
    case.tick()
    run.wait_for("denied")
    assert not case.own_orders()
    wait_for_why(case, "allowance_missing: pUSD for 0xE111", "needed 4.5, held 0")
    venue.turn("approve", address=case.desk.address)
    case.tick()
    until(lambda: case.own_orders(), "an order passes")
    assert run.end() == 0, run.words
    case.is_clean()


def buys_nothing_while_the_clocks_differ(venue, folder):
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45", "2 buy 10 0.45"], setting("clock_interval: 1s"))
    run = case.start()
    venue.turn("clock", skew_ms=45_000)
    until(lambda: "our clock is off" in "".join(run.words), "the offset is told")
    case.tick()
    run.wait_for("denied")
    wait_for_why(case, "clock_skew: our clock is off", "clock_skew_max is 30000 ms")
    assert not case.own_orders()
    venue.turn("clock", skew_ms=0)
    until(lambda: "our clock agrees" in "".join(run.words), "the clocks agree again")
    case.tick()
    until(lambda: case.own_orders(), "an order passes")
    assert run.end() == 0, run.words
    case.is_clean()


def doctor(case, expect):
    done = case.desk.command("doctor", "--json", expect=expect)
    return {row["check"]: row for row in json.loads(done.stdout)["data"]["checks"]}


def doctor_tells_address_and_allowances(venue, folder):
    case = Case(BUILD, venue, folder, [])
    found = doctor(case, 0)
    assert found["address:pm"]["verdict"] == "ok", found["address:pm"]
    assert found["key:wallet"]["verdict"] == "ok", found["key:wallet"]
    told = found["allowances:pm"]
    assert told["verdict"] == "ok" and "pUSD for exchange 0xE111" in told["text"], told
    venue.turn("fund", address=case.desk.address, amount="0", revoke=True)
    told = doctor(case, 0)["allowances:pm"]
    assert told["verdict"] == "warn" and "missing" in told["text"], told
    text = case.desk.config.read_text()
    case.desk.config.write_text(text.replace(case.desk.address, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"))
    told = doctor(case, 2)["address:pm"]
    assert told["verdict"] == "fail" and case.desk.address in told["text"], told


CASES = [tells_how_news_arrive, loses_nothing_when_either_of_two_is_cut, denies_without_an_allowance,
         buys_nothing_while_the_clocks_differ, doctor_tells_address_and_allowances]

if __name__ == "__main__":
    sys.exit(run_cases(BUILD, CASES, sys.argv[2:]))
