# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a driver is to its server: Windows' own, owned, left behind, or not known.

Each classification comes with its evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..._catalogue.drivers import KnownDriver
from ..._protocol.snapshot import Snapshot
from ..registry_paths import CLASSES, DEVICES, SERVICES
from .altitudes import Altitudes
from .companies import company_words, is_microsoft
from .devices import package_of
from .filter_lists import FilterList, lists_naming
from .instances import instances_of
from .known_leftovers import entry_for
from .network_components import bound_components_of
from .origin import came_with_windows, is_foreign_package, may_be_hardware, why_not_windows_own, windows_own
from .owners import Owner, Owners
from .products import PATTERNS
from .services import Service
from .unread import is_hidden_from_process, literal_part, tells_no_owner, unread_owners

KNOWN_LEFTOVER = "known_leftover"
ORPHAN = "orphan"
DANGLING = "dangling"
OWNED = "owned"
SYSTEM = "system"
UNKNOWN = "unknown"

CLASSIFICATIONS = (KNOWN_LEFTOVER, ORPHAN, DANGLING, OWNED, SYSTEM, UNKNOWN)
LEFTOVERS = (KNOWN_LEFTOVER, ORPHAN, DANGLING)

_SOUGHT = (*PATTERNS, DEVICES, CLASSES, SERVICES)  # where an owner would show


@dataclass(frozen=True)
class Classification:
    """classification: one of CLASSIFICATIONS.

    evidence: sentences. owner: who owns the driver. known: the entry of the catalogue that fits it. is_doubtful:
    whether it is unknown for a reason that an audit must tell: it passes for Windows' own, or only a device that no
    hardware stands for or that is not present seems to own it.
    """

    classification: str
    evidence: tuple[str, ...]
    owner: Owner | None = None
    known: KnownDriver | None = None
    vendor: str = ""
    is_doubtful: bool = False


class Classifier:
    """Classifies the drivers of one server."""

    def __init__(self, snapshot: Snapshot, known: tuple[KnownDriver, ...], altitudes: Altitudes) -> None:
        self._snapshot = snapshot
        self._known = known
        self._altitudes = altitudes
        self._owners = Owners(snapshot, self._vendor)
        self._hidden_places = tuple(_unread(snapshot))
        self._has_unread_owners = bool(unread_owners(snapshot))

    def classify(self, driver: Service) -> Classification:
        """Return the classification of a driver: that of the first rule that has one."""
        known = self.known(driver)
        case = _Case(
            driver,
            self._snapshot,
            self._owners.owner(driver) or self._owners.bringer(known.products if known else ()),
            known,
            self._owners.company(driver),
            self._owners.doubts(driver),
            self._hidden_places,
            self._has_unread_owners,
        )
        classification, evidence = next((word, sentences) for word, rule in _RULES if (sentences := rule(case)))
        is_doubtful = classification == UNKNOWN and any(
            rule(case) == evidence for rule in (_passes_for_windows, _doubtful)
        )
        return Classification(classification, evidence, case.owner, case.known, self._vendor(driver), is_doubtful)

    def known(self, driver: Service) -> KnownDriver | None:
        """Return the entry of the catalogue that fits a driver."""
        return entry_for(driver, self._known, self._snapshot)

    def _vendor(self, driver: Service) -> str:
        """Return the vendor that the altitude list gives, "" when it gives none or several."""
        altitudes = tuple(each.altitude for each in instances_of(driver, self._snapshot))
        companies = self._altitudes.companies(driver.image.rpartition("\\")[2] or driver.name, altitudes)
        return companies[0] if len(companies) == 1 else ""


@dataclass(frozen=True)
class _Case:
    """What is known of a driver when it is classified.

    doubts: sentences about devices that prove no owner and may stand for one. unread: sentences about places where an
    owner might show. may_have_owner: whether one of these may hold it.
    """

    driver: Service
    snapshot: Snapshot
    owner: Owner | None
    known: KnownDriver | None
    company: str
    doubts: tuple[str, ...]
    unread: tuple[str, ...]
    may_have_owner: bool

    @property
    def is_missing(self) -> bool:
        """Whether the driver names a file and the file is not there."""
        return bool(self.driver.image) and self.driver.file is None


def _unread(snapshot: Snapshot) -> Iterator[str]:
    roots = [literal_part(pattern).lower() for pattern in _SOUGHT]
    for path, reason in snapshot.unreadable.items():
        known = any(path.lower() == root or path.lower().startswith(f"{root}\\") for root in roots)
        if known and not tells_no_owner(path):
            yield f"{path} could not be read ({reason}), so it is not known whether an owner shows there"


def _unreadable(case: _Case) -> tuple[str, ...]:
    places = [case.driver.key, *([case.driver.image] if case.driver.image else [])]
    return tuple(
        f"{place} could not be read ({reason})"
        for each in places
        for place, reason in case.snapshot.unreadable_below(each)
    )


def _hidden(case: _Case) -> tuple[str, ...]:
    """What a 32-bit process does not find is not known to be missing (facts E8)."""
    if not case.is_missing or not is_hidden_from_process(case.snapshot):
        return ()
    return (f"a 32-bit PowerShell, which is shown other folders, found no file {case.driver.image}",)


def _system(case: _Case) -> tuple[str, ...]:
    reason = windows_own(case.driver, case.snapshot)
    return (reason, *_missing(case)) if reason else ()


