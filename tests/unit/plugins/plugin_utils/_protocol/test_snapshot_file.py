# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshot files come back as they were saved, and what is none is refused with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import (
    BadDocument,
    load,
    save,
    to_text,
)
from tests.support import strategies
from tests.support.servers import exchange

DOCUMENTS = st.fixed_dictionaries(
    {
        "format": st.just(1),
        "name": strategies.texts,
        "registry": strategies.registries,
        "files": st.dictionaries(strategies.texts, st.fixed_dictionaries({"company": strategies.texts}), max_size=2),
        "interfaces": st.lists(st.fixed_dictionaries({"name": strategies.texts}), max_size=2),
    }
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the path of a snapshot file."""
    return tmp_path_factory.mktemp("snapshots") / "server.yml"


@given(DOCUMENTS)
def test_a_document_comes_back(path: Path, document: dict[str, Any]) -> None:
    save(path, to_text(document))
    assert load(path) == document


@pytest.mark.parametrize("plane", range(17))
def test_every_plane_of_unicode_comes_back(path: Path, plane: int) -> None:
    units = (plane << 16 | low for low in range(0, 0x10000, 0x95))
    document = {
        "format": 1,
        "registry": {"HKLM\\A": {chr(unit): chr(unit) * 2 for unit in units if not 0xD800 <= unit < 0xE000}},
    }
    save(path, to_text(document))
    assert load(path) == document


@pytest.mark.parametrize(
    "text",
    [
        "\ud83d",
        "a\udfff\U0001f600",
        "yes",
        "0x1",
        "1:30",
        "2006-03-01",
        "~",
        "=",
        "<<",
        " a ",
        "- a",
        "# b",
        "a" * 500,
    ],
)
def test_a_text_stays_a_text(path: Path, text: str) -> None:
    document = {"format": 1, "registry": {"HKLM\\A": {text: text}}}
    save(path, to_text(document))
    assert load(path) == document


def test_a_document_is_written_for_people() -> None:
    assert "FAMv4:\n    Type: 2\n    Start: 1\n" in to_text(exchange())
    assert "name: Müller 中\n" in to_text({"name": "Müller 中"})


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    save(tmp_path / "a.yml", "one")
    save(tmp_path / "a.yml", "two")
    assert [(each.name, each.read_text(encoding="utf-8")) for each in tmp_path.iterdir()] == [("a.yml", "two")]


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "no YAML": ("a: [", "is not YAML: "),
    "no UTF-8": (b"name: \xff", "is not YAML: "),
    "no mapping": ("- format: 1", "is no snapshot: it must be a mapping with format: 1"),
    "nothing": ("", "it must be a mapping with format: 1"),
    "another format": ("format: 2", "with format: 1, as win_snapshot writes it"),
    "a part of another kind": ("format: 1\nregistry: []", "is no snapshot: registry must be a mapping"),
    "a list of another kind": ("format: 1\ninterfaces: {}", "is no snapshot: interfaces must be a list"),
    "a value that is a truth": (
        "format: 1\nregistry: {'HKLM\\A': {Sends: yes}}",
        r"HKLM\\A\\Sends: True is not a registry value; put texts in quotes",
    ),
    "a value that is nothing": ("format: 1\nregistry: {'HKLM\\A': {B: }}", r"HKLM\\A\\B: None is not a registry value"),
    "a name that is a number": (
        "format: 1\nregistry: {'HKLM\\A': {0: a}}",
        r"HKLM\\A has a value 0 whose name is no text; put it in quotes",
    ),
    "a key that is a list": ("format: 1\nregistry: {'HKLM\\A': [a]}", r"the registry key HKLM\\A must be a text"),
    "an object of Python": ("format: 1\nname: !!python/name:os.system", "is not YAML: "),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_snapshot_is_refused_with_file_and_reason(tmp_path: Path, case: str) -> None:
    content, message = REFUSED[case]
    file = tmp_path / "server.yml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadDocument, match=f"server.yml {message}|server.yml .*{message}"):
        load(file)


def test_versions_and_dates_written_by_hand_are_texts(path: Path) -> None:
    save(
        path,
        "format: 1\nregistry: {'HKLM\\A': {CurrentVersion: 5.2}}\n"
        "files: {'C:\\x.sys': {created: 2006-03-01T00:00:00Z}}",
    )
    document = load(path)
    assert document["registry"] == {"HKLM\\A": {"CurrentVersion": "5.2"}}
    assert document["files"] == {"C:\\x.sys": {"created": "2006-03-01T00:00:00Z"}}


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match=r"none.yml cannot be read: No such file or directory"):
        load(tmp_path / "none.yml")
