# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The option adapters of win_tcp_offload: which adapters, and which values their keywords are to have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._catalogue.keywords import undeclared_keywords, value_keywords
from ..._planning.resource import BadOption
from ..._planning.selection import Selection
from ..._protocol.names import equals_ignore_case, spelled_twice
from ..._protocol.patterns import pattern_of
from ..._protocol.values import Value
from ..._windows.network.adapters import Adapter
from ..._windows.network.keywords import OFF, POWER_SAVING, group_of, group_options
from ..nic_driver.judged_adapters import JudgedAdapter
from ..nic_driver.seen import FACTS

POWER_OPTION = "power_saving"
DEFAULT = "default"
"""The value that takes a keyword back to its driver's default."""

_STATES = ("enabled", "disabled")
_TYPES = ("string", "dword")
_LARGEST = 0xFFFFFFFF

OPTION: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "match": {"type": "str", "required": True},
        **{name: {"type": "str", "choices": list(_STATES)} for name in (*group_options(), POWER_OPTION)},
        **{
            name: {"type": "str", "choices": list(each.words)} if each.words else {"type": "int"}
            for name, each in value_keywords().items()
        },
        "keywords": {"type": "dict", "default": {}},
    },
}

# A text with one of these is JMESPath. Parentheses, brackets and "&" alone prove nothing: many a name has them, such as
# Intel(R).
_JMESPATH_MARKS = ("==", "!", "<", ">", "'", '"', "`", "||", "&&")


@dataclass(frozen=True)
class DesiredKeyword:
    """The value that one keyword of an adapter is to have. option: which of the rule's options says so.

    exact: whether by the keyword's name, or an option that stands for this one.

    text: as the registry holds it; for PnPCapabilities the state of power saving; DEFAULT for the driver's default.
    undeclared: the value to write where the driver's INF does not declare the keyword; None where it is not to be
    written then.
    """

    name: str
    text: str
    option: str
    exact: bool = False
    undeclared: Value | None = None

    @property
    def is_power_saving(self) -> bool:
        """Whether this is power saving, which is some bits of a value and no keyword."""
        return equals_ignore_case(self.name, POWER_SAVING)


