# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The findings of an audit: what each driver is, and what of the server could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..._catalogue.drivers import PART_OF
from ..._planning.finding import Finding
from ..._planning.step import changed_because
from ..._planning.task import Task
from ..._protocol.vocabulary import ATTENTION, COMPLIANT, DRIFTED, PENDING, UNKNOWN
from ..._windows.access import how_to_read
from ..._windows.drivers.classification import KNOWN_LEFTOVER, LEFTOVERS, SYSTEM
from ..._windows.drivers.classification import UNKNOWN as NOT_KNOWN
from ..._windows.drivers.services import DISABLED
from ..._windows.drivers.unread import Unread, unread_of, unread_owners
from .audit import Audited
from .driver_state import NAME, is_loaded
from .history import disabling_of, removal_of, since
from .left_to_people import cause_of
from .wording import Texts, catalogue_texts, told


@dataclass(frozen=True)
class _Verdict:
    """What an audit says of a driver. texts: fields of the finding. evidence: what is added to that of the
    classification."""

    status: str
    texts: Texts = field(default_factory=dict)
    evidence: tuple[str, ...] = ()


def audited_finding(audited: Audited, task: Task) -> Finding:
    """Return what an audit says of a driver: its classification, and whether somebody must do something about it."""
    driver, word = audited.driver, audited.judgement.classification
    verdict = next(each for rule in _RULES for each in rule(audited, task))
    status, evidence = verdict.status, (*audited.judgement.evidence, *verdict.evidence)
    found = {"classification": word, "Start": driver.start, "status": driver.status}
    restart = status == PENDING
    return Finding(
        NAME, driver.name, status, found, evidence=evidence, restart=restart, **{"kind": word, **verdict.texts}
    )


def _waits(audited: Audited, task: Task) -> Iterator[_Verdict]:
    """A disabled driver that is loaded. What Windows does with its own drivers by itself is no matter of a restart."""
    driver, entry = audited.driver, disabling_of(audited.driver.name, task)
    is_windows_own = audited.judgement.classification == SYSTEM and entry is None
    if driver.start == DISABLED and is_loaded(driver.status) and not is_windows_own:
        texts = {**told("stops", driver.name), "since": entry.when if entry else ""}
        yield _Verdict(PENDING, texts, (_disabled(audited, task),))


def _disabled(audited: Audited, task: Task) -> str:
    """Say in a sentence who disabled a driver, as far as that is known, and whether it runs."""
    driver, entry = audited.driver, disabling_of(audited.driver.name, task)
    state = f"it is {driver.status or 'not known to the service manager'}"
    return f"disabled by the collection: {changed_because(entry)}; {state}" if entry else f"it is disabled, and {state}"


def _is_off(audited: Audited, task: Task) -> Iterator[_Verdict]:
    """A leftover that was disabled, as its remedy says, and that no filter list needs."""
    if audited.driver.start == DISABLED and _asks(audited) and not audited.lists:
        yield _Verdict(COMPLIANT, evidence=(_disabled(audited, task),))


def _asks(audited: Audited) -> bool:
    """Tell whether something is to be done about a driver as long as it can start."""
    return audited.judgement.classification in LEFTOVERS or audited.is_harmful


def _leftover(audited: Audited, task: Task) -> Iterator[_Verdict]:
    """A leftover: a known one is disabled by every policy; what is only found is somebody's decision."""
    word, known = audited.judgement.classification, audited.judgement.known
    if word not in LEFTOVERS:
        return
    left = cause_of(known) if known and word == KNOWN_LEFTOVER else ""
    texts = {**told(left or word, audited.driver.name), **catalogue_texts(known)}
    yield _Verdict(DRIFTED if word == KNOWN_LEFTOVER and not left else ATTENTION, texts)


def _harmful(audited: Audited, task: Task) -> Iterator[_Verdict]:
    owner, known = audited.judgement.owner, audited.judgement.known
    if audited.is_harmful and owner and known:
        texts = told("harmful", audited.driver.name, owner=owner.name)
        more = f" {known.remedy}" if known.kind == PART_OF else ""
        yield _Verdict(ATTENTION, {**texts, **catalogue_texts(known), "fix": f"{texts['fix']}{more}"})


def _not_known(audited: Audited, task: Task) -> Iterator[_Verdict]:
    """A driver that cannot be classified is a hint, unless it could not be read itself."""
    driver = audited.driver
    if audited.judgement.classification != NOT_KNOWN:
        return
    unread = next(
        (each for root in (driver.key, driver.image) if root for each in task.snapshot.unreadable_below(root)), None
    )
    if unread:
        texts = {**told("unreadable_driver", driver.name), "fix": how_to_read(*unread)}
    else:
        texts = {
            **told(_why_unknown(audited, task), driver.name),
            **catalogue_texts(audited.judgement.known),
        }
    yield _Verdict(UNKNOWN, texts)


def _why_unknown(audited: Audited, task: Task) -> str:
    """Return the cause by which a finding tells that an owner is not known, of driver_findings.yml."""
    if audited.judgement.is_doubtful:
        return "without_owner"
    return "owner_unread" if unread_owners(task.snapshot) else "unknown"


def _fine(audited: Audited, task: Task) -> Iterator[_Verdict]:
    yield _Verdict(COMPLIANT)


_RULES = (_waits, _is_off, _leftover, _harmful, _not_known, _fine)


def distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return each finding once by its key; of two with one key the first, which says more."""
    return tuple({(each.id, each.subject.lower()): each for each in reversed(tuple(findings))}.values())[::-1]


def unread_findings(task: Task) -> tuple[Finding, ...]:
    """Return what of a server could not be read, so that no audit calls it good, and what waits for a restart there."""
    return tuple(finding for each in unread_of(task.snapshot) for finding in _unread(each, task))


def _unread(unread: Unread, task: Task) -> Iterator[Finding]:
    """Yield the finding on something that could not be read. What the collection itself removed is known."""
    entry = removal_of(unread.subject, task) if unread.subject in task.snapshot.services else None
    if entry is None:
        texts = {**told(unread.kind, unread.subject), "fix": unread.fix}
        yield Finding(
            f"{NAME}.unread", unread.subject, UNKNOWN, evidence=(unread.text,), **{"kind": unread.kind, **texts}
        )
    elif is_loaded(task.snapshot.services[unread.subject].get("status")):
        yield removed_but_loaded(unread.subject, task, f"it was removed: {changed_because(entry)}")


def removed_but_loaded(name: str, task: Task, why: str) -> Finding:
    """Return the finding on a driver whose key is gone and that runs until the server restarts. why: a sentence."""
    texts = {**told("stops", name), "kind": "removed", "since": since(name, task)}
    return Finding(NAME, name, PENDING, evidence=(why, "it runs until the server restarts"), restart=True, **texts)
