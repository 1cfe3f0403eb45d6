# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says what the demo has done, from the results that Ansible returned, and fails when a step did not do what it must.

Usage: python -m demo.summary SNAPSHOTS SCRATCH, where SCRATCH has the results of every step, and the servers as they
are at the end (state).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from demo.update_driver import update

STEPS = ("audit", "predicted", "enforce", "again", "reenable", "settled", "restore")
UPDATED = "ex2003"
LEDGER = "HKLM\\SOFTWARE\\Server Baseline\\"
HEADINGS = ("SERVER", "DRIVER LEFT BEHIND", "TCP OFFLOAD", "REBOOT", "SECOND RUN", "NEW DRIVER", "RESTORED")
NOTHING = "no change"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Result = dict[str, Any]
Results = dict[str, Result]  # step -> what the task returned
Table = list[tuple[str, ...]]


def states(result: Result, module: str, when: str) -> dict[str, Any]:
    """Return subject -> state of one module. when: before or after."""
    found: dict[str, Any] = result[when].get(module, {})
    return found


def drivers(results: Results) -> str:
    """Say what became of the drivers that were left behind, or that one was found which enforcing leaves alone."""
    before, after = (states(results["enforce"], "win_filter_driver", when) for when in ("before", "after"))
    said = [f"{name} {_fate(before[name], state)}" for name, state in after.items()]
    orphans = [each["subject"] for each in results["audit"]["findings"] if each["id"] == "filter_driver"]
    said += [f"{name} found" for name in orphans if name not in after]
    return ", ".join(said) or "none"


def _fate(before: Result, after: Result) -> str:
    if before == after:
        return "disabled before"
    return "disabled, stopped" if after["status"] == "stopped" else "disabled, runs on"


def offload(result: Result) -> str:
    """Say which features a run turned off or on."""
    before, after = (states(result, "win_tcp_offload", when) for when in ("before", "after"))
    turned = {name: state["state"] for name, state in after.items() if state != before.get(name)}
    said = [
        f"{', '.join(names)} {word}"
        for word, set_to in (("off", "disabled"), ("on", "enabled"))
        if (names := [name for name, state in turned.items() if state == set_to])
    ]
    return "; ".join(said) or NOTHING


def why(results: Results) -> list[str]:
    """Say why features were turned off, and why they came back."""
    findings = [
        each
        for step in ("enforce", "reenable")
        for each in results[step]["findings"]
        if each["id"] == "tcp_offload" and each["status"] in ("fixed", "pending")
    ]
    return list(dict.fromkeys(each["evidence"][0] for each in findings))


def server_state(path: Path, *, updated: bool = False) -> dict[str, Any]:
    """Return a server but for the collection's own record: keys with their values, what the service manager and netsh
    say.

    updated: as it is once its driver was updated.
    """
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # a safe loader
    if updated:
        update(document)
    registry = {key.lower(): values for key, values in document["registry"].items() if not key.startswith(LEDGER)}
    return {"registry": registry, **{part: document.get(part) for part in ("services", "commands")}}


def is_restored(snapshot: Path, state: Path, *, updated: bool = False) -> bool:
    """Tell whether a server is as it was, values and their types included; one that nothing was written to is."""
    return not state.exists() or server_state(snapshot, updated=updated) == server_state(state)


def faults(results: Results, *, updated: bool, restored: bool) -> Iterator[str]:
    """Yield what went otherwise than it must on one server. updated: whether it got a new network driver."""
    missing = [step for step in STEPS if step not in results]
    if missing:
        yield f"there is no result of: {', '.join(missing)}"
        return
    for part in ("changed", "after", "reboot_required"):
        if results["predicted"][part] != results["enforce"][part]:
            yield f"check mode predicted {part} {results['predicted'][part]}, enforcing gave {results['enforce'][part]}"
    for step in ("again", "settled"):
        if results[step]["changed"]:
            yield f"the step {step} changed something"
    if results["reenable"]["changed"] != updated:
        there = "there" if updated else "not there"
        yield f"a new driver is {there}, but re-enabling gave changed {results['reenable']['changed']}"
    if results["restore"]["changed"] != results["enforce"]["changed"]:
        yield "restoring did not undo what enforcing did"
    if not restored:
        yield "the server is not as it was before"


def row(server: str, results: Results, restored: bool) -> tuple[str, ...]:
    """Return a line of the table."""
    reboot = "yes" if results["enforce"]["reboot_required"] else "no"
    again = "changed something" if results["again"]["changed"] else NOTHING
    back = "as before" if restored else "NOT as before"
    return server, drivers(results), offload(results["enforce"]), reboot, again, offload(results["reenable"]), back


def table(rows: Table) -> str:
    """Lay out lines in columns."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(each, widths, strict=True)) for each in rows)
    return "\n".join(line.rstrip() for line in lines)


def load_results(scratch: Path, server: str) -> Results:
    """Return what the steps returned on one server."""
    paths = {step: scratch / step / f"{server}.json" for step in STEPS}
    return {step: json.loads(path.read_text(encoding="utf-8")) for step, path in paths.items() if path.is_file()}


def main(snapshots: Path, scratch: Path) -> int:
    """Print what was done, and what went wrong; return the exit status."""
    rows, reasons, wrong = [HEADINGS], [], []
    for snapshot in sorted(snapshots.glob("*.yml")):
        server, updated = snapshot.stem, snapshot.stem == UPDATED
        results = load_results(scratch, server)
        restored = is_restored(snapshot, scratch / "state" / snapshot.name, updated=updated)
        wrong += [f"{server}: {fault}" for fault in faults(results, updated=updated, restored=restored)]
        if set(results) == set(STEPS):
            rows.append(row(server, results, restored))
            reasons += [f"{server}: {reason}" for reason in why(results)]
    print("\n==> What was found and done\n", table(rows), "", *reasons, sep="\n")
    for line in wrong:
        print(f"demo: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
