# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which package of the collection may import which (docs/design.md, Packages), read from the imports of every file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

COLLECTION = ("ansible_collections", "server_baseline", "windows")
UTILS = (*COLLECTION, "plugins", "plugin_utils")
MAY_IMPORT = {
    "_protocol": set[str](),
    "_catalogue": {"_protocol"},
    "_windows": {"_catalogue", "_protocol"},
    "_planning": {"_windows", "_catalogue", "_protocol"},
    "_resources": {"_planning", "_windows", "_catalogue", "_protocol"},
    "_wire": {"_protocol"},
    "_replica": {"_wire", "_windows", "_catalogue", "_protocol"},
    "_task": {"_planning", "_windows", "_catalogue", "_wire", "_protocol"},
    "_report": {"_protocol"},
    "action": {"_task", "_resources", "_planning", "_report", "_protocol"},
    "callback": {"_task", "_report", "_protocol"},
    "connection": {"_replica", "_wire", "_protocol"},
    "filter": {"_protocol"},
    "lookup": {"_task"},
    "modules": set[str](),
    "doc_fragments": set[str](),
}
MAY_IMPORT_ANSIBLE = {"_task", "action", "callback", "connection", "filter", "lookup"}


def package_of(parts: tuple[str, ...]) -> str:
    """Name the package of a module of the collection, such as "_wire" or "action"; "" for a module of another
    library."""
    if parts[: len(UTILS)] == UTILS:
        return next(iter(parts[len(UTILS) :]), "")
    return next(iter(parts[4:]), "") if parts[:4] == UTILS[:4] else ""


def imports_of(path: Path, place: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield what a file imports, in functions too, as the parts of whole names. place: the parts of the file's own
    package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = place[: len(place) - node.level + 1] if node.level else ()
            module = (*above, *(node.module or "").split(".")) if node.module else above
            yield from ((*module, alias.name) for alias in node.names)


def forbidden_imports(root: Path) -> list[str]:
    """List the imports below a checkout's plugins/ that the rule forbids, each as "file imports name"."""
    found = []
    for path in sorted((root / "plugins").rglob("*.py")):
        place = (*COLLECTION, *path.relative_to(root).parts[:-1])
        package = package_of((*place, path.stem))
        for name in imports_of(path, place):
            other = package_of(name)
            foreign = name[0] == "ansible" and package not in MAY_IMPORT_ANSIBLE
            if foreign or (other and other != package and other not in MAY_IMPORT[package]):
                found.append(f"{path.relative_to(root)} imports {'.'.join(name)}")
    return found


def test_every_package_imports_only_what_it_may() -> None:
    assert forbidden_imports(ROOT) == []


def test_the_rule_knows_every_package() -> None:
    folders = {path.name for path in (*(ROOT / "plugins/plugin_utils").iterdir(), *(ROOT / "plugins").iterdir())}
    assert folders - {"plugin_utils", "__pycache__"} == set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("plugin_utils/_wire/request.py", "from .._windows.releases import Release"),
        ("plugin_utils/_wire/request.py", "from .. import _windows"),
        ("plugin_utils/_wire/request.py", f"import {'.'.join(UTILS)}._windows.releases"),
        ("plugin_utils/_wire/request.py", "def late():\n    from .._windows import releases"),
        ("plugin_utils/_resources/snapshot.py", "from .._replica.server import Replica"),
        ("plugin_utils/_resources/tcp_offload/info.py", "from ..._replica.server import Replica"),
        ("plugin_utils/_resources/tcp_offload/info.py", "from ..._task.result import failed"),
        ("plugin_utils/_protocol/values.py", "from .._windows.names import Names"),
        ("plugin_utils/_planning/plan.py", "import ansible.errors"),
        ("plugin_utils/_windows/network/netsh.py", "from ansible.module_utils import basic"),
        ("plugin_utils/_catalogue/words.py", "from ansible import constants"),
        ("plugin_utils/_replica/server.py", "from .._task.plain import plain"),
        ("modules/win_x.py", "from ansible.module_utils.basic import AnsibleModule"),
        ("action/win_x.py", "from ..plugin_utils._replica.server import Replica"),
    ],
)
def test_an_import_that_is_forbidden_is_found(path: str, line: str, tmp_path: Path) -> None:
    file = tmp_path / "plugins" / path
    file.parent.mkdir(parents=True)
    file.write_text(f"import re\nfrom __future__ import annotations\n{line}\n", encoding="utf-8")
    (found,) = forbidden_imports(tmp_path)
    assert found.startswith(f"plugins/{path} imports ")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("plugin_utils/_task/action.py", "from ansible.errors import AnsibleError"),
        ("plugin_utils/_task/action.py", "from .._wire.execute import execute"),
        ("plugin_utils/_resources/tcp_offload/info.py", "from .features import FEATURES"),
        ("plugin_utils/_resources/tcp_offload/info.py", "from ..nic_driver.resource import NAME"),
        ("plugin_utils/_windows/network/netsh.py", "from ..._protocol.queries import CommandQuery"),
        ("plugin_utils/_replica/server.py", "from .._windows.network import netsh"),
        ("connection/replica.py", "from ansible.plugins.connection import ConnectionBase"),
    ],
)
def test_an_import_that_is_allowed_is_not_found(path: str, line: str, tmp_path: Path) -> None:
    file = tmp_path / "plugins" / path
    file.parent.mkdir(parents=True)
    file.write_text(f"{line}\n", encoding="utf-8")
    assert forbidden_imports(tmp_path) == []
