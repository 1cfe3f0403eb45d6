# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What the option adapters of win_tcp_offload asks for: which adapters, and which of their keywords are to be what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._planning.resource import BadOption
from ..._planning.selection import Selection
from ..._protocol.patterns import pattern_of
from ..._windows.network.adapters import Adapter
from ..._windows.network.keywords import OFF, POWER_SAVING, group_of, group_options

STATES = ("enabled", "disabled")
POWER_OPTION = "power_saving"

OPTION: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "match": {"type": "str", "required": True},
        **{name: {"type": "str", "choices": list(STATES)} for name in (*group_options(), POWER_OPTION)},
        "keywords": {"type": "dict", "default": {}},
    },
}

# A text with one of these is JMESPath. Parentheses, brackets and "&" alone are none: they stand in many a name, such as Intel(R).
_JMESPATH_MARKS = ("==", "!", "<", ">", "'", '"', "`", "||", "&&")


@dataclass(frozen=True)
class Wish:
    """What one keyword of one adapter is to be. option: which of the options says so. exact: whether it names the keyword itself.

    text: as the registry holds it; for PnPCapabilities the state of power saving.
    """

    name: str
    text: str
    option: str
    exact: bool


def check_rules(rules: Sequence[Mapping[str, Any]], restores: bool) -> None:
    """Raise BadOption for a rule that cannot be meant."""
    for place, rule in enumerate(rules):
        option = f"adapters[{place}]"
        if not rule["match"].strip():
            raise BadOption(
                f"{option}.match is empty: give the name of a connection, a pattern such as 'Local*', or JMESPath"
            )
        if is_jmespath(rule["match"]):
            Selection(f"{option}.match", rule["match"])
        if not restores and not wishes(rule):
            raise BadOption(f"{option} sets nothing: name a setting, such as rss: disabled, or a keyword")
        for name, value in rule["keywords"].items():
            _check_keyword(f"{option}.keywords", name, value)


def _check_keyword(option: str, name: str, value: Any) -> None:
    if not name.strip() or "\\" in name or name.lower() == POWER_SAVING.lower():
        raise BadOption(f"{option} has {name!r}, which is no keyword; power_saving sets PnPCapabilities")
    if isinstance(value, bool) or not isinstance(value, (int, str)) or not str(value).strip():
        raise BadOption(
            f"{option} has {name}: {value!r}, which is no value of a keyword: give a number or a quoted text"
        )


def is_jmespath(match: str) -> bool:
    """Tell whether a match is JMESPath; every other text is a pattern of names."""
    return any(mark in match for mark in _JMESPATH_MARKS)


def matching(match: str, option: str, adapters: Sequence[tuple[Adapter, Mapping[str, Any]]]) -> list[Adapter]:
    """Return the adapters that a match means. adapters: each with its facts, which are what JMESPath sees.

    A pattern is held against the connection's name and the description of adapters that are neither hidden nor ghosts.
    """
    if is_jmespath(match):
        selection = Selection(option, match)
        return [adapter for adapter, facts in adapters if selection.matches(facts)]
    pattern = pattern_of(match)
    return [
        adapter
        for adapter, _unused in adapters
        if not (adapter.is_hidden or adapter.is_ghost) and _is_named(adapter, pattern)
    ]


def _is_named(adapter: Adapter, pattern: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for text in (adapter.name, adapter.description) if text)


def wishes(rule: Mapping[str, Any]) -> list[Wish]:
    """Return what a rule asks for, the most exact last: a group, its form for one family, a keyword by its name."""
    grouped = [
        Wish(each.name, each.enabled if rule[option] == "enabled" else OFF, option, False)
        for option in group_options()
        if rule[option]
        for each in group_of(option)
    ]
    power = [Wish(POWER_SAVING, rule[POWER_OPTION], POWER_OPTION, False)] if rule[POWER_OPTION] else []
    exact = [Wish(name, str(value).strip(), "keywords", True) for name, value in rule["keywords"].items()]
    return [*grouped, *power, *exact]
