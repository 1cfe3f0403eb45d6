# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Checks of data that came from outside: which types stand where. Each raises WrongShape, which names the place.

A check is called with the data, and the checks of containers put the place in front: services: FAMv4: can_stop must
be …
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .errors import CollectionError
from .text import shown

Check: TypeAlias = Callable[[Any], None]

_LARGEST = 1 << 64  # nothing that Windows counts is larger
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "a text"),
    (int, "a number"),
    (float, "a number with a fraction"),
    (list, "a list"),
    (dict, "a mapping"),
)


class WrongShape(CollectionError, ValueError):
    """Data of another type than belongs there; the message names the place and both types."""

    def within(self, place: str) -> WrongShape:
        """Return the same error, seen from what holds the data."""
        return WrongShape(f"{shown(place)}: {self}")


def kind_of(data: Any) -> str:
    """Name the type of data in words."""
    return (
        "nothing"
        if data is None
        else next((name for kind, name in _KINDS if isinstance(data, kind)), "of no known type")
    )


def _expect(kind: type, data: Any) -> None:
    if not isinstance(data, kind) or isinstance(data, bool) is not (kind is bool):
        raise WrongShape(f"must be {dict(_KINDS)[kind]}, but is {kind_of(data)}")


def text(data: Any) -> None:
    """Expect a text."""
    _expect(str, data)


def truth(data: Any) -> None:
    """Expect true or false."""
    _expect(bool, data)


def number(data: Any) -> None:
    """Expect a whole number of no more than 64 bits."""
    _expect(int, data)
    if abs(data) > _LARGEST:
        raise WrongShape("must be a number of no more than 64 bits")


def maybe(check: Check) -> Check:
    """Expect nothing, or what a check expects."""

    def check_it(data: Any) -> None:
        if data is not None:
            check(data)

    return check_it


def list_of(check: Check) -> Check:
    """Expect a list whose every item passes a check."""

    def check_it(data: Any) -> None:
        _expect(list, data)
        for place, item in enumerate(data):
            _check_at(f"[{place}]", check, item)

    return check_it


def mapping_of(check: Check) -> Check:
    """Expect a mapping with texts for names whose every item passes a check."""

    def check_it(data: Any) -> None:
        _expect(dict, data)
        for name, item in data.items():
            if not isinstance(name, str):
                raise WrongShape(f"has a name {shown(str(name))} that must be a text, but is {kind_of(name)}")
            _check_at(name, check, item)

    return check_it


def fields(known: Mapping[str, Check], required: tuple[str, ...] = ()) -> Check:
    """Expect a mapping of known fields, each of which passes its own check. required: the fields that must be there."""

    def check_it(data: Any) -> None:
        _expect(dict, data)
        for name in required:
            if name not in data:
                raise WrongShape(f"has no {name}")
        for name, item in data.items():
            if name not in known:
                raise WrongShape(f"has a field {shown(str(name))}, which is not known there")
            _check_at(name, known[name], item)

    return check_it


def _check_at(place: str, check: Check, data: Any) -> None:
    try:
        check(data)
    except WrongShape as error:
        raise error.within(place) from None