def _missing(case: _Case) -> tuple[str, ...]:
    if not case.is_missing:
        return ()
    written = f"ImagePath is {case.driver.image_path}" if case.driver.image_path else "it has no ImagePath"
    return (f"there is no file {case.driver.image} ({written})",)


def _known_leftover(case: _Case) -> tuple[str, ...]:
    may_be_owned = case.owner or case.doubts or case.may_have_owner
    if case.known is None or (may_be_owned and not case.is_missing):
        return ()
    name = " of ".join(each for each in (case.known.software, case.known.vendor) if each) or case.known.name
    return (f"the catalogue knows it as a leftover: {name}", *_missing(case), *_traces(case))


def _dangling(case: _Case) -> tuple[str, ...]:
    if not case.is_missing:
        return ()
    bound = (each.text for each in bound_components_of(case.driver, case.snapshot))
    return (*_missing(case), *([case.owner.text] if case.owner else []), *bound)


def _owned(case: _Case) -> tuple[str, ...]:
    if case.owner is None:
        return ()
    known = "the catalogue knows it as one that is left behind, but its owner is there"
    return (case.owner.text, *([known] if case.known else []))


def _unknown(case: _Case) -> tuple[str, ...]:
    return next(
        (
            sentences
            for rule in (
                _passes_for_windows,
                _doubtful,
                _no_image,
                _nameless,
                _microsofts,
                _hardware,
                _filter_of_device,
            )
            if (sentences := rule(case))
        ),
        case.unread,
    )


def _passes_for_windows(case: _Case) -> tuple[str, ...]:
    return why_not_windows_own(case.driver, case.snapshot)


def _doubtful(case: _Case) -> tuple[str, ...]:
    """A device that no hardware stands for, or that is not present, owns no driver, and may need it again."""
    known = "the catalogue knows it as one that is left behind"
    return (*case.doubts, *([known] if case.known and case.doubts else []))


def _no_image(case: _Case) -> tuple[str, ...]:
    return (
        ()
        if case.driver.image
        else (f"ImagePath is {case.driver.image_path}, which names no file that can be looked at",)
    )


def _nameless(case: _Case) -> tuple[str, ...]:
    if company_words(case.company):
        return ()
    named = (
        f"its file names {case.driver.company} as its company, a text of a template"
        if case.driver.company
        else "its file names no company"
    )
    return (f"{named}, so its owner cannot be looked for",)


def _microsofts(case: _Case) -> tuple[str, ...]:
    if not is_microsoft(case.company):
        return ()
    product = case.driver.file_text("product") or "none"
    return (
        f"its file names {case.company}, which anyone can write",
        f"the product that its file names, {product}, is neither Windows nor installed",
    )


def _hardware(case: _Case) -> tuple[str, ...]:
    reason = came_with_windows(case.driver, case.snapshot) if may_be_hardware(case.driver, case.snapshot) else ""
    return (f"{reason}, so it may be one that waits for hardware",) if reason else ()


def _filter_of_device(case: _Case) -> tuple[str, ...]:
    """A device's own list is written by its INF, so that hardware owns the filter, unless that INF comes with Windows:
    such a list was filled by software, as a class's is (facts F3)."""
    lists = (each for each in lists_naming(case.driver.name, case.snapshot) if each.is_of_device)
    place = next((each.place for each in lists if not _is_of_windows_package(each, case.snapshot)), "")
    return (f"{place} names it, so it may belong to that device",) if place else ()


def _is_of_windows_package(each: FilterList, snapshot: Snapshot) -> bool:
    """Tell whether a device with a list of its own was installed by a package that comes with Windows."""
    package = package_of(each.key[len(DEVICES) + 1 :], snapshot)
    return bool(package) and not is_foreign_package(package)


def _orphan(case: _Case) -> tuple[str, ...]:
    product = case.driver.file_text("product")
    return (
        f"its file is of {case.company}" + (f", product {product}" if product else ""),
        "no uninstall entry, 64-bit, 32-bit or of a user, names that company or product or lies around its file",
        "no service that is alive and no driver with an owner is of that company",
        *_traces(case),
    )


def _traces(case: _Case) -> tuple[str, ...]:
    """What makes a leftover worth the trouble: it runs, or it stands in the stacks of devices."""
    lists = [f"{each.place} names it{_filled(each, case)}" for each in lists_naming(case.driver.name, case.snapshot)]
    return ("no Plug and Play device is served by it", *lists) if case.owner is None else tuple(lists)


def _filled(each: FilterList, case: _Case) -> str:
    """Return who filled the list of a device whose INF is in-box, a clause."""
    if not each.is_of_device or not _is_of_windows_package(each, case.snapshot):
        return ""
    package = package_of(each.key[len(DEVICES) + 1 :], case.snapshot)
    return f": the list of a device whose INF is in-box ({package}), so that software filled it"


_OPEN_QUESTIONS: tuple[Callable[[_Case], tuple[str, ...]], ...] = (
    _passes_for_windows,
    _doubtful,
    _no_image,
    _nameless,
    _microsofts,
    _hardware,
    _filter_of_device,
)
_RULES: tuple[tuple[str, Callable[[_Case], tuple[str, ...]]], ...] = (
    (UNKNOWN, _unreadable),
    (SYSTEM, _system),
    (UNKNOWN, _hidden),
    (KNOWN_LEFTOVER, _known_leftover),
    (DANGLING, _dangling),
    (OWNED, _owned),
    (UNKNOWN, _unknown),
    (ORPHAN, _orphan),
)
