"""A simulated venue, a key made on the spot and a config: what tests of the whole program start from."""
import concurrent.futures
import json
import queue
import secrets
import signal
import subprocess
import tempfile
import threading
import time
import traceback
import urllib.request
from decimal import Decimal
from pathlib import Path

CONTRACTS = ["0xE111180000d2663C0091e4f400237545B87B996B",
             "0xe2222d279d744050d28e00520010520000310F59",
             "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa",
             "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045"]
TIMEOUT_S = 60
BUDGET = "its budget is"
TRIES = 4


def authority(url):
    return url.split("://", 1)[1].split("/", 1)[0]


class Venue:
    """The simulator as a child process; ends with the block."""

    def __init__(self, build, *options):
        self.process = subprocess.Popen([str(build / "bin/polymarket_sim"), *options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.urls = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=TIMEOUT_S)

    def turn(self, name, **body):
        request = urllib.request.Request(f"{self.urls['control']}/control/{name}", method="POST",
                                         data=json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return json.load(answer)

    def ledger(self, requests=True):
        url = f"{self.urls['control']}/control/ledger?requests={int(requests)}"
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:
            return json.load(answer)

    def is_followed(self):
        """Whether a program listens to both channels; to the market's only once its strategies started."""
        sessions = self.ledger(False)["sessions"]
        return len(sessions) == 2 and all(each["subscribed"] for each in sessions) and any(
            each["channel"] == "market" and each["keys"] for each in sessions)

    def market(self, bid="0.4", ask="0.6", size="1000", **body):
        market = self.turn("market", **{"tick": "0.01", **body})
        self.turn("book", token=market["tokens"][0], bids=[{"price": bid, "size": size}],
                  asks=[{"price": ask, "size": size}])
        return market


class Desk:
    """A folder with a key, a config and a state; runs the program there."""

    def __init__(self, build, folder, venue, market, steps, edit=lambda text: text):
        """`edit` may change the config's text."""
        self.build, self.folder = build.resolve(), Path(folder)
        self.tradectl = self.build / "bin/tradectl"
        key = self.folder / "wallet.key"
        key.touch(mode=0o600)
        key.write_text(secrets.token_hex(32) + "\n")
        self.config = self.folder / "live.yaml"
        self.config.write_text(self.text(venue, market, steps, "0x" + "0" * 40))
        self.address = self.command("keys", "address", "wallet", expect=0).stdout.strip()
        self.config.write_text(edit(self.text(venue, market, steps, self.address)))
        self.trust("plugins/polymarket.so")
        self.trust("scripted/scripted_strategy.so")

    def trust(self, plugin):
        subprocess.run([str(self.tradectl), "plugin", "trust", "--yes", "--lock",
                        str(self.folder / "plugins.lock"), str(self.build / plugin)],
                       check=True, capture_output=True, timeout=TIMEOUT_S)

    def text(self, venue, market, steps, address):
        urls = venue.urls
        hosts = sorted({authority(url) for name, url in urls.items() if name != "certificate"})
        trusted = f", ca_file: {urls['certificate']}" if urls.get("certificate") else ""
        return f"""
name: live-test
mode: live
state_dir: {self.folder}/state
plugins: {{paths: [{self.build}/plugins, {self.build}/scripted], lock: {self.folder}/plugins.lock}}
keys:
  - {{name: wallet, type: secp256k1, file: {self.folder}/wallet.key}}
  - {{name: clob-secret, type: hmac, encoding: base64, stored: true}}
  - {{name: clob-passphrase, type: secret, stored: true}}
exchanges:
  - name: pm
    plugin: polymarket
    keys: [wallet, clob-secret, clob-passphrase]
    signing: {{chains: [137], contracts: {json.dumps(CONTRACTS)}}}
    network: {{hosts: {json.dumps(hosts)}{trusted}}}
    settings:
      clob_url: {urls['clob']}
      ws_url: {urls['ws']}/ws
      gamma_url: {urls['gamma']}
      data_url: {urls['data']}
      rpc_urls: {json.dumps([urls[f'rpc{i}'] for i in range(3)])}
      address: "{address}"
instruments:
  - name: yes.pm
    venue: pm
    venue_symbol: "{market['tokens'][0]}"
    kind: binary
    base: YES
    quote: pUSD
    tick: "0.01"
    lot: "0.01"
    price_min: "0.01"
    price_max: "0.99"
strategies:
  - name: puppet
    plugin: scripted_strategy
    exchange: pm
    instruments: [yes.pm]
    settings:
      steps: {json.dumps(steps)}
risk: {{slippage_max: "0.5"}}
"""

    def command(self, *words, expect=None, config=None):
        done = subprocess.run([str(self.tradectl), *words, "--config", str(config or self.config)],
                              capture_output=True, text=True, timeout=TIMEOUT_S)
        if expect is not None and done.returncode != expect:
            raise AssertionError(f"{words}: exit {done.returncode}, want {expect}\n{done.stdout}\n{done.stderr}")
        return done

    def run(self, tracer=(), flags=("--live",)):
        return Run(self, tracer, flags)


class Case:
    """A venue with one market, a funded desk, and the ways to look at both."""

    def __init__(self, build, venue, folder, steps, edit=lambda text: text, **market):
        self.venue = venue
        self.market = venue.market(**market)
        self.token = self.market["tokens"][0]
        self.desk = Desk(build, folder, venue, self.market, steps, edit)
        venue.turn("fund", address=self.desk.address, amount="1000", approve=True)
        venue.turn("settings", auto_settle=False)

    def tick(self):
        """Somebody trades a share at the ask: the strategy's next step."""
        self.venue.turn("trade", token=self.token, side="BUY", price="0.6", size="1")

    def start(self):
        run = self.desk.run()

        def is_up():
            if run.process.poll() is not None:
                raise AssertionError(f"the run ended with {run.end()}: {run.words}")
            return self.venue.is_followed()
        until(is_up, "both streams are open")
        return run

    def own_orders(self):
        return [order for order in self.venue.ledger(False)["orders"] if order["owner"]]

    def orders(self):
        """As our books have them."""
        return json.loads(self.desk.command("orders", "--json", expect=0).stdout)["data"]["orders"]

    def wait_for_status(self, status):
        """Until our one order is so."""
        until(lambda: [row["status"] for row in self.orders()] == [status], f"the order is {status}")

    def balances(self):
        done = self.desk.command("balance", "--json", expect=0)
        return {line["asset"]: line for line in json.loads(done.stdout)["data"]["balances"]}

    def position(self):
        done = self.desk.command("positions", "--json", expect=0)
        rows = json.loads(done.stdout)["data"]["positions"]
        return Decimal(rows[0]["quantity"]) if rows else Decimal()

    def unsettled(self):
        done = self.desk.command("fills", "--json", expect=0)
        return [row["settlement"] for row in json.loads(done.stdout)["data"]["fills"]]

    def fees(self):
        done = self.desk.command("fills", "--json", expect=0)
        return [Decimal(row["fee"]) for row in json.loads(done.stdout)["data"]["fills"]]

    def is_clean(self):
        for words in (["reconcile"], ["wal-recover"], ["audit", "verify"]):
            self.desk.command(*words, expect=0)


class Run:
    """`tradectl run --json` as a child; its lines can be waited for.

    A tracer stands in front of the program and must not be its parent: strace -D.
    """

    recent = threading.local()  # `last`: of each thread

    def __init__(self, desk, tracer=(), flags=("--live",)):
        Run.recent.last = self
        self.process = subprocess.Popen(
            [*tracer, str(desk.tradectl), "run", *flags, "--json", "--config", str(desk.config)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines, self.seen, self.words = queue.Queue(), [], []
        self.readers = [threading.Thread(target=self.read_lines), threading.Thread(target=self.read_words)]
        for reader in self.readers:
            reader.start()

    def read_lines(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def read_words(self):
        self.words.extend(self.process.stderr)

    def wait_for(self, event, **members):
        """The next line of that event with these members."""
        end = time.monotonic() + TIMEOUT_S
        while True:
            try:
                line = self.lines.get(timeout=max(end - time.monotonic(), 0.01))
            except queue.Empty:
                raise AssertionError(f"no {event} {members}; saw {self.seen}\n{''.join(self.words)}") from None
            self.seen.append(line)
            if line.get("event") == event and all(line.get(k) == v for k, v in members.items()):
                return line

    def end(self, number=signal.SIGTERM, seconds=TIMEOUT_S):
        self.process.send_signal(number)
        status = self.process.wait(timeout=seconds)
        for reader in self.readers:
            reader.join()
        return status


def calmly(act, *words):
    """What `act` answers. On a loaded machine a plugin may be put aside for longer than a call may take, which proves
    nothing: then it is done again. No run outlives a failure."""
    for _ in range(TRIES):
        Run.recent.last = None
        try:
            return act(*words)
        except Exception as wrong:
            text, run = str(wrong), Run.recent.last
            if run is not None:
                run.end(signal.SIGKILL)
                text += "".join(run.words)
            if BUDGET not in text:
                raise
    raise AssertionError("this machine is too busy to tell")


def run_cases(build, cases, names, at_once=3):
    """Each case on a venue of its own, some beside each other: they wait most of the time. The exit status."""
    def on_a_fresh_venue(case):
        with Venue(build) as venue, tempfile.TemporaryDirectory() as folder:
            case(venue, folder)

    cases = [case for case in cases if not names or case.__name__ in names]
    broken = 0
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        done = {pool.submit(calmly, on_a_fresh_venue, case): case.__name__ for case in cases}
        for future in concurrent.futures.as_completed(done):
            wrong = future.exception()
            broken += wrong is not None
            print("BROKEN" if wrong else "ok", done[future], flush=True)
            if wrong:
                traceback.print_exception(wrong)
    return 1 if broken or not cases else 0


def until(holds, what, seconds=TIMEOUT_S):
    """Asks again until it holds; the answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = holds()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"never: {what}")
