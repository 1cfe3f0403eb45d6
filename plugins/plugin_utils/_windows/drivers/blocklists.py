# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Lists of drivers that must not run, as they are published: Microsoft's recommended driver block rules (XML) and
LOLDrivers (JSON). The user gives them; the collection has none of either (facts L1 to L3).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree import ElementTree as ET

from ..._protocol.errors import CollectionError
from ..versions import compare_versions, parse_version
from .companies import company_words, is_microsoft, words_of
from .services import Service

MICROSOFT = "Microsoft's recommended driver block rules"
LOLDRIVERS = "LOLDrivers"

_MICROSOFT_PAGE = (
    "https://learn.microsoft.com/en-us/windows/security/application-security/application-control/"
    "app-control-for-business/design/microsoft-recommended-driver-block-rules"
)
_LOLDRIVERS_PAGE = "https://www.loldrivers.io/drivers/"
_KERNEL_MODE = "131"  # the signing scenario of drivers
_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OF_KIT = re.compile(r"(?:5\.2\.3790|6\.[0-3]\.\d{4}|10\.0\.\d{5})\.")  # the kit's own version, which many drivers keep
_OF_PAGES = re.compile(r"\bpage\b", re.IGNORECASE)
_NUMBERS = re.compile(r"\s*v?(\d+(?:\s*[.,]\s*\d+)*)")
_COMMON_NAME = re.compile(r'(?:^|,)\s*CN=(?:"((?:[^"]|"")*)"|([^,]*))', re.IGNORECASE)
# Attributes of a rule of Microsoft's, and the facts of a file that they are compared with.
_FACTS = {"FileName": "original_filename", "ProductName": "product", "FileDescription": "description"}
_ANY_VERSION = "65535.65535."
_HASHES = ("sha256", "authentihash")
_VERSIONS = ("MinimumFileVersion", "MaximumFileVersion")
_NOT_READ = ("InternalName", "PackageFamilyName", "PackageVersion", "FilePath")  # what nobody reads of a driver


class BadBlocklist(CollectionError, ValueError):
    """A text that is no such list; the message says why, a clause after the name of the file."""


@dataclass(frozen=True)
class BlockRule:
    """One rule, all of whose conditions a driver meets.

    id: as its list has it. listed_in: the name of the list. facts: what its file says, in lower case, by their names in
    a document. versions: the first and the last of its file, None for no limit. publishers: who may have signed it, in
    lower case; none for anybody. of_issuers: whether the rule is for files of certain issuers' certificates alone,
    which nothing here compares. sha256: of the whole file. authentihash: the SHA-256 that Authenticode signs. source:
    where the rule is explained.
    """

    id: str
    listed_in: str
    source: str
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    versions: tuple[str | None, str | None] = (None, None)
    publishers: tuple[str, ...] = ()
    of_issuers: bool = False
    sha256: str = ""
    authentihash: str = ""


@dataclass(frozen=True)
class Blocked:
    """A driver that a rule names. evidence: by what, a sentence."""

    rule: BlockRule
    evidence: str


class Blocklist:
    """The rules of all lists that were given, to look drivers up in."""

    def __init__(self, rules: Iterable[BlockRule] = ()) -> None:
        self._by_hash: dict[tuple[str, str], tuple[BlockRule, ...]] = {}
        self._by_facts: dict[tuple[str, str], tuple[BlockRule, ...]] = {}
        self._by_publisher: list[BlockRule] = []
        for rule in rules:
            self._add(rule)

    def _add(self, rule: BlockRule) -> None:
        for name in _HASHES:
            if key := getattr(rule, name):
                self._by_hash[name, key] = (*self._by_hash.get((name, key), ()), rule)
        if rule.sha256 or rule.authentihash:
            return
        if rule.facts:
            key = next(iter(rule.facts.items()))
            self._by_facts[key] = (*self._by_facts.get(key, ()), rule)
        elif rule.publishers:
            self._by_publisher.append(rule)

    def blocked(self, driver: Service) -> tuple[Blocked, ...]:
        """Return by which rules a driver is named, each rule once: by hash, by what its file says, by its signer."""
        found = (
            *(rule for name in _HASHES for rule in self._by_hash.get((name, driver.file_text(name).lower()), ())),
            *(rule for rule in self._with_a_fact(driver) if _meets(rule, driver)),
            *(rule for rule in self._by_publisher if signer_name(driver) in rule.publishers),
        )
        rules = {(rule.listed_in, rule.id): rule for rule in reversed(found)}
        return tuple(Blocked(rule, _evidence(rule, driver)) for rule in reversed(rules.values()))

    def _with_a_fact(self, driver: Service) -> Iterator[BlockRule]:
        for fact in _FACTS.values():
            yield from self._by_facts.get((fact, _plain(driver.file_text(fact))), ())


