# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of companies: which are one company, and which only look alike."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.companies import (
    company_words,
    is_microsoft,
    is_windows,
    same_company,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("VMware, Inc.", "VMware Inc"),
        ("ESET", "ESET, spol. s r.o."),
        ("AVAST Software", "AVAST Software a.s."),
        ("Kaspersky Lab", "AO Kaspersky Lab"),
        ("Orbital Data S.A.", "Orbital Data"),
        ("Acronis", "Acronis International GmbH"),
        ("Symantec Corporation", "Veritas Technologies LLC"),
        ("McAfee, Inc.", "Musarubra US LLC"),
        ("Diskeeper® Corporation", "Condusiv Technologies"),
        ("The Example Company", "Example Co., Ltd."),
    ],
)
def test_one_company_by_two_names(one: str, other: str) -> None:
    assert same_company(company_words(one), company_words(other))
    assert same_company(company_words(other), company_words(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vision Works Solutions Incorporated", "Vision Solutions, Inc."),
        ("Intel Corporation", "Intelligent Systems"),
        ("Data Storage Inc", "Data Protection Inc"),
        ("", ""),
        ("Inc.", "Inc."),
        ("Windows (R) Win 7 DDK provider", "Windows (R) Win 7 DDK provider"),
    ],
)
def test_two_companies(one: str, other: str) -> None:
    assert not same_company(company_words(one), company_words(other))


@pytest.mark.parametrize(
    "text",
    [
        "Windows (R) Win 7 DDK provider",
        "Windows (R) Server 2003 DDK provider",
        "TODO: <Company name>",
        "Your company name",
        "",
    ],
)
def test_a_text_of_a_template_names_no_company(text: str) -> None:
    assert company_words(text) == ()


def test_a_legal_form_alone_is_no_name() -> None:
    assert company_words("Co., Ltd.") == ()
    assert company_words("SAS Institute Inc.") == ("sas", "institute")


def test_microsoft_and_windows_by_their_names() -> None:
    assert is_microsoft("Microsoft Corporation")
    assert is_microsoft(" microsoft windows ")
    assert not is_microsoft("Microsoftware")
    assert not is_microsoft("Not Microsoft")
    assert is_windows("Système d\u2019exploitation Microsoft® Windows®")
    assert is_windows("Microsoft(R) Windows (R) 2000 Operating System")
    assert not is_windows("Windows (R) Win 7 DDK driver")
    assert not is_windows("Microsoft Exchange Server")
