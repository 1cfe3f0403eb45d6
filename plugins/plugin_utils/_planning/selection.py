# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""JMESPath (https://jmespath.org) with functions of our own, for options that select drivers and adapters.

version_lt(a, b), version_le, version_gt, version_ge, version_eq
                              compare versions number by number; null when either is none
glob(text, pattern)           whether a text matches a pattern of * and ?, case-insensitive; false for null
lower(text)                   the text in lower case; null for null
"""

from __future__ import annotations

from typing import Any

from .._protocol.patterns import matches_pattern
from .._windows.versions import compare_versions
from .resource import BadOption

try:
    import jmespath
    from jmespath.exceptions import JMESPathError
    from jmespath.functions import Functions, signature
except ImportError:  # said by the option that needs the library; whatever needs it not goes on
    jmespath = None
    Functions = object

    class JMESPathError(Exception):  # type: ignore[no-redef]
        """Stands for the errors of a library that is not there."""

    def signature(*types: Any) -> Any:
        """Stand for the decorator of a library that is not there."""
        return lambda function: function


_TEXT = {"types": ["string", "null"]}


def _decided(one: Any, other: Any, *wanted: int) -> bool | None:
    order = compare_versions(one, other)
    return None if order is None else order in wanted


class _Functions(Functions):  # type: ignore[misc]
    """The functions of JMESPath and ours; the methods' names are how jmespath finds them."""

    @signature(_TEXT, _TEXT)  # type: ignore[untyped-decorator]
    def _func_version_lt(self, one: str | None, other: str | None) -> bool | None:
        return _decided(one, other, -1)

    @signature(_TEXT, _TEXT)  # type: ignore[untyped-decorator]
    def _func_version_le(self, one: str | None, other: str | None) -> bool | None:
        return _decided(one, other, -1, 0)

    @signature(_TEXT, _TEXT)  # type: ignore[untyped-decorator]
    def _func_version_gt(self, one: str | None, other: str | None) -> bool | None:
        return _decided(one, other, 1)

    @signature(_TEXT, _TEXT)  # type: ignore[untyped-decorator]
    def _func_version_ge(self, one: str | None, other: str | None) -> bool | None:
        return _decided(one, other, 0, 1)

    @signature(_TEXT, _TEXT)  # type: ignore[untyped-decorator]
    def _func_version_eq(self, one: str | None, other: str | None) -> bool | None:
        return _decided(one, other, 0)

    @signature(_TEXT, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_glob(self, text: str | None, pattern: str) -> bool:
        return text is not None and matches_pattern(pattern, text)

    @signature(_TEXT)  # type: ignore[untyped-decorator]
    def _func_lower(self, text: str | None) -> str | None:
        return None if text is None else text.lower()


class Selection:
    """A compiled expression. Raises BadOption, which names the option and shows the place, for one that is not
    JMESPath.

    option: the name of the option that the expression came from, for messages.
    """

    def __init__(self, option: str, expression: str) -> None:
        self._option = option
        self._expression = str(expression)
        if jmespath is None:
            raise BadOption(
                f"{option} needs the Python library jmespath on the controller, where Ansible runs; "
                "it is not installed there"
            )
        try:
            self._compiled = jmespath.compile(self._expression)
        except JMESPathError as error:
            raise BadOption(f"{option} is not a JMESPath expression: {error}") from error

    def search(self, data: Any) -> Any:
        """Return what the expression finds in data. Raises BadOption where a function refuses what it is given."""
        try:
            return self._compiled.search(data, options=jmespath.Options(custom_functions=_Functions()))
        except JMESPathError as error:
            raise BadOption(f"{self._option} ({self._expression}) cannot be evaluated: {error}") from error

    def matches(self, item: Any) -> bool:
        """Tell whether an item fits: whether the expression finds anything but false, null and the empty in it."""
        found = self.search(item)
        return found is not False and found not in (None, "", [], {})  # 0 is something, although it equals False
