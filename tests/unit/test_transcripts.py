# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page quotes is found in what was said, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.plays.transcripts import Shell, Transcript, transcripts, unsaid

PAGE = """
```console
$ first
one
...
    three
$ second
```

```yaml
$ none: of these
```
"""


def test_commands_are_taken_with_what_they_say() -> None:
    assert transcripts(PAGE) == [Transcript("first", (("one",), ("three",))), Transcript("second", ())]


@pytest.mark.parametrize(
    ("passages", "missing"),
    [
        ([("one", "two")], []),
        ([("two", "since DAY")], []),
        ([("one", "since DAY")], [("one", "since DAY")]),
        ([("on",), ("one",)], [("on",)]),
        ([("one", "two", "since DAY", "more")], [("one", "two", "since DAY", "more")]),
    ],
)
def test_a_passage_must_stand_line_after_line(passages: list[tuple[str, ...]], missing: list[tuple[str, ...]]) -> None:
    assert unsaid(passages, "\x1b[0;32mone\x1b[0m\n\n  two \nsince 2026-11-23\n") == missing


def test_an_export_counts_for_what_follows(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    assert shell.run("export WORD=said").returncode == 0
    assert shell.run('echo "$WORD"').stdout == "said\n"
