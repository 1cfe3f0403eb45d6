# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshot files come back as they were saved, and what is none is refused with the reason."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import snapshot_file
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import (
    BadDocument,
    load,
    save,
    to_text,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.surrogates import NoFreePlane
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
    "no UTF-8": (b"name: \xff", "cannot be read as a text: "),
    "no mapping": ("- format: 1", "is no snapshot: it must be a mapping with format: 1"),
    "nothing": ("", "it must be a mapping with format: 1"),
    "another format": ("format: 2", "with format: 1, as win_snapshot writes it"),
    "a part of another kind": ("format: 1\nregistry: []", "is no snapshot: registry: must be a mapping, but is a list"),
    "a list of another kind": (
        "format: 1\ninterfaces: {}",
        "is no snapshot: interfaces: must be a list, but is a mapping",
    ),
    "a value that is a truth": (
        "format: 1\nregistry: {'HKLM\\A': {Sends: yes}}",
        r"HKLM\\A: Sends: True is not a registry value\. A text that YAML takes .* belongs in quotes",
    ),
    "a value that is nothing": ("format: 1\nregistry: {'HKLM\\A': {B: }}", r"HKLM\\A: B: None is not a registry value"),
    "a name that is a number": (
        "format: 1\nregistry: {'HKLM\\A': {0: a}}",
        r"HKLM\\A: has a name 0 that must be a text, but is a number",
    ),
    "a key that is a list": ("format: 1\nregistry: {'HKLM\\A': [a]}", r"HKLM\\A: must be a mapping, but is a list"),
    "an object of Python": (
        "format: 1\nname: !!python/name:os.system",
        "is no snapshot: line 2 has the tag .*os.system, and a snapshot has none",
    ),
    "a number that is too long": (
        "format: 1\nregistry: {'HKLM\\A': {B: 4294967296}}",
        r"HKLM\\A: B: this is not a registry value: its data is no REG_DWORD",
    ),
    "a depth without end": ("[" * 100_000, "line 1 is nested deeper than the 20 levels"),
    "a depth without end, in lines": ("- " * 100_000 + "a", "line 1 is nested deeper than the 20 levels"),
    "aliases of aliases": (
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdef", "bcdefg", strict=True)
        ),
        "is beyond the 300000 values",
    ),
    "merges of merges": (
        "a: &a {"
        + ", ".join(f"k{n}: v" for n in range(1000))
        + "}\n"
        + "".join(f"m{n}: &m{n} {{<<: *{f'm{n - 1}' if n else 'a'}, x{n}: y}}\n" for n in range(400)),
        "is beyond the 300000 values",
    ),
    "a pattern of more stars than one may have": (
        "format: 1\ncollected: ['HKLM\\" + "*a" * 101 + "']",
        r"collected: \[0\]: the pattern .* has more than the 100",
    ),
    "an alias of what holds it": ("a: &a [*a]", "line 1 has the alias a of what is not there before it"),
    "more values than any server": ("[" + "a," * 300_000 + "]", "line 1 is beyond the 300000 values"),
    "a file without end": ("#" * ((16 << 20) + 1), "is larger than the 16 MiB"),
    "two documents": ("format: 1\n---\nformat: 1\n", "is not YAML: "),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_snapshot_is_refused_with_file_and_reason(tmp_path: Path, case: str) -> None:
    content, message = REFUSED[case]
    file = tmp_path / "server.yml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadDocument, match=f"server.yml.* {message}"):
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


@pytest.mark.parametrize("text", ["1:30", "0o17", "017", "1_000", "9" * 30, "=", "2026-01-02"])
def test_what_is_no_plain_number_is_a_text(path: Path, text: str) -> None:
    save(path, f"format: 1\nregistry: {{'HKLM\\A': {{Value: {text}}}}}")
    assert load(path)["registry"] == {"HKLM\\A": {"Value": text}}


def test_what_stands_in_two_places_is_written_twice() -> None:
    texts = ["a", "b"]
    assert "&" not in to_text({"one": texts, "other": texts})


LONE = "\ud83d"
CONFUSING = (
    f"{LONE}\U0003d83d",
    f"{LONE}\\U0003D83D",
    f"{LONE}\\ud83d C:\\udeed",
    f"{LONE} \\\\uD83D",
    LONE + "".join(chr(plane << 16 | 0xD83D) for plane in range(3, 16)),
)


@pytest.mark.parametrize("written", CONFUSING)
def test_a_lone_surrogate_comes_back_beside_what_could_stand_for_it(path: Path, written: str) -> None:
    document = {"format": 1, "registry": {"HKLM\\A": {written: written, "plain": "C:\\uDEED\\U0003D83D"}}}
    save(path, to_text(document))
    assert load(path) == document


def test_a_lone_surrogate_takes_the_fast_loader(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used = []

    class Watched(snapshot_file._Loader):  # type: ignore[misc,name-defined]
        def __init__(self, stream: str) -> None:
            used.append(type(self).__mro__)
            super().__init__(stream)

    monkeypatch.setattr(snapshot_file, "_Loader", Watched)
    document = {"format": 1, "registry": {"HKLM\\A": {"a": LONE}}}
    save(path, to_text(document))
    assert load(path) == document
    assert used
    assert all(yaml.CSafeLoader in each for each in used)


def test_characters_of_every_plane_beside_a_lone_surrogate_are_refused() -> None:
    every = "".join(chr(plane << 16 | 0xD83D) for plane in range(3, 17))
    with pytest.raises(NoFreePlane, match="beside characters of every plane"):
        to_text({"format": 1, "name": LONE + every})


def test_only_its_owner_may_read_a_new_file_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    for name, mode in (("new", None), ("old", 0o640)):
        if mode:
            (tmp_path / name).write_text("one")
            (tmp_path / name).chmod(mode)
        save(tmp_path / name, "two")
        assert (tmp_path / name).stat().st_mode & 0o777 == (mode or 0o600)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for text in ("one", "two"):
        save(tmp_path / "link", text)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "file").read_text() == text


def test_only_a_regular_file_is_read_or_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "link", Path("/dev/zero")):
        with pytest.raises(BadDocument, match="is no regular file"):
            save(path, "a")
        with pytest.raises(BadDocument, match="is no regular file"):
            load(path)
    with pytest.raises(BadDocument, match=r"is no regular file|leads nowhere"):
        save(tmp_path / "circle", "a")


@pytest.mark.parametrize(("name", "why"), [("n" * 300, "File name too long"), ("a\0b", "embedded null")])
def test_a_path_that_no_file_can_have_is_named(name: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match=f"cannot be read.*: .*{why}"):
        load(tmp_path / name)
    with pytest.raises(BadDocument, match=f"leads nowhere: .*{why}"):
        save(tmp_path / name, "a")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match=r"none.yml cannot be read: No such file or directory"):
        load(tmp_path / "none.yml")
