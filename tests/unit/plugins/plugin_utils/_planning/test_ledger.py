# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger tells what stood there before the collection came, whatever happened in between."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.ledger import (
    LEDGER,
    Ledger,
    ServerLedger,
    UnusableEntry,
    ledger_queries,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.names import CaseInsensitiveDict
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from tests.support.counting import calls_of
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
                "Format": "1",
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
    with pytest.raises(UnusableEntry, match=r"Ledger\\0001 of the ledger holds .* in Before.*mend it, or"):
        ledger(entry(Before=damaged)).open_entry("FAMv4")


# what is wrong with an open entry of FAMv4 -> what is said of it
UNUSABLE: dict[str, tuple[dict[str, Any], str]] = {
    "a newer format": ({"Format": "2"}, "has the Format 2, and 1 is the newest .*use the release that wrote it"),
    "a format of thousands of digits": ({"Format": "1" * 5_000}, "has the Format '1+...+, which is no number"),
    "a format that is a number": ({"Format": 1}, "has the Format 1, which is no number"),
    "a format of no form": ({"Format": "01"}, "has the Format '01', which is no number"),
    "closed by a number": ({"Closed": 1}, "has Closed = 1, which is no text"),
    "closed by nothing": ({"Closed": ""}, "has Closed = '', which is no text"),
    "closed at length": ({"Closed": "x" * 5_000}, "has a Closed of 5000 characters"),
    "a reason in bytes": ({"Reason": {"REG_BINARY": "00"}}, "has Reason = .*, which is no text"),
    "no time": ({"When": "yesterday"}, "has When = 'yesterday', which is no time"),
    "a code that is a text": ({"RefusedCode": "5"}, "has RefusedCode = '5', which is no number"),
    "names that are a text": ({"PutBack": "Start"}, "has PutBack = 'Start', which is no list of names"),
    "a state that is a number": ({"Before": 1}, "has Before = 1, which is no text"),
    "a state of no end": ({"After": "[" * 100_000}, "holds .* in After, which is no state"),
    "a number of no end": ({"Before": "1" * 10_000}, "holds .* in Before, which is no state"),
    "a state of two million characters": ({"Before": " " * (2 << 20)}, "has a Before of 2097152 characters"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_entry_of_no_form_stops_its_subject_and_no_other(case: str) -> None:
    values, message = UNUSABLE[case]
    one = ledger(entry(Subject="Other"), {**entry(), **values})
    for ask in (one.last_entry, one.open_entry, lambda name: one.enter(name, ORIGINAL, WANTED, "", NOW)):
        with pytest.raises(UnusableEntry, match=message) as raised:
            ask("FAMv4")
        assert (raised.value.key, raised.value.subject) == (f"{LEDGER}\\0002", "FAMv4")
        assert len(str(raised.value)) < 500
    assert [each.subject for each in one.last_entries()] == ["Other"]
    assert [each.subject for each in one.unusable_entries()] == ["FAMv4"]
    assert one.open_entry("Other")
    assert one.enter("A third", ORIGINAL, WANTED, "", NOW)[0] == f"{LEDGER}\\0003"


@pytest.mark.parametrize("values", [{"Format": "2"}, {"Before": "x"}, {"When": 1}])
def test_an_entry_of_no_form_that_is_closed_counts_for_nothing(values: dict[str, Any]) -> None:
    one = ledger({**entry(Closed="restored 2026-01-02T00:00:00Z"), **values})
    assert one.last_entry("FAMv4") is None
    assert one.unusable_entries() == []
    assert one.enter("FAMv4", ORIGINAL, WANTED, "", NOW)[0] == f"{LEDGER}\\0002"


def test_an_entry_of_a_newer_format_needs_no_after() -> None:
    newer = {"Resource": "filter_driver", "Subject": "FAMv4", "Format": "2", "State": "elsewhere"}
    with pytest.raises(UnusableEntry, match="has the Format 2"):
        ledger(entry(), newer).open_entry("FAMv4")


def numbered(*names: str, **values: Any) -> Ledger:
    """Return a ledger whose entries have these keys."""
    return ServerLedger(Snapshot({"registry": {f"{LEDGER}\\{name}": {**entry(), **values} for name in names}})).of(
        "filter_driver"
    )


@pytest.mark.parametrize("name", ["1", "00001", "0000", "9" * 9, "9" * 5_000])
def test_a_number_that_no_entry_has_is_refused_and_counts_for_no_other(name: str) -> None:
    one = numbered("0007", name)
    with pytest.raises(UnusableEntry, match="number") as raised:
        one.open_entry("FAMv4")
    assert len(str(raised.value)) < 1_000
    assert one.enter("Other", ORIGINAL, WANTED, "", NOW)[0] == f"{LEDGER}\\0008"
    assert numbered(name, Closed="by hand").last_entry("FAMv4") is None


def test_after_the_last_number_nothing_is_entered() -> None:
    with pytest.raises(UnusableEntry, match="99999999 of the ledger has the last number that there is"):
        numbered("99999999").enter("Other", ORIGINAL, WANTED, "", NOW)


@pytest.mark.parametrize("subject", [7, "", "x" * 5_000, ["FAMv4"]])
def test_an_entry_that_does_not_say_whose_it_is_is_named_by_its_key(subject: Any) -> None:
    one = ledger(entry(Subject="Other"), entry(Subject=subject))
    assert [(each.key, each.subject) for each in one.unusable_entries()] == [(f"{LEDGER}\\0002", "")]
    assert [each.subject for each in one.last_entries()] == ["Other"]


def test_the_rule_of_a_resource_is_asked_of_open_entries() -> None:
    snapshot = Snapshot({"registry": {f"{LEDGER}\\0001": entry(), f"{LEDGER}\\0002": entry(Subject="Other")}})
    one = ServerLedger(snapshot).of("filter_driver", lambda each: "is odd" if each.subject == "FAMv4" else "")
    with pytest.raises(UnusableEntry, match="0001 of the ledger is odd: nothing of it is restored or closed"):
        one.open_entry("FAMv4")
    assert one.open_entry("Other")


def use_all(subjects: int) -> int:
    """Count the calls that it takes to read a ledger, to ask for each subject, and to list all."""
    entries = {f"{LEDGER}\\{number:04d}": entry(Subject=f"S{number}") for number in range(1, subjects + 1)}
    snapshot = Snapshot({"registry": entries})

    def work() -> None:
        one = ServerLedger(snapshot).of("filter_driver")
        assert len(one.last_entries()) == subjects
        assert all(one.open_entry(f"S{number}") for number in range(1, subjects + 1))
        assert len({one.enter(f"New {number}", ORIGINAL, WANTED, "", NOW)[0] for number in range(subjects)}) == subjects

    return calls_of(work)


def test_a_thousand_subjects_are_read_in_one_pass() -> None:
    assert use_all(1_000) < 10.5 * use_all(100)


class Counted(Snapshot):
    """A snapshot that counts how often the values of a key are asked for."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__(document)
        self.asked: Counter[str] = Counter()

    def values(self, path: str) -> CaseInsensitiveDict[Any] | None:
        """Return the values of a key."""
        self.asked[path] += 1
        return super().values(path)


def test_each_key_is_read_once() -> None:
    snapshot = Counted(
        {"registry": {f"{LEDGER}\\{number:04d}": entry(Subject=f"S{number}") for number in range(1, 99)}}
    )
    one = ServerLedger(snapshot).of("filter_driver")
    for _unused in range(3):
        one.last_entries()
        one.open_entry("S7")
    assert set(snapshot.asked.values()) == {1}


def test_the_last_entry_of_every_subject_is_listed_once_the_oldest_first() -> None:
    entries = (entry(Subject="A"), entry(), entry(Subject="b"), entry(OTHER, Subject="FAMV4"), entry(Resource="other"))
    assert [(each.subject, each.before) for each in ledger(*entries).last_entries()] == [
        ("A", ORIGINAL),
        ("b", ORIGINAL),
        ("FAMV4", OTHER),
    ]
