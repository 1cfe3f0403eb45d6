# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Drivers that no policy disables: those of the network, and those that somebody must look at first.

Windows' own tool removes a network component (facts J5). A task that names the driver is held back by protection alone.
"""

from __future__ import annotations

from ..._catalogue.drivers import KnownDriver, known_drivers
from ..._planning.step import Step
from ..._planning.task import Task
from ..._protocol.vocabulary import ATTENTION
from ..._windows.drivers.known_leftovers import entry_for
from ..._windows.drivers.network_components import components_of, why_not_stopped
from ..._windows.drivers.services import Service
from .driver_state import finding_of, state_of
from .options import Options
from .refusals import change_of, objection
from .wording import told

OF_NETWORK = "it is a driver of the network, and disabling it may cut the server off: no policy disables it"
LOOK_FIRST = "somebody must look at it before it is disabled: no policy disables it"
_CAUSES = {OF_NETWORK: "of_network", LOOK_FIRST: "look_first"}  # of driver_findings.yml


def why_left(known: KnownDriver) -> str:
    """Return why no policy disables a driver of the catalogue, "" where one may."""
    if known.is_of_network:
        return OF_NETWORK
    return LOOK_FIRST if known.decide else ""


def cause_of(known: KnownDriver) -> str:
    """Return the cause by which findings tell that, of driver_findings.yml; "" where a policy may disable it."""
    return _CAUSES.get(why_left(known), "")


def left_to_people(driver: Service, task: Task, known: KnownDriver | None) -> Step | None:
    """Return the step of a driver that a policy leaves, None where it may change it. known: its entry, or a user's.

    A driver that a network component needs, or of the Windows Filtering Platform, needs no entry.

    A user's entry hides none of the collection's. What protects a driver says more than the catalogue, so that such a
    driver is refused. But where the entry has filter lists, the refusal would advise to clean them.
    """
    options: Options = task.options
    if not options.takes_away or options.has_name(driver.name):
        return None
    entries = tuple(each for each in (known, entry_for(driver, known_drivers(), task.snapshot)) if each)
    why = next(filter(None, map(why_left, entries)), "") or _why_of_network(driver, task)
    if not why:
        return None
    change = change_of(driver, task, removes=options.state == "absent", stops=options.stop)
    refusal = objection(driver, task, change) if not any(each.lists for each in entries) else None
    state = state_of(driver)
    finding = finding_of(driver, ATTENTION, state, (why,), told(_CAUSES[why], driver.name))
    return refusal or Step(finding, decides=True, before=state, after=state)


def _why_of_network(driver: Service, task: Task) -> str:
    """Return why no policy disables a driver that the catalogue does not know, "" where one may."""
    is_of_network = bool(components_of(driver, task.snapshot)) or bool(why_not_stopped(driver))
    return OF_NETWORK if is_of_network else ""