@dataclass(frozen=True)
class AdapterMatch:
    """Which adapters are meant. text: as the option says it. selection: None where the text is a pattern of names."""

    text: str
    selection: Selection | None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What in an expression is likely a mistake, with which it would mean other adapters, or none."""
        return self.selection.warnings(FACTS) if self.selection else ()

    def select(self, judged: Sequence[JudgedAdapter]) -> tuple[JudgedAdapter, ...]:
        """Return the adapters that are meant.

        JMESPath is evaluated on the facts of an adapter. A pattern is compared with the connection's name and the
        description of adapters that are neither hidden nor non-present.
        """
        if self.selection:
            return tuple(each for each in judged if self.selection.matches(each.facts))
        pattern = re.compile(pattern_of(self.text), re.IGNORECASE)
        return tuple(each for each in judged if is_listed(each.adapter) and _is_named(each.adapter, pattern))


@dataclass(frozen=True)
class AdapterRule:
    """One entry of the option. option: its name, for messages.

    settings: the most exact last: a group, its form for a family, a keyword.
    """

    option: str
    match: AdapterMatch
    settings: tuple[DesiredKeyword, ...]

    def sets(self, name: str) -> bool:
        """Tell whether the rule names a keyword."""
        return any(equals_ignore_case(each.name, name) for each in self.settings)


def read_match(option: str, text: str) -> AdapterMatch:
    """Return a match. option: its name, for messages. Raises BadOption."""
    if not text.strip():
        raise BadOption(f"{option} is empty: give the name of a connection, a pattern such as 'Local*', or JMESPath")
    is_jmespath = any(mark in text for mark in _JMESPATH_MARKS)
    return AdapterMatch(text, Selection(option, text) if is_jmespath else None)


def read_rules(rules: Sequence[Mapping[str, Any]], *, restores: bool) -> tuple[AdapterRule, ...]:
    """Return the option. restores: whether the task restores, for which a rule need not set anything.

    Raises BadOption.
    """
    return tuple(_rule(f"adapters[{place}]", rule, restores) for place, rule in enumerate(rules))


def is_listed(adapter: Adapter) -> bool:
    """Tell whether Windows lists an adapter among the network connections."""
    return not (adapter.is_hidden or adapter.is_non_present)


def _rule(option: str, rule: Mapping[str, Any], restores: bool) -> AdapterRule:
    match, settings = read_match(f"{option}.match", rule["match"]), tuple(_settings(option, rule))
    if not restores and not settings:
        raise BadOption(f"{option} sets nothing: name a setting, such as rss: disabled, or a keyword")
    return AdapterRule(option, match, settings)


def _settings(option: str, rule: Mapping[str, Any]) -> Iterator[DesiredKeyword]:
    for group in filter(rule.get, group_options()):
        for each in group_of(group):
            yield DesiredKeyword(each.name, each.enabled if rule[group] == "enabled" else OFF, group)
    yield from _values(rule)
    if rule[POWER_OPTION]:
        yield DesiredKeyword(POWER_SAVING, rule[POWER_OPTION], POWER_OPTION)
    for name in rule["keywords"]:
        if not isinstance(name, str):
            raise BadOption(f"{option}.keywords has the key {name!r}, which is no text: put it in quotes")
    twice = spelled_twice(rule["keywords"])
    if twice:
        raise BadOption(f"{option}.keywords has {twice[0]} and {twice[1]}, which are one keyword: keep one of them")
    for name, value in rule["keywords"].items():
        _check_name(f"{option}.keywords", name)
        yield _exact(f"{option}.keywords", name, value)


def _values(rule: Mapping[str, Any]) -> Iterator[DesiredKeyword]:
    for name, keyword in value_keywords().items():
        if rule[name] is not None:
            yield DesiredKeyword(keyword.name, keyword.value_of(str(rule[name])), name, exact=True)


def _exact(option: str, name: str, said: Any) -> DesiredKeyword:
    """Return the desired value of a keyword by its name. said: the value, or a dictionary that says more of it."""
    parts = said if isinstance(said, Mapping) else {"value": said}
    value, kind = parts.get("value"), parts.get("type", "string")
    if isinstance(value, bool) or not isinstance(value, (int, str)) or not str(value).strip():
        raise BadOption(
            f"{option} has {name}: {value!r}, which is no value of a keyword: give a number or a quoted text"
        )
    text = str(value).strip()
    undeclared = _undeclared(option, name, text, kind) if _says_undeclared(option, name, parts) else None
    return DesiredKeyword(name, text, "keywords", exact=True, undeclared=undeclared)


def _says_undeclared(option: str, name: str, parts: Mapping[str, Any]) -> bool:
    """Tell whether a keyword is to be set where no INF declares it. Raises BadOption for what cannot be meant."""
    unknown = [part for part in parts if part not in ("value", "type", "undeclared")]
    if unknown or not isinstance(parts.get("undeclared", False), bool):
        raise BadOption(f"{option} has {name} with {unknown or 'undeclared'}: give value, type and undeclared: true")
    if not parts.get("undeclared"):
        if "type" in parts:
            raise BadOption(f"{option} has {name} with a type, which counts with undeclared: true alone; give both")
        return False
    if name.lower() not in undeclared_keywords():
        known = ", ".join(undeclared_keywords().values())
        raise BadOption(f"{option} has {name} as undeclared, which is known of {known} alone: leave undeclared out")
    return True


def _undeclared(option: str, name: str, text: str, kind: Any) -> Value:
    """Return what is written where no INF declares a keyword; DEFAULT stands for no value. Raises BadOption."""
    if kind not in _TYPES:
        raise BadOption(f"{option} has {name} of type {kind!r}: give {' or '.join(_TYPES)}")
    if text == DEFAULT or kind == "string":
        return text
    if not text.isascii() or not text.isdigit() or int(text) > _LARGEST:
        raise BadOption(f"{option} has {name}: {text!r}, which is no dword: give a number from 0 to {_LARGEST}")
    return int(text)


def _check_name(option: str, name: str) -> None:
    if not name.strip() or "\\" in name or equals_ignore_case(name, POWER_SAVING):
        raise BadOption(f"{option} has {name!r}, which is no keyword: name one; power_saving sets PnPCapabilities")


def _is_named(adapter: Adapter, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(text) for text in (adapter.name, adapter.description) if text)
