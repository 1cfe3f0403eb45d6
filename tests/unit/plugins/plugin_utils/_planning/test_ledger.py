# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger tells what stood there before the collection came, whatever happened in between."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.ledger import (
    LEDGER,
    DamagedLedger,
    Ledger,
    ServerLedger,
    ledger_queries,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from tests.support.servers import read

NOW = "2026-11-23T14:00:00Z"
ORIGINAL = {"Start": 1, "status": "running"}
WANTED = {"Start": 4, "status": "stopped"}
OTHER = {"Start": 3, "status": "stopped"}


def entry(before: Any = None, after: Any = None, **values: Any) -> dict[str, Any]:
    """Return the values of an entry's key."""
    states = {"Before": json.dumps(before or ORIGINAL), "After": json.dumps(after or WANTED)}
    return {"Resource": "filter_driver", "Subject": "FAMv4", "When": "2026-01-01T00:00:00Z", **states, **values}


def ledger(*entries: dict[str, Any]) -> Ledger:
    """Return a ledger with entries 0001, 0002, ..."""
    registry = {f"{LEDGER}\\{number:04d}": values for number, values in enumerate(entries, 1)}
    return ServerLedger(read({"registry": registry}, ledger_queries())).of("filter_driver")


def entered(found: dict[str, Any], wanted: dict[str, Any], *entries: dict[str, Any]) -> tuple[str, Any, list[str]]:
    """Return what entering a change does: the key, the state kept (None: no new entry), the entries closed."""
    key, operations = ledger(*entries).enter("FAMv4", found, wanted, "why", NOW)
    kept = [json.loads(each.values["Before"]) for each in operations if isinstance(each, op.LedgerEntry)]
    closed = [each.key for each in operations if isinstance(each, op.SetValue)]
    return (
        key.removeprefix(f"{LEDGER}\\"),
        kept[0] if kept else None,
        [each.removeprefix(f"{LEDGER}\\") for each in closed],
    )


# what stands there, what is wanted, the entry that there is: key, state kept, entries closed
ENTERED: dict[str, tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]], tuple[str, Any, list[str]]]] = {
    "the first change": (ORIGINAL, WANTED, [], ("0001", ORIGINAL, [])),
    "cut off before the change: the state is the same, so either entry would do": (
        ORIGINAL,
        WANTED,
        [entry()],
        ("0002", ORIGINAL, ["0001"]),
    ),
    "cut off within the change": ({"Start": 4, "status": "running"}, WANTED, [entry()], ("0001", None, [])),
    "a part restored by someone": ({"Start": 1, "status": "stopped"}, WANTED, [entry()], ("0001", None, [])),
    "another change of our own": (WANTED, OTHER, [entry()], ("0002", ORIGINAL, ["0001"])),
    "a change after someone's": (OTHER, WANTED, [entry()], ("0002", OTHER, ["0001"])),
    "a change after a restore": (OTHER, WANTED, [entry(Closed="restored")], ("0002", OTHER, [])),
    "an entry of another driver": (ORIGINAL, WANTED, [entry(Subject="Other")], ("0002", ORIGINAL, [])),
    "an entry of another resource": (ORIGINAL, WANTED, [entry(Resource="tcp_offload")], ("0002", ORIGINAL, [])),
    "an entry that was itself cut off": (
        ORIGINAL,
        WANTED,
        [{"Resource": "filter_driver", "Subject": "FAMv4"}],
        ("0002", ORIGINAL, []),
    ),
    "a new field is wanted": (ORIGINAL, {"Group": "x"}, [entry()], ("0002", ORIGINAL, ["0001"])),
}


@pytest.mark.parametrize("case", ENTERED)
def test_a_change_is_entered_with_the_state_to_come_back_to(case: str) -> None:
    found, wanted, entries, expected = ENTERED[case]
    assert entered(found, wanted, *entries) == expected


def test_an_entry_says_what_when_and_why() -> None:
    key, operations = ledger().enter("FAMv4", ORIGINAL, WANTED, "hangs Exchange", NOW)
    assert operations == [
        op.LedgerEntry(
            key,
            {
                "Resource": "filter_driver",
                "Subject": "FAMv4",
                "When": NOW,
                "Reason": "hangs Exchange",
                "Before": '{"Start": 1, "status": "running"}',
                "After": '{"Start": 4, "status": "stopped"}',
            },
        )
    ]
    (entered_first,) = operations
    assert isinstance(entered_first, op.LedgerEntry)
    assert list(entered_first.values)[-1] == "After"  # its presence says that the entry is whole


def test_an_entry_is_superseded_at_the_time_of_the_change() -> None:
    _unused, operations = ledger(entry()).enter("FAMv4", OTHER, WANTED, "", NOW)
    assert operations[1] == op.SetValue(f"{LEDGER}\\0001", "Closed", f"superseded {NOW}", None)


def test_two_changes_of_one_task_have_two_entries() -> None:
    one = ledger(entry(Closed="restored"))
    keys = [one.enter(name, ORIGINAL, WANTED, "", NOW)[0] for name in ("A", "B")]
    assert keys == [f"{LEDGER}\\0002", f"{LEDGER}\\0003"]


def test_the_last_entry_of_a_subject_counts_whatever_the_case() -> None:
    found = ledger(entry(), entry(Closed="superseded"), entry(OTHER, Reason="again"), entry(Subject="X")).open_entry(
        "famV4"
    )
    assert found
    assert (found.key, found.before, found.reason) == (f"{LEDGER}\\0003", OTHER, "again")


def test_a_closed_entry_is_not_open() -> None:
    one = ledger(entry(), entry(Closed="restored 2026", RefusedCode=1052))
    last = one.last_entry("FAMv4")
    assert one.open_entry("FAMv4") is None
    assert last
    assert (last.closed, last.refused_code) == ("restored 2026", 1052)


def test_entries_are_in_the_order_of_their_numbers_not_of_their_names() -> None:
    registry = {f"{LEDGER}\\9999": entry(), f"{LEDGER}\\10000": entry(OTHER), f"{LEDGER}\\Notes": {"": "by hand"}}
    one = ServerLedger(Snapshot({"registry": registry})).of("filter_driver")
    found = one.open_entry("FAMv4")
    assert found
    assert found.before == OTHER
    assert one.enter("Other", ORIGINAL, WANTED, "", NOW)[0] == f"{LEDGER}\\10001"


@pytest.mark.parametrize("damaged", ["", "{", "[1]", "null"])
def test_a_damaged_entry_is_named_with_the_remedy(damaged: str) -> None:
    with pytest.raises(DamagedLedger, match=r"Ledger\\0001\\Before of the ledger holds .*mend it, or delete the key"):
        ledger(entry(Before=damaged)).open_entry("FAMv4")


def test_the_last_entry_of_every_subject_is_listed_once_the_oldest_first() -> None:
    entries = (entry(Subject="A"), entry(), entry(Subject="b"), entry(OTHER, Subject="FAMV4"), entry(Resource="other"))
    assert [(each.subject, each.before) for each in ledger(*entries).last_entries()] == [
        ("A", ORIGINAL),
        ("b", ORIGINAL),
        ("FAMV4", OTHER),
    ]
