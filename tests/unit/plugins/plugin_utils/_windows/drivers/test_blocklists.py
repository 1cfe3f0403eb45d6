# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Published lists of drivers that must not run: what is read of them, and which drivers they name."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.blocklists import (
    BadBlocklist,
    Blocklist,
    parse_blocklist,
    signer_name,
    written_version,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import Service

AUTHENTICODE, PAGE = "7FD788358585E0B863328475898BB4400ED8D478466D1B7F5CC0252671456CC8", "A" * 64
POLICY = """\ufeff<?xml version="1.0" encoding="utf-8"?>
<SiPolicy xmlns="urn:schemas-microsoft-com:sipolicy">
  <VersionEx>10.0.0.1</VersionEx>
  <FileRules>
    <Allow ID="ID_ALLOW_ALL_1" FriendlyName="" FileName="*" />
    <Deny ID="ID_DENY_SHA1" FriendlyName="bad.sys Hash Sha1" Hash="7FD788358585E0B863328475898BB4400ED8D478" />
    <Deny ID="ID_DENY_HASH" FriendlyName="bad.sys Hash Sha256" Hash="{AUTHENTICODE}" />
    <Deny ID="ID_DENY_PAGE" FriendlyName="bad.sys Hash Page Sha256" Hash="{PAGE}" />
    <Deny ID="ID_DENY_ANY" FileName="any.sys" />
    <Deny ID="ID_DENY_ALL" FileName="all.sys " MinimumFileVersion="65535.65535.65535.65535" />
    <Deny ID="ID_DENY_UP_TO" FileName="UpTo.sys" MinimumFileVersion="4.21.0.0" />
    <Deny ID="ID_DENY_FROM" FileName="from.sys" MaximumFileVersion="4.21.0.0" />
    <Deny ID="ID_DENY_RANGE" FileName="range.sys" MinimumFileVersion="2.0.0.0" MaximumFileVersion="3.1.12.0" />
    <Deny ID="ID_DENY_PRODUCT" ProductName="Bad Tool" />
    <Deny ID="ID_DENY_INTERNAL" FileName="inner.sys" InternalName="inner" />
    <Deny ID="ID_DENY_STAR" FileName="*" />
    <Deny ID="ID_DENY_UNUSED" FileName="unused.sys" />
    <Deny ID="ID_DENY_USER" FileName="user.sys" />
    <FileAttrib ID="ID_ATTRIB_CPUZ" FileName="cpuz.sys" MinimumFileVersion="0.0.0.0" MaximumFileVersion="1.0.4.3" />
    <FileAttrib ID="ID_ATTRIB_ALLOWED" FileName="allowed.sys" />
  </FileRules>
  <Signers>
    <Signer ID="ID_SIGNER_1" Name="A CA"><CertRoot Type="TBS" Value="48" /><CertPublisher Value="CPUID" />
      <FileAttribRef RuleID="ID_ATTRIB_CPUZ" /></Signer>
    <Signer ID="ID_SIGNER_2" Name="B CA"><CertRoot Type="TBS" Value="49" /><CertPublisher Value="CPUID SAS" />
      <FileAttribRef RuleID="ID_ATTRIB_CPUZ" /></Signer>
    <Signer ID="ID_SIGNER_3" Name="C CA"><CertRoot Type="TBS" Value="50" />
      <CertPublisher Value="Sokno S.R.L." /></Signer>
    <Signer ID="ID_SIGNER_4" Name="A leaked certificate"><CertRoot Type="TBS" Value="51" /></Signer>
    <Signer ID="ID_SIGNER_5" Name="D CA"><CertPublisher Value="Good Ltd" /><FileAttribRef RuleID="ID_ATTRIB_ALLOWED" />
    </Signer>
  </Signers>
  <SigningScenarios>
    <SigningScenario Value="131" ID="ID_SIGNINGSCENARIO_DRIVERS">
      <ProductSigners>
        <DeniedSigners><DeniedSigner SignerId="ID_SIGNER_1" /><DeniedSigner SignerId="ID_SIGNER_2" />
          <DeniedSigner SignerId="ID_SIGNER_3" /><DeniedSigner SignerId="ID_SIGNER_4" /></DeniedSigners>
        <FileRulesRef>
          <FileRuleRef RuleID="ID_ALLOW_ALL_1" /><FileRuleRef RuleID="ID_DENY_HASH" />
          <FileRuleRef RuleID="ID_DENY_SHA1" /><FileRuleRef RuleID="ID_DENY_PAGE" />
          <FileRuleRef RuleID="ID_DENY_ANY" />
          <FileRuleRef RuleID="ID_DENY_ALL" /><FileRuleRef RuleID="ID_DENY_UP_TO" />
          <FileRuleRef RuleID="ID_DENY_FROM" />
          <FileRuleRef RuleID="ID_DENY_RANGE" /><FileRuleRef RuleID="ID_DENY_PRODUCT" />
          <FileRuleRef RuleID="ID_DENY_INTERNAL" /><FileRuleRef RuleID="ID_DENY_STAR" />
        </FileRulesRef>
      </ProductSigners>
    </SigningScenario>
    <SigningScenario Value="12" ID="ID_SIGNINGSCENARIO_WINDOWS">
      <ProductSigners><FileRulesRef><FileRuleRef RuleID="ID_DENY_USER" /></FileRulesRef></ProductSigners>
    </SigningScenario>
  </SigningScenarios>
</SiPolicy>
""".replace("{AUTHENTICODE}", AUTHENTICODE).replace("{PAGE}", PAGE)
# A handful of rules of the published policy (10.0.27825.0), with signers shortened: hashes, a name that is no file's, a
# rule of an issuer and of a name, an internal name, a minimum alone, an OEM, and a signer whom nothing denies.
PUBLISHED = """\ufeff<?xml version="1.0" encoding="utf-8"?>\r
<SiPolicy xmlns="urn:schemas-microsoft-com:sipolicy">\r
  <VersionEx>10.0.27825.0</VersionEx>
  <!--File Rules-->
  <FileRules>
    <Allow ID="ID_ALLOW_ALL_1" FriendlyName="" FileName="*" />
    <Deny ID="ID_DENY_AGENT64_SHA1" FriendlyName="Agent64\\05f052_4045ae_694848_8cb62c_b1d962 Hash Sha1" \
Hash="94F7575A6BB378D0CF85B3DC65941C95415E7A80" />
    <Deny ID="ID_DENY_AGENT64_SHA256" FriendlyName="Agent64\\05f052_4045ae_694848_8cb62c_b1d962 Hash Sha256" \
Hash="3BC0CEC99DCE687304DAD8F7A6DAF772E695CBD0169D346D03AE12500361A1E8" />
    <Deny ID="ID_DENY_AGENT64_SHA256_PAGE" FriendlyName="Agent64\\05f052_4045ae_694848_8cb62c_b1d962 Hash Page Sha256" \
Hash="68EFBAB6FEADAB076DC97DB359A287193C51199742F92E07B60417F093040FED" />
    <Deny ID="ID_DENY_PROCESSHACKER" FriendlyName="kprocesshacker.sys FileRule" FileName="kprocesshacker.sys" \
MinimumFileVersion="0.0.0.0" MaximumFileVersion="3.1.65535.65535" />
    <FileAttrib ID="ID_FILEATTRIB_ACEBASE" FriendlyName="Ace-Base.sys" InternalName="ACE-BASE64" \
MinimumFileVersion="0.0.0.0" MaximumFileVersion="1.0.2312.65535" />
    <FileAttrib ID="ID_FILEATTRIB_MONITOR" FriendlyName="IOBit Monitor.sys FileAttribute" FileName="Monitor.sys" \
MinimumFileVersion="0.0.0.0" MaximumFileVersion="15.0.0.2" />
    <FileAttrib ID="ID_FILEATTRIB_MSRHOOK" FriendlyName="" FileName="Keyboard Filter Driver" \
MinimumFileVersion="0.0.0.0" MaximumFileVersion="2.1.0.0" />
    <FileAttrib ID="ID_FILEATTRIB_PANIO_1" FriendlyName="PanIOx64" FileName="PanIOx64.sys" \
MinimumFileVersion="1.0.0.1" />
    <FileAttrib ID="ID_FILEATTRIB_ZAM_2" FriendlyName="Zemana Zam" ProductName="AntiLogger Free" \
MinimumFileVersion="0.0.0.0" MaximumFileVersion="65535.65535.65535.65535"/>
  </FileRules>
  <!--Signers-->
  <Signers>
    <Signer ID="ID_SIGNER_VERISIGN_2010" Name="VeriSign Class 3 Code Signing 2010 CA">
      <CertRoot Type="TBS" Value="4843A82ED3B1F2BFBEE9671960E1940C942F688D" />
      <FileAttribRef RuleID="ID_FILEATTRIB_MONITOR" />
      <FileAttribRef RuleID="ID_FILEATTRIB_ACEBASE" />
    </Signer>
    <Signer ID="ID_SIGNER_PUBLISHER" Name="An issuer"><CertRoot Type="TBS" Value="48" />
      <CertPublisher Value="IObit Information Technology" />
      <FileAttribRef RuleID="ID_FILEATTRIB_MONITOR" />
      <FileAttribRef RuleID="ID_FILEATTRIB_PANIO_1" />
      <FileAttribRef RuleID="ID_FILEATTRIB_ZAM_2" />
    </Signer>
    <Signer ID="ID_SIGNER_MSRHOOK" Name="Microsoft Windows Third Party Component CA 2012">
      <CertRoot Type="TBS" Value="CEC1AFD0E310C55C1DCC601AB8E172917706AA32FB5EAF826813547FDF02DD46"/>
      <CertOemID Value="ID TECH"/>
      <FileAttribRef RuleID="ID_FILEATTRIB_MSRHOOK"/>
    </Signer>
    <Signer ID="ID_SIGNER_ENE" Name="Microsoft Windows Third Party Component CA 2014 ENE Tech OPUS">
      <CertRoot Type="TBS" Value="D8BE9E4D9074088EF818BC6F6FB64955E90378B2754155126FEEBBBD969CF0AE" />
      <CertOemID Value="ENE Technology Inc." />
    </Signer>
    <Signer ID="ID_SIGNER_CAPCOM" Name="Symantec Class 3 SHA256 Code Signing CA">
      <CertRoot Type="TBS" Value="A08E79C386083D875014C409C13D144E0A24386132980DF11FF59737C8489EB1" />
      <CertPublisher Value="CAPCOM Co.,Ltd." />
    </Signer>
    <Signer ID="ID_SIGNER_ZEMANA_1" Name="DigiCert High Assurance Code Signing CA-1">
      <CertRoot Type="TBS" Value="1D7E838ACCD498C2E5BA9373AF819EC097BB955C" />
      <CertPublisher Value="Zemana Ltd." />
    </Signer>
  </Signers>
  <!--Driver Signing Scenarios-->
  <SigningScenarios>
    <SigningScenario Value="131" ID="ID_SIGNINGSCENARIO_DENIED_VULN_MAL_SIGNERS" FriendlyName="Signers">
      <ProductSigners>
        <DeniedSigners>
          <DeniedSigner SignerId="ID_SIGNER_VERISIGN_2010" />
          <DeniedSigner SignerId="ID_SIGNER_PUBLISHER" />
          <DeniedSigner SignerId="ID_SIGNER_MSRHOOK" />
          <DeniedSigner SignerId="ID_SIGNER_ENE" />
          <DeniedSigner SignerId="ID_SIGNER_CAPCOM" />
        </DeniedSigners>
        <FileRulesRef>
          <FileRuleRef RuleID="ID_ALLOW_ALL_1" />
          <FileRuleRef RuleID="ID_DENY_AGENT64_SHA1" />
          <FileRuleRef RuleID="ID_DENY_AGENT64_SHA256" />
          <FileRuleRef RuleID="ID_DENY_AGENT64_SHA256_PAGE" />
          <FileRuleRef RuleID="ID_DENY_PROCESSHACKER"/>
        </FileRulesRef>
      </ProductSigners>
    </SigningScenario>
  </SigningScenarios>
  <HvciOptions>0</HvciOptions>
</SiPolicy>
"""
HASH = "11bd2c9f9e2397c9a16e0990e4ed2cf0679498fe0fd418a3dfdac60b5c160ee5"


