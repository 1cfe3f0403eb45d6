# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kinds.yml read entry by entry: every word of its expect is checked on a replica, and none is left out.

A word of expect says what is looked at (verdict, disabled, clean, ...), its text what must be seen, in phrases. Each
phrase is matched by one row of PHRASES, so that a new one fails until somebody says how it is checked.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.finding import Finding
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.values import texts_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.vocabulary import INFO
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import info
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.classification import (
    KNOWN_LEFTOVER,
    LEFTOVERS,
    Classifier,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import service_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support import CASES
from tests.support.cases import kind, leftover, pasted
from tests.support.planning import options_of, plan_for
from tests.support.servers import SERVICES, read

NOW = "2026-11-23T14:00:00Z"
POLICY: dict[str, Any] = {"classifications": ["known_leftover", "orphan", "dangling"]}
CLEAN: dict[str, Any] = {"clean_filter_lists": True}
KINDS = {
    each["kind"].split()[0]: each["expect"]
    for each in yaml.safe_load((CASES / "drivers/kinds.yml").read_text(encoding="utf-8"))
}
WHOLE = {"K8": "c07c", "K10": "c06c", "K12": "c08", "K13": "c08b", "K18": "c17"}
"""The kinds that kinds.yml only describes, with their whole servers."""

NAMES = {
    "K1": "Otman5", "K2": "Otman5", "K3": "snapman", "K4": "xenbus", "K5": "RRNetCapMP", "K6": "npcap", "K7": "wgtflt",
    "K8": "wgtflt", "K9": "npcap", "K10": "INSECURE_NPF", "K11": "mqcallout", "K12": "vsepflt", "K13": "vsepflt",
    "K14": "Order\\ProviderOrder", "K15": "vcrdump", "K16": "openzvol", "K17": "WinDivert1.4", "K18": "WinFsp",
}  # fmt: skip
"""What each kind is about: a driver, a component, a value."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """What a task or an audit showed of a kind. after: the server then, None where nothing was done."""

    name: str
    before: Document
    plan: Plan
    after: Document | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings on what the kind is about, and on the network component that stands on it."""
        of_network = ("filter_driver.network_component", "filter_driver.provider_order")
        return tuple(each for each in self.plan.findings if each.subject.endswith(self.name) or each.id in of_network)

    @property
    def text(self) -> str:
        """All that is said of it."""
        said = (part for each in self.findings for part in (*each.evidence, each.why, each.fix, each.title))
        return " ".join((*said, self.plan.error, *self.plan.refused))

    @property
    def statuses(self) -> set[str]:
        """The statuses of the findings."""
        return {each.status for each in self.findings}

    def values(self, path: str) -> dict[str, Any]:
        """Return the values of the first key whose path has a text, after the task."""
        registry = (self.after or self.before)["registry"]
        return next((values or {} for key, values in registry.items() if path.lower() in key.lower()), {})


def server_of(number: str) -> Document:
    """Return the server of a kind. The file of BitLocker's dump filter is on every server of 2022."""
    document = leftover(WHOLE[number]) if number in WHOLE else kind(number)
    document["files"].setdefault("C:\\Windows\\System32\\drivers\\dumpfve.sys", {"size": 1})
    return document


def done(number: str, document: Document | None = None, **given: Any) -> Seen:
    """Return what a task shows and does, which must leave nothing to do. A task with an error does nothing."""
    document, name = document or server_of(number), NAMES[number]
    plan, replica = plan_for(filter_driver, document, NOW, **given), Replica(copy.deepcopy(document))
    if not plan.operations:
        return Seen(name, document, plan)
    queries = filter_driver.queries(options_of(filter_driver, **given))
    assert replica.execute(Request(queries, plan.operations)).conflicts == []
    assert plan_for(filter_driver, replica.document, NOW, **given).operations == ()
    return Seen(name, document, plan, replica.document)


def named(number: str, **given: Any) -> Seen:
    """Return what a task on the driver of a kind shows."""
    return done(number, name=[NAMES[number]], **given)


def audited(number: str) -> Seen:
    """Return what an audit shows of a kind."""
    return done(number, state="audited")


def restored(number: str, **removal: Any) -> Seen:
    """Return what restoring shows after a task on the driver."""
    gone = named(number, **removal).after
    assert gone is not None
    return done(number, gone, name=[NAMES[number]], state="restored")


# a word of expect -> what is looked at
LOOKED_AT: dict[str, Callable[[str], Seen]] = {
    "verdict": audited,
    "evidence": audited,
    "evidence_names_list": audited,
    "audit": audited,
    "note": audited,
    "disabled": named,
    "by_name_without_clean": named,
    "force": lambda number: named(number, force=[NAMES[number]]),
    "clean": lambda number: named(number, **CLEAN),
    "absent": lambda number: named(number, state="absent"),
    "stop": lambda number: named(number, force=[NAMES[number]], stop=True),
    "policy": lambda number: done(number, **POLICY),
    "in_catalogue_default_enforce": lambda number: done(number, **POLICY),
    "restored_after_absent": lambda number: restored(number, state="absent", **CLEAN),
    "restored": lambda number: restored(number, **({"state": "absent"} if number == "K17" else CLEAN)),
}


def verdict(seen: Seen, word: str) -> bool:
    """The classification. Without the catalogue it is the word itself; by the catalogue a leftover is a known one."""
    snapshot = read(seen.before, info.queries(options_of(info)))
    driver = service_of(snapshot, seen.name)
    assert driver is not None
    told = {each.found["classification"] for each in seen.findings if each.id == "filter_driver"}
    by_catalogue = (word, KNOWN_LEFTOVER) if word in LEFTOVERS else (word,)
    is_word = Classifier(snapshot, (), options_of(info).judging.altitudes).classify(driver).classification == word
    return is_word and len(told) == 1 and told <= set(by_catalogue)


def is_refused(seen: Seen, name: str = "") -> bool:
    """The driver is refused, and nothing of it is written."""
    name = name or seen.name
    touched = f"{SERVICES}\\{name}".lower()
    written = [each for each in seen.plan.operations if touched in str(getattr(each, "key", "")).lower()]
    return {each.status for each in seen.plan.findings if each.subject == name} == {"refused"} and not written


def is_changed(seen: Seen, name: str = "") -> bool:
    """The driver is changed: it is disabled, or its key is gone."""
    key = f"{SERVICES}\\{name or seen.name}"
    now = (seen.after or {"registry": {key: {}}})["registry"]
    return seen.plan.error == "" and (key not in now or now[key].get("Start") == 4)


def list_names(seen: Seen, value: str) -> list[str] | None:
    """Return the names in the list that the kind is about, None where no list is there."""
    before = next(key for key, values in seen.before["registry"].items() if _names(values, value, seen.name))
    found = (seen.after or seen.before)["registry"].get(before, {}).get(value)
    return None if found is None else list(texts_of(found))


def _names(values: Any, value: str, name: str) -> bool:
    return any(each.lower().removesuffix(".sys") == name.lower() for each in texts_of((values or {}).get(value, [])))


def says(pattern: str) -> Callable[[Seen, re.Match[str]], bool]:
    """Return the check that a text is said."""
    return lambda seen, _match: re.search(pattern, seen.text) is not None


def says_it(seen: Seen, match: re.Match[str]) -> bool:
    """The phrase itself is said; "…" stands for any text."""
    return re.search(re.escape(match.group(0)).replace("…", ".*"), seen.text) is not None


def has(status: str) -> Callable[[Seen, re.Match[str]], bool]:
    """Return the check of a finding's status."""
    return lambda seen, _match: status in seen.statuses


def never_stops(seen: Seen, _match: re.Match[str]) -> bool:
    """No driver is stopped."""
    return not [each for each in seen.plan.operations if isinstance(each, op.StopDriver)]


def is_dead_entry(seen: Seen, _match: re.Match[str]) -> bool:
    """It is told as a dead entry."""
    return {each.kind for each in seen.findings} == {"dead_entry"}


def keeps_others(seen: Seen, match: re.Match[str]) -> bool:
    """A list has these names and no others."""
    return list_names(seen, match.group(1)) == match.group(2).split(", ")


def _is_unlisted(seen: Seen) -> bool:
    now = (seen.after or seen.before)["registry"].values()
    return not any(_names(values, value, seen.name) for values in now for value in ("UpperFilters", "LowerFilters"))


Check = Callable[[Seen, re.Match[str]], bool]

PHRASES: dict[str, Check] = {
    # status and classification
    "orphan|dangling|owned|unknown": lambda seen, match: verdict(seen, match.group(0)),
    "refused|still refused": lambda seen, _match: is_refused(seen),
    "changed": lambda seen, _match: is_changed(seen),
    "drifted": has("drifted"),
    "not compliant": lambda seen, _match: "compliant" not in seen.statuses,
    "told": lambda seen, _match: any(each.is_open and each.severity != INFO for each in seen.findings),
    "reboot_required": lambda seen, _match: seen.plan.reboot_required,
    "both reported": lambda seen, _match: {"vsepflt", "vnetflt"} <= {each.subject for each in seen.plan.findings},
    r"(v\w+) changed": lambda seen, match: is_changed(seen, match.group(1)),
    r"(v\w+) refused": lambda seen, match: is_refused(seen, match.group(1)),
    "others go on": lambda seen, _match: seen.plan.error == "",
    # what is written
    "Start 4": lambda seen, _match: seen.values(f"{SERVICES}\\{seen.name}")["Start"] == 4,
    r"(\w+) \[(.*)\]": keeps_others,
    "value removed": lambda seen, _match: _is_unlisted(seen),
    "list NOT written back": lambda seen, _match: _is_unlisted(seen),
    "refused or without the list": lambda seen, _match: is_refused(seen) and _is_unlisted(seen),
    "without DeleteFlag": lambda seen, _match: "DeleteFlag" not in seen.values(f"{SERVICES}\\{seen.name}"),
    "never|NOT stopped": never_stops,
    # what is said
    "says clean_filter_lists": says("clean_filter_lists: true"),
    "filter_list": says("(Upper|Lower)Filters of .* names it"),
    "True": says("(Upper|Lower)Filters"),
    "dead entry": is_dead_entry,
    "boot": lambda seen, _match: {each.severity for each in seen.findings} == {"critical"},
    r"list of a device whose INF is in-box|installed for .* which is not present|a software device|is installed for it"
    r"|installed for PCI\\VEN_5853…|which is not present": says_it,
    r"ROOT\\…": says(r"ROOT\\RR_RRNETCAPMP"),
    "network": says("network component"),
    "optional|mandatory": says_it,
    "1 adapter": says(r"bound to Ethernet0:"),
    r"(?:fix )?(netcfg -u(?: \S+)?)": lambda seen, match: match.group(1) in seen.text,
    "no advice to force": lambda seen, _match: "force" not in seen.text,
    r"mandatory network filter without its file": says(r"whose file .*wgtflt\.sys is not there.*mandatory"),
    r"no network \(KB2019184\)": says(r"the network never becomes available \(KB2019184\)"),
    r"component INSECURE_NPF \(oem32\.inf\) names the service NPF": says_it,
    "which is not there": says_it,
    "evidence names persistent filters": says("persistent filters"),
    "catalogue may say": lambda seen, _match: "the catalogue" in seen.text or "harm" in seen.text,
    "part of VMware Tools": says("VMware Tools, which owns it"),
    "known to hang": says("Windows hangs"),
    "Dokan1 has no service": says("names Dokan1, which has no service"),
    "LanmanWorkstation is missing": says_it,
    "no share can be reached": says("no file share can be reached"),
    r"DumpFilters names (\S+)": says(r"DumpFilters of .* names its file, vcrdump\.sys"),
    "the file is missing": says(r"Otman5\.sys is not there"),
}
SEPARATOR = re.compile(r"[,;:] (?![^\[]*\])| \+ ")


def phrases_of(text: Any) -> Iterable[str]:
    """Return the phrases of what a word of expect says."""
    return SEPARATOR.split(str(text))


@pytest.mark.parametrize(("number", "word"), [(number, word) for number, words in KINDS.items() for word in words])
def test_every_word_of_a_kind_is_what_the_collection_shows(number: str, word: str) -> None:
    seen = LOOKED_AT[word](number)
    for phrase in phrases_of(KINDS[number][word]):
        ((match, check),) = [
            (match, check) for pattern, check in PHRASES.items() if (match := re.fullmatch(pattern, phrase))
        ]
        assert check(seen, match), (phrase, seen.statuses, seen.text)


NOT_SHOWN = {
    "c15": "Its driver is a file of the driver store that no service, device or list names. From Server 2012 "
    "HKLM\\SYSTEM\\DriverDatabase has every package of the store, by INF and provider; but a package without a device "
    "is what most packages of a server are, and whether memory integrity refuses its driver is in the file alone.",
}
LEFTOVERS_OF_CASES = sorted(path.stem for path in (CASES / "drivers/leftovers").glob("*.yml"))


def shown(document: Document) -> set[tuple[str, str]]:
    """Return the findings of an audit that ask for something."""
    found = plan_for(filter_driver, document, NOW, state="audited").findings
    return {(each.id, each.subject) for each in found if each.is_open and each.severity != INFO}


@pytest.mark.parametrize("case", LEFTOVERS_OF_CASES)
def test_an_audit_shows_every_server_that_has_something_to_show(case: str) -> None:
    text = (CASES / f"drivers/leftovers/{case}.yml").read_text(encoding="utf-8")
    base = pasted({"base": yaml.safe_load(text)["base"]})
    assert bool(shown(leftover(case)) - shown(base)) == (case not in NOT_SHOWN)


def test_what_is_not_shown_has_nothing_that_is_read() -> None:
    """c15 differs from its base by a file that nothing names; where a service names it, it is shown."""
    document = leftover("c15")
    (image,) = [path for path in document["files"] if "FileRepository" in path]
    assert not any(image.lower() in str(values).lower() for values in document["registry"].values())
    document["registry"][f"{SERVICES}\\mbtusbser"] = {"Type": 1, "Start": 3, "ImagePath": f"\\??\\{image}"}
    assert ("filter_driver", "mbtusbser") in shown(document)
