# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of advisories in docs/nic_drivers.md, made of the catalogue: a part of the page between two marks.

`python -m tests.support.advisory_table` writes that part anew; a test compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.nic_advisories import known_advisories
from tests.support import ROOT

PAGE = ROOT / "docs" / "nic_drivers.md"
BEGIN = "<!-- made by python -m tests.support.advisory_table -->"
END = "<!-- end of what is made -->"

_VERSIONS = {"at_least": "{} or later", "above": "later than {}", "below": "before {}", "at_most": "{} or earlier"}
_OF = {
    "driver_file": "driver's file ",
    "bus_driver": "bus driver ",
    "team": "teaming driver ",
    "tcpip": "tcpip.sys ",
    "windows": "Windows ",
}


def table() -> str:
    """Return the table with its marks."""
    head = "| id | requirement | affects | severity | source |\n| --- | --- | --- | --- | --- |"
    return "\n".join((BEGIN, "", head, *map(_row, known_advisories()), "", END))


def renewed(page: str) -> str:
    """Return the page with the table of today."""
    before, _begin, rest = page.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{table()}{after}"


def _row(entry: Mapping[str, Any]) -> str:
    affects = ", ".join((*entry["affects"], *(f"needs {each}" for each in entry.get("needs", ())))) or "nothing"
    where = " of the adapter" if entry.get("scope") == "adapter" else ""
    requirement = "; ".join(_requirement(entry["requirement"]))
    cells = (f"`{entry['id']}`", requirement, f"{affects}{where}", entry["severity"], entry["source"])
    return f"| {' | '.join(str(each).replace('|', chr(92) + '|').replace('*', chr(92) + '*') for each in cells)} |"


def _requirement(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield each requirement in words."""
    of = said.get("product", "") + " " if "product" in said else _OF.get(said.get("of", ""), "")
    yield from (f"{of}{words.format(said[name])}" for name, words in _VERSIONS.items() if name in said)
    if "not" in said:
        yield f"{of}not {', '.join(said['not'])}"
    if "not_before" in said:
        yield f"of {said['not_before']} or later"
    if "max_age_days" in said:
        yield f"not older than {said['max_age_days']} days"
    if "provider" in said:
        yield f"the driver of {said['provider']}"
    if "hotfix" in said:
        yield " or ".join(said["hotfix"])
    yield from (f"{name} {_value(wanted)}" for name, wanted in said.get("keyword", {}).items())
    yield from (f"{word}: {said[name]}" for name, word in (("never", "none"), ("unknown", "unknown")) if name in said)


def _value(wanted: Any) -> str:
    if isinstance(wanted, Mapping):
        return " and ".join(f"{name.replace('_', ' ')} {bound}" for name, bound in wanted.items())
    return " or ".join(wanted) if isinstance(wanted, list) else str(wanted)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
