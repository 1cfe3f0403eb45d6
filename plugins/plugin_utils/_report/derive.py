# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Findings as a report needs them, from findings as modules return them.

A finding that says who acts is taken as it is. From another one, the fields that it lacks are derived here and nowhere
else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._protocol import vocabulary as words

Raw = Mapping[str, Any]

_ACTS = {
    words.DRIFTED: words.ENFORCE,
    words.PENDING: words.RESTART,
    words.ATTENTION: words.DECIDE,
    words.REFUSED: words.DECIDE,
    words.UNKNOWN: words.DECIDE,
}
_SEVERITIES = {
    words.DRIFTED: words.WARNING,
    words.PENDING: words.WARNING,
    words.ATTENTION: words.WARNING,
    words.REFUSED: words.ERROR,
    words.UNKNOWN: words.WARNING,
}
_FROM_AGE = "nic_driver.driver-age"
_VERSION_OF = re.compile(r"[^:]*: (.+)")


def complete(raw: Raw) -> dict[str, Any]:
    """Return a finding with every field of a report's finding. raw: with id, subject and status at least."""
    finding = {**_defaults(raw), **{name: value for name, value in raw.items() if value or name in _DATA}}
    if not raw.get("title"):
        finding |= _as_now(finding)
    finding["severity"] = _severity(finding) if not raw.get("title") else raw["severity"]
    finding["title"] = raw.get("title") or _title(finding)
    return finding


_DATA = ("found", "wanted")


def _defaults(raw: Raw) -> dict[str, Any]:
    texts = dict.fromkeys(("kind", "why", "fix", "source"), "")
    return {"found": None, "wanted": None, "evidence": [], "act": words.NONE, **texts, "kind": _kind(raw)}


def _as_now(finding: Raw) -> dict[str, Any]:
    """Return status and act of a finding that does not say who acts: what Ansible would not change is no drift."""
    status = finding["status"]
    if status == words.DRIFTED and not _ansible_changes(finding):
        status = words.ATTENTION
    if finding["id"] == _FROM_AGE and status in words.OPEN:
        return {"status": words.ATTENTION, "act": words.NONE}
    act = _ACTS.get(status, words.NONE)
    return {"status": status, "act": words.UPDATE if status == words.ATTENTION and _is_nic(finding) else act}


def _ansible_changes(finding: Raw) -> bool:
    return finding["wanted"] is not None and not _is_nic(finding)


def _is_nic(finding: Raw) -> bool:
    return str(finding["id"]).partition(".")[0] == "nic_driver"


def _kind(raw: Raw) -> str:
    rule, _unused, advisory = str(raw["id"]).partition(".")
    return advisory if rule == "nic_driver" else ""


def _severity(finding: Raw) -> str:
    status = finding["status"]
    if status == words.ATTENTION and finding["act"] == words.NONE:
        return words.INFO
    return _SEVERITIES.get(status, words.INFO)


def _title(finding: Raw) -> str:
    """Return what is to be read of a finding, the same on every server with the same cause."""
    make = _TITLES.get(finding["status"], _calm_title)
    return make(finding)


def _first(finding: Raw) -> str:
    return str(next(iter(finding["evidence"]), ""))


def _with_reason(start: str, finding: Raw) -> str:
    reason = _first(finding)
    return f"{start}: {reason}" if reason else start


def _calm_title(finding: Raw) -> str:
    status = words.WORDS.get(finding["status"], finding["status"])
    return f"{finding['subject']} is {status}"


def _drifted_title(finding: Raw) -> str:
    subject, wanted = finding["subject"], finding["wanted"]
    turned = {"disabled": "Turn off", "enabled": "Turn on"}.get(str(wanted))
    return f"{turned} {subject}" if turned else f"Set {subject}"


def _attention_title(finding: Raw) -> str:
    if finding["act"] == words.NONE:
        return "Network driver is older than 365 days" if finding["id"] == _FROM_AGE else _first(finding)
    if finding["act"] == words.UPDATE:
        return f"Update the network driver {_version(finding)}{_needed(finding['wanted'])}"
    return _with_reason(finding["subject"], finding)


def _version(finding: Raw) -> str:
    """Return vendor and version, "Broadcom 3.5.8.0", which the first evidence of an advisory begins with."""
    return re.split(r" (?:<|<=|is) ", _first(finding))[0]


def _needed(wanted: Any) -> str:
    needed = [str(each.get("needed", "")) for each in wanted or () if isinstance(each, Mapping)]
    texts = [_in_words(text) for text in needed if text]
    return f": {' and '.join(texts)} is needed" if texts else ""


def _in_words(version: str) -> str:
    """Return which version is needed; one that stands alone is the first of the good ones."""
    if version.startswith("after "):
        return f"later than {version[6:]}"
    return version if " " in version else f"{version} or later"


def _refused_title(finding: Raw) -> str:
    return _with_reason(f"{finding['subject']} is refused", finding)


def _unknown_title(finding: Raw) -> str:
    evidence = [str(text) for text in finding["evidence"]]
    if finding["id"] == "tcp_offload" and len(evidence) > 1 and evidence[0].startswith("no advisory says"):
        named = _VERSION_OF.fullmatch(evidence[1])
        return f"No advisory knows the network driver {named[1] if named else evidence[1]}"
    reason = _first(finding)
    return f"Could not be judged: {reason}" if reason else f"{finding['subject']} could not be judged"


_TITLES = {
    words.DRIFTED: _drifted_title,
    words.ATTENTION: _attention_title,
    words.PENDING: lambda finding: f"{finding['subject']} takes effect with a restart",
    words.REFUSED: _refused_title,
    words.UNKNOWN: _unknown_title,
}
