# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files pass for Windows' own: place, company and name must all say so."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.identity import is_windows_own

ENVIRONMENT = {"SystemRoot": "C:\\Windows"}
DRIVERS = "C:\\WINDOWS\\system32\\drivers"
OWN = {"company": "Microsoft Corporation", "original_filename": "NULL.SYS"}
CASES: dict[str, tuple[str, dict[str, Any], bool]] = {
    "Windows' own": (f"{DRIVERS}\\null.sys", OWN, True),
    "with a file of texts": (f"{DRIVERS}\\null.sys", {**OWN, "original_filename": "null.sys.mui"}, True),
    "elsewhere": ("C:\\Users\\Public\\null.sys", OWN, False),
    "in a folder that begins alike": ("C:\\Windows2\\null.sys", OWN, False),
    "of another maker": (f"{DRIVERS}\\null.sys", {**OWN, "company": "Not Microsoft"}, False),
    "under another name": (f"{DRIVERS}\\n.sys", OWN, False),
    "without a version resource": (f"{DRIVERS}\\null.sys", {"company": None, "original_filename": None}, False),
}


@pytest.mark.parametrize("case", CASES)
def test_a_file_passes_for_windows_own_by_place_company_and_name(case: str) -> None:
    path, facts, expected = CASES[case]
    assert is_windows_own(path, facts, ENVIRONMENT) is expected
