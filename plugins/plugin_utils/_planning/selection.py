# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""JMESPath (https://jmespath.org) with functions of our own, for options that select drivers and adapters.

An expression has limits, because it may come from elsewhere: its length, its depth, and the work of one search. Without
the last, a few brackets double a list until memory ends.

Conditions, which are most of what is written, are read by conditions.py. The rest of JMESPath needs the library.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._protocol.patterns import BadPattern
from .._protocol.text import shown
from . import conditions, functions
from .expression_paths import Path, calls_of, negates_a_part, paths_of, texts_of_expression, unknown_paths
from .resource import BadOption

try:
    import jmespath
    from jmespath.exceptions import JMESPathError
    from jmespath.functions import Functions
    from jmespath.visitor import TreeInterpreter
except ImportError:  # said by the option that needs the library; whatever needs it not goes on
    jmespath = None
    Functions = TreeInterpreter = object

    class JMESPathError(Exception):  # type: ignore[no-redef]
        """Stands for the errors of a library that is not there."""


MAX_LENGTH = 4_000
"""The characters of an expression."""
MAX_DEPTH = 60
"""The levels of an expression, each of which costs Python several of its own."""
MAX_WORK = 100_000
"""The steps of one search: nodes that are visited, and items and characters of what they make."""
_STEPS_PER_ITEM = 50  # of the data, where that is more: a long list of drivers may be looked through so often
_CHARACTERS = 100  # of a text, which count as one item

# What the library's functions let through where they do not look at the types themselves: contains(name, `5`).
_UNTYPED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class LibraryMissing(BadOption):
    """An expression that needs the library, which is not there."""

    warnings = ("jmespath is missing where Ansible runs: pip install jmespath",)


class _Functions(Functions):  # type: ignore[misc]
    """The functions of JMESPath and ours. data: what is searched."""

    def __init__(self, data: Any) -> None:
        super().__init__()
        self._data = data

    def call_function(self, function_name: str, resolved_args: list[Any]) -> Any:
        """Call a function of ours, or else one of the library."""
        if function_name in functions.NAMES:
            return functions.call(function_name, resolved_args, self._data)
        return super().call_function(function_name, resolved_args)


class _TooMuch(Exception):
    """A search that takes more than MAX_WORK steps."""


class _Interpreter(TreeInterpreter):  # type: ignore[misc]
    """Evaluates an expression and counts the steps."""

    def __init__(self, data: Any) -> None:
        super().__init__(jmespath.Options(custom_functions=_Functions(data)))
        self._left = max(MAX_WORK, _STEPS_PER_ITEM * _size_of(data, MAX_WORK))

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        """Evaluate one node. Raises _TooMuch."""
        found = super().visit(node, *args, **kwargs)
        self._left -= _size_of(found, self._left)
        if self._left <= 0:
            raise _TooMuch
        return found


def _size_of(data: Any, limit: int) -> int:
    """Return how much data is all the way down, as far as a limit: a list that holds another twice holds its items
    twice."""
    waiting, size = [data], 0
    while waiting and size < limit:
        item = waiting.pop()
        size += 1
        if isinstance(item, str):
            size += len(item) // _CHARACTERS
        elif isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item[:limit]
    return size


def _depth_of(node: dict[str, Any]) -> int:
    """Return the levels of a parsed expression."""
    level, depth = [node], 0
    while level:
        level = [child for each in level for child in each["children"] if isinstance(child, dict)]
        depth += 1
    return depth


class Selection:
    """A compiled expression. Raises BadOption, which names the option and shows the place, for one that is not
    JMESPath.

    option: the name of the option that the expression came from, for messages.
    """

    def __init__(self, option: str, expression: str) -> None:
        self._option = option
        self._expression = str(expression)
        if len(self._expression) > MAX_LENGTH:
            raise BadOption(f"{option} has {len(self._expression)} characters; an expression may have {MAX_LENGTH}")
        try:
            self._parsed, self._is_condition = self._parse()
        except JMESPathError as error:
            raise BadOption(f"{option} is not a JMESPath expression: {_explain(error, self._expression)}") from error
        except RecursionError as error:
            raise self._too_deep() from error
        if _depth_of(self._parsed) > MAX_DEPTH:
            raise self._too_deep()

    def _parse(self) -> tuple[dict[str, Any], bool]:
        """Return the parsed expression, and whether it is a condition. Raises JMESPathError, LibraryMissing."""
        try:
            return conditions.parse(self._expression), True
        except conditions.Beyond:
            if jmespath is None:
                raise LibraryMissing(f"{self._named()} needs the Python library jmespath where Ansible runs") from None
            return jmespath.compile(self._expression).parsed, False

    def _too_deep(self) -> BadOption:
        return BadOption(f"{self._named()} is nested too deep: an expression may have {MAX_DEPTH} levels")

    def search(self, data: Any) -> Any:
        """Return what the expression finds in data. Raises BadOption where a function refuses what it is given."""
        try:
            if self._is_condition:
                return conditions.evaluate(self._parsed, data)
            return _Interpreter(data).visit(self._parsed, data)
        except (JMESPathError, functions.BadCall, BadPattern, *_UNTYPED) as error:
            raise BadOption(f"{self._named()} cannot be evaluated: {shown(str(error))}") from error
        except _TooMuch as error:
            raise BadOption(
                f"{self._named()} takes more than the {MAX_WORK} steps that an expression may take"
            ) from error

    @property
    def paths(self) -> frozenset[Path]:
        """The path of every field that the expression reads, as far as the expression tells it."""
        return paths_of(self._parsed)

    @property
    def keywords(self) -> tuple[str, ...]:
        """The names of the settings that the expression asks for by keyword()."""
        return tuple(calls_of(self._parsed, "keyword"))

    def warnings(self, form: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what is likely a mistake: a field that data of a form cannot have, a doubled backslash, and a negation
        that is not of what it seems to be.

        form: as unknown_paths takes it.
        """
        unknown = [f"{self._named()} reads {each}, which does not exist" for each in unknown_paths(self.paths, form)]
        doubled = [
            f"{self._named()} has a doubled backslash in '{shown(text)}': between apostrophes each counts, so write one"
            for text in texts_of_expression(self._parsed)
            if "\\\\" in text
        ]
        negated = [f"{self._named()} negates the first name of a path alone: write !(a.b) for !a.b"]
        return (*unknown, *doubled, *(negated if negates_a_part(self._parsed) else ()))

    def _named(self) -> str:
        return f"{self._option} ({shown(self._expression)})"

    def matches(self, item: Any) -> bool:
        """Tell whether an item fits: whether the expression finds anything but false, null and the empty in it."""
        return conditions.is_true(self.search(item))


def _explain(error: Exception, expression: str) -> str:
    """Return what is wrong with an expression, and where, on one line: the library points at the place from a line
    below."""
    reason, place = str(error).partition(":\n")[0], getattr(error, "lex_position", 0)
    return f"{shown(reason)}, at character {place + 1} of '{shown(expression)}'"