def sample(**fields: Any) -> dict[str, Any]:
    """Return one file of an entry of LOLDrivers."""
    return {
        "Filename": "x.sys", "MD5": "", "SHA1": "", "SHA256": "", "Company": "", "FileVersion": "",
        "OriginalFilename": "", "Authentihash": {"SHA256": HASH[::-1]}, **fields,
    }  # fmt: skip


DRIVERS = [
    {"Id": "id-hash", "Category": "vulnerable driver", "KnownVulnerableSamples": [sample(SHA256=HASH.upper())]},
    {
        "Id": "id-name", "Category": "malicious", "KnownVulnerableSamples": [
            sample(OriginalFilename="Tool.sys", Company="Tool Makers, Inc.", FileVersion="1, 2, 0, 4 built by: WinDDK"),
            sample(OriginalFilename="Tool.sys", Company="Tool Makers, Inc.", FileVersion="1.2.0.4", SHA256=None),
            sample(OriginalFilename="ms.sys", Company="Microsoft Corporation", FileVersion="1.2"),
            sample(OriginalFilename="kit.sys", Company="Tool Makers", FileVersion="6.1.7600.16385 built by: WinDDK"),
            sample(OriginalFilename="ddk.sys", Company="Windows (R) Win 7 DDK provider", FileVersion="1.2"),
            sample(OriginalFilename="none.sys", Company="Tool Makers", FileVersion=""),
            "no sample",
        ],
    },
    {"Id": "id-empty", "KnownVulnerableSamples": None},
    {"KnownVulnerableSamples": [sample(SHA256=HASH)]},
    "no entry",
]  # fmt: skip


