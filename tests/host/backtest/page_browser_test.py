#!/usr/bin/env python3
"""Opens the page of each made-up report in a headless browser and uses it.

Usage: page_browser_test.py TEST_PROGRAM. The program writes the pages (PageSamples.AreWritten).
Says "skipped: no chromium" and succeeds where there is no browser.
"""
import base64
import hashlib
import html
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

PROGRAM = ""
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
SECONDS_MAX = 180  # of one page; a second or two on an idle machine
LISTENER = """window.probeErrors = [];
addEventListener('error', e => probeErrors.push('error: ' + e.message));
addEventListener('securitypolicyviolation', e => probeErrors.push('policy: ' + e.effectiveDirective));
for (const kind of ['error', 'warn'])
  console[kind] = (...all) => probeErrors.push(kind + ': ' + all.join(' '));"""
COLORS = {"light": (0xf5, 0xf6, 0xf8), "dark": (0x0e, 0x11, 0x16)}


def script(text):
    """A script element, and what a content policy must say for it to run."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"<script>{text}</script>", f"'sha256-{digest}'"


def with_probe(page):
    """A copy of the page that writes down its errors and what happens when it is used."""
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, "page_probe.js"), encoding="utf-8") as file:
        probe, probe_hash = script(file.read())
    listener, listener_hash = script(LISTENER)
    page = page.replace("script-src ", f"script-src {listener_hash} {probe_hash} ", 1)
    page = page.replace("<style>", listener + "<style>", 1)
    head, tail = page.rsplit("</body>", 1)
    return head + probe + "</body>" + tail


def number(text):
    return float(re.sub(r"[,%\s\u00a0]", "", text).replace("\u2212", "-"))


def first_pixel(png):
    """The colour of the top left pixel of an RGB or RGBA picture with 8 bits a channel."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data = 8, b""
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"IDAT":
            data += png[at + 8:at + 8 + size]
        at += 12 + size
    return tuple(zlib.decompressobj().decompress(data, 4)[1:4])


