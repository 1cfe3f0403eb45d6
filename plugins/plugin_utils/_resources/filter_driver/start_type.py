# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""state: disabled and enabled of win_filter_driver: the start type, the filter lists, and whether the driver runs."""

from __future__ import annotations

from ..._planning.ledger import Entry
from ..._planning.plan import COMPLIANT, DRIFTED
from ..._protocol import operations as op
from ..._windows.drivers.protection import dependants_of
from ..._windows.drivers.services import DISABLED, START_TYPES, Service
from .ledger_fields import can_stop_now, carry_refusal, clean_lists, enter
from .removal import cleaned_lists, last_of_microsoft
from .task import Context, Step, finding_of, is_started_by_windows, objections, refuse, set_start, start_words, state_of


def disable(driver: Service, context: Context) -> Step:
    """Set Start to 4 and stop the driver; take it out of the filter lists first, where that is asked for."""
    entry = context.ledger.open_entry(driver.name)
    stops = context.options["stop"] and can_stop_now(driver, entry, context.snapshot)
    lists = cleaned_lists(driver.name, context)
    changes = driver.start != DISABLED or stops or bool(lists)
    reasons = objections(driver, context) if changes else []
    if reasons:
        return refuse(driver, reasons, context)
    last = last_of_microsoft(driver.name, lists, context)
    if last:
        return refuse(driver, last, context, is_forcible=False)
    cleaned, cleaning = clean_lists(lists, driver.name, context)
    # Stopped now or by the next restart: a driver that the restart has stopped must not pass for one that someone else changed.
    wanted = {"Start": DISABLED, "status": "stopped", **cleaned}
    record, recording = enter(driver, wanted, context) if changes else ("", [])
    recording += carry_refusal(entry, record, recording)
    after = {"Start": DISABLED, "status": "stopped" if stops else driver.status, **cleaned}
    stopping = [op.StopDriver(driver.name, record)] if stops else []
    evidence = (*_evidence(driver, context, entry), *(f"{each.place} names it" for each in lists))
    return Step(
        finding_of(driver, DRIFTED if changes else COMPLIANT, wanted, evidence, context),
        {**state_of(driver), **{each.place: each.raw for each in lists}},
        after,
        (*recording, *cleaning, *set_start(driver, DISABLED), *stopping),
        reboot_required=after["status"] not in ("stopped", None),
    )


def _evidence(driver: Service, context: Context, entry: Entry | None) -> tuple[str, ...]:
    evidence = [f"Start is {driver.start} ({start_words(driver.start)}), the driver is {driver.status}"]
    if driver.status == "running" and not context.options["stop"]:
        evidence.append("it is not to be stopped (stop: false), so it runs until the server restarts")
    elif driver.status == "running" and entry and entry.refused_code:
        evidence.append(
            f"Windows refused to stop it (error {entry.refused_code}), so it runs until the server restarts"
        )
    elif driver.status == "running" and dependants_of(driver.name, context.snapshot):
        names = ", ".join(dependants_of(driver.name, context.snapshot))
        evidence.append(f"{names} would be stopped with it, so it runs until the server restarts")
    elif driver.status == "running" and not driver.can_stop:
        evidence.append("it cannot be stopped, so it runs until the server restarts")
    return tuple(evidence)


def enable(driver: Service, context: Context) -> Step:
    """Set Start to what is asked for; the driver is not started."""
    start = START_TYPES.index(context.options["start_type"])
    found, wanted = state_of(driver), {"Start": start, "status": driver.status}
    evidence = (f"Start is {driver.start} ({start_words(driver.start)})",)
    waits = is_started_by_windows(start) and driver.status != "running"
    if driver.start == start:
        return Step(finding_of(driver, COMPLIANT, wanted, evidence, context), found, found, reboot_required=waits)
    _unused, recording = enter(driver, wanted, context)
    return Step(
        finding_of(driver, DRIFTED, wanted, evidence, context),
        found,
        wanted,
        (*recording, *set_start(driver, start)),
        reboot_required=waits,
    )
