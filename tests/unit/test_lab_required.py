# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LAB=required leaves no way to skip a test unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"

SKIPS = {
    "mark": "@pytest.mark.skip(reason='no Wine')\ndef test_it(): pass",
    "call": "def test_it(): pytest.skip('no Wine')",
    "fixture": "@pytest.fixture\ndef lab(): pytest.skip('no Wine')\ndef test_it(lab): pass",
    "module": "pytest.skip('no Wine', allow_module_level=True)",
    "import": "pytest.importorskip('no_such_module_at_all', reason='no Wine')",
}


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Give a directory of tests under this project's conftest, without other plugins, whose imports take time."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    return pytester


def run(session: pytest.Pytester, source: str) -> pytest.RunResult:
    """Run one test file in this process."""
    session.makepyfile(f"import pytest\n{source}\n")
    return session.runpytest_inprocess("-p", "no:cacheprovider")


@pytest.mark.parametrize("kind", SKIPS)
def test_a_skip_fails_when_the_lab_is_required(
    session: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("LAB", "required")
    result = run(session, SKIPS[kind])
    assert result.ret != 0
    assert "LAB=required, but this was skipped" in result.stdout.str()
    assert "no Wine" in result.stdout.str()


@pytest.mark.parametrize("kind", SKIPS)
def test_a_skip_is_only_reported_otherwise(
    session: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.delenv("LAB", raising=False)
    run(session, SKIPS[kind]).assert_outcomes(skipped=1)


def test_an_expected_failure_is_no_skip(session: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB", "required")
    run(session, "@pytest.mark.xfail\ndef test_it(): assert False").assert_outcomes(xfailed=1)
