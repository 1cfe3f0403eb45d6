# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The types of a document (see snapshot.py), which a server's reply and a snapshot file have alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .shapes import Check, WrongShape, fields, list_of, mapping_of, maybe, number, text, truth
from .values import UnwritableValue, check_value


def _value(data: Any) -> None:
    try:
        check_value(data)
    except UnwritableValue as error:
        raise WrongShape(str(error)) from None


def _sha256(data: Any) -> None:
    if not isinstance(data, str) or not re.fullmatch("[0-9a-f]{64}", data):
        raise WrongShape("must be a SHA-256 in 64 hex digits")


_texts = list_of(text)
_text = maybe(text)
_FILE: dict[str, Check] = {
    "size": maybe(number),
    **dict.fromkeys(("file_version", "product_version", "company", "product", "description"), _text),
    **dict.fromkeys(("original_filename", "created", "modified", "signer"), _text),
    "sha256": _sha256,
    "authentihash": maybe(_sha256),
    "unidentified": text,
}
_SERVICE: dict[str, Check] = {"status": text, "can_stop": maybe(truth), "refused_code": number}
_INTERFACE: dict[str, Check] = {
    **dict.fromkeys(("id", "name", "description", "status", "mac"), _text),
    **dict.fromkeys(("type", "speed"), maybe(number)),
    "addresses": _texts,
    "management": maybe(truth),
}
_EVENT: dict[str, Check] = {"id": number, "time": text, "strings": _texts}
_LOG: dict[str, Check] = {"complete": truth, "events": list_of(fields(_EVENT, tuple(_EVENT)))}
_COMMAND: dict[str, Check] = {"exit_code": number, "output": text}

VALUES = mapping_of(_value)
"""What the values of a key must be."""
PART_CHECKS: Mapping[str, Check] = {
    "environment": mapping_of(text),
    "registry": mapping_of(VALUES),
    "unreadable": mapping_of(text),
    "files": mapping_of(maybe(fields(_FILE))),
    "services": mapping_of(fields(_SERVICE)),
    "interfaces": list_of(fields(_INTERFACE)),
    "commands": mapping_of(fields(_COMMAND, tuple(_COMMAND))),
    "events": mapping_of(fields(_LOG, tuple(_LOG))),
    "access": mapping_of(_texts),
}
"""Part of a document -> what it must be."""
