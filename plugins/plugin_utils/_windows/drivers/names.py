# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which texts can be the name of a driver.

A name that only looks like another passes every protection that goes by names, and Windows ends some names at a NUL.
"""

from __future__ import annotations

import unicodedata

from ..._protocol.errors import CollectionError
from ..._protocol.patterns import has_wildcard

_MOST_CHARACTERS = 256  # of a service's name (CreateService)
# Control characters, marks without a shape such as the soft hyphen, halves of a pair, private and unassigned ones.
_REFUSED_CATEGORIES = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class BadName(CollectionError, ValueError):
    """A text that is not the name of a driver; the message says why and what to give."""


def check_driver_name(name: str) -> None:
    """Raise BadName for a text that cannot be the exact name of a driver's key below Services."""
    why = _why_not(name)
    if why:
        raise BadName(f"{name!a} {why}")


def _why_not(name: str) -> str:
    """Return what is wrong with a name, a clause after it, "" when it can be one."""
    if not name.strip() or "\\" in name or "/" in name:
        return "is not the name of a driver: give the name of its key alone, such as FAMv4"
    if has_wildcard(name):
        return "is a pattern: a driver is named exactly, so that no other is hit"
    if name != name.strip():
        return "begins or ends with a blank: give the name as it stands in the registry"
    odd = next((each for each in name if _is_odd(each)), "")
    if odd:
        return f"has the character U+{ord(odd):04X}, which cannot be seen: write the name anew"
    if name != unicodedata.normalize("NFC", name):
        return "has a character that only looks like another: write the name anew"
    return f"is longer than {_MOST_CHARACTERS} characters" if len(name) > _MOST_CHARACTERS else ""


def _is_odd(character: str) -> bool:
    """Tell whether a character cannot be seen, or is a blank other than the space."""
    category = unicodedata.category(character)
    return category in _REFUSED_CATEGORIES or (category == "Zs" and character != " ")