def _plain(text: str) -> str:
    return text.strip().lower().removesuffix(".mui")


def _meets(rule: BlockRule, driver: Service) -> bool:
    facts = (_fact(fact, driver.file_text(fact)) == text for fact, text in rule.facts.items())
    return all(facts) and _is_between(driver.file_text("file_version"), *rule.versions) and _may_be_signed(rule, driver)


def _fact(name: str, text: str) -> str:
    return " ".join(words_of(text)) if name == "company" else _plain(text)


def _is_between(version: str, first: str | None, last: str | None) -> bool:
    """Tell whether a version is within limits; one that is not known is within none."""
    if first is None and last is None:
        return True
    after = first is None or compare_versions(version, first) in (0, 1)
    return after and (last is None or compare_versions(version, last) in (-1, 0))


def _may_be_signed(rule: BlockRule, driver: Service) -> bool:
    """Tell whether a driver is signed by whom a rule names, or may be: where no embedded signature is known."""
    signer = signer_name(driver)
    return not rule.publishers or not signer or signer in rule.publishers


def signer_name(driver: Service) -> str:
    """Return the common name of the signer of a driver in lower case, "" where none is known."""
    match = _COMMON_NAME.search(driver.file_text("signer"))
    return (match.group(1) or match.group(2) or "").replace('""', '"').strip().lower() if match else ""


def _evidence(rule: BlockRule, driver: Service) -> str:
    named = f"{rule.listed_in} name it in the rule {rule.id}"
    if rule.sha256 and rule.sha256 == driver.file_text("sha256").lower():
        return f"{named}: its file has the SHA-256 {rule.sha256}"
    if rule.authentihash:
        return f"{named}: its file has the hash {rule.authentihash} of Authenticode"
    if not rule.facts:
        return f"{named}: it is signed by {signer_name(driver)} (whose certificate's issuer was not compared)"
    said = ", ".join(f"{fact} {driver.file_text(fact)}" for fact in (*rule.facts, "file_version"))
    return f"{named}: {said}{_not_compared(rule, driver)}"


def _not_compared(rule: BlockRule, driver: Service) -> str:
    """Return what a rule asks of a signature besides and was not compared, in brackets, "" for nothing."""
    if rule.publishers and not signer_name(driver):
        return " (its signer, whom the rule names too, is not known)"
    return " (the issuer of its signer's certificate, which the rule names too, was not compared)" * rule.of_issuers


def parse_blocklist(text: str) -> tuple[BlockRule, ...]:
    """Return the rules of a list of either kind. Raises BadBlocklist."""
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        rules = tuple(_rules_of_policy(_parse_xml(text)))
    elif text.startswith("["):
        rules = tuple(_rules_of_drivers(_parse_json(text)))
    else:
        raise BadBlocklist("is neither Microsoft's block rules (XML) nor the JSON of LOLDrivers")
    if not rules:
        raise BadBlocklist("has no rule that a driver can be compared with: give the list as it is published")
    return rules


def _parse_xml(text: str) -> ET.Element:
    """Return the root of an XML text. What declares entities is refused: they may grow without an end."""
    if _DECLARATION.search(text):
        raise BadBlocklist("declares a DOCTYPE or an entity, which no published list does")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise BadBlocklist(f"is no XML: {error}") from None
    if _local(root.tag) != "SiPolicy":
        raise BadBlocklist(f"is no policy (SiPolicy), but {_local(root.tag)}")
    return root


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _below(root: ET.Element, name: str) -> Iterator[ET.Element]:
    return (each for each in root.iter() if _local(each.tag) == name)


def _rules_of_policy(root: ET.Element) -> Iterator[BlockRule]:
    """Yield the rules that a policy denies drivers by. Its hashes are those of Authenticode, not of whole files. What
    is known of a driver is the one in SHA-256, not those in SHA-1 and of pages."""
    scenarios = [each for each in _below(root, "SigningScenario") if each.get("Value") == _KERNEL_MODE]
    in_force = {each.get("RuleID") for scenario in scenarios for each in _below(scenario, "FileRuleRef")}
    for each in _below(root, "Deny"):
        if each.get("ID") in in_force:
            yield from _rule_of_attributes(each)
    denied = {each.get("SignerId") for scenario in scenarios for each in _below(scenario, "DeniedSigner")}
    yield from _rules_of_signers(root, [each for each in _below(root, "Signer") if each.get("ID") in denied])