def driver(**facts: Any) -> Service:
    """Return a driver with a file that says what is given."""
    return Service("drv", 1, 1, 1, "", "drv.sys", "C:\\drv.sys", facts, "running", True)


def named(text: str, **facts: Any) -> list[str]:
    """Return the rules of a list that name a driver."""
    return [each.rule.id for each in Blocklist(parse_blocklist(text)).blocked(driver(**facts))]


@pytest.mark.parametrize(
    ("name", "version", "rules"),
    [
        ("ANY.SYS", "9.9.9.9", ["ID_DENY_ANY"]),
        ("any.sys.mui", "", ["ID_DENY_ANY"]),
        ("all.sys", "9.9.9.9", ["ID_DENY_ALL"]),
        ("upto.sys", "4.21.0.0", ["ID_DENY_UP_TO"]),
        ("upto.sys", "4.22.0.0", []),
        ("upto.sys", "", []),
        ("from.sys", "4.21.0.0", ["ID_DENY_FROM"]),
        ("from.sys", "4.20.9.0", []),
        ("range.sys", "3.1.12.0", ["ID_DENY_RANGE"]),
        ("range.sys", "2.0.0.0", ["ID_DENY_RANGE"]),
        ("range.sys", "1.9.0.0", []),
        ("range.sys", "3.1.12.1", []),
        ("inner.sys", "1.0.0.0", []),
        ("unused.sys", "1.0.0.0", []),
        ("user.sys", "1.0.0.0", []),
        ("allowed.sys", "1.0.0.0", []),
        ("", "1.0.0.0", []),
        ("other.sys", "1.0.0.0", []),
    ],
)
def test_microsofts_rules_name_a_driver_by_what_its_file_says(name: str, version: str, rules: list[str]) -> None:
    assert named(POLICY, original_filename=name, file_version=version) == rules


