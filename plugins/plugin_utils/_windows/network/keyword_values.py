# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""An adapter's keywords as the registry holds them: value, and what the driver says is allowed (facts C)."""

from __future__ import annotations

from dataclasses import dataclass

from ..._catalogue.keywords import undeclared_keywords
from ..._protocol.names import CaseInsensitiveDict
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, text_of, texts_of


@dataclass(frozen=True)
class Keyword:
    """One setting of an adapter's driver.

    name: as the driver spells it. value: as it stands in the class key, None when it is not there. default, minimum,
    maximum, step: as written, None when not said. effective: the text of the value, else the default, None when there
    is neither. allowed: the values of the enumeration, None when there is none. kind: enum, int, long, word, dword,
    edit or "". text: what the driver's dialog calls it, in the vendor's language. supported: whether Ndi\\params has
    it; only then may it be written.
    """

    name: str
    value: Value | None
    default: str | None = None
    effective: str | None = None
    allowed: tuple[str, ...] | None = None
    minimum: str | None = None
    maximum: str | None = None
    step: str | None = None
    kind: str = ""
    text: str = ""
    supported: bool = False


def keywords_of(snapshot: Snapshot, key: str) -> CaseInsensitiveDict[Keyword]:
    """Return the keywords of an adapter: those that its driver declares, and standardized ones that only have a value.

    key: full path of the class key.
    """
    values = snapshot.values(key) or CaseInsensitiveDict[Value]({})
    declared = {name.lower(): name for name in snapshot.subkeys(f"{key}\\Ndi\\params")}
    # What the class key holds as text under a standardized name is a setting; *IfType and its like are numbers.
    bare = {name.lower(): name for name, value in values.items() if _is_bare_keyword(name, value)}
    names = {**bare, **declared}
    return CaseInsensitiveDict(
        {names[each]: _keyword(snapshot, key, names[each], values.get(names[each])) for each in sorted(names)}
    )


def _is_bare_keyword(name: str, value: Value) -> bool:
    """Tell whether a value of the class key is a keyword, although no driver need declare it."""
    return (name.startswith("*") and isinstance(value, str)) or name.lower() in undeclared_keywords()


def _keyword(snapshot: Snapshot, key: str, name: str, value: Value | None) -> Keyword:
    path = f"{key}\\Ndi\\params\\{name}"
    schema = snapshot.values(path)
    if schema is None:
        return Keyword(name, value, effective=_written(value))
    default = _written(schema.get("default"))
    choices = snapshot.values(f"{path}\\enum")
    return Keyword(
        name,
        value,
        default=default,
        effective=default if value is None else _written(value),
        allowed=tuple(choices) if choices else None,
        minimum=_written(schema.get("min")),
        maximum=_written(schema.get("max")),
        step=_written(schema.get("step")),
        kind=text_of(schema.get("type")).lower(),
        text=text_of(schema.get("ParamDesc")),
        supported=True,
    )


def _written(value: Value | None) -> str | None:
    """Return a value of a text or number type as text, None for any other: no driver reads its settings from bytes."""
    return str(value) if isinstance(value, int) else next(iter(texts_of(value)), None) if value is not None else None
