# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Patterns of names, in which "*" stands for any text and "?" for one character. Case does not matter."""

from __future__ import annotations

import re

from .errors import CollectionError
from .text import shown

MAX_STARS = 100
"""The "*" of a pattern: each but the last takes a group, and Python takes \\100 for a character."""
_TOKENS = re.compile(r"\(\?=\(\.\*\?|\)\)\\[0-9]+|\\(?P<literal>.)|\.\*|\.", re.DOTALL)


class BadPattern(CollectionError, ValueError):
    """A pattern with more "*" than one may have."""


def has_wildcard(text: str) -> bool:
    """Tell whether a key name or service name is a pattern."""
    return "*" in text or "?" in text


def pattern_of(text: str) -> str:
    """Return the regular expression, for .NET and Python alike, that a whole name must match; case does not matter.

    What stands between two "*" is looked for once and then kept, (?=(.*?text))\\1: a name takes time by its length,
    however many "*" there are. Several "*" in a row are one. Raises BadPattern.
    """
    first, *rest = [_expression(part) for part in re.split(r"\*+", text)]
    if len(rest) > MAX_STARS:
        raise BadPattern(f'the pattern {shown(text)} has more than the {MAX_STARS} "*" that one may have')
    if not rest:
        return f"(?s)^{first}$"
    kept = "".join(f"(?=(.*?{part}))\\{number}" for number, part in enumerate(rest[:-1], 1))
    return f"(?s)^{first}{kept}.*{rest[-1]}$"


def _expression(part: str) -> str:
    return re.escape(part).replace(r"\?", ".")


def matches_pattern(pattern: str, name: str) -> bool:
    """Tell whether a whole name is what a pattern of "*" and "?" stands for; case does not matter."""
    return re.search(pattern_of(pattern), name, re.IGNORECASE) is not None


def wildcards_of(pattern: str) -> str:
    """Turn an expression of pattern_of back into the pattern that it came from."""
    return _TOKENS.sub(_wildcard, pattern.removeprefix("(?s)^").removesuffix("$"))


def _wildcard(token: re.Match[str]) -> str:
    if token["literal"]:
        return token["literal"]
    return {"(?=(.*?": "*", ".*": "*", ".": "?"}.get(token[0], "")
