# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker leaves the memory alone that it shares with ansible-playbook."""

from __future__ import annotations

import gc
import multiprocessing
import sys

from ansible_collections.server_baseline.windows.plugins.plugin_utils._task import action as _action


def exit_with_what_is_frozen() -> None:
    _action._share_memory()
    sys.exit(gc.get_freeze_count() > 0)


def test_a_worker_keeps_the_collector_off_what_it_inherited() -> None:
    worker = multiprocessing.get_context("fork").Process(target=exit_with_what_is_frozen)
    worker.start()
    worker.join()
    assert worker.exitcode == 1


def test_another_process_is_left_alone() -> None:
    before = gc.get_freeze_count()
    _action._share_memory()
    assert gc.get_freeze_count() == before