@pytest.mark.parametrize(
    ("fact", "value", "rules"),
    [
        ("authentihash", AUTHENTICODE.lower(), ["ID_DENY_HASH"]),
        ("authentihash", AUTHENTICODE, ["ID_DENY_HASH"]),
        ("authentihash", PAGE.lower(), []),
        ("sha256", AUTHENTICODE.lower(), []),
    ],
)
def test_a_hash_of_microsofts_is_that_of_authenticode(fact: str, value: str, rules: list[str]) -> None:
    assert named(POLICY, **{fact: value}) == rules


def test_a_rule_of_a_product_names_a_driver_of_any_file() -> None:
    assert named(POLICY, original_filename="x.sys", product="bad tool") == ["ID_DENY_PRODUCT"]


@pytest.mark.parametrize(
    ("signer", "rules"),
    [
        (None, ["ID_ATTRIB_CPUZ"]),
        ("CN=CPUID, O=CPUID, C=FR", ["ID_ATTRIB_CPUZ"]),
        ('CN="CPUID SAS", O=CPUID', ["ID_ATTRIB_CPUZ"]),
        ("CN=Somebody Else", []),
    ],
)
def test_a_rule_of_a_signer_too_needs_that_signer_where_one_is_known(signer: str | None, rules: list[str]) -> None:
    facts = {"original_filename": "cpuz.sys", "file_version": "1.0.4.3", "signer": signer}
    assert named(POLICY, **facts) == rules
    assert named(POLICY, **{**facts, "file_version": "1.0.4.4"}) == []
    for each in Blocklist(parse_blocklist(POLICY)).blocked(driver(**facts)):
        assert ("its signer, whom the rule names too, is not known" in each.evidence) is (signer is None)


