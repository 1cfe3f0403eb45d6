# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Foreign text, made visible. Names of drivers, companies and adapters come from servers, and may hold anything."""

from __future__ import annotations

import re
from typing import Any

# Control characters, among them the ESC of terminals; half characters, which no encoding takes; what XML 1.0 forbids;
# and what turns the direction of writing or is not seen at all (Unicode TR36, "bidirectional text spoofing").
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]")


def visible(value: Any) -> str:
    """Return the text of a value on one line, with each character that acts or hides as its escape sequence, such as
    \\x1b."""
    text = value if isinstance(value, str) else str(value)
    return _UNSEEN.sub(_escape, text) if _UNSEEN.search(text) else text


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: 1 server, 2 servers."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
