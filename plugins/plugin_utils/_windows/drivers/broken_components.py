# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Network components that a removed product left: their service or its file is not there, or nobody owns it (facts J).

What is of Windows' own medium is left out: Windows keeps components of features that are not installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..._protocol.snapshot import Snapshot
from ..registry_paths import SERVICES
from .classification import LEFTOVERS, Classifier
from .network_components import NetworkComponent, network_components
from .protection import is_file_gone
from .services import Service, service_of


@dataclass(frozen=True)
class BrokenComponent:
    """A component that nothing stands behind any more. reason: what shows it, a sentence. is_loadable: whether its
    driver can still start."""

    component: NetworkComponent
    reason: str
    is_loadable: bool = False


def broken_components(snapshot: Snapshot, classifier: Classifier) -> tuple[BrokenComponent, ...]:
    """Return the components of foreign packages that a removed product left."""
    foreign = (each for each in network_components(snapshot) if each.is_foreign)
    return tuple(broken for each in foreign for broken in _broken(each, snapshot, classifier))


def _broken(component: NetworkComponent, snapshot: Snapshot, classifier: Classifier) -> Iterator[BrokenComponent]:
    named = f"the network component {component.name} ({component.inf})"
    driver = service_of(snapshot, component.service)
    if driver is None:
        if _is_known_gone(component.service, snapshot):
            text = f"{named} names the service {component.service}, which is not there"
            yield BrokenComponent(component, text)
    elif driver.is_driver and is_file_gone(driver, snapshot):
        yield BrokenComponent(component, f"{named} needs {driver.name}, whose file {driver.image} is not there")
    elif driver.is_driver and _is_left_behind(driver, classifier):
        yield BrokenComponent(component, f"{named} needs {driver.name}, which a product left behind", is_loadable=True)


def _is_left_behind(driver: Service, classifier: Classifier) -> bool:
    return classifier.classify(driver).classification in LEFTOVERS


def _is_known_gone(service: str, snapshot: Snapshot) -> bool:
    """Tell whether the key of a service is not there, and nothing that could not be read may hide it."""
    key = f"{SERVICES}\\{service}"
    is_hidden = any(place in snapshot.unreadable for place in (SERVICES, f"{SERVICES}\\*", key))
    return snapshot.values(key) is None and not is_hidden
