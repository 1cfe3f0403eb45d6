# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""A task that names a driver as programs show it, instead of by its key: told, and never taken for a driver that is
gone."""

from __future__ import annotations

from ..._planning.finding import Finding
from ..._planning.step import Step
from ..._planning.task import Task
from ..._protocol.queries import Filter, Query, RegistryQuery
from ..._protocol.vocabulary import ATTENTION
from ..._windows.drivers.filter_lists import lists_naming, unread_lists
from ..._windows.drivers.services import DRIVER_TYPES, drivers_displayed_as
from ..._windows.registry_paths import SERVICES
from .driver_state import NAME
from .options import Options
from .wording import told


def display_name_query() -> Query:
    """Return what must be read to know a driver by its display name, beside the drivers that a task names."""
    return RegistryQuery(f"{SERVICES}\\*", ("DisplayName",), where=Filter("Type", mask=DRIVER_TYPES))


def misnamed(name: str, task: Task) -> Step | None:
    """Return the step of a name that no key has and that is the display name of drivers, None for any other name.

    A name that the ledger, a filter list or the service manager knows is that of a driver which is gone.
    """
    options: Options = task.options
    drivers = drivers_displayed_as(name, task.snapshot)
    if not drivers or _was_a_driver(name, task):
        return None
    listed = ", ".join(drivers)
    evidence = (f"the server has no driver {name}", f"{name} is the display name of {listed}")
    texts = told("display_name", name, driver=listed, option=f"name: [{listed}]")
    finding = Finding(NAME, name, ATTENTION, evidence=evidence, **texts)
    message = f"{'; '.join(evidence)}. {finding.fix}"
    is_error = options.state in ("enabled", "restored")
    return Step(finding, warnings=() if is_error else (message,), error=message.removesuffix(".") if is_error else "")


def _was_a_driver(name: str, task: Task) -> bool:
    snapshot = task.snapshot
    is_known = name in snapshot.services or task.ledger.has(name)
    return is_known or bool(lists_naming(name, snapshot) or unread_lists(snapshot))
