# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Teams of adapters: which software made one, with which driver, and of which adapters (facts D)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..._protocol.snapshot import Snapshot
from ..._protocol.values import texts_of
from .adapters import Adapter

# Software -> the services of the adapters that it makes, and the protocols by which it holds members [M].
_SOFTWARE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Microsoft": (("ndisimplatformmp", "ndisimplatform"), ("ms_implat", "ndisimplatform")),
    "BASP": (("blfm", "blfp"), ("blfp",)),
    "Intel ANS": (("iansminiport", "iansw2k", "ianswxp"), ("iansprotocol",)),
    "HP": (("cpqteam", "cpqteammp"), ("cpqteam",)),
}


@dataclass(frozen=True)
class Team:
    """The team of one software. adapters: those that it made, which carry its driver. members: whom it holds."""

    software: str
    adapters: tuple[Adapter, ...]
    members: tuple[Adapter, ...]


def teams_of(snapshot: Snapshot, adapters: Sequence[Adapter]) -> tuple[Team, ...]:
    """Return the teams of a server, one for each software: no value says which of its teams an adapter belongs to."""
    return tuple(_teams(snapshot, adapters))


def team_of(adapter: Adapter, teams: Sequence[Team]) -> Team | None:
    """Return the team that an adapter is, or belongs to."""
    return next((team for team in teams if adapter in team.adapters or adapter in team.members), None)


def _teams(snapshot: Snapshot, adapters: Sequence[Adapter]) -> Iterator[Team]:
    bound = {adapter.key: _protocols(snapshot, adapter) for adapter in adapters}
    for software, (services, protocols) in _SOFTWARE.items():
        made = tuple(each for each in adapters if each.service.lower() in services)
        members = tuple(each for each in adapters if bound[each.key] & set(protocols))
        if made or members:
            yield Team(software, made, members)


def _protocols(snapshot: Snapshot, adapter: Adapter) -> set[str]:
    bound = snapshot.value(f"{adapter.key}\\Linkage", "UpperBind") if adapter.key else None
    return {name.lower() for name in texts_of(bound)} if bound is not None else set()
