# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which fields of its data a JMESPath expression reads, so that what does not exist can be told before a server is.

A path is a tuple of names; ITEM stands for any item of a list, or any value of an object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

ITEM = "[]"
Path: TypeAlias = tuple[str, ...]
Node: TypeAlias = Mapping[str, Any]

# What our own functions return, as a path of the data.
_RESULTS: dict[str, Path] = {"keyword": ("keywords", ITEM)}
_ITEMS = ("index", "slice", "flatten")


def paths_of(parsed: Node) -> frozenset[Path]:
    """Return the path of every field that an expression reads, as far as it follows from the expression itself.

    parsed: as jmespath.compile returns it.
    """
    read: set[Path] = set()
    _follow(parsed, (), read)
    return frozenset(read)


def texts_of_expression(parsed: Node) -> Iterator[str]:
    """Yield the texts that stand in an expression."""
    if parsed["type"] == "literal" and isinstance(parsed["value"], str):
        yield parsed["value"]
    for child in _children(parsed):
        yield from texts_of_expression(child)


def calls_of(parsed: Node, function: str) -> Iterator[str]:
    """Yield the texts that a function is called with."""
    if parsed["type"] == "function_expression" and parsed["value"] == function:
        yield from (str(each["value"]) for each in _children(parsed) if each["type"] == "literal")
    for child in _children(parsed):
        yield from calls_of(child, function)


def negates_a_part(parsed: Node) -> bool:
    """Tell whether an expression negates the first name of a path, as !a.b does: it means (!a).b, which is null."""
    kinds = [child["type"] for child in _children(parsed)]
    return (parsed["type"] == "subexpression" and "not_expression" in kinds[:1]) or any(
        negates_a_part(child) for child in _children(parsed)
    )


def _children(node: Node) -> list[Node]:
    return [child for child in node["children"] if isinstance(child, Mapping)]


def _follow(node: Node, base: Path | None, read: set[Path]) -> Path | None:
    """Return the path of what a node yields, None where it does not follow from the expression.

    base: of what the node is applied to. read: takes up every path on the way.
    """
    kind, children = node["type"], _children(node)
    if kind == "field":
        return _field(node["value"], base, read)
    if kind in ("identity", "current"):
        return base
    if kind in ("subexpression", "pipe", "index_expression"):
        for child in children:
            base = _follow(child, base, read)
        return base
    if kind in ("projection", "value_projection", "filter_projection"):
        return _projection(children, base, read)
    if kind in _ITEMS:
        return _item(_follow(children[0], base, read) if children else base, kind)
    for child in children:
        _follow(child, None if kind == "expref" else base, read)
    return _RESULTS.get(node["value"]) if kind == "function_expression" else None


def _field(name: str, base: Path | None, read: set[Path]) -> Path | None:
    if base is None:
        return None
    read.add((*base, name))
    return (*base, name)


def _projection(children: list[Node], base: Path | None, read: set[Path]) -> Path | None:
    """Follow what is projected, then what is made of each item, and what each item is chosen by."""
    source = _follow(children[0], base, read)
    item = None if source is None else (*source, ITEM)
    found = _follow(children[1], item, read)
    for condition in children[2:]:
        _follow(condition, item, read)
    return found


def _item(path: Path | None, kind: str) -> Path | None:
    return (*path, ITEM) if path is not None and kind == "index" else path


def unknown_paths(paths: frozenset[Path], form: Mapping[str, Any]) -> list[str]:
    """Return the paths that data of a form cannot have, as one writes them.

    form: name -> None for a value, the form of an object, or a list with the form of its items.
    """
    return sorted(".".join(path).replace(f".{ITEM}", ITEM) for path in paths if not _is_in(path, form))


def _is_in(path: Path, form: Any) -> bool:
    for name in path:
        if isinstance(form, list) and name == ITEM:
            form = form[0]
        elif isinstance(form, Mapping) and name in form:
            form = form[name]
        elif isinstance(form, Mapping) and ITEM in form:
            form = form[ITEM]
        else:
            return False
    return True
