# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The option waive, which every module that judges has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._protocol.days import is_day
from .resource import BadOption
from .waivers import NO_WAIVERS, Waiver, Waivers

WAIVE: dict[str, dict[str, Any]] = {
    "waive": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {field: {"type": "str"} for field in ("finding", "subject", "until", "by", "reason", "variable")},
    },
}
"""The option, as AnsibleModule takes it. variable: what messages call the entry. What must be given is checked below,
since messages of Ansible would not say where it is missing."""

_EVERYTHING = "*"
_PURPOSES = {"finding": "which findings it is for", "by": "who gives it", "reason": "why"}
_BRINGS_BACK = ("enabled", "restored")


def read_waivers(arguments: Mapping[str, Any]) -> Waivers:
    """Return the waivers of a task. Raises BadOption.

    arguments: as ARGUMENT_SPEC has validated them. A task that enables or restores brings back what somebody asks for,
    so no waiver keeps it from that.
    """
    given: Sequence[Mapping[str, str | None]] = arguments.get("waive") or ()
    waivers = tuple(_waiver(fields.get("variable") or f"waive[{place}]", fields) for place, fields in enumerate(given))
    return NO_WAIVERS if arguments.get("state") in _BRINGS_BACK else Waivers(waivers)


def _waiver(place: str, fields: Mapping[str, str | None]) -> Waiver:
    """Return a waiver. place: what messages call it."""
    given = {field: fields.get(field) or "" for field in ("finding", "until", "by", "reason")}
    for field, purpose in _PURPOSES.items():
        if not given[field].strip():
            raise BadOption(f"{place}.{field} is {given[field]!r}: say {purpose}")
    if not is_day(given["until"]):
        raise BadOption(f"{place}.until is {given['until']!r}: give its last day, such as 2026-12-31")
    return Waiver(subject=_subject(place, given["finding"], fields.get("subject")), **given)


def _subject(place: str, finding: str, subject: str | None) -> str:
    if subject is None and finding == _EVERYTHING:
        return _EVERYTHING
    if not (subject or "").strip():
        raise BadOption(
            f"{place}.subject is missing: say which subject of {finding} it is for, or '*' for each; "
            "only a waiver of finding '*', for the whole server, needs none"
        )
    return str(subject)
