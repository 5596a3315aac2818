#!/usr/bin/env python3
"""The tidy check finds each kind of breach, and nothing in a clean tree."""
import contextlib
import io
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import tidy  # noqa: E402


class TidyTest(unittest.TestCase):
    def findings(self, path, text):
        with tempfile.TemporaryDirectory() as root:
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full))
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                status = tidy.main(root)
            self.assertEqual(status, 0 if out.getvalue().count("\n") == 1 else 1)
            return out.getvalue()

    def test_a_clean_file_passes(self):
        self.assertIn("0 findings", self.findings("host/risk/check.cpp", '#include "host/base/log.hpp"\n'))

    def test_an_include_from_a_higher_floor(self):
        self.assertIn("floor 6", self.findings("host/risk/check.cpp", '#include "host/engine/session.hpp"\n'))

    def test_stages_are_blind_to_each_other(self):
        self.assertIn("must not include", self.findings("host/risk/a.cpp", '#include "host/wal/writer.hpp"\n'))

    def test_the_shared_vocabulary_is_the_exception(self):
        self.assertIn("0 findings", self.findings("host/ledger/a.cpp", '#include "host/wal/record.hpp"\n'))

    def test_a_plugin_sees_the_sdk_alone(self):
        self.assertIn("must not include", self.findings("plugins/x/y/a.cpp", '#include "host/base/log.hpp"\n'))

    def test_a_library_outside_its_folder(self):
        self.assertIn("belongs to", self.findings("host/risk/a.cpp", "#include <spdlog/spdlog.h>\n"))

    def test_a_library_in_a_header(self):
        self.assertIn("inside a .cpp", self.findings("host/base/a.hpp", "#pragma once\n#include <sqlite3.h>\n"))

    def test_a_long_file(self):
        self.assertIn("401 lines", self.findings("host/risk/a.cpp", "int x;\n" * 401))

    def test_a_long_function(self):
        text = "namespace a {\nvoid f() {\n" + "    g();\n" * 70 + "}\n}\n"
        self.assertIn("function of 72 lines", self.findings("host/risk/a.cpp", text))

    def test_a_directive_is_not_a_function(self):
        text = "#if defined(A)\n#endif\nnamespace a {\n" + "int x;\n" * 80 + "}\n"
        self.assertIn("0 findings", self.findings("host/risk/a.cpp", text))

    def test_a_long_line(self):
        self.assertIn("101 columns", self.findings("host/risk/a.cpp", "/" * 101 + "\n"))

    def test_a_silent_catch_all(self):
        self.assertIn("catch-all", self.findings("host/risk/a.cpp", "void f() { try { g(); } catch (...) { } }\n"))

    def test_a_url_outside_a_defaults_file(self):
        self.assertIn("a URL", self.findings("host/risk/a.cpp", 'auto a = "https://venue.example";\n'))

    def test_a_name_that_says_nothing(self):
        self.assertIn("says nothing", self.findings("host/risk/utils.cpp", "int x;\n"))

    def test_a_foreign_top_level_folder(self):
        self.assertIn("not a top-level", self.findings("scripts/a.cpp", "int x;\n"))


if __name__ == "__main__":
    unittest.main()
