# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Whether a document passes: the words of fail_on, the same wherever they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .._protocol import vocabulary as words
from .._protocol.fail_on import FAIL_ON, NEW_FINDING, NOT_REACHED, is_failing
from .changes import NEW, Comparison
from .document import Document
from .errors import BadReport
from .finding import Finding

EXIT_PASSED = 0
EXIT_DRIFT = 1
EXIT_NOT_JUDGED = 3

_NOT_JUDGED = (words.NOT_REACHED, words.FAILED, words.NOT_HANDLED)
_Test = Callable[[str, Finding], bool]


def check_words(given: Iterable[str], option: str = "fail_on") -> None:
    """Raise BadReport for a word that fail_on does not know."""
    for word in given:
        if word not in FAIL_ON:
            raise BadReport(f"{option} has {word!r}, which is none of {', '.join(FAIL_ON)}")


def failing(document: Document, fail_on: Sequence[str], comparison: Comparison | None = None) -> dict[str, list[str]]:
    """Return the servers that fail, for each word that some fail, in the order of the words."""
    check_words(fail_on)
    if NEW_FINDING in fail_on and comparison is None:
        raise BadReport("fail_on has 'new', which needs since: an earlier document to compare with")
    found = {word: _servers(document, word, comparison) for word in fail_on}
    return {word: servers for word, servers in found.items() if servers}


def _servers(document: Document, word: str, comparison: Comparison | None) -> list[str]:
    if word == NOT_REACHED:
        return not_judged(document)
    test = _test(word, comparison)
    return list(dict.fromkeys(name for name, finding in document.findings() if test(name, finding)))


def _test(word: str, comparison: Comparison | None) -> _Test:
    """Return what tells whether a finding fails by a word."""
    if word == NEW_FINDING:
        kinds = comparison.kinds if comparison else {}
        return lambda name, finding: kinds.get((name, finding)) == NEW
    return lambda _name, finding: is_failing(word, finding.status, finding.severity, finding.waiver)


def not_judged(document: Document) -> list[str]:
    """Return the servers that should have been judged and were not: not reached, failed or not handled."""
    return [name for name, server in document.servers.items() if server.state in _NOT_JUDGED]


def exit_code(document: Document, failed: Iterable[str]) -> int:
    """Return the exit code of a pipeline. failed: the words by which servers fail.

    1: something is not as it must be. 3: nothing that was judged fails, but not all was judged. 0: neither.
    """
    if any(word != NOT_REACHED for word in failed):
        return EXIT_DRIFT
    return EXIT_NOT_JUDGED if not_judged(document) else EXIT_PASSED
