# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The border to Ansible: plain Python in, plain Python out.

Ansible hands over subclasses of str, int, dict and list (AnsibleUnicode up to 2.18, tagged and lazy types from 2.19),
which JMESPath and YAML's safe dumper refuse. Nothing inside of the collection sees one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any


def plain(value: Any) -> Any:
    """Return a value as dict, list, str, int, float, bool or None, all the way down. Anything else, such as a date,
    becomes its text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)  # str(value) would return the subclass where that says so itself
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, Mapping):
        return {plain(name): plain(each) for name, each in value.items()}
    if isinstance(value, (Sequence, Set)) and not isinstance(value, (bytes, bytearray)):
        return [plain(each) for each in value]
    return str.__str__(str(value))
