# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Keys of a driver that may be registry links (facts K1): a link reads as the key that it leads to, and .NET 2.0 cannot
tell the two apart.

Through a link the keys below its target would be deleted. So what looks like somebody else's key is taken for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..._protocol.values import Values

# Values by which each kind of key is known that a link may lead to. No driver keeps them in a key below its own.
_MARKS: tuple[tuple[str, frozenset[str]], ...] = (
    ("a service", frozenset(("type", "start", "errorcontrol"))),
    ("a service", frozenset(("imagepath",))),
    ("a device", frozenset(("hardwareid",))),
    ("a device", frozenset(("classguid",))),
    ("a network adapter", frozenset(("netcfginstanceid",))),
    ("a device's driver", frozenset(("driverdesc",))),
    ("an installed product", frozenset(("uninstallstring",))),
)
_MOST_KEYS = 1000


def possible_links(tree: Mapping[str, Values], root: str) -> Iterator[str]:
    """Yield a sentence for each key of a tree that looks like the key of something else, and one when there are too
    many keys to tell.

    tree: key path -> values, of the key root and all below it.
    """
    for path, values in tree.items():
        names = {name.lower() for name in values}
        kind = next((kind for kind, marks in _MARKS if marks <= names), "")
        if kind and path.lower() != root.lower():
            yield (
                f"{path} looks like the key of {kind}: a registry link may lead there, "
                "and what it leads to would be deleted"
            )
    if len(tree) > _MOST_KEYS:
        yield (
            f"{root} has {len(tree)} keys, more than {_MOST_KEYS}: a registry link may be among them, "
            "and what it leads to would be deleted"
        )
