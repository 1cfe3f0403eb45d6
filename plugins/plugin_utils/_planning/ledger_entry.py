# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""One entry of the ledger: how its key is read, and which are refused. ledger.py shows the form."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from .._protocol import operations as op
from .._protocol.errors import CollectionError
from .._protocol.names import CaseInsensitiveDict
from .._protocol.text import shown
from .._protocol.values import Value, is_number

LEDGER_FORMAT = 1
"""The newest form of an entry that this release knows, and writes. An entry without Format is of the first."""

_SHORT, _LONG = 1_024, 1 << 20  # characters of a name or a time, and of a state or a text of the user
_NUMBER = re.compile(r"(?!0000$)[0-9]{4}|[1-9][0-9]{4,7}")  # as this collection writes it, of at most eight digits
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_REMEDY = "nothing of it is restored or closed; mend it, or delete the key and set by hand what the server had before"
_NEWER = "nothing of it is restored or closed; use the release that wrote it, or a newer one"


class UnusableEntry(CollectionError, ValueError):
    """An entry of which nothing may be restored. The message names it, what is wrong with it, and the remedy.

    key: of the entry. subject: whose entry it is, "" where that is not known. why: what is wrong, without the key.
    remedy: what to do.
    """

    def __init__(self, key: str, subject: str, why: str, remedy: str = _REMEDY) -> None:
        super().__init__(f"{shown(key)} of the ledger {why}: {remedy}")
        self.key, self.subject, self.why, self.remedy = key, subject, why, remedy


