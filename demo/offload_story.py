# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the demo's second part did on one server: a driver takes TCP offload away, and its successor brings it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

SERVER = "ex2003"
# step -> what its line is called
STEPS = {
    "offload_audit": "audit, nothing is written",
    "offload": "enforce",
    "offload_again": "again",
    "offload_updated": "after the driver's update",
    "offload_settled": "again",
}
HEADINGS = (SERVER, "TCP OFFLOAD", "REBOOT", "WHY")
PACK = {"chimney", "rss", "netdma"}

Results = dict[str, dict[str, Any]]  # step -> what the task returned


def turned(result: dict[str, Any]) -> str:
    """Say what a run changed."""
    states = {
        subject: state["state"] for subject, state in result["after"].items() if state != result["before"][subject]
    }
    return "; ".join(
        f"{', '.join(subjects)} {word}"
        for word in ("disabled", "enabled")
        if (subjects := [subject for subject, state in states.items() if state == word])
    )


def row(step: str, result: dict[str, Any]) -> tuple[str, ...]:
    """Return a line of the table."""
    why = dict.fromkeys(finding["evidence"][0] for finding in result["findings"])
    reboot = "required" if result["reboot_required"] else "not required"
    return STEPS[step], turned(result) or "changed nothing", reboot, " / ".join(why)


def faults(results: Results, as_before: bool) -> Iterator[str]:
    """Yield what went otherwise than it must. as_before: whether the server now differs in its driver alone."""
    missing = [step for step in STEPS if step not in results]
    if missing:
        yield f"there is no result of: {', '.join(missing)}"
        return
    audit, off, again, on, settled = (results[step] for step in STEPS)
    if audit["after"] != off["after"]:
        yield f"the audit foretold {turned(audit)}, enforcing gave {turned(off)}"
    if {state["state"] for subject, state in off["after"].items() if subject in PACK} != {"disabled"}:
        yield "the old driver did not take the pack away"
    if {state["state"] for subject, state in on["after"].items() if subject in PACK} != {"enabled"}:
        yield "the new driver did not bring the pack back"
    if again["changed"] or settled["changed"]:
        yield "a second run changed something"
    if not as_before:
        yield "the server differs in more than its driver"
