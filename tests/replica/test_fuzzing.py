# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a server answers and a file holds, there is a message, in little memory and time."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.support.plays import ROOT


@pytest.mark.parametrize(("kind", "count", "judged"), [("replies", 20_000, 5_000), ("files", 2_000, 400)])
def test_whatever_comes_there_is_a_message(kind: str, count: int, judged: int) -> None:
    command = [sys.executable, "-m", "tests.support.fuzzing", kind, str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["no_message"] == {}
    assert told["judged"] + told["refused"] == count
    assert told["judged"] > judged  # values of other types than expected are no damage
    assert told["refused"] > count / 3
    assert told["slowest"] < 5  # seconds
    assert told["memory"] < 256  # MiB
