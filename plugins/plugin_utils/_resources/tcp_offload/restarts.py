# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""When settings of adapters take effect: drivers read their keywords when they start (facts C)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..._planning.task import Task
from ..._protocol import operations as op
from ..._windows.network.adapters import Adapter
from ..._windows.network.netsh import restart_adapter
from ..._windows.releases import release_of
from .keywords import AdapterStep
from .options import Options

_BY_NETSH = "6.0"  # from this release on netsh disables an adapter by its connection's name


@dataclass(frozen=True)
class Restarts:
    """The adapters whose settings change. now: the task restarts them. later: someone still has to."""

    now: tuple[Adapter, ...]
    later: tuple[Adapter, ...]
    reboot_required: bool

    @property
    def operations(self) -> tuple[op.Operation, ...]:
        """The commands that restart adapters."""
        names = [str(adapter.name) for adapter in self.now]
        return tuple(op.RunCommand(each, restarts=name) for name in names for each in restart_adapter(name))

    @property
    def data(self) -> dict[str, Any]:
        """The fields of a result. An adapter counts as a risk unless it is known not to carry the connection."""
        changed = (*self.now, *self.later)
        return {
            "adapter_restart_required": bool(self.later),
            "adapters_to_restart": [adapter.label for adapter in self.later],
            "connection_at_risk": any(adapter.carries_connection is not False for adapter in changed),
        }


def restarts(task: Task, steps: Iterable[AdapterStep]) -> Restarts:
    """Decide about the adapters that the steps change. The adapter that carries the connection is restarted last."""
    written = {step.adapter.key: step.adapter for step in steps if step.adapter and step.operations}
    changed = [adapter for adapter in written.values() if not adapter.is_non_present]
    release = release_of(task.snapshot)
    by_netsh = release is not None and release.is_within(_BY_NETSH)
    now = [adapter for adapter in changed if by_netsh and _may_restart(adapter, task.options)]
    later = tuple(adapter for adapter in changed if adapter not in now)
    ordered = sorted(now, key=lambda adapter: adapter.carries_connection is not False)
    return Restarts(tuple(ordered), later, reboot_required=bool(later) and not by_netsh)


def _may_restart(adapter: Adapter, options: Options) -> bool:
    """Tell whether an adapter may be restarted.

    One that the network stack does not show may be disabled, and must not be enabled.
    """
    if not options.restart_adapters or adapter.status is None or not adapter.name or '"' in adapter.name:
        return False
    return adapter.carries_connection is False or options.restart_connection_adapter