def _rules_of_signers(root: ET.Element, signers: list[ET.Element]) -> Iterator[BlockRule]:
    """Yield a rule for each FileAttrib with all its signers, and one for each signer who may sign nothing."""
    attributes = {each.get("ID"): each for each in _below(root, "FileAttrib")}
    publishers: dict[str, list[str]] = {}
    for signer in signers:
        names = [_plain_publisher(each) for each in _below(signer, "CertPublisher")]
        refs = [str(each.get("RuleID")) for each in _below(signer, "FileAttribRef")]
        for ref in refs:
            publishers.setdefault(ref, []).extend(names or [""])
        if not refs and any(names):
            yield BlockRule(str(signer.get("ID")), MICROSOFT, _MICROSOFT_PAGE, publishers=tuple(filter(None, names)))
    for ref, names in publishers.items():
        if ref in attributes:
            named = () if "" in names else tuple(dict.fromkeys(names))
            rules = _rule_of_attributes(attributes[ref])
            yield from (replace(rule, publishers=named, of_issuers=True) for rule in rules)


def _plain_publisher(element: ET.Element) -> str:
    return str(element.get("Value") or "").strip().lower()


def _rule_of_attributes(element: ET.Element) -> Iterator[BlockRule]:
    """Yield the rule of a Deny or FileAttrib, none for one that would name every driver or cannot be compared."""
    authentihash = element.get("Hash", "").lower()
    if _SHA256.fullmatch(authentihash) and not _OF_PAGES.search(element.get("FriendlyName", "")):
        yield BlockRule(str(element.get("ID")), MICROSOFT, _MICROSOFT_PAGE, authentihash=authentihash)
    facts = {fact: _plain(element.get(name, "")) for name, fact in _FACTS.items()}
    facts = {fact: text for fact, text in facts.items() if text and text != "*"}
    if facts and not any(element.get(name) for name in _NOT_READ):
        yield BlockRule(str(element.get("ID")), MICROSOFT, _MICROSOFT_PAGE, facts, _limits(element))


def _limits(element: ET.Element) -> tuple[str | None, str | None]:
    """Return the first and the last version that a rule denies, None for no limit.

    Two versions are a range. A minimum alone is the last version that is denied, a maximum alone the first (facts L2).
    """
    minimum, maximum = (element.get(name) for name in _VERSIONS)
    first, last = (minimum, maximum) if minimum and maximum else (maximum, minimum)
    return first, None if last and last.startswith(_ANY_VERSION) else last


def _parse_json(text: str) -> list[Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadBlocklist(f"is no JSON: {error}") from None
    return data if isinstance(data, list) else []


def _rules_of_drivers(entries: list[Any]) -> Iterator[BlockRule]:
    for entry in entries:
        identifier = _text(entry, "Id")
        samples = entry.get("KnownVulnerableSamples") if identifier else None
        for sample in samples if isinstance(samples, list) else ():
            if isinstance(sample, dict):
                yield from _rules_of_sample(identifier, sample)


def _text(data: Any, name: str) -> str:
    value = data.get(name) if isinstance(data, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _rules_of_sample(identifier: str, sample: dict[str, Any]) -> Iterator[BlockRule]:
    """Yield the rules of one known file: by its hash, and by what it says of itself where that tells it from others."""
    source = f"{_LOLDRIVERS_PAGE}{identifier}/"
    sha256, authentihash = (
        each if _SHA256.fullmatch(each) else ""
        for each in (_text(sample, "SHA256").lower(), _text(sample.get("Authentihash"), "SHA256").lower())
    )
    if sha256 or authentihash:
        yield BlockRule(identifier, LOLDRIVERS, source, sha256=sha256, authentihash=authentihash)
    name, company = _plain(_text(sample, "OriginalFilename")), _text(sample, "Company")
    version = written_version(_text(sample, "FileVersion"))
    if name and version and company_words(company) and not is_microsoft(company):
        facts = {"original_filename": name, "company": _fact("company", company)}
        yield BlockRule(identifier, LOLDRIVERS, source, facts, (version, version))


def written_version(text: str) -> str:
    """Return the numbers that a version begins with as it is written in a file ("6, 0, 0, 1", "1.2.0.0 built by:
    WinDDK"), "" where there are none, they are all zero, or the driver kit put them there."""
    match = _NUMBERS.match(text)
    numbers = re.sub(r"\s*[.,]\s*", ".", match.group(1)) if match else ""
    return numbers if parse_version(numbers) and not _OF_KIT.match(numbers) else ""
