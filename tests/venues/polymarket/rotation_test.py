#!/usr/bin/env python3
"""Keys that change while a run lives: by SIGHUP, by the file alone, and not by a file that others may read.

Usage: rotation_test.py BUILD_DIR
"""
import secrets
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from live_rig import Case, run_cases, until  # noqa: E402

BUILD = Path(sys.argv[1])


def takes_new_keys_while_it_runs(venue, folder):
    spare = Path(folder) / "spare.key"
    spare.touch(mode=0o600)
    spare.write_text(secrets.token_hex(32))
    key = f"  - {{name: spare, type: hmac, file: {spare}}}\n"
    case = Case(BUILD, venue, folder, ["1 buy 10 0.45"],
                lambda text: text.replace("exchanges:", key + "exchanges:", 1))
    run = case.start()

    def told(word):
        return sum(word in line and "'spare'" in line for line in run.words)
    spare.write_text(secrets.token_hex(32))
    run.process.send_signal(signal.SIGHUP)
    until(lambda: told("replaced by") == 1, "the signal brings the new key")
    second = secrets.token_hex(32)
    spare.write_text(second)
    until(lambda: told("replaced by") == 2, "the changed file is seen")
    spare.chmod(0o644)
    run.process.send_signal(signal.SIGHUP)
    until(lambda: told("0644") == 1, "a file that others may read is refused")
    spare.chmod(0o600)
    case.tick()
    case.wait_for_status("acknowledged")  # the wallet's key signed it
    assert run.end() == 0, run.words
    entries = case.desk.command("audit", "export", expect=0).stdout
    assert entries.count("replaced by") == 2 and "0644" in entries, entries
    assert "key 'wallet' (" in entries, entries  # its use is on record
    everything = entries + "".join(run.words)
    for secret in (second, (Path(folder) / "wallet.key").read_text().strip()):
        assert secret not in everything
    case.is_clean()


if __name__ == "__main__":
    sys.exit(run_cases(BUILD, [takes_new_keys_while_it_runs], sys.argv[2:]))
