# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hypothesis strategies: what a registry can hold, and what the wire can carry."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.identity import IDENTITY

# Every plane, with more of what separates, escapes or ends something somewhere on the way.
_CHARACTERS = st.one_of(
    st.characters(codec="utf-8"),
    st.characters(categories=("Cs",)),
    st.sampled_from("\0\t\n\r\x1e\x1f \"'`$(){}[]\\/|^.*?+#&%;:=,-~@!\x7f\x85\xa0\u2028\ufeff\ufffe\uffff"),
)


def _as_utf16(text: str) -> str:
    """Return a text as UTF-16 holds it, where a pair of surrogates is one character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


texts = st.text(_CHARACTERS, max_size=12).map(_as_utf16)
names = st.text(_CHARACTERS.filter(lambda character: character != "\\"), min_size=1, max_size=8).map(_as_utf16)
hives = st.sampled_from(("HKLM", "HKU"))


def _bits(count: int) -> st.SearchStrategy[int]:
    return st.one_of(st.integers(0, (1 << count) - 1), st.sampled_from((0, 1 << (count - 1), (1 << count) - 1)))


def _typed(kind: str, data: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return data.map(lambda item: {kind: item})


_HEX = st.binary(max_size=9).map(bytes.hex)
writable = st.one_of(
    texts,
    _bits(32),
    st.lists(texts, max_size=4),
    _typed("REG_EXPAND_SZ", texts),
    _typed("REG_QWORD", _bits(64)),
    _typed("REG_BINARY", _HEX),
)
read_only = st.one_of(
    _typed("REG_NONE", st.none() | _HEX),
    _typed("REG_UNKNOWN", st.none() | _HEX),
)
values = st.one_of(writable, read_only)


def keys(part: st.SearchStrategy[str] = names) -> st.SearchStrategy[str]:
    """Return key paths from a hive on."""
    return st.tuples(hives, st.lists(part, min_size=1, max_size=4)).map(lambda path: "\\".join([path[0], *path[1]]))


registries = st.dictionaries(keys(), st.dictionaries(texts, values, max_size=3), max_size=3)
_trees = st.dictionaries(keys(), st.dictionaries(texts, writable, max_size=3), max_size=3)

_some_texts = st.lists(texts, max_size=3).map(tuple)
_filters = st.builds(q.Filter, names, _bits(32), _some_texts)
_numbers = st.lists(_bits(16), max_size=3).map(tuple)


def _commands(program: str) -> st.SearchStrategy[q.CommandQuery]:
    return st.builds(q.CommandQuery, st.just(program), texts.filter(bool))


_programs = st.sampled_from(q.COMMANDS)
_identities = st.sampled_from(((), IDENTITY, IDENTITY[:1]))
_moments = st.sampled_from(("", "2006-03-01T00:00:00Z"))
QUERIES: dict[type, st.SearchStrategy[q.Query]] = {
    q.RegistryQuery: st.builds(
        q.RegistryQuery,
        keys(),
        st.none() | _some_texts,
        st.integers(-1, 3),
        st.none() | _filters,
        texts,
        st.booleans(),
        _identities,
    ),
    q.FileQuery: st.builds(q.FileQuery, _some_texts, _identities),
    q.ServiceQuery: st.builds(q.ServiceQuery, _some_texts),
    q.AccessQuery: st.builds(q.AccessQuery, keys()),
    q.InterfaceQuery: st.builds(q.InterfaceQuery, _numbers),
    q.EventQuery: st.builds(q.EventQuery, texts, texts, _numbers, _moments, _bits(16)),
    q.CommandQuery: _programs.flatmap(_commands),
}
_outputs = st.fixed_dictionaries({"exit_code": st.integers(-9, 9), "output": texts})


def _runs(program: str) -> st.SearchStrategy[op.RunCommand]:
    expected = st.none() | st.tuples(_commands(program), _outputs)
    return st.builds(op.RunCommand, _commands(program), expected, texts, texts)


_file_states = st.fixed_dictionaries(
    {"size": st.none() | _bits(63), "modified": st.none() | texts, "taken": st.booleans()}
)
OPERATIONS: dict[type, st.SearchStrategy[op.Operation]] = {
    op.SetValue: st.builds(op.SetValue, keys(), texts, writable, st.none() | writable),
    op.DeleteValue: st.builds(op.DeleteValue, keys(), texts, writable),
    op.CreateKey: st.builds(op.CreateKey, keys()),
    op.DeleteKey: st.builds(op.DeleteKey, keys(), _trees),
    op.StopDriver: st.builds(op.StopDriver, texts, texts, texts),
    op.StartDriver: st.builds(op.StartDriver, texts, texts, texts),
    op.LedgerEntry: st.builds(op.LedgerEntry, keys(), st.dictionaries(texts, texts, max_size=4)),
    op.RunCommand: _programs.flatmap(_runs),
    op.RenameFile: st.builds(op.RenameFile, texts, texts, _file_states),
}
queries = st.one_of(tuple(QUERIES.values()))
operations = st.one_of(tuple(OPERATIONS.values()))