class PageTest(unittest.TestCase):
    kept = {}

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="page-")
        subprocess.run([PROGRAM, "--gtest_filter=PageSamples.AreWritten"], check=True,
                       stdout=subprocess.DEVNULL, timeout=SECONDS_MAX,
                       env={**os.environ, "TRADECTL_PAGE_DIR": cls.folder})
        cls.names = sorted(name[:-5] for name in os.listdir(cls.folder) if name.endswith(".html"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def browse(self, file, *options):
        profile = tempfile.mkdtemp(dir=self.folder)
        return subprocess.run(
            [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--enable-logging=stderr", "--host-resolver-rules=MAP * ~NOTFOUND",
             f"--user-data-dir={profile}", "--window-size=1200,900",
             "--virtual-time-budget=2000", *options, "file://" + file],
            check=True, capture_output=True, text=True, timeout=SECONDS_MAX)

    def read(self, name):
        with open(os.path.join(self.folder, name + ".html"), encoding="utf-8") as file:
            return file.read()

    def use(self, name, change=lambda page: page):
        """What the probe saw on the page."""
        path = os.path.join(self.folder, name + ".probe.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(with_probe(change(self.read(name))))
        dom = self.browse(path, "--dump-dom").stdout
        found = re.findall(r'<pre id="probe">(\{.*?)</pre>', dom, re.S)
        self.assertEqual(len(found), 1, f"{name}: the probe wrote nothing")
        return json.loads(html.unescape(found[0]))

    def seen_on(self, name):
        """The same, of the page as it was written; each is opened once."""
        if name not in self.kept:
            self.kept[name] = self.use(name)
        return self.kept[name]

    def check_pictures(self, name, seen):
        for picture in seen["pictures"]:
            self.assertFalse(picture["bad"], (name, picture))
            self.assertEqual(picture["empty"], 0, (name, picture))
            self.assertGreater(picture["length"], 100, (name, picture))
            self.assertGreater(picture["ticks"], 2, (name, picture))
            if picture["kind"]:  # drawn anew, at the window's width
                width = float(picture["box"].split()[2])
                self.assertAlmostEqual(width, picture["width"], delta=1)

    def check_use(self, name, seen):
        for hover in seen["hover"]:
            self.assertFalse(hover["hidden"], (name, hover))
            self.assertGreaterEqual(hover["crosses"], 1, (name, hover))
            self.assertTrue(hover["left"], (name, hover))
        for zoom in seen["zoom"]:
            self.assertEqual(zoom["selecting"], 1, (name, zoom))
            for what in ("enabled", "disabled", "restored"):
                self.assertTrue(zoom[what], (name, what, zoom))

    def test_every_page_works_without_errors_and_requests(self):
        self.assertIn("typical", self.names)
        for name in self.names:
            with self.subTest(name):
                seen = self.seen_on(name)
                self.assertEqual(seen["errors"], [], name)
                self.assertEqual(seen["resources"], [], name)
                self.check_pictures(name, seen)
                self.check_use(name, seen)

    def test_a_typical_page_answers_its_reader(self):
        seen = self.seen_on("typical")
        kinds = [picture["kind"] for picture in seen["pictures"]]
        self.assertEqual(kinds, ["equity", "price-0", "", ""])
        self.assertRegex(seen["hover"][0]["text"], r"(?s)2026-.*Equity.*Drawdown.*Exposure")
        self.assertEqual(seen["hover"][0]["dots"], 3)
        self.assertEqual(seen["hover"][0]["crosses"], 2)  # in the other picture too
        self.assertRegex(seen["hover"][1]["text"], r"(?s)2026-.*Price.*Low to high")
        for zoom in seen["zoom"]:
            self.assertTrue(zoom["changed"] and zoom["drawn"] > 200, zoom)
        keys = seen["keys"][0]
        self.assertLess(keys["moves"][0], keys["moves"][1])
        self.assertEqual(keys["moves"][0], keys["moves"][2])
        self.assertTrue(keys["zoomed"] and keys["restored"] and keys["hidden"], keys)

    def test_tables_sort_by_what_they_show(self):
        numbers, times, held, profits = self.seen_on("typical")["sort"]
        self.assertEqual([number(each) for each in numbers["down"]], list(range(120, 0, -1)))
        self.assertEqual(times["up"], sorted(times["up"]))
        self.assertEqual(held["held"], sorted(held["held"], reverse=True))
        values = [number(each) for each in profits["up"]]
        self.assertEqual(values, sorted(values))
        self.assertLess(values[0], -1000)
        self.assertEqual([number(each) for each in profits["down"]], values[::-1])
        self.assertEqual((profits["state"], profits["after"]), ("ascending", "descending"))
        self.assertEqual(profits["sorted"], 1)

    def test_nothing_of_a_hostile_report_runs(self):
        seen = self.seen_on("hostile")
        self.assertIn("<script>", seen["title"])
        self.assertEqual(seen["images"], 0)
        self.assertEqual(seen["errors"], [])

    def test_the_policy_stops_what_escaping_would_have_missed(self):
        evil = ("<script>document.title='owned'</script>"
                "<img src=x onerror=\"document.title='owned'\">")
        seen = self.use("typical", lambda page: page.replace("<header>", evil + "<header>", 1))
        self.assertNotEqual(seen["title"], "owned")
        stopped = {error for error in seen["errors"] if error.startswith("policy: ")}
        self.assertIn("policy: script-src-elem", stopped)
        self.assertIn("policy: img-src", stopped)

    def test_the_page_as_it_is_logs_nothing(self):
        result = self.browse(os.path.join(self.folder, "typical.html"), "--dump-dom")
        self.assertNotIn(":CONSOLE", result.stderr)

    def test_it_is_light_or_dark_as_the_reader_is(self):
        for value, theme in enumerate(["dark", "light"]):
            picture = os.path.join(self.folder, theme + ".png")
            self.browse(os.path.join(self.folder, "typical.html"), "--screenshot=" + picture,
                        f"--blink-settings=preferredColorScheme={value}")
            with open(picture, "rb") as file:
                png = file.read()
            self.assertEqual(first_pixel(png), COLORS[theme])
            self.assertGreater(len(png), 40_000)  # a blank page is far smaller


if __name__ == "__main__":
    if not BROWSER:
        print("skipped: no chromium")
        sys.exit(0)
    PROGRAM = sys.argv.pop(1)
    unittest.main()
