# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Every driver of a server, with what is known of it and its classification, for the info module and policies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from ..._catalogue.drivers import HARMFUL, PART_OF, KnownDriver, known_drivers
from ..._protocol.identity import UNIDENTIFIED
from ..._protocol.queries import Filter, Query, RegistryQuery, ServiceQuery
from ..._protocol.snapshot import Snapshot
from ..._windows.drivers.blocklists import Blocked
from ..._windows.drivers.classification import OWNED, Classification, Classifier
from ..._windows.drivers.devices import DEVICE_VALUES, devices_of, package_queries, packages_of
from ..._windows.drivers.filter_lists import FILTER_VALUES, FilterList, filter_list_queries, lists_naming
from ..._windows.drivers.instances import instance_queries, instances_of
from ..._windows.drivers.network_components import components_of, linkage_query, network_component_queries
from ..._windows.drivers.network_providers import provider_queries
from ..._windows.drivers.origin import origin_queries
from ..._windows.drivers.products import product_queries
from ..._windows.drivers.protection import dependants_of, reasons_to_protect, safe_boot_entries
from ..._windows.drivers.service_records import (
    DELETE_FLAG,
    is_marked_for_deletion,
    record_queries,
    start_override,
)
from ..._windows.drivers.services import DRIVER_TYPES, WIN32_TYPES, Service, services_of
from ..._windows.registry_paths import DEVICES, SAFE_BOOT, SERVICES
from .driver_state import start_word
from .judging_options import JudgingOptions

_SERVICE_VALUES = (
    "Type", "Start", "ErrorControl", "Group", "ImagePath", "DisplayName", "DependOnService", "DependOnGroup",
    "Owners", DELETE_FLAG,
)  # fmt: skip
NOT_EMBEDDED = "catalogue or none"
"""What is told of the signer of a file without an embedded signature: whether a catalogue signs it, nobody looked."""
_SERVED = ("Count", "0", "1", "2", "3")  # Count has their number; four are enough to name

_DRIVERS = RegistryQuery(
    f"{SERVICES}\\*", _SERVICE_VALUES, where=Filter("Type", mask=DRIVER_TYPES | WIN32_TYPES), image="ImagePath"
)
AUDIT: tuple[Query, ...] = (
    _DRIVERS,
    *instance_queries(),
    RegistryQuery(f"{SERVICES}\\*\\Enum", _SERVED),
    filter_list_queries()[0],
    RegistryQuery(f"{DEVICES}\\*\\*\\*", (*DEVICE_VALUES, *FILTER_VALUES)),
    *package_queries(),
    filter_list_queries()[2],
    *network_component_queries(),
    linkage_query(),
    RegistryQuery(f"{SAFE_BOOT}\\*\\*"),
    *product_queries(),
    *origin_queries(),
    *provider_queries(),
    *record_queries(),
    ServiceQuery(("*",)),
)


def audit_queries(identity: tuple[str, ...]) -> tuple[Query, ...]:
    """Return what must be read to classify every driver. identity: what their files are known by besides (identity.py);
    not asked of programs and of what passes for Windows' own."""
    if not identity:
        return AUDIT
    drivers = RegistryQuery(
        f"{SERVICES}\\*", ("Type",), where=Filter("Type", mask=DRIVER_TYPES), image="ImagePath", identify=identity
    )
    return (*AUDIT, drivers)


