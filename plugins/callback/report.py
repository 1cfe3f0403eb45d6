# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the report of any run: it sees every server of every play, also those that a run never came to."""

from __future__ import annotations

DOCUMENTATION = r"""
name: report
type: aggregate
short_description: Make the report of a run, whatever its plays are
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
description:
  - Gathers what modules of this collection return in any play. At the end it writes what
    M(server_baseline.windows.report) writes, and prints its table.
  - It sees what no task can see, namely servers that a run never came to because a batch before them failed, and the
    outcome of a run that was interrupted.
  - It does nothing unless it is enabled, by C(callbacks_enabled = server_baseline.windows.report) in C(ansible.cfg).
options:
  dest:
    description: >-
      The files and folders to write, as O(server_baseline.windows.report#module:dest). Without one the table is printed
      alone.
    type: list
    elements: str
    default: []
    env:
      - name: SERVER_BASELINE_REPORT
    ini:
      - section: server_baseline_report
        key: dest
  since:
    description: >-
      An earlier document with which the report is compared, as O(server_baseline.windows.report#module:since).
    type: str
    default: ''
    env:
      - name: SERVER_BASELINE_REPORT_SINCE
    ini:
      - section: server_baseline_report
        key: since
  formats:
    description: The formats that folders get, as O(server_baseline.windows.report#module:formats).
    type: list
    elements: str
    choices: [html, json, csv, md, junit, sarif, env]
    default: [html, json, csv, md, junit, sarif, env]
    env:
      - name: SERVER_BASELINE_REPORT_FORMATS
    ini:
      - section: server_baseline_report
        key: formats
  times:
    description: Whether the files say when servers were judged.
    type: bool
    default: true
    env:
      - name: SERVER_BASELINE_REPORT_TIMES
    ini:
      - section: server_baseline_report
        key: times
"""

import atexit
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible import context
from ansible.plugins.callback import CallbackBase

from ..plugin_utils._protocol.errors import CollectionError
from ..plugin_utils._report import console, files
from ..plugin_utils._report.collect import Collector
from ..plugin_utils._report.finding import Findings
from ..plugin_utils._report.report import Report
from ..plugin_utils._task.plain import plain


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Sees every result. Names with an underscore are those that ansible-core 2.16 to 2.21 share."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "server_baseline.windows.report"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._findings = Findings()
        self._collector = Collector(self._findings)
        self._kind = "playbook"
        self._open = False

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Begin. A run that is interrupted ends without its statistics, so the report is then made when the process
        ends."""
        self._kind = Path(playbook._file_name).stem
        if context.CLIARGS.get("check"):
            self._kind = f"check of {self._kind}"
        self._open = True
        owner = os.getpid()
        atexit.register(lambda: self._finish() if os.getpid() == owner else None)

    def v2_playbook_on_play_start(self, play: Any) -> None:
        """Expect every server of a play."""
        manager = play.get_variable_manager()
        variables = manager.get_vars(play=play)
        groups = {
            name: plain(hosts)
            for name, hosts in variables.get("groups", {}).items()
            if name not in ("all", "ungrouped")
        }
        for host in plain(variables.get("ansible_play_hosts_all", [])):
            if host not in _CONTROLLER:
                own = (name for name, hosts in groups.items() if host in hosts)
                self._collector.expect(host, min(own, key=lambda each: (len(groups[each]), each), default=""))

    def v2_runner_on_ok(self, result: Any) -> None:
        """Take the result of a task that went well."""
        self._take(result, {})

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Take the result of a task that failed."""
        self._take(result, {} if ignore_errors else {"failed": True})

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Take the result of a task whose server was not reached."""
        self._take(result, {"unreachable": True})

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Take the result of a task that left its server out, because that is not Windows."""
        self._take(result, {})

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Make the report."""
        self._finish()

    def _take(self, result: Any, more: dict[str, bool]) -> None:
        host = result._host.get_name()
        if host in _CONTROLLER:
            return
        task = result._task
        action = str(getattr(task, "resolved_action", None) or task.action)
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._collector.add(host, action, plain({**result._result, **more}), now)

    def _finish(self) -> None:
        """Write the report once. What goes wrong is told, and does not change how the run ends."""
        if not self._open:
            return
        self._open = False
        try:
            self._write()
        except CollectionError as error:
            self._display.warning(f"the report could not be made: {error}")

    def _write(self) -> None:
        document = self._collector.document(self._kind, files.collection_version())
        if not document.servers:
            return
        since = self.get_option("since")
        previous = files.load_documents([since], self._findings, "since") if since else None
        report = Report(document, previous, self.get_option("times"))
        wanted = files.files_of(plain(self.get_option("dest")), plain(self.get_option("formats")))
        files.write(report, wanted)
        for line in ("", *console.table(report, tuple(map(str, wanted)))):
            self._display.display(line)


_CONTROLLER = ("localhost", "127.0.0.1", "::1")
