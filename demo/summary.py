# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says what the demo has done, from the results that Ansible returned, and fails when a step did not do what it must.

Usage: python -m demo.summary SNAPSHOTS SCRATCH, where SCRATCH has the results of every step, the servers as they were when the
drivers were put back (restored), and as they are at the end (state).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from demo import offload_story
from demo.update_driver import update

DRIVER = "FAMv4"
STEPS = ("audit", "enforce", "again", "restore")
LEDGER = "HKLM\\SOFTWARE\\Server Baseline\\"
STARTS = ("starts at boot", "starts with the system", "starts by itself", "starts on demand", "disabled")
HEADINGS = ("SERVER", "FOUND", "CURED", "REBOOT", "SECOND RUN", "RESTORED")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Results = dict[str, dict[str, Any]]  # step -> what the task returned
Table = list[tuple[str, ...]]


def found(results: Results) -> str:
    """Say what the audit found of the driver."""
    state = results["audit"]["before"].get(DRIVER)
    return f"{DRIVER}, {state['status']}, {STARTS[state['Start']]}" if state else f"no {DRIVER}"


def cured(results: Results) -> str:
    """Say what enforcing did."""
    if not results["enforce"]["changed"]:
        return "nothing to cure"
    status = results["enforce"]["after"][DRIVER]["status"]
    return "disabled and stopped" if status == "stopped" else "disabled, runs until the reboot"


def server_state(path: Path, later: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
    """Return a server but for the collection's own record: keys with their values, and what the service manager says.

    later: what happened to the server since.
    """
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # a safe loader
    if later:
        later(document)
    registry = {key.lower(): values for key, values in document["registry"].items() if not key.startswith(LEDGER)}
    return {"registry": registry, "services": document["services"]}


def is_restored(snapshot: Path, state: Path) -> bool:
    """Tell whether a server is as it was, values and their types included; one that nothing was written to is."""
    return not state.exists() or server_state(snapshot) == server_state(state)


def faults(results: Results, restored: bool) -> Iterator[str]:
    """Yield what went otherwise than it must on one server."""
    missing = [step for step in STEPS if step not in results]
    if missing:
        yield f"there is no result of: {', '.join(missing)}"
        return
    for part in ("changed", "after", "reboot_required"):
        if results["audit"][part] != results["enforce"][part]:
            yield f"the audit foretold {part} {results['audit'][part]}, enforcing gave {results['enforce'][part]}"
    if results["again"]["changed"]:
        yield "the second run changed something"
    if results["restore"]["changed"] != results["enforce"]["changed"]:
        yield "restoring did not undo what enforcing did"
    if not restored:
        yield "the server is not as it was before"


def row(server: str, results: Results, restored: bool) -> tuple[str, ...]:
    """Return a line of the table."""
    reboot = "required" if results["enforce"]["reboot_required"] else "not required"
    again = "changed something" if results["again"]["changed"] else "changed nothing"
    return server, found(results), cured(results), reboot, again, "as before" if restored else "NOT as before"


def table(rows: Table) -> str:
    """Lay out lines in columns."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(each, widths, strict=True)) for each in rows)
    return "\n".join(line.rstrip() for line in lines)


def load_results(scratch: Path, server: str, steps: Iterable[str] = STEPS) -> Results:
    """Return what the steps returned on one server."""
    paths = {step: scratch / step / f"{server}.json" for step in steps}
    return {step: json.loads(path.read_text(encoding="utf-8")) for step, path in paths.items() if path.is_file()}


def drivers(snapshots: Path, scratch: Path) -> tuple[Table, list[str]]:
    """Return the table of the first part, and what went wrong in it."""
    rows: Table = [HEADINGS]
    wrong = []
    for snapshot in sorted(snapshots.glob("*.yml")):
        server, results = snapshot.stem, load_results(scratch, snapshot.stem)
        restored = is_restored(snapshot, scratch / "restored" / snapshot.name)
        wrong += [f"{server}: {fault}" for fault in faults(results, restored)]
        if set(results) == set(STEPS):
            rows.append(row(server, results, restored))
    return rows, wrong


def offload(snapshots: Path, scratch: Path) -> tuple[Table, list[str]]:
    """Return the table of the second part, and what went wrong in it."""
    server = offload_story.SERVER
    snapshot, state = (folder / f"{server}.yml" for folder in (snapshots, scratch / "state"))
    results = load_results(scratch, server, offload_story.STEPS)
    as_before = state.exists() and server_state(snapshot, update) == server_state(state)
    rows: Table = [offload_story.HEADINGS, *(offload_story.row(step, result) for step, result in results.items())]
    return rows, [f"{server}: {fault}" for fault in offload_story.faults(results, as_before)]


def main(snapshots: Path, scratch: Path) -> int:
    """Print the tables, and what went wrong; return the exit status."""
    print("\n==> What was found and done")
    wrong = []
    for part in (drivers, offload):
        rows, faults_of_part = part(snapshots, scratch)
        print(f"\n{table(rows)}")
        wrong += faults_of_part
    for line in wrong:
        print(f"demo: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
