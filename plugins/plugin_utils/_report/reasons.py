# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Why servers were not judged, in few words, so that the same reason of many servers is one line."""

from __future__ import annotations

import re

_KNOWN = (
    (r"connection refused|actively refused|Errno 111", "connection refused"),
    (r"timed? ?out|Errno 110", "timed out"),
    (
        r"could not resolve|name or service not known|getaddrinfo|no address associated|Errno -[25]\b",
        "the name is unknown",
    ),
    (r"no route to host|unreachable network|network is unreachable|Errno 113", "no route"),
    (r"credentials|unauthori[sz]ed|authentication|permission denied|401", "the credentials are not accepted"),
    (r"certificate|SSL|TLS", "the certificate is not accepted"),
    (r"connection (?:was )?(?:reset|lost|closed|aborted)|Errno 104|broken pipe", "the connection was lost"),
)
_REASONS = tuple((re.compile(pattern, re.IGNORECASE), short) for pattern, short in _KNOWN)
_LONGEST = 90
# What ansible-core says before the message of a lookup plugin: 2.19 and later, and earlier ones.
_OF_LOOKUP = re.compile(r".*(?:The lookup plugin '[\w.]+' failed: |original message: )")


def short_reason(reason: str, name: str, *, reached: bool) -> str:
    """Return a reason without what is of one server alone. name: the server. reached: whether a connection came
    about."""
    if not reached:
        return next((short for pattern, short in _REASONS if pattern.search(reason)), "")
    said = _OF_LOOKUP.sub("", reason.split("\n", maxsplit=1)[0])
    # A variable may be named after the server: server_baseline_waivers_ex01.
    first = " ".join(re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "the server", said).split())
    return first if len(first) <= _LONGEST else f"{first[: _LONGEST - 1].rstrip()}…"