def test_of_the_published_policy_what_can_be_compared_is_read() -> None:
    assert [each.id for each in parse_blocklist(PUBLISHED)] == [
        "ID_DENY_AGENT64_SHA256",
        "ID_DENY_PROCESSHACKER",
        "ID_SIGNER_CAPCOM",
        "ID_FILEATTRIB_MONITOR",
        "ID_FILEATTRIB_PANIO_1",
        "ID_FILEATTRIB_ZAM_2",
        "ID_FILEATTRIB_MSRHOOK",
    ]


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"original_filename": "Monitor.sys", "file_version": "15.0.0.2", "signer": "CN=Anybody"}, ["MONITOR"]),
        ({"original_filename": "Monitor.sys", "file_version": "15.0.0.3"}, []),
        ({"original_filename": "keyboard filter driver", "file_version": "2.1.0.0"}, ["MSRHOOK"]),
        ({"original_filename": "PanIOx64.sys", "file_version": "1.0.0.1"}, ["PANIO_1"]),
        ({"original_filename": "PanIOx64.sys", "file_version": "1.0.0.2"}, []),
        ({"product": "AntiLogger Free", "file_version": "2.74.204.664"}, ["ZAM_2"]),
        ({"product": "AntiLogger Free", "file_version": "2.74.204.664", "signer": "CN=Anybody"}, []),
    ],
)
def test_a_rule_of_the_published_policy_names_its_drivers(facts: dict[str, str], rules: list[str]) -> None:
    assert named(PUBLISHED, **facts) == [f"ID_FILEATTRIB_{each}" for each in rules]


@pytest.mark.parametrize("name", ["monitor.sys", "keyboard filter driver"])
def test_a_rule_of_an_issuer_says_that_it_was_not_compared(name: str) -> None:
    facts = {"original_filename": name, "file_version": "1.0.0.0"}
    (found,) = Blocklist(parse_blocklist(PUBLISHED)).blocked(driver(**facts))
    assert found.evidence.endswith(
        "(the issuer of its signer's certificate, which the rule names too, was not compared)"
    )


def test_a_rule_of_a_file_alone_has_no_open_question() -> None:
    facts = {"original_filename": "kprocesshacker.sys", "file_version": "3.1.0.0"}
    (found,) = Blocklist(parse_blocklist(PUBLISHED)).blocked(driver(**facts))
    assert "(" not in found.evidence