@dataclass(frozen=True)
class Audited:
    """One driver that was classified."""

    driver: Service
    judgement: Classification
    snapshot: Snapshot
    blocked: tuple[Blocked, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """Return all that is known of the driver, None for what is not known or not there."""
        return {
            **_registered(self.driver, self.snapshot),
            **_image(self.driver, self.snapshot),
            **_relations(self.driver, self.snapshot),
            **_judged(self.judgement),
            "blocked": [{"list": each.rule.listed_in, "rule": each.rule.id} for each in self.blocked],
        }

    @property
    def is_harmful(self) -> bool:
        """Whether a driver does harm although its product is there: only the product's maker can cure that.

        An entry of the user's own says so by being there.
        """
        known = self.judgement.known
        if self.judgement.classification != OWNED or known is None:
            return False
        return known.kind in (HARMFUL, PART_OF) or known not in known_drivers()

    @property
    def lists(self) -> tuple[FilterList, ...]:
        """The filter lists that name the driver."""
        return lists_naming(self.driver.name, self.snapshot, self.driver.image)


@dataclass(frozen=True)
class Auditor:
    """Classifies the drivers of one server for one task."""

    options: JudgingOptions
    snapshot: Snapshot

    @cached_property
    def classifier(self) -> Classifier:
        """What classifies the drivers of the server."""
        return self.options.judge(self.snapshot)

    def known(self, driver: Service) -> KnownDriver | None:
        """Return the entry of the catalogue for a driver, None when it has none."""
        return self.classifier.known(driver)

    def audited(self, driver: Service) -> Audited:
        """Classify one driver."""
        blocked = self.options.blocklist.blocked(driver)
        return Audited(driver, self.classifier.classify(driver), self.snapshot, blocked)

    @cached_property
    def _all(self) -> list[Audited]:
        return [self.audited(driver) for driver in services_of(self.snapshot) if driver.is_driver]

    def chosen(self) -> list[Audited]:
        """Classify every driver, and return those that match and classifications choose."""
        return [each for each in self._all if self.is_chosen(each)]

    def told(self) -> list[Audited]:
        """Return the drivers that classifications do not choose and that an audit tells all the same.

        They do harm although they have an owner, or are doubtful. With match an audit tells what match chooses alone.
        """
        if self.options.match is not None:
            return []
        asking = (each for each in self._all if each.is_harmful or each.judgement.is_doubtful)
        return [each for each in asking if not self.is_chosen(each)]

    def is_chosen(self, audited: Audited) -> bool:
        """Tell whether match and classifications, as far as they are given, choose a driver."""
        match, classifications = self.options.match, self.options.classifications
        if classifications and audited.judgement.classification not in classifications:
            return False
        return match is None or match.matches(audited.data)


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
        "packages": list(packages_of(driver, snapshot)),
        "hidden": not driver.is_win32,
    }


def _image(driver: Service, snapshot: Snapshot) -> dict[str, Any]:
    file = driver.file or {}
    is_unread = not driver.image or any(snapshot.unreadable_below(driver.image))
    return {
        "image_path": driver.image_path or None,
        "image": driver.image or None,
        "exists": None if is_unread else driver.file is not None,
        "date": file.get("modified"),
        **{fact: file.get(fact) or None for fact in ("file_version", "company", "product", "description")},
        "product_version": file.get("product_version") or None,
        "original_filename": file.get("original_filename") or None,
        "signer": (file["signer"] or NOT_EMBEDDED) if "signer" in file else None,
        "sha256": file.get("sha256"),
        "authentihash": file.get("authentihash"),
        "unidentified": file.get(UNIDENTIFIED),
    }


def _relations(driver: Service, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "status": driver.status,
        "running": driver.status == "running",
        "can_stop": driver.can_stop,
        "marked_for_deletion": is_marked_for_deletion(driver, snapshot),
        "start_override": start_override(driver, snapshot),
        "filter_lists": _in_order(each.place for each in lists_naming(driver.name, snapshot, driver.image)),
        "needed_by": list(dependants_of(driver.name, snapshot)),
        "safe_boot": [f"{mode}\\{entry}" for mode, entry in safe_boot_entries(driver, snapshot)],
        "devices": list(devices_of(driver, snapshot)),
        "network": [each.as_dict() for each in components_of(driver, snapshot)],
        "protected": [reason.text for reason in reasons_to_protect(driver, snapshot)],
    }


def _in_order(names: Iterable[str]) -> list[str]:
    """Return names each once and in order, so that a server and its snapshot answer the same."""
    return sorted({name.lower(): name for name in sorted(names)}.values(), key=str.lower)


def _judged(judgement: Classification) -> dict[str, Any]:
    return {
        "vendor": judgement.vendor or None,
        "owner": asdict(judgement.owner) if judgement.owner else None,
        "known": judgement.known.as_dict() if judgement.known else None,
        "classification": judgement.classification,
        "evidence": list(judgement.evidence),
    }
