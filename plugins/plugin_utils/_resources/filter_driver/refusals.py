# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Why a driver must not be disabled or removed, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Iterable

from ..._catalogue.drivers import known_drivers
from ..._planning.plan import REFUSED, Finding
from ..._planning.step import Step
from ..._planning.task import Task
from ..._protocol.snapshot import Snapshot
from ..._windows.drivers.known_leftovers import entry_for
from ..._windows.drivers.protection import reasons_to_protect
from ..._windows.drivers.services import Service
from .driver_state import NAME, state_of
from .options import Options

_DONE = {"disabled": "disabled", "absent": "removed"}


def objections(driver: Service, task: Task) -> tuple[str, ...]:
    """Return the reasons against disabling or removing a driver, none when it may be.

    A documented cure outweighs the load-order group alone. Filter lists do not count when the same task cleans them.
    force lifts all reasons.
    """
    options: Options = task.options
    if options.forces(driver.name):
        return ()
    outweighed = {"group": is_documented(driver, task.snapshot), "filter_list": options.clean_filter_lists}
    reasons = reasons_to_protect(driver, task.snapshot)
    return tuple(reason.text for reason in reasons if not outweighed.get(reason.rule))


def is_documented(driver: Service, snapshot: Snapshot) -> bool:
    """Tell whether the collection's own catalogue has a driver, whose cure is then documented.

    A user's entry lifts no protection, and hides no entry of the collection's catalogue.
    """
    return entry_for(driver, known_drivers(), snapshot) is not None


def refuse(driver: Service, reasons: Iterable[str], task: Task, *, is_forcible: bool = True) -> Step:
    """Refuse to change a driver. is_forcible: whether the task would do it if force had the driver's name."""
    options: Options = task.options
    remedy = f". If that is wrong here, name it in force: [{driver.name}]" if is_forcible else ""
    return refused_step(
        driver, f"{driver.name} is not {_DONE[options.state]}, and nothing else is changed: ", tuple(reasons), remedy
    )


def refused_step(driver: Service, opening: str, reasons: tuple[str, ...], remedy: str = "", fix: str = "") -> Step:
    """Return the step of a driver that must not be changed, so that the whole task changes nothing.

    opening, remedy: what the error says before and after the reasons.
    """
    state = state_of(driver)
    finding = Finding(NAME, driver.name, REFUSED, found=state, evidence=reasons, fix=fix)
    return Step(finding, before=state, after=state, error=f"{opening}{'; '.join(reasons)}{remedy}")