def test_a_signer_who_may_sign_nothing_is_found_by_name() -> None:
    assert named(POLICY, signer="CN=Sokno S.R.L., O=Sokno") == ["ID_SIGNER_3"]
    assert named(POLICY, signer="O=Sokno S.R.L.") == []


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"sha256": HASH}, ["id-hash"]),
        ({"sha256": HASH[::-1]}, []),
        ({"authentihash": HASH[::-1]}, ["id-hash", "id-name"]),
        ({"sha256": HASH, "authentihash": HASH[::-1]}, ["id-hash", "id-name"]),
        ({"original_filename": "TOOL.SYS", "company": "Tool Makers Inc", "file_version": "1.2.0.4"}, ["id-name"]),
        ({"original_filename": "tool.sys", "company": "Tool Makers Inc", "file_version": "1.2.0.5"}, []),
        ({"original_filename": "tool.sys", "company": "Somebody", "file_version": "1.2.0.4"}, []),
        ({"original_filename": "ms.sys", "company": "Microsoft Corporation", "file_version": "1.2.0.0"}, []),
        ({"original_filename": "kit.sys", "company": "Tool Makers", "file_version": "6.1.7600.16385"}, []),
        ({"original_filename": "ddk.sys", "company": "Windows (R) Win 7 DDK provider", "file_version": "1.2"}, []),
        ({"original_filename": "none.sys", "company": "Tool Makers", "file_version": "0.0.0.0"}, []),
        ({}, []),
    ],
)
def test_loldrivers_name_a_driver_by_hash_or_by_what_it_says(facts: dict[str, str], rules: list[str]) -> None:
    assert named(json.dumps(DRIVERS), **facts) == rules


def test_a_rule_says_where_it_is_explained_and_by_what_it_names() -> None:
    (found,) = Blocklist(parse_blocklist(json.dumps(DRIVERS))).blocked(driver(sha256=HASH))
    assert found.rule.source == "https://www.loldrivers.io/drivers/id-hash/"
    assert found.evidence == f"LOLDrivers name it in the rule id-hash: its file has the SHA-256 {HASH}"


BAD = {
    "is neither": "ID,Author\n1,2\n",
    "is no XML: ": "<SiPolicy>",
    "is no policy \\(SiPolicy\\), but html": "<html/>",
    "declares a DOCTYPE or an entity": '<!DOCTYPE x [<!ENTITY a "b">]><SiPolicy>&a;</SiPolicy>',
    "is no JSON: ": "[{",
    "has no rule that a driver can be compared with": "[]",
}


@pytest.mark.parametrize("message", BAD)
def test_what_is_no_such_list_is_refused_with_the_reason(message: str) -> None:
    with pytest.raises(BadBlocklist, match=message):
        parse_blocklist(BAD[message])


@pytest.mark.parametrize("text", ["[" * 200_000, "<SiPolicy>" + "<a>" * 200_000])
def test_a_text_that_is_nested_without_an_end_is_refused(text: str) -> None:
    with pytest.raises(BadBlocklist):
        parse_blocklist(text)


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("6, 0, 0, 1", "6.0.0.1"),
        ("v13.1", "13.1"),
        ("1.00.00.0000 built by: WinDDK", "1.00.00.0000"),
        ("6.1.7600.16385 built by: WinDDK", ""),
        ("10.0.19041.685 (WinBuild.160101.0800)", ""),
        ("0.0.0.0", ""),
        ("beta", ""),
    ],
)
def test_a_version_is_its_first_numbers_unless_the_kit_put_them_there(written: str, numbers: str) -> None:
    assert written_version(written) == numbers


@pytest.mark.parametrize(
    ("subject", "name"),
    [("CN=A, O=B", "a"), ('O=B, CN="A ""x"", Ltd."', 'a "x", ltd.'), ("O=B", ""), ("", "")],
)
def test_the_name_of_a_signer_is_the_common_name_of_the_subject(subject: str, name: str) -> None:
    assert signer_name(driver(signer=subject)) == name


if "BLOCKLIST_FILE" in os.environ:  # names a published list, which is not in the collection

    def test_a_published_list_is_read() -> None:
        assert len(parse_blocklist(Path(os.environ["BLOCKLIST_FILE"]).read_text(encoding="utf-8"))) > 10
