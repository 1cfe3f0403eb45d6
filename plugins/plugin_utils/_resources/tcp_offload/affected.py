# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What an advisory affects on one adapter: features of the whole server, and keywords of the adapter."""

from __future__ import annotations

from collections.abc import Iterator

from ..._catalogue.keywords import keyword_groups
from ..._protocol.names import equals_ignore_case
from ..._windows.network.adapters import Adapter
from ..._windows.network.keywords import OFF, group_of
from ..nic_driver.advisories import ADAPTER, FEATURES, Advisory
from ..nic_driver.requirement_tests import KeywordIs
from .adapter_rules import DesiredKeyword

# The keywords by which one adapter does without a feature of the server. NetDMA and task offload have none.
_ON_ADAPTER = {"chimney": "tcp_connection_offload", "rss": "rss", "rsc": "rsc"}
# Large send offload needs checksum offload.
_NEEDED_BY = {"checksum_offload": ("lso",)}


def affected_features(advisory: Advisory, adapter: Adapter) -> tuple[str, ...]:
    """Return the features that the whole server has to do without.

    A feature of an advisory with the scope adapter is one of them where the adapter has no keyword for it.
    """
    return tuple(each for each in advisory.affects if _is_of_server(advisory, each, adapter))


def affected_keywords(advisory: Advisory, adapter: Adapter) -> tuple[DesiredKeyword, ...]:
    """Return the keywords that the adapter has and has to do without, with the values that they are to have."""
    names = [each for each in advisory.affects if not _is_of_server(advisory, each, adapter)]
    settings = (setting for name in names for setting in _settings(advisory, name))
    return tuple(each for each in settings if each.name in adapter.keywords)


def _is_of_server(advisory: Advisory, name: str, adapter: Adapter) -> bool:
    if name not in FEATURES:
        return False
    group = _ON_ADAPTER.get(name) if advisory.scope == ADAPTER else None
    return not group or not any(each.name in adapter.keywords for each in group_of(group))


def _settings(advisory: Advisory, name: str) -> Iterator[DesiredKeyword]:
    group = _ON_ADAPTER.get(name, name)
    if group not in keyword_groups():
        yield DesiredKeyword(name, _required(advisory, name), name)
        return
    for each in (group, *_NEEDED_BY.get(group, ())):
        yield from (DesiredKeyword(keyword.name, OFF, each) for keyword in group_of(each))


def _required(advisory: Advisory, keyword: str) -> str:
    """Return the one value that the advisory itself requires of a keyword, else the one that turns it off."""
    tests = [test for test in advisory.requirement.tests if isinstance(test, KeywordIs)]
    value = next((test.needed for test in tests if equals_ignore_case(test.keyword, keyword)), OFF)
    return OFF if " " in value else value