@dataclass(frozen=True)
class Entry:
    """One entry. before, after: state of the subject, field by field. refused_code: None when Windows refused nothing.

    closed: "" while the entry is open. review_when: "" when the task did not say. put_back: names of values that a
    command had damaged. last_shutdown: "" when that was not known, or of no interest. causes: ids of what the change is
    because of, in the resource's terms. format: of the entry, see LEDGER_FORMAT. restarted: when the collection last
    restarted the adapter whose setting it is, "" where it did not.
    """

    key: str
    subject: str
    when: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    refused_code: int | None = None
    closed: str = ""
    review_when: str = ""
    put_back: tuple[str, ...] = ()
    last_shutdown: str = ""
    causes: tuple[str, ...] = ()
    format: int = LEDGER_FORMAT
    restarted: str = ""

    @property
    def written(self) -> dict[str, Any]:
        """The state that the entry's change left, or that was restored."""
        return self.before if self.closed else self.after

    @property
    def set_on(self) -> str:
        """When the state was set that the entry left, or restored: ISO 8601 in UTC."""
        return self.closed.rpartition(" ")[2] or self.when

    def close(self, how: str, now: str) -> op.SetValue:
        """Return the operation that closes the entry. how: "restored" or "superseded"."""
        return op.SetValue(self.key, "Closed", f"{how} {now}", None)

    def is_under_way(self, found: Mapping[str, Any]) -> bool:
        """Tell whether a state is what the entry's change made of the server, wholly or in part."""
        whole = {name: found.get(name) for name in {**self.before, **self.after}}
        return found != self.before and not self.changed_since(whole)

    def changed_since(self, found: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the fields of a state that are neither as before the change nor as after it: somebody else changed
        these since. Fields that the entry does not have are not compared."""
        return tuple(
            name
            for name, now in found.items()
            if name in {**self.before, **self.after} and now not in (self.before.get(name), self.after.get(name))
        )


EntryRule: TypeAlias = Callable[[Entry], str]
"""Says why an entry cannot be one of a resource, such as "has the field X, which ..."; "" where it can be."""


def any_entry(entry: Entry) -> str:
    """Take every entry that has the form of one."""
    return ""


def why_no_number(name: str) -> str:
    """Return what is wrong with the name of an entry's key, "" for the number of one."""
    if _NUMBER.fullmatch(name):
        return ""
    if len(name) > 8:
        return "has a number of more than eight digits, which no entry has"
    return "is not numbered as an entry is, such as 0001"


def is_closed(values: Mapping[str, Value]) -> bool:
    """Tell whether an entry says in the right form that it is closed."""
    closed = values.get("Closed")
    return isinstance(closed, str) and 0 < len(closed) <= _SHORT


def is_entered(values: Mapping[str, Value]) -> bool:
    """Tell whether an entry is whole. Of a format that this release does not know, each may be."""
    return "After" in values or values.get("Format", "1") != "1"


def read_entry(key: str, values: CaseInsensitiveDict[Value]) -> Entry:
    """Return the entry in a key. Raises UnusableEntry.

    values: of the key. Only Format, Resource, Subject and Closed mean the same in every format.
    """
    subject = shown_subject(values)
    _check_format(key, subject, values)
    for why in (why_no_number(key.rpartition("\\")[2]), *_faults(values)):
        if why:
            raise UnusableEntry(key, subject, why)
    text = {name: str(values.get(name, "")) for name in (*_NEEDED, *_NOTES)}
    before, after = (_state(key, subject, name, text[name]) for name in ("Before", "After"))
    code, put_back = values.get("RefusedCode"), tuple(values.get("PutBack") or ())
    closed, review, shutdown = text["Closed"], text["ReviewWhen"], text["LastShutdown"]
    causes = tuple(filter(None, text["Causes"].split(",")))
    known = (before, after, code, closed, review, put_back, shutdown, causes)
    return Entry(key, subject, text["When"], text["Reason"], *known, restarted=text["Restarted"])


_NEEDED = {"Subject": _SHORT, "When": _SHORT, "Before": _LONG, "After": _LONG}
_NOTES = {
    **dict.fromkeys(("Reason", "ReviewWhen", "Causes"), _LONG),
    **dict.fromkeys(("LastShutdown", "Restarted", "Closed"), _SHORT),
}


def shown_subject(values: Mapping[str, Value]) -> str:
    """Return whose entry it is, "" where it does not say so in the right form."""
    subject = values.get("Subject")
    return subject if isinstance(subject, str) and len(subject) <= _SHORT else ""


def _check_format(key: str, subject: str, values: Mapping[str, Value]) -> None:
    said = values.get("Format", "1")
    if not isinstance(said, str) or not re.fullmatch(r"[1-9][0-9]{0,3}", said):
        raise UnusableEntry(key, subject, f"has the Format {brief(said)}, which is no number")
    if int(said) > LEDGER_FORMAT:
        why = f"has the Format {said}, and {LEDGER_FORMAT} is the newest that this release knows"
        raise UnusableEntry(key, subject, why, _NEWER)


def _faults(values: Mapping[str, Value]) -> Iterator[str]:
    """Yield what is wrong with the values of an entry."""
    yield from _faults_of_texts(values)
    if not _TIME.fullmatch(str(values.get("When"))):
        yield f"has When = {brief(values.get('When'))}, which is no time"
    code, put_back = values.get("RefusedCode"), values.get("PutBack")
    if code is not None and not is_number(code):
        yield f"has RefusedCode = {brief(code)}, which is no number"
    if put_back is not None and not _is_texts(put_back):
        yield f"has PutBack = {brief(put_back)}, which is no list of names"


def _faults_of_texts(values: Mapping[str, Value]) -> Iterator[str]:
    for name, longest in (*_NEEDED.items(), *_NOTES.items()):
        value = values.get(name)
        if value is None and name in _NOTES:
            continue
        if not isinstance(value, str) or (name in ("Closed", "Subject") and not value):
            yield f"has {name} = {brief(value)}, which is no text"
        elif len(value) > longest:
            yield f"has a {name} of {len(value)} characters; {longest} is the most that an entry has"


def _is_texts(value: Value) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and len(each) <= _SHORT for each in value)


def _state(key: str, subject: str, name: str, text: str) -> dict[str, Any]:
    try:
        state = json.loads(text)
    except (ValueError, RecursionError):
        state = None
    if not isinstance(state, dict):
        raise UnusableEntry(key, subject, f"holds {brief(text)} in {name}, which is no state that can be restored")
    return state


def brief(value: Value) -> str:
    """Show a value in a sentence, not more of it than fits there."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}..."
