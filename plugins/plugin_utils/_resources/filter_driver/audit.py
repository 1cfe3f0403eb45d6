# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Every driver of a server, with all that is known of it and the classification: for win_filter_driver_info and for policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..._planning.plan import COMPLIANT, DRIFTED, UNKNOWN, WAIVED, Finding
from ..._planning.selection import Selection
from ..._protocol.queries import Filter, Query, RegistryQuery, ServiceQuery
from ..._protocol.snapshot import Snapshot
from ..._windows.drivers.classification import LEFTOVERS, Classification, Classifier
from ..._windows.drivers.classification import UNKNOWN as NOT_KNOWN
from ..._windows.drivers.devices import devices_of
from ..._windows.drivers.filter_lists import FILTER_VALUES, filter_list_queries, lists_naming
from ..._windows.drivers.instances import instance_queries, instances_of
from ..._windows.drivers.origin import origin_queries
from ..._windows.drivers.products import product_queries
from ..._windows.drivers.protection import dependants_of, reasons_to_protect, safe_boot_entries
from ..._windows.drivers.services import DRIVER_TYPES, START_TYPES, WIN32_TYPES, Service, services_of
from ..._windows.registry_paths import DEVICES, SAFE_BOOT, SERVICES
from .judging_options import Waiver, judge_of, waiver_for

NAME = "filter_driver"

_SERVICE_VALUES = (
    "Type", "Start", "ErrorControl", "Group", "ImagePath", "DisplayName", "DependOnService", "Owners"
)  # fmt: skip
_SERVED = ("Count", "0", "1", "2", "3")  # Count tells of more; four are enough to name

AUDIT: tuple[Query, ...] = (
    RegistryQuery(
        f"{SERVICES}\\*", _SERVICE_VALUES, where=Filter("Type", mask=DRIVER_TYPES | WIN32_TYPES), image="ImagePath"
    ),
    *instance_queries(),
    RegistryQuery(f"{SERVICES}\\*\\Enum", _SERVED),
    filter_list_queries()[0],
    RegistryQuery(f"{DEVICES}\\*\\*\\*", ("Service", *FILTER_VALUES)),
    RegistryQuery(f"{SAFE_BOOT}\\*\\*"),
    *product_queries(),
    *origin_queries(),
    ServiceQuery(("*",)),
)


@dataclass(frozen=True)
class Audited:
    """One driver that was judged. waiver: the one that holds for it today."""

    driver: Service
    judgement: Classification
    waiver: Waiver | None
    snapshot: Snapshot

    @property
    def data(self) -> dict[str, Any]:
        """Return all that is known of the driver; None stands for what is not known or not there."""
        return {
            **_registered(self.driver, self.snapshot),
            **_image(self.driver, self.snapshot),
            **_relations(self.driver, self.snapshot),
            **_judged(self.judgement),
        }

    @property
    def finding(self) -> Finding:
        """Return the classification as a finding: left behind is drifted, unless that is waived."""
        word = self.judgement.classification
        status = DRIFTED if word in LEFTOVERS else UNKNOWN if word == NOT_KNOWN else COMPLIANT
        evidence = self.judgement.evidence
        if self.waiver and status == DRIFTED:
            status, evidence = WAIVED, (*evidence, self.waiver.text)
        found = {"classification": word, "Start": self.driver.start, "status": self.driver.status}
        texts = known_texts(self.judgement) if word in LEFTOVERS else {}
        return Finding(NAME, self.driver.name, status, found=found, evidence=evidence, **texts)


def known_texts(judgement: Classification) -> dict[str, str]:
    """Return what the catalogue says of a leftover, and for one that it does not know the general remedy."""
    if judgement.known:
        return {"why": judgement.known.breaks, "fix": judgement.known.cure, "source": judgement.known.source}
    return {
        "why": "Nothing on the server owns it, updates it or can uninstall it.",
        "fix": "Disable it with win_filter_driver, and remove it when nobody missed it; or install its product again.",
    }


def audit(options: Mapping[str, Any], snapshot: Snapshot, now: str) -> list[Audited]:
    """Judge every driver that match and classifications choose; both unset choose all."""
    judge = judge_of(options, snapshot)
    drivers = [driver for driver in services_of(snapshot) if driver.is_driver]
    audited = [audited_driver(driver, judge, options, snapshot, now) for driver in drivers]
    return [each for each in audited if is_chosen(each, options)]


def audited_driver(
    driver: Service, judge: Classifier, options: Mapping[str, Any], snapshot: Snapshot, now: str
) -> Audited:
    """Judge one driver."""
    return Audited(driver, judge.classify(driver), waiver_for(driver.name, options, now), snapshot)


def is_chosen(audited: Audited, options: Mapping[str, Any]) -> bool:
    """Tell whether match and classifications, as far as they are given, choose a driver."""
    if options["classifications"] and audited.judgement.classification not in options["classifications"]:
        return False
    return options["match"] is None or Selection("match", options["match"]).matches(audited.data)


def _registered(driver: Service, snapshot: Snapshot) -> dict[str, Any]:
    instances = instances_of(driver, snapshot)
    return {
        "name": driver.name,
        "display_name": driver.display_name or None,
        "type": driver.type,
        "start": driver.start,
        "start_type": start_word(driver.start),
        "error_control": driver.error_control,
        "group": driver.group or None,
        "altitude": instances[0].altitude if instances else None,
        "instances": [asdict(instance) for instance in instances],
        "needs": list(driver.needs),
        "packages": list(driver.infs),
        "hidden": not driver.is_win32,
    }


def start_word(start: Any) -> str | None:
    """Name a start type, None for one that Windows does not know."""
    return START_TYPES[start] if isinstance(start, int) and start < len(START_TYPES) else None


def _image(driver: Service, snapshot: Snapshot) -> dict[str, Any]:
    file = driver.file or {}
    is_unread = not driver.image or any(snapshot.unreadable_below(driver.image))
    return {
        "image_path": driver.image_path or None,
        "image": driver.image or None,
        "exists": None if is_unread else driver.file is not None,
        "date": file.get("modified"),
        **{fact: file.get(fact) or None for fact in ("file_version", "company", "product", "description")},
    }


def _relations(driver: Service, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "status": driver.status,
        "running": driver.status == "running",
        "can_stop": driver.can_stop,
        "filter_lists": [each.place for each in lists_naming(driver.name, snapshot)],
        "needed_by": list(dependants_of(driver.name, snapshot)),
        "safe_boot": [f"{mode}\\{entry}" for mode, entry in safe_boot_entries(driver, snapshot)],
        "devices": list(devices_of(driver, snapshot)),
        "protected": [reason.text for reason in reasons_to_protect(driver, snapshot)],
    }


def _judged(judgement: Classification) -> dict[str, Any]:
    return {
        "vendor": judgement.vendor or None,
        "owner": asdict(judgement.owner) if judgement.owner else None,
        "known": asdict(judgement.known) if judgement.known else None,
        "classification": judgement.classification,
        "evidence": list(judgement.evidence),
    }
