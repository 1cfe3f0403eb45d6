# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real browser for tests: Debian's chromium, headless, which opens nothing but files."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROGRAM = "chromium"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-extensions", "--hide-scrollbars"),
    *("--disable-dev-shm-usage", "--enable-logging=stderr", "--virtual-time-budget=20000", "--window-size=1400,1000"),
)
_SCHEMES = {"dark": "0", "light": "1"}
_MEASURE = Path(__file__).with_name("measure.js")


def missing() -> str | None:
    """Return what this machine lacks, None when nothing."""
    return None if shutil.which(PROGRAM) else f"{PROGRAM} is not installed"


def measure(pages: Mapping[str, tuple[str, int]], scheme: str, folder: Path) -> dict[str, Any]:
    """Open pages, each in a frame of its own width, and return what measure.js finds of each, and what the console
    said.

    pages: name -> HTML and width in pixels. scheme: light or dark, as the user prefers it. folder: for the browser's
    files.
    """
    frames = "".join(_frame(name, page, width, scheme) for name, (page, width) in pages.items())
    outer = folder / "outer.html"
    script = f"<script>{_MEASURE.read_text(encoding='utf-8')}</script>"
    body = f'<body style="color-scheme:{scheme}">{frames}{script}'
    outer.write_text(f'<!doctype html><meta charset="utf-8">{body}', encoding="utf-8")
    own = (f"--user-data-dir={folder / 'profile'}", f"--blink-settings=preferredColorScheme={_SCHEMES[scheme]}")
    command = [PROGRAM, *FLAGS, *own, "--dump-dom", outer.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    (found,) = re.findall(r'<pre id="measured">(.*?)</pre>', done.stdout, re.DOTALL)
    return {"pages": json.loads(html.unescape(found)), "console": re.findall(r".*CONSOLE.*", done.stderr)}


def _frame(name: str, page: str, width: int, scheme: str) -> str:
    style = f"border:0;color-scheme:{scheme}"
    return f'<iframe name="{name}" width="{width}" height="1000" style="{style}" srcdoc="{html.escape(page)}"></iframe>'
