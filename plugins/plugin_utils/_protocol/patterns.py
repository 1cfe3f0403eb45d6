# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Patterns of names, in which "*" stands for any text and "?" for one character. Case does not matter."""

from __future__ import annotations

import re


def has_wildcard(text: str) -> bool:
    """Tell whether a key name or service name is a pattern."""
    return "*" in text or "?" in text


def pattern_of(text: str) -> str:
    """Return the regular expression, for .NET and Python alike, that a whole name must match; case does not matter."""
    return "(?s)^" + re.escape(text).replace(r"\*", ".*").replace(r"\?", ".") + "$"


def matches_pattern(pattern: str, name: str) -> bool:
    """Tell whether a whole name is what a pattern of "*" and "?" stands for; case does not matter."""
    return re.search(pattern_of(pattern), name, re.IGNORECASE) is not None


def wildcards_of(pattern: str) -> str:
    """Turn an expression of pattern_of back into the pattern that it came from."""

    def written(token: re.Match[str]) -> str:
        return str(token[1]) if token[1] else "*" if token[0] == ".*" else "?"

    return re.sub(r"\\(.)|\.\*|\.", written, pattern.removeprefix("(?s)^").removesuffix("$"), flags=re.DOTALL)
