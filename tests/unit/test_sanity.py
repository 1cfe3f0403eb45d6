# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner of ansible-test sanity says what could not run, and hands pip's settings on."""

from __future__ import annotations

import pytest

from tests.sanity.home import pip_settings
from tests.sanity.skipped import missing_tools

PRINTED = """\
WARNING: Using locale "C.UTF-8" instead of "en_US.UTF-8". Tests which depend on the locale may behave unexpectedly.
WARNING: Skipping tests disabled by default without --allow-disabled: one, two
Running sanity test "compile" on Python 3.13
WARNING: Skipping sanity test "compile" on Python 3.14 because it could not be found.
Running sanity test "pslint"
WARNING: Required program "pwsh" not found.
Running sanity test "pylint"
WARNING: Skipping sanity test "pylint" on Python 3.13 due to missing virtual environment support.
WARNING: Reviewing previous 3 warning(s):
WARNING: Required program "pwsh" not found.
"""


def test_what_is_missing_is_named_once_with_the_tests_that_need_it() -> None:
    assert missing_tools(PRINTED.splitlines()) == {
        "--allow-disabled": ["one", "two"],
        "Python 3.14": ["compile"],
        "pwsh": ["pslint"],
        "on Python 3.13 due to missing virtual environment support.": ["pylint"],
    }


@pytest.mark.parametrize("order", [1, -1])
def test_pip_keeps_its_settings_and_the_environment_counts_most(order: int) -> None:
    lines = [":env:.cert='/of/the/environment'", "global.cert='/of/a/file'", "install.find-links='a\\nb'"]
    settings = pip_settings("\n".join(lines[::order]))
    assert settings.get("global", "cert") == "/of/the/environment"
    assert settings.get("install", "find-links") == "a\nb"
