# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The border to Ansible: plain Python in, plain Python out.

Ansible hands over subclasses of str, int, dict and list (AnsibleUnicode up to 2.18, tagged and lazy types from 2.19),
which JMESPath and YAML's safe dumper refuse. Nothing inside of the collection sees one. What is handed to Ansible holds
only texts that can be written as UTF-8 and that steer no terminal: a server may be hostile, and Ansible prints warnings
and errors as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from .._protocol.text import message, printable

_PRINTED = ("msg", "warnings")  # which Ansible prints as they are; all else it prints as JSON or YAML


def plain(value: Any) -> Any:
    """Return a value as dict, list, str, int, float, bool or None, all the way down. Anything else, such as a date,
    becomes its text."""
    return _converted(value, str)


def handed_over(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result for Ansible: plain, with every text printable. What Ansible prints as it is stands on one
    line, and is no longer than a person reads."""
    return {name: _converted(each, message if name in _PRINTED else printable) for name, each in result.items()}


def _converted(value: Any, convert: Callable[[str], str]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return convert(str.__str__(value))  # str(value) would return the subclass where that says so itself
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, Mapping):
        return {_converted(name, convert): _converted(each, convert) for name, each in value.items()}
    if isinstance(value, (Sequence, Set)) and not isinstance(value, (bytes, bytearray)):
        return [_converted(each, convert) for each in value]
    return convert(str.__str__(str(value)))
