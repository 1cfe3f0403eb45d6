# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The part of JMESPath that conditions need, read without the library: what the collection ships is written in it.

Fields (hardware.family), texts ('Dell'), `true`, `false` and `null`; ==, !=, &&, ||, ! and brackets; the functions of
functions.py, with lists of texts and fields as their arguments. An expression of these means here what it means to
jmespath, and is parsed to the same tree. Whatever else stands in one is beyond conditions: the library must read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from . import functions

Node: TypeAlias = dict[str, Any]

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*)|'(?P<text>(?:[^'\\]|\\(?!'))*)'|`(?P<word>true|false|null)`"
    r"|(?P<sign>==|!=|&&|\|\||[!()\[\],.]))\s*",
    re.ASCII,
)
_WORDS = {"true": True, "false": False, "null": None}
_COMPARATORS = {"==": "eq", "!=": "ne"}
_END = ("sign", "")


class Beyond(Exception):
    """An expression is more than a condition."""


def parse(expression: str) -> Node:
    """Return the tree of a condition, as jmespath.compile(expression).parsed would be. Raises Beyond."""
    parser = _Parser(_tokens(expression))
    tree = parser.any_of()
    parser.expect("")
    return tree


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while place < len(expression):
        match = _TOKEN.match(expression, place)
        if match is None or match.lastgroup is None:
            raise Beyond
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


def _node(kind: str, *children: Node, value: Any = None) -> Node:
    return {"type": kind, "children": list(children), "value": value}


def _operation(kind: str, *children: Node) -> Node:
    return {"type": kind, "children": list(children)}


class _Parser:
    """Reads tokens from the left, each method one level of binding."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._waiting = tokens[::-1]

    def _next(self) -> tuple[str, str]:
        return self._waiting[-1] if self._waiting else _END

    def _take(self, *signs: str) -> str | None:
        kind, value = self._next()
        return self._waiting.pop()[1] if kind == "sign" and self._waiting and value in signs else None

    def expect(self, sign: str) -> None:
        """Take a sign that must stand here; the empty one is the end."""
        if (self._next() != _END) if not sign else self._take(sign) is None:
            raise Beyond

    def any_of(self) -> Node:
        """Read what || joins."""
        tree = self._all_of()
        while self._take("||"):
            tree = _operation("or_expression", tree, self._all_of())
        return tree

    def _all_of(self) -> Node:
        tree = self._comparison()
        while self._take("&&"):
            tree = _operation("and_expression", tree, self._comparison())
        return tree

    def _comparison(self) -> Node:
        left = self._negation()
        sign = self._take(*_COMPARATORS)
        return left if sign is None else _node("comparator", left, self._negation(), value=_COMPARATORS[sign])

    def _negation(self) -> Node:
        if not self._take("!"):
            return self._fields(self._operand())
        negated = _operation("not_expression", self._negation() if self._next() == ("sign", "!") else self._operand())
        if self._next() == ("sign", "."):  # jmespath takes !a.b for (!a).b, which nobody means
            raise Beyond
        return negated

    def _fields(self, tree: Node) -> Node:
        path = [tree]
        while self._take("."):
            path.append(self._field())
        return tree if len(path) == 1 else _operation("subexpression", *path)

    def _field(self) -> Node:
        kind, name = self._next()
        if kind != "name":
            raise Beyond
        self._waiting.pop()
        if self._next() == ("sign", "("):
            raise Beyond
        return _node("field", value=name)

    def _operand(self) -> Node:
        if self._take("("):
            tree = self.any_of()
            self.expect(")")
            return tree
        kind, value = self._next()
        if kind in ("text", "word"):
            self._waiting.pop()
            return _node("literal", value=value if kind == "text" else _WORDS[value])
        return self._call(value) if self._waiting[-2:-1] == [("sign", "(")] else self._field()

    def _call(self, name: str) -> Node:
        if name not in functions.NAMES:
            raise Beyond
        del self._waiting[-2:]
        arguments = self._several(")", self._argument)
        return _node("function_expression", *arguments, value=name)

    def _argument(self) -> Node:
        if not self._take("["):
            return self.any_of()
        return _operation("multi_select_list", *self._several("]", lambda: self._fields(self._item())))

    def _item(self) -> Node:
        if self._next()[0] not in ("text", "name"):
            raise Beyond
        return self._operand()

    def _several(self, end: str, read: Callable[[], Node]) -> list[Node]:
        found = [read()]
        while self._take(","):
            found.append(read())
        self.expect(end)
        return found


def is_true(value: Any) -> bool:
    """Tell whether a value counts as true: anything but false, null and the empty."""
    return value is not False and value not in (None, "", [], {})  # 0 is something, although it equals False


def evaluate(tree: Node, data: Any) -> Any:
    """Return what a condition finds in data, as jmespath would. Raises functions.BadCall."""
    return _EVALUATORS[tree["type"]](tree, data)


def _compared(tree: Node, data: Any) -> bool:
    left, right = (evaluate(child, data) for child in tree["children"])
    # To Python 1 equals True and 0 equals False.
    equal = left == right and isinstance(left, bool) == isinstance(right, bool)
    return equal if tree["value"] == "eq" else not equal


def _path(tree: Node, data: Any) -> Any:
    found = evaluate(tree["children"][0], data)
    for child in tree["children"][1:]:
        found = evaluate(child, found)
    return found


def _first(tree: Node, data: Any, wanted: bool) -> Any:
    found = evaluate(tree["children"][0], data)
    return found if is_true(found) == wanted else evaluate(tree["children"][1], data)


_EVALUATORS: dict[str, Callable[[Node, Any], Any]] = {
    "literal": lambda tree, _data: tree["value"],
    "field": lambda tree, data: data.get(tree["value"]) if isinstance(data, Mapping) else None,
    "subexpression": _path,
    "comparator": _compared,
    "or_expression": lambda tree, data: _first(tree, data, wanted=True),
    "and_expression": lambda tree, data: _first(tree, data, wanted=False),
    "not_expression": lambda tree, data: not is_true(evaluate(tree["children"][0], data)),
    "multi_select_list": lambda tree, data: (
        None if data is None else [evaluate(child, data) for child in tree["children"]]
    ),
    "function_expression": lambda tree, data: functions.call(
        tree["value"], [evaluate(child, data) for child in tree["children"]], data
    ),
}
