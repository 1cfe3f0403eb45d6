# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The keywords that friendly names stand for, and the other standardized ones: keywords.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from .data import read

_DATA = read("keywords.yml")


@dataclass(frozen=True)
class GroupKeyword:
    """One keyword of a group; keywords.yml says what the fields mean. family: "ipv4", "ipv6" or ""."""

    name: str
    enabled: str
    family: str = ""


@dataclass(frozen=True)
class ValueKeyword:
    """The keyword that an option gives a value. words: word of the option -> value; none where it is a number."""

    name: str
    words: Mapping[str, str] = field(default_factory=dict, hash=False)

    def value_of(self, said: str) -> str:
        """Return what the option says as the registry holds it."""
        return self.words.get(said, said)

    def word_of(self, value: str) -> str:
        """Return a value in the option's words; as it is where it has none."""
        return next((word for word, each in self.words.items() if each == value), value)


@cache
def value_keywords() -> dict[str, ValueKeyword]:
    """Return the options that give one keyword a value: option -> keyword."""
    return {option: ValueKeyword(**each) for option, each in _DATA["values"].items()}


@cache
def keyword_groups() -> dict[str, tuple[GroupKeyword, ...]]:
    """Return the groups: friendly name -> keywords."""
    return {name: tuple(GroupKeyword(**each) for each in group) for name, group in _DATA["groups"].items()}


@cache
def standardized_keywords() -> frozenset[str]:
    """Return the names of every keyword that is known here, in lower case."""
    return frozenset(_spellings())


@cache
def undeclared_keywords() -> Mapping[str, str]:
    """Return the keywords that may be set where no INF declares them: name in lower case -> name."""
    return {name.lower(): name for name in _DATA["undeclared"]}


@cache
def _spellings() -> dict[str, str]:
    grouped = (each.name for group in keyword_groups().values() for each in group)
    return {name.lower(): name for name in (*grouped, *_DATA["standardized"], *_DATA["undeclared"])}


def canonical_keyword(name: str) -> str:
    """Return a keyword as it is spelled here; drivers write it in any case. One that is not known here stays."""
    return _spellings().get(name.lower(), name)
